package awswire

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	ststypes "github.com/aws/aws-sdk-go-v2/service/sts/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// disturbed serves a service that does wrong, and returns the calls that it has seen.
func disturbed(t *testing.T, id string, err error) (endpoint string, seen <-chan *Call) {
	t.Helper()
	o := testOptions(id)
	o.Now, o.Rand = time.Now, nil
	calls := make(chan *Call, 1)
	o.Observe = func(c *Call) { calls <- c }
	s := mustNew(t, o)
	s.Disturb(func(_ context.Context, c *Call) error {
		if c.Operation == "" || c.Input == nil || c.Signature == nil {
			t.Errorf("the disturbance sees a call that is not complete: %+v", c)
		}
		return err
	})
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	return server.URL, calls
}

func TestADisturbanceAnswersInTheServicesWords(t *testing.T) {
	throttling := &Error{Code: "Throttling", Message: "Rate exceeded"}
	endpoint, _ := disturbed(t, "sts", throttling)
	cfg := awsConfig(endpoint)
	cfg.RetryMaxAttempts = 1
	_, err := sts.NewFromConfig(cfg).GetCallerIdentity(t.Context(), nil)
	wantCode(t, err, "Throttling")

	endpoint, _ = disturbed(t, "eks", throttling)
	cfg.BaseEndpoint = &endpoint
	_, err = eks.NewFromConfig(cfg).ListClusters(t.Context(), nil)
	wantCode(t, err, "ThrottlingException")

	endpoint, _ = disturbed(t, "sts", &ststypes.RegionDisabledException{})
	cfg.BaseEndpoint = &endpoint
	_, err = sts.NewFromConfig(cfg).AssumeRole(t.Context(), &sts.AssumeRoleInput{
		RoleArn: aws.String("arn:aws:iam::123456789012:role/r"), RoleSessionName: aws.String("me"),
	})
	if typed := new(ststypes.RegionDisabledException); !errors.As(err, &typed) {
		t.Errorf("error %v is not the SDK's type", err)
	}
}

func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	if api, ok := errors.AsType[smithy.APIError](err); !ok || api.ErrorCode() != code {
		t.Errorf("error %v, want the code %s", err, code)
	}
}

func TestAServiceHangsUp(t *testing.T) {
	endpoint, seen := disturbed(t, "sts", ErrHangUp)
	cfg := awsConfig(endpoint)
	cfg.RetryMaxAttempts = 1
	_, err := sts.NewFromConfig(cfg).GetCallerIdentity(t.Context(), nil)
	if sent := new(smithyhttp.RequestSendError); !errors.As(err, &sent) {
		t.Errorf("error %v is not one of the connection", err)
	}
	if call := <-seen; !errors.Is(call.Err, ErrHangUp) || call.Status != 0 || call.Failure.Code != "ConnectionReset" {
		t.Errorf("seen %+v", call)
	}
}

// What is refused anyway is refused as ever: nobody learns by a fault whether a key is good.
func TestADisturbanceSeesNoForgedRequest(t *testing.T) {
	o := testOptions("sts")
	s := mustNew(t, o)
	s.Disturb(func(context.Context, *Call) error {
		t.Error("a request with a wrong signature is disturbed")
		return nil
	})
	request := signed(t, "sts", "GET", "https://sts.us-east-2.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15", "")
	request.Header.Set("Authorization", request.Header.Get("Authorization")+"0")
	if w := serve(s, request); w.Code != http.StatusForbidden {
		t.Errorf("answer %d: %s", w.Code, w.Body)
	}
}

// A service whose own clock is off judges and dates by it, and is seen at the true time.
func TestAServicesOwnClock(t *testing.T) {
	const skew = 20 * time.Minute
	o := testOptions("sts")
	o.Clock = func() time.Time { return testTime.Add(skew) }
	var seen *Call
	o.Observe = func(c *Call) { seen = c }
	w := serve(mustNew(t, o), signed(t, "sts", "GET", "https://sts.us-east-2.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15", ""))
	if w.Code != http.StatusForbidden || w.Header().Get("Date") != testTime.Add(skew).Format(http.TimeFormat) || !seen.Started.Equal(testTime) {
		t.Errorf("answer %d at %s, started %s: %s", w.Code, w.Header().Get("Date"), seen.Started, w.Body)
	}
}
