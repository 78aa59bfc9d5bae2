package emulator

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// A user of the partition aws does not exist for an endpoint in China, whatever the service.
func TestNoServiceKnowsAUserOfAnotherPartition(t *testing.T) {
	env := startFakes(t)
	form := http.Header{"Content-Type": {"application/x-www-form-urlencoded; charset=utf-8"}}
	target := func(name string) http.Header {
		return http.Header{"Content-Type": {"application/x-amz-json-1.1"}, "X-Amz-Target": {name}}
	}
	for _, test := range []struct {
		service, home, path, body string
		header                    http.Header
	}{
		{"sts", "sts.us-east-2.amazonaws.com", "/", "Action=GetCallerIdentity&Version=2011-06-15", form},
		{"iam", "iam.amazonaws.com", "/", "Action=ListUsers&Version=2010-05-08", form},
		{"ec2", "ec2.us-east-2.amazonaws.com", "/", "Action=DescribeInstances&Version=2016-11-15", form},
		{"eks", "eks.us-east-2.amazonaws.com", "/clusters", "", nil},
		{"cloudtrail", "cloudtrail.us-east-2.amazonaws.com", "/", "{}", target("CloudTrail_20131101.LookupEvents")},
		{"logs", "logs.us-east-2.amazonaws.com", "/", "{}", target("Logs_20140328.DescribeLogGroups")},
	} {
		t.Run(test.service, func(t *testing.T) {
			ask := func(host, region string) (int, string) {
				method := http.MethodPost
				if test.body == "" {
					method = http.MethodGet
				}
				request, err := http.NewRequestWithContext(t.Context(), method, env.Gateway()+test.path, strings.NewReader(test.body))
				if err != nil {
					t.Fatal(err)
				}
				request.Host, request.Header = host, test.header.Clone()
				if request.Header == nil {
					request.Header = http.Header{}
				}
				return send(t, env, request, test.body, test.service, region)
			}
			region := "us-east-2"
			if test.service == "iam" {
				region = "us-east-1"
			}
			if status, answer := ask(test.home, region); status != http.StatusOK {
				t.Errorf("at home: status %d: %s", status, answer)
			}
			refusal := "security token included in the request is invalid"
			if test.service == "ec2" {
				refusal = "AWS was not able to validate the provided access credentials"
			}
			status, answer := ask(test.service+".cn-north-1.amazonaws.com.cn", "cn-north-1")
			if !strings.Contains(answer, refusal) || status < http.StatusBadRequest {
				t.Errorf("in China: status %d: %s, want a refusal of the key", status, answer)
			}
		})
	}
}

// send signs a request with the key of the first profile, and returns status and body of the answer.
func send(t *testing.T, env *Environment, request *http.Request, body, service, region string) (int, string) {
	t.Helper()
	p := env.profiles[0]
	sum := sha256.Sum256([]byte(body))
	credentials := aws.Credentials{AccessKeyID: p.AccessKeyID, SecretAccessKey: p.SecretAccessKey}
	if err := v4.NewSigner().SignHTTP(t.Context(), credentials, request, hex.EncodeToString(sum[:]), service, region, time.Now()); err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(answer)
}
