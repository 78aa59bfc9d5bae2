package metadata_test

import (
	"encoding/json"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials/ec2rolecreds"
	"github.com/aws/aws-sdk-go-v2/feature/ec2/imds"
	"github.com/google/go-cmp/cmp"

	"github.com/eksauth/eksauth/fakeec2"
)

func TestTree(t *testing.T) {
	w := start(t, fakeec2.Instance{
		Profile: "node", UserData: []byte("#!/bin/sh\n"), Tags: map[string]string{"Name": "n1"},
		Metadata: fakeec2.MetadataOptions{Tags: true},
	}, trustEC2)
	mac := w.instance.MAC()
	tests := []struct{ path, want string }{
		{"/latest", "dynamic/\nmeta-data/\nuser-data"},
		{"/latest/", "dynamic/\nmeta-data/\nuser-data"},
		{"/latest/meta-data/instance-id", w.instance.ID},
		{"/latest/meta-data/local-hostname", w.instance.PrivateDNSName()},
		{"/latest/meta-data/local-ipv4", w.instance.PrivateIP},
		{"/latest/meta-data/placement/", "availability-zone\nregion"},
		{"/latest/meta-data/placement/region", region},
		{"/latest/meta-data/placement/availability-zone", region + "a"},
		{"/latest/meta-data/services/domain", "amazonaws.com"},
		{"/latest/meta-data/iam/", "info\nsecurity-credentials/"},
		{"/latest/meta-data/iam/security-credentials/", "node"},
		{"/latest/meta-data/network/interfaces/macs/", mac + "/"},
		{"/latest/meta-data/network/interfaces/macs/" + mac + "/local-hostname", w.instance.PrivateDNSName()},
		{"/latest/meta-data/tags/instance/Name", "n1"},
		{"/2021-07-15/meta-data/mac", mac},
		{"/latest/user-data", "#!/bin/sh\n"},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, w.read(t, tt.path)); diff != "" {
			t.Errorf("GET %s (-want +got):\n%s", tt.path, diff)
		}
	}
}

func sdkClient(w *world) *imds.Client { return imds.New(imds.Options{Endpoint: w.url}) }

func TestSDKReadsIdentity(t *testing.T) {
	w := start(t, fakeec2.Instance{Profile: "node"}, trustEC2)
	got, err := sdkClient(w).GetInstanceIdentityDocument(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if got.InstanceID != w.instance.ID || got.AccountID != account || got.Region != region || got.PrivateIP != w.instance.PrivateIP {
		t.Errorf("identity %+v", got.InstanceIdentityDocument)
	}
	info, err := sdkClient(w).GetIAMInfo(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := info.InstanceProfileArn, "arn:aws:iam::534000000385:instance-profile/node"; got != want {
		t.Errorf("instance profile %s, want %s", got, want)
	}
}

func credentialsOf(t *testing.T, w *world) (aws.Credentials, error) {
	t.Helper()
	return ec2rolecreds.New(func(o *ec2rolecreds.Options) { o.Client = sdkClient(w) }).Retrieve(t.Context())
}

func TestCredentialsAreASessionNamedAfterTheInstance(t *testing.T) {
	w := start(t, fakeec2.Instance{Profile: "node"}, trustEC2)
	got, err := credentialsOf(t, w)
	if err != nil {
		t.Fatal(err)
	}
	secret, caller, err := w.dir.Authenticate(t.Context(), got.AccessKeyID, got.SessionToken)
	if err != nil {
		t.Fatal(err)
	}
	if want := "arn:aws:sts::534000000385:assumed-role/node/" + w.instance.ID; caller.ARN != want || secret != got.SecretAccessKey {
		t.Errorf("the caller is %s, want %s; the secret fits: %v", caller.ARN, want, secret == got.SecretAccessKey)
	}
	if want := w.now.Add(6 * time.Hour).Truncate(time.Second); !caller.Session.Expires.Equal(want) {
		t.Errorf("it ends at %s, want %s", caller.Session.Expires, want)
	}
}

func TestCredentialsAreRenewed(t *testing.T) {
	w := start(t, fakeec2.Instance{Profile: "node"}, trustEC2)
	keyAt := func(after time.Duration) string {
		w.now = w.now.Add(after)
		got, err := credentialsOf(t, w)
		if err != nil {
			t.Fatal(err)
		}
		return got.AccessKeyID
	}
	first, same, renewed := keyAt(0), keyAt(4*time.Hour), keyAt(90*time.Minute)
	if first != same || first == renewed {
		t.Errorf("keys %s, after four hours %s, half an hour before the end %s", first, same, renewed)
	}
	if len(w.issued) != 2 || w.issued[1].Credentials.AccessKeyID != renewed || w.issued[1].Role.Name != "node" {
		t.Errorf("told of %d sessions: %+v", len(w.issued), w.issued)
	}
}

func TestUntrustedRole(t *testing.T) {
	tests := []struct{ name, trust string }{
		{"trusts another service", strings.ReplaceAll(trustEC2, "ec2.", "lambda.")},
		{"trusts its account", `{"Effect":"Allow","Principal":{"AWS":"534000000385"},"Action":"sts:AssumeRole"}`},
		{"trusts everybody", `{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}`},
		{"trusts under a condition that nobody meets", strings.Replace(trustEC2, `"Action"`, `"Condition":{"StringEquals":{"sts:ExternalId":"x"}},"Action"`, 1)},
		{"denies", trustEC2 + "," + strings.Replace(trustEC2, "Allow", "Deny", 1)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := start(t, fakeec2.Instance{Profile: "node"}, tt.trust)
			var got struct {
				Code, Message string
				AccessKeyID   string `json:"AccessKeyId"`
			}
			if err := json.Unmarshal([]byte(w.read(t, "/latest/meta-data/iam/security-credentials/node")), &got); err != nil {
				t.Fatal(err)
			}
			if got.Code != "AssumeRoleUnauthorizedAccess" || got.AccessKeyID != "" || !strings.Contains(got.Message, "EC2 cannot assume the role node.") {
				t.Errorf("answer %+v", got)
			}
			if len(w.issued) > 0 {
				t.Error("a session was issued")
			}
		})
	}
}

func TestRoleThatIsTakenAway(t *testing.T) {
	w := start(t, fakeec2.Instance{Profile: "node"}, trustEC2)
	if _, err := credentialsOf(t, w); err != nil {
		t.Fatal(err)
	}
	w.setProfile(t)
	if got := w.read(t, "/latest/meta-data/iam/security-credentials/"); got != "" {
		t.Errorf("roles %q", got)
	}
	if status, _, _ := w.ask(t, "GET", "/latest/meta-data/iam/security-credentials/node", tokenHeader, w.token(t, "60")); status != 404 {
		t.Errorf("status %d", status)
	}
}

func TestInstanceWithoutProfile(t *testing.T) {
	w := start(t, fakeec2.Instance{}, trustEC2)
	if status, _, _ := w.ask(t, "GET", "/latest/meta-data/iam/info", tokenHeader, w.token(t, "60")); status != 404 {
		t.Errorf("status %d", status)
	}
	out, err := sdkClient(w).GetMetadata(t.Context(), &imds.GetMetadataInput{Path: "instance-type"})
	if err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(out.Content); err != nil || string(text) != "t3.large" {
		t.Errorf("instance type %q, %v", text, err)
	}
}
