package policy

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestRefusals(t *testing.T) {
	const iamPath = `IAM resource path must either be "*" or start with user/, federated-user/, role/, group/, instance-profile/, mfa/, server-certificate/, policy/, sms-mfa/, saml-provider/, oidc-provider/, report/, access-report/.`
	statement := func(members string) string { return doc(`{"Effect":"Allow",` + members + `}`) }
	resource := func(r string) string { return statement(`"Action":"s3:*","Resource":"` + r + `"`) }
	trust := func(principal string) string {
		return statement(`"Action":"sts:AssumeRole","Principal":` + principal)
	}
	tests := []struct {
		name string
		kind Kind
		text string
		want string
	}{
		{"no JSON", Managed, `{`, syntaxErrors},
		{"no JSON in a trust policy", Trust, `{"Version":"2012-10-17",}`, trustJSON},
		{"no JSON in a session policy", Session, `policy`, sessionJSON},
		{"leading space", Managed, " " + doc(allowAll), leadingSpaces},
		{"leading line feed in a trust policy", Trust, "\n" + doc(`{}`), leadingSpaces},
		{"grammar of a session policy", Session, doc(`{}`), syntaxErrors},
		{"not UTF-8", Managed, "{\"Version\":\"\xff\"}", syntaxErrors},
		{"no object", Managed, `[]`, syntaxErrors},
		{"empty", Managed, ``, syntaxErrors},
		{"two documents", Managed, doc(allowAll) + doc(allowAll), syntaxErrors},
		{"member twice", Managed, `{"Version":"2012-10-17","Version":"2012-10-17","Statement":[` + allowAll + `]}`, syntaxErrors},
		{"unknown member", Managed, `{"Version":"2012-10-17","Extra":1,"Statement":[` + allowAll + `]}`, syntaxErrors},
		{"unknown version", Managed, `{"Version":"2020-10-17","Statement":[` + allowAll + `]}`, syntaxErrors},
		{"version is no string", Managed, `{"Version":20121017,"Statement":[` + allowAll + `]}`, syntaxErrors},
		{"no version", Managed, `{"Statement":[` + allowAll + `]}`, versionTooOld},
		{"version of 2008 in a managed policy", Managed, `{"Version":"2008-10-17","Statement":[` + allowAll + `]}`, versionTooOld},
		{"no statement", Managed, `{"Version":"2012-10-17"}`, syntaxErrors},
		{"empty list of statements", Managed, doc(``), syntaxErrors},
		{"statement is no object", Managed, doc(`"allow"`), syntaxErrors},
		{"nested too deep", Managed, strings.Repeat(`[`, 5000) + strings.Repeat(`]`, 5000), syntaxErrors},
		{"no effect", Managed, doc(`{"Action":"*","Resource":"*"}`), syntaxErrors},
		{"unknown effect", Managed, doc(`{"Effect":"Maybe","Action":"*","Resource":"*"}`), legacyParsing},
		{"effect in lower case", Managed, doc(`{"Effect":"allow","Action":"*","Resource":"*"}`), legacyParsing},
		{"unknown element", Managed, statement(`"Action":"*","Resource":"*","Resources":"*"`), syntaxErrors},
		{"Action and NotAction", Managed, statement(`"Action":"*","NotAction":"iam:*","Resource":"*"`), syntaxErrors},
		{"Resource and NotResource", Managed, statement(`"Action":"*","Resource":"*","NotResource":"*"`), syntaxErrors},
		{"action is no string", Managed, statement(`"Action":[1],"Resource":"*"`), syntaxErrors},
		{"no action", Managed, statement(`"Resource":"*"`), noActions},
		{"empty list of actions", Managed, statement(`"Action":[],"Resource":"*"`), noActions},
		{"action without vendor", Managed, statement(`"Action":"DescribeCluster","Resource":"*"`), vendorMissing},
		{"action with two colons", Managed, statement(`"Action":"eks:Describe:Cluster","Resource":"*"`), tooManyColons},
		{"vendor with other characters", Managed, statement(`"Action":"e ks:ListClusters","Resource":"*"`), "Vendor e ks is not valid"},
		{"no resource", Managed, statement(`"Action":"*"`), noResources},
		{"empty list of resources", Inline, statement(`"Action":"*","Resource":[]`), noResources},
		{"resource is a name", Managed, resource("my-bucket"), `Resource my-bucket must be in ARN format or "*".`},
		{"resource with other scheme", Managed, resource("urn:aws:s3:::b"), `Resource urn:aws:s3:::b must be in ARN format or "*".`},
		{"unknown partition", Managed, resource("arn:oops:s3:::b"), `Partition "oops" is not valid for resource "arn:oops:s3:::b".`},
		{"empty partition", Managed, resource("arn::s3:::b"), `Partition "" is not valid for resource "arn::s3:::b".`},
		{"unknown partition, completed", Managed, resource("arn:oops:s3"), `Partition "oops" is not valid for resource "arn:oops:s3:*:*:*".`},
		{"resource without vendor", Managed, resource("arn:aws"), vendorWildcard},
		{"wildcard as vendor", Managed, resource("arn:aws:*:::b"), vendorWildcard},
		{"bucket with region", Managed, resource("arn:aws:s3:eu-west-1::b"), "Resource arn:aws:s3:eu-west-1::b can not contain region information."},
		{"IAM resource with region", Managed, resource("arn:aws:iam:eu-west-1:111122223333:user/a"), "IAM resource arn:aws:iam:eu-west-1:111122223333:user/a cannot contain region information."},
		{"IAM resource of no type", Managed, resource("arn:aws:iam::111122223333:users/a"), iamPath},
		{"ARN cut off", Managed, resource("arn:aws:iam::111122223333"), legacyParsing},
		{"ARN without service", Managed, resource("arn:aws:::111122223333:b"), legacyParsing},
		{"Sid twice", Managed, doc(`{"Sid":"A","Effect":"Allow","Action":"*","Resource":"*"},{"Sid":"A","Effect":"Deny","Action":"*","Resource":"*"}`), duplicateSid},
		{"Sid with a hyphen", Managed, statement(`"Sid":"allow-all","Action":"*","Resource":"*"`), sidCharacters},
		{"principal in a managed policy", Managed, statement(`"Principal":"*","Action":"*","Resource":"*"`), principalGiven},
		{"NotPrincipal in an inline policy", Inline, statement(`"NotPrincipal":"*","Action":"*","Resource":"*"`), principalGiven},
		{"unknown operator", Managed, statement(`"Action":"*","Resource":"*","Condition":{"StringIs":{"aws:username":"a"}}`), syntaxErrors},
		{"Null takes no IfExists", Managed, statement(`"Action":"*","Resource":"*","Condition":{"NullIfExists":{"aws:username":"true"}}`), syntaxErrors},
		{"condition value is an object", Managed, statement(`"Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:username":{}}}`), syntaxErrors},
		{"condition is a list", Managed, statement(`"Action":"*","Resource":"*","Condition":[]`), syntaxErrors},
		{"no date", Managed, statement(`"Action":"*","Resource":"*","Condition":{"DateLessThan":{"aws:CurrentTime":"tomorrow"}}`), legacyParsing},
		{"date before 1970 in seconds", Managed, statement(`"Action":"*","Resource":"*","Condition":{"DateLessThan":{"aws:CurrentTime":"-1"}}`), legacyParsing},
		{"resource in a trust policy", Trust, statement(`"Principal":"*","Action":"sts:AssumeRole","Resource":"*"`), "Has prohibited field Resource"},
		{"NotResource in a trust policy", Trust, statement(`"Principal":"*","Action":"sts:AssumeRole","NotResource":"*"`), "Has prohibited field NotResource"},
		{"NotPrincipal in a trust policy", Trust, statement(`"NotPrincipal":{"AWS":"111122223333"},"Action":"sts:AssumeRole"`), "Has prohibited field NotPrincipal"},
		{"trust policy without principal", Trust, statement(`"Action":"sts:AssumeRole"`), "Missing required field Principal"},
		{"trust policy without action", Trust, statement(`"Principal":"*"`), "Missing required field Action"},
		{"trust policy without effect", Trust, doc(`{"Principal":"*","Action":"sts:AssumeRole"}`), "Missing required field Effect"},
		{"trust policy for another action", Trust, statement(`"Principal":"*","Action":"iam:PassRole"`), trustActionsOnly},
		{"trust policy for everything", Trust, statement(`"Principal":"*","Action":"*"`), trustActionsOnly},
		{"principal is a name", Trust, trust(`"alice"`), `Invalid principal in policy: "AWS":"alice"`},
		{"account of eleven digits", Trust, trust(`{"AWS":"arn:aws:iam::11112222333:root"}`), `Invalid principal in policy: "AWS":"arn:aws:iam::11112222333:root"`},
		{"users by wildcard", Trust, trust(`{"AWS":"arn:aws:iam::111122223333:user/*"}`), `Invalid principal in policy: "AWS":"arn:aws:iam::111122223333:user/*"`},
		{"group", Trust, trust(`{"AWS":"arn:aws:iam::111122223333:group/admins"}`), `Invalid principal in policy: "AWS":"arn:aws:iam::111122223333:group/admins"`},
		{"root without ARN", Trust, trust(`{"AWS":"111122223333:root"}`), `Invalid principal in policy: "AWS":"111122223333:root"`},
		{"service without domain", Trust, trust(`{"Service":"ec2"}`), `Invalid principal in policy: "SERVICE":"ec2"`},
		{"provider of no form", Trust, trust(`{"Federated":"me"}`), federatedProvider},
		{"unknown family", Trust, trust(`{"User":"alice"}`), `Invalid principal in policy: "USER":"alice"`},
		{"empty list of principals", Trust, trust(`{"AWS":[]}`), "Missing required field Principal"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := Parse(test.kind, test.text)
			var refusal *Error
			if !errors.As(err, &refusal) {
				t.Fatalf("%s: error %v, want %s", test.text, err, test.want)
			}
			if refusal.Code != "MalformedPolicyDocument" || refusal.Message != test.want {
				t.Errorf("%s\n got %v\nwant %s", test.text, err, test.want)
			}
		})
	}
}

