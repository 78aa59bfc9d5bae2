package awswire

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const requestID = "01010101-0101-4101-8101-010101010101"

func TestAnswersLookAsAWSs(t *testing.T) {
	const caller, role = "Action=GetCallerIdentity&Version=2011-06-15",
		"Action=AssumeRole&Version=2011-06-15&RoleSessionName=me&RoleArn=arn:aws:iam::123456789012:role/r"
	const clusters = "https://eks.us-east-2.amazonaws.com/clusters"
	for name, c := range map[string]struct {
		service     string
		request     *http.Request
		status      int
		contentType string
		body        string
	}{
		"an answer in XML": {"sts", form(t, "sts", caller), 200, "text/xml", `
<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <GetCallerIdentityResult>
    <UserId>AIDA1</UserId>
    <Account>123456789012</Account>
    <Arn>arn:aws:iam::123456789012:user/alice</Arn>
  </GetCallerIdentityResult>
  <ResponseMetadata>
    <RequestId>01010101-0101-4101-8101-010101010101</RequestId>
  </ResponseMetadata>
</GetCallerIdentityResponse>
`},
		"an answer in JSON where Accept asks": {"sts", form(t, "sts", caller, "Accept", "application/json"), 200, "application/json",
			`{"GetCallerIdentityResponse":{"GetCallerIdentityResult":{"Account":"123456789012","Arn":"arn:aws:iam::123456789012:user/alice",` +
				`"UserId":"AIDA1"},"ResponseMetadata":{"RequestId":"01010101-0101-4101-8101-010101010101"}}}`},
		"a time in JSON": {"sts", form(t, "sts", role, "Accept", "application/json"), 200, "application/json",
			`{"AssumeRoleResponse":{"AssumeRoleResult":{"Credentials":{"AccessKeyId":"ASIA1","Expiration":1772604367,` +
				`"SecretAccessKey":"secret","SessionToken":"token"}},"ResponseMetadata":{"RequestId":"01010101-0101-4101-8101-010101010101"}}}`},
		"an error in JSON": {"sts", form(t, "sts", "Action=X&Version=2011-06-15", "Accept", "application/json"), 400, "application/json",
			`{"Error":{"Code":"InvalidAction","Message":"Could not find operation X for version 2011-06-15","Type":"Sender"},` +
				`"RequestId":"01010101-0101-4101-8101-010101010101"}`},
		"an empty list is printed": {"iam", form(t, "iam", "Action=ListAccessKeys&Version=2010-05-08"), 200, "text/xml", `
<ListAccessKeysResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">
  <ListAccessKeysResult>
    <AccessKeyMetadata/>
    <IsTruncated>false</IsTruncated>
  </ListAccessKeysResult>
  <ResponseMetadata>
    <RequestId>01010101-0101-4101-8101-010101010101</RequestId>
  </ResponseMetadata>
</ListAccessKeysResponse>
`},
		"an operation without output": {"iam", form(t, "iam", "Action=TagUser&Version=2010-05-08&UserName=bob&Tags="), 200, "text/xml", `
<TagUserResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">
  <ResponseMetadata>
    <RequestId>01010101-0101-4101-8101-010101010101</RequestId>
  </ResponseMetadata>
</TagUserResponse>
`},
		"the SDK's typed error, with the model's status": {"iam", form(t, "iam", "Action=GetUser&Version=2010-05-08&UserName=bob"), 404, "text/xml", `
<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">
  <Error>
    <Type>Sender</Type>
    <Code>NoSuchEntity</Code>
    <Message>The user with name bob cannot be found.</Message>
  </Error>
  <RequestId>01010101-0101-4101-8101-010101010101</RequestId>
</ErrorResponse>
`},
		"EC2": {"ec2", form(t, "ec2", "Action=DescribeInstances&Version=2016-11-15"), 200, "text/xml;charset=UTF-8", `
<?xml version="1.0" encoding="UTF-8"?>
<DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
  <requestId>01010101-0101-4101-8101-010101010101</requestId>
  <reservationSet>
    <item>
      <reservationId>r-1</reservationId>
    </item>
  </reservationSet>
</DescribeInstancesResponse>
`},
		"EC2's error": {"ec2", form(t, "ec2", "Action=RunInstances&Version=2016-11-15"), 501, "text/xml;charset=UTF-8", `
<?xml version="1.0" encoding="UTF-8"?>
<Response>
  <Errors>
    <Error>
      <Code>UnsupportedOperation</Code>
      <Message>eksauth does not offer the operation RunInstances of EC2</Message>
    </Error>
  </Errors>
  <RequestID>01010101-0101-4101-8101-010101010101</RequestID>
</Response>
`},
		"EKS": {"eks", signed(t, "eks", "GET", clusters, ""), 200, "application/json", `{"clusters":[]}`},
		"EKS's typed error says its members": {"eks", signed(t, "eks", "GET", clusters+"/a", ""), 404, "application/json",
			`{"clusterName":"a","message":"No cluster found for name: a."}`},
		"EKS refuses a parameter": {"eks", signed(t, "eks", "GET", clusters+"?maxResults=0", ""), 400, "application/json",
			`{"message":"1 validation error detected: Value '0' at 'maxResults' failed to satisfy constraint: ` +
				`Member must have value greater than or equal to 1"}`},
		"CloudTrail": {"cloudtrail", signed(t, "cloudtrail", "POST", "https://cloudtrail.us-east-2.amazonaws.com/", "{}",
			"X-Amz-Target", "CloudTrail_20131101.LookupEvents"), 200, "application/x-amz-json-1.1", `{"Events":[]}`},
		"CloudTrail's error": {"cloudtrail", signed(t, "cloudtrail", "POST", "https://cloudtrail.us-east-2.amazonaws.com/", "{",
			"X-Amz-Target", "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents"), 400, "application/x-amz-json-1.1",
			`{"__type":"SerializationException","message":"Could not parse request body into json: unexpected EOF"}`},
	} {
		t.Run(name, func(t *testing.T) {
			w := serve(mustNew(t, testOptions(c.service)), c.request)
			if diff := cmp.Diff(strings.TrimPrefix(c.body, "\n"), w.Body.String()); diff != "" {
				t.Errorf("body (-want +got):\n%s", diff)
			}
			if w.Code != c.status || w.Header().Get("Content-Type") != c.contentType {
				t.Errorf("status %d as %s", w.Code, w.Header().Get("Content-Type"))
			}
			if w.Header().Get("X-Amzn-RequestId") != requestID || w.Header().Get("Date") != "Wed, 04 Mar 2026 05:06:07 GMT" {
				t.Errorf("headers are %v", w.Header())
			}
		})
	}
}

