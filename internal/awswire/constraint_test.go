package awswire

import (
	"strings"
	"testing"
)

// The sentences are those that users of AWS report; see constraint.go.
func TestConstraintsAreRefusedInAWSsSentences(t *testing.T) {
	const user = "Action=CreateUser&Version=2010-05-08"
	const role = "Action=AssumeRole&Version=2011-06-15&RoleArn=arn:aws:iam::123456789012:role/r"
	for name, c := range map[string]struct{ service, body, want string }{
		"absent": {"iam", user,
			"1 validation error detected: Value null at 'userName' failed to satisfy constraint: Member must not be null"},
		"pattern": {"iam", user + "&UserName=a+b",
			`1 validation error detected: Value 'a b' at 'userName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w+=,.@-]+`},
		"length": {"sts", role + "&RoleSessionName=" + strings.Repeat("a", 65),
			"at 'roleSessionName' failed to satisfy constraint: Member must have length less than or equal to 64"},
		"range": {"sts", role + "&RoleSessionName=me&DurationSeconds=899",
			"Value '899' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900"},
		"in a list": {"sts", role + "&RoleSessionName=me&Tags.member.1.Key=k&Tags.member.1.Value=v&Tags.member.2.Key=&Tags.member.2.Value=v",
			"Value '' at 'tags.2.member.key' failed to satisfy constraint: Member must have length greater than or equal to 1"},
		"all at once": {"sts", "Action=AssumeRole&Version=2011-06-15&RoleSessionName=a:b",
			"2 validation errors detected: Value null at 'roleArn' failed to satisfy constraint: Member must not be null; Value 'a:b' at 'roleSessionName'"},
		"a character that XML cannot carry": {"iam", "Action=GetUser&Version=2010-05-08&UserName=a%01",
			"at 'userName' failed to satisfy constraint: Member must satisfy regular expression pattern"},
		"a plain string with such a character": {"sts", role + "&RoleSessionName=me&SerialNumber=GAHT12345678%00",
			"at 'serialNumber' failed to satisfy constraint"},
	} {
		t.Run(name, func(t *testing.T) {
			w := serve(mustNew(t, testOptions(c.service)), form(t, c.service, c.body, "Accept", "application/json"))
			got := strings.ReplaceAll(w.Body.String(), `\\`, `\`)
			if w.Code != 400 || !strings.Contains(got, `"Code":"ValidationError"`) || !strings.Contains(got, c.want) {
				t.Errorf("status %d: %s\nwant %s", w.Code, got, c.want)
			}
		})
	}
}

func TestListsAndStructuresAreShownAsJavaShowsThem(t *testing.T) {
	config := `{"resources":["secrets"],"provider":{"keyArn":"k"}}`
	r := signed(t, "eks", "POST", "https://eks.us-east-2.amazonaws.com/clusters",
		`{"name":"c","roleArn":"r","resourcesVpcConfig":{},"encryptionConfig":[`+config+","+config+`]}`)
	w := serve(mustNew(t, testOptions("eks")), r)
	const want = "Value '[EncryptionConfig(resources=[secrets], provider=Provider(keyArn=k)), EncryptionConfig(resources=[secrets], " +
		"provider=Provider(keyArn=k))]' at 'encryptionConfig' failed to satisfy constraint: Member must have length less than or equal to 1"
	if w.Header().Get("X-Amzn-ErrorType") != "InvalidParameterException" || !strings.Contains(w.Body.String(), want) {
		t.Errorf("answer %d: %s", w.Code, w.Body)
	}
}