func TestAccepted(t *testing.T) {
	tests := []struct {
		name string
		kind Kind
		text string
	}{
		{"statement as object", Managed, `{"Version":"2012-10-17","Statement":` + allowAll + `}`},
		{"with Id", Inline, `{"Version":"2012-10-17","Id":"x","Statement":[` + allowAll + `]}`},
		{"inline without version", Inline, `{"Statement":[` + allowAll + `]}`},
		{"session policy of 2008", Session, `{"Version":"2008-10-17","Statement":[` + allowAll + `]}`},
		{"empty Sids", Managed, doc(`{"Sid":"","Effect":"Allow","Action":"*","Resource":"*"},{"Sid":"","Effect":"Allow","Action":"*","Resource":"*"}`)},
		{"unknown operator without keys", Managed, doc(`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringIs":{}}}`)},
		{"session policy after a space", Session, " " + doc(allowAll)},
		{"a condition on thirty thousand keys", Inline, doc(`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{` + manyKeys(30000) + `}}}`)},
		{"IAM resource of any type", Managed, doc(`{"Effect":"Allow","Action":"*","Resource":"arn:aws:iam::111122223333:*"}`)},
		{"resource with variable", Managed, doc(`{"Effect":"Allow","Action":"*","Resource":"arn:aws:iam::${aws:PrincipalAccount}:user/${aws:username}"}`)},
		{"trust policy with Sid of any kind", Trust, doc(`{"Sid":"who may","Effect":"Allow","Principal":{"AWS":"*"},"Action":["sts:AssumeRole","sts:TagSession","sts:SetSourceIdentity"]}`)},
		{"trust policy for actions by wildcard", Trust, doc(`{"Effect":"Allow","Principal":"*","Action":"sts:*"}`)},
		{"trust policy for a web identity", Trust, doc(`{"Effect":"Allow","Principal":{"Federated":"accounts.google.com"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"accounts.google.com:aud":"x"}}}`)},
		{"resource policy with NotPrincipal", Resource, doc(`{"Effect":"Deny","NotPrincipal":{"AWS":"111122223333"},"Action":"*","Resource":"*"}`)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if _, err := Parse(test.kind, test.text); err != nil {
				t.Errorf("%s: %v", test.text, err)
			}
		})
	}
}