// A signature that fails has another name in each family of services.
func TestARefusedSignatureSpeaksTheServicesDialect(t *testing.T) {
	for service, c := range map[string]struct {
		request *http.Request
		status  int
		code    string
	}{
		"sts":        {form(t, "sts", "Action=GetCallerIdentity&Version=2011-06-15"), 403, "<Code>SignatureDoesNotMatch</Code>"},
		"ec2":        {form(t, "ec2", "Action=DescribeInstances&Version=2016-11-15"), 401, "<Code>AuthFailure</Code>"},
		"eks":        {signed(t, "eks", "GET", "https://eks.us-east-2.amazonaws.com/clusters", ""), 403, "InvalidSignatureException"},
		"cloudtrail": {signed(t, "cloudtrail", "POST", "https://cloudtrail.us-east-2.amazonaws.com/", "{}"), 400, "InvalidSignatureException"},
	} {
		authorization := c.request.Header.Get("Authorization")
		at := strings.Index(authorization, "Signature=") + len("Signature=")
		c.request.Header.Set("Authorization", authorization[:at]+strings.Repeat("0", 64))
		w := serve(mustNew(t, testOptions(service)), c.request)
		if got := w.Header().Get("X-Amzn-ErrorType") + w.Body.String(); w.Code != c.status || !strings.Contains(got, c.code) {
			t.Errorf("%s: status %d: %s", service, w.Code, got)
		}
	}
}

func TestWriteErrorSpeaksAsItWasAsked(t *testing.T) {
	for name, c := range map[string]struct {
		request *http.Request
		want    string
	}{
		"a form":        {form(t, "sqs", "Action=SendMessage"), "<Code>NotImplemented</Code>"},
		"a target":      {signed(t, "kms", "POST", "https://kms.us-east-2.amazonaws.com/", "{}", "X-Amz-Target", "K.List"), `"__type":"NotImplementedException"`},
		"anything else": {signed(t, "lambda", "GET", "https://lambda.us-east-2.amazonaws.com/f", ""), `{"message":"no such service"}`},
	} {
		t.Run(name, func(t *testing.T) {
			h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				WriteError(w, r, requestID, &Error{Code: "NotImplemented", Message: "no such service"})
			})
			if w := serve(h, c.request); w.Code != 501 || !strings.Contains(w.Body.String(), c.want) {
				t.Errorf("status %d: %s", w.Code, w.Body)
			}
		})
	}
}
