package emulator

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/eksauth/eksauth/emulator/home"
	"github.com/eksauth/eksauth/explain/online"
)

// TestEnvironmentProfile holds that explain takes the credentials that a client in the same shell would take.
func TestEnvironmentProfile(t *testing.T) {
	h := home.Home{Name: "test", Dir: t.TempDir()}
	elsewhere := filepath.Join(t.TempDir(), "credentials")
	writeText(t, h.AWSConfig(), "[profile dev]\nregion = us-east-2\nrole_arn = arn:aws:iam::111122223333:role/dev\nrole_session_name = me\nsource_profile = olga\n")
	writeText(t, h.AWSCredentials(), "[olga]\naws_access_key_id = AKIAOLGA\naws_secret_access_key = o\n")
	writeText(t, elsewhere, "[session]\naws_access_key_id = ASIAMINE\naws_secret_access_key = m\naws_session_token = t\n")
	olga := aws.Credentials{AccessKeyID: "AKIAOLGA", SecretAccessKey: "o"}
	boris := map[string]string{"AWS_ACCESS_KEY_ID": "AKIABORIS", "AWS_SECRET_ACCESS_KEY": "b", "AWS_PROFILE": "olga"}
	tests := []struct {
		name string
		vars map[string]string
		want *online.Profile
	}{
		{"nothing", nil, &online.Profile{}},
		{"a profile", map[string]string{"AWS_PROFILE": "olga"}, &online.Profile{Name: "olga", Keys: olga}},
		{"a role, in another region", map[string]string{"AWS_PROFILE": "dev", "AWS_REGION": "ap-east-1"},
			&online.Profile{Name: "dev", Keys: olga, RoleARN: "arn:aws:iam::111122223333:role/dev", SessionName: "me", Region: "ap-east-1"}},
		{"a profile of another file", map[string]string{"AWS_PROFILE": "session", "AWS_SHARED_CREDENTIALS_FILE": elsewhere},
			&online.Profile{Name: "session", Keys: aws.Credentials{AccessKeyID: "ASIAMINE", SecretAccessKey: "m", SessionToken: "t"}}},
		{"keys before a profile", boris, &online.Profile{Name: "of the environment", Keys: aws.Credentials{AccessKeyID: "AKIABORIS", SecretAccessKey: "b"},
			Hides: &online.Profile{Name: "olga", Keys: olga}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := &Program{LookupEnv: func(name string) (string, bool) { value, ok := tt.vars[name]; return value, ok }}
			got, err := p.environmentProfile(t.Context(), h)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got, cmpopts.IgnoreFields(aws.Credentials{}, "Source")); diff != "" {
				t.Errorf("profile (-want +got):\n%s", diff)
			}
		})
	}
	p := &Program{LookupEnv: func(name string) (string, bool) { return map[string]string{"AWS_PROFILE": "nobody"}[name], true }}
	if _, err := p.environmentProfile(t.Context(), h); err == nil {
		t.Error("a profile that is not there: want an error")
	}
}

func writeText(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