func manyKeys(n int) string {
	keys := make([]string, n)
	for i := range keys {
		keys[i] = fmt.Sprintf(`"k%d":""`, i)
	}
	return strings.Join(keys, ",")
}

func TestQuotas(t *testing.T) {
	long := func(n int) string {
		return `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRole",` + strings.Repeat(" ", 9000) +
			`"Sid":"` + strings.Repeat("a", n) + `",`
	}
	managed := func(n int) string { return long(n) + `"Resource":"*"}}` }
	trust := func(n int) string { return long(n) + `"Principal":"*"}}` }
	bare := parse(t, Inline, managed(1)).Size() - 1
	tests := []struct {
		name, text, want string
		kind             Kind
	}{
		{"managed policy just fits", managed(ManagedQuota - bare), "", Managed},
		{"managed policy too long", managed(ManagedQuota - bare + 1), "LimitExceeded: Cannot exceed quota for PolicySize: 6144", Managed},
		{"AWS's own may be longer", managed(ManagedQuota), "", AWSManaged},
		{"trust policy too long", trust(TrustQuota), "LimitExceeded: Cannot exceed quota for ACLSizePerRole: 2048", Trust},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := Parse(test.kind, test.text)
			if test.want == "" && err != nil || test.want != "" && (err == nil || err.Error() != test.want) {
				t.Errorf("error %v, want %q", err, test.want)
			}
		})
	}
}
