package scenario

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
)

func TestTakeIsForOneAtATime(t *testing.T) {
	first := shellWorld(t)
	second := &world{Stack: first.Stack}
	if err := first.take(); err != nil {
		t.Fatal(err)
	}
	if err := second.take(); err == nil || !strings.Contains(err.Error(), "scenarios run on this stack already") {
		t.Errorf("a second run: %v", err)
	}
	if err := first.close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(first.Dir); !os.IsNotExist(err) {
		t.Errorf("the folder is left: %v", err)
	}
	if err := second.take(); err != nil {
		t.Errorf("after the first run: %v", err)
	}
}

// TestRecoverForgetsAnAccountThatIsGone holds that a stack which began anew is no obstacle, and one that does not answer is.
func TestRecoverForgetsAnAccountThatIsGone(t *testing.T) {
	refusing := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusForbidden)
		_, _ = io.WriteString(w, `<ErrorResponse><Error><Code>InvalidClientTokenId</Code><Message>no such key</Message></Error></ErrorResponse>`)
	}))
	defer refusing.Close()
	w := shellWorld(t)
	w.keys, w.Region, w.Gateway = map[string]aws.Credentials{}, "us-east-2", refusing.URL
	leave := func() {
		w.account, w.keys["root"] = "111122223333", aws.Credentials{AccessKeyID: "AKIAIOSFODNN7EXAMPLE", SecretAccessKey: "s"}
		if err := w.remember(); err != nil {
			t.Fatal(err)
		}
		w.account = ""
	}
	leave()
	if err := w.recover(t.Context()); err != nil {
		t.Errorf("an account that is gone: %v", err)
	}
	if _, err := os.Stat(w.file("account.json")); !os.IsNotExist(err) {
		t.Errorf("its record is left: %v", err)
	}
	leave()
	refusing.Close()
	if err := w.recover(t.Context()); err == nil || !strings.Contains(err.Error(), "look for the account that was left") {
		t.Errorf("a stack that does not answer: %v", err)
	}
	if _, err := os.Stat(w.file("account.json")); err != nil {
		t.Errorf("the record has to stay: %v", err)
	}
}
