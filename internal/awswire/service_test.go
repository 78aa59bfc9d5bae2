package awswire

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	ekstypes "github.com/aws/aws-sdk-go-v2/service/eks/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	ststypes "github.com/aws/aws-sdk-go-v2/service/sts/types"
)

var testTime = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

type fakeSTS struct{}

func (fakeSTS) GetCallerIdentity(context.Context, *sts.GetCallerIdentityInput) (*sts.GetCallerIdentityOutput, error) {
	return &sts.GetCallerIdentityOutput{
		Account: aws.String("123456789012"), Arn: aws.String("arn:aws:iam::123456789012:user/alice"), UserId: aws.String("AIDA1"),
	}, nil
}

func (fakeSTS) AssumeRole(context.Context, *sts.AssumeRoleInput) (*sts.AssumeRoleOutput, error) {
	return &sts.AssumeRoleOutput{Credentials: &ststypes.Credentials{
		AccessKeyId: aws.String("ASIA1"), SecretAccessKey: aws.String("secret"), SessionToken: aws.String("token"),
		Expiration: aws.Time(testTime.Add(time.Hour)),
	}}, nil
}

type fakeIAM struct{}

func (fakeIAM) CreateUser(context.Context, *iam.CreateUserInput) (*iam.CreateUserOutput, error) {
	panic("the disk is on fire")
}

func (fakeIAM) GetUser(_ context.Context, in *iam.GetUserInput) (*iam.GetUserOutput, error) {
	return nil, &iamtypes.NoSuchEntityException{Message: aws.String("The user with name " + aws.ToString(in.UserName) + " cannot be found.")}
}

func (fakeIAM) ListAccessKeys(context.Context, *iam.ListAccessKeysInput) (*iam.ListAccessKeysOutput, error) {
	return &iam.ListAccessKeysOutput{}, nil
}

func (fakeIAM) TagUser(context.Context, *iam.TagUserInput) (*iam.TagUserOutput, error) {
	return &iam.TagUserOutput{}, nil
}

func (fakeIAM) DeleteUser(context.Context, *iam.DeleteUserInput) (*iam.DeleteUserOutput, error) {
	return nil, errors.New("read /var/lib/secret-path: permission denied")
}

type fakeEKS struct{}

func (fakeEKS) DescribeCluster(_ context.Context, in *eks.DescribeClusterInput) (*eks.DescribeClusterOutput, error) {
	return nil, &ekstypes.ResourceNotFoundException{Message: aws.String("No cluster found for name: " + *in.Name + "."), ClusterName: in.Name}
}

func (fakeEKS) CreateCluster(context.Context, *eks.CreateClusterInput) (*eks.CreateClusterOutput, error) {
	return &eks.CreateClusterOutput{}, nil
}

func (fakeEKS) ListClusters(context.Context, *eks.ListClustersInput) (*eks.ListClustersOutput, error) {
	return &eks.ListClustersOutput{}, nil
}

type fakeEC2 struct{}

func (fakeEC2) DescribeInstances(context.Context, *ec2.DescribeInstancesInput) (*ec2.DescribeInstancesOutput, error) {
	return &ec2.DescribeInstancesOutput{Reservations: []ec2types.Reservation{{ReservationId: aws.String("r-1")}}}, nil
}

type fakeTrail struct{}

func (fakeTrail) LookupEvents(context.Context, *cloudtrail.LookupEventsInput) (*cloudtrail.LookupEventsOutput, error) {
	return &cloudtrail.LookupEventsOutput{}, nil
}

var fakes = map[string]any{
	"sts": fakeSTS{}, "iam": fakeIAM{}, "eks": fakeEKS{}, "ec2": fakeEC2{}, "cloudtrail": fakeTrail{},
}

// testOptions has a fixed clock and, as request ID, 01010101-0101-4101-8101-010101010101.
func testOptions(id string) Options {
	return Options{
		Service: id, Fake: fakes[id], Keys: testKeys,
		Now:  func() time.Time { return testTime },
		Rand: bytes.NewReader(bytes.Repeat([]byte{1}, 1024)),
	}
}

func mustNew(t *testing.T, o Options) *Service {
	t.Helper()
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// signed makes a request as an SDK would, with headers given as name and value.
func signed(t *testing.T, service, method, url, body string, headers ...string) *http.Request {
	t.Helper()
	r := httptest.NewRequest(method, url, strings.NewReader(body))
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	hash := sha256.Sum256([]byte(body))
	keys := aws.Credentials{AccessKeyID: "AKIAIOSFODNN7EXAMPLE", SecretAccessKey: testSecret}
	err := v4.NewSigner().SignHTTP(t.Context(), keys, r, hex.EncodeToString(hash[:]), service, "us-east-2", testTime)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func form(t *testing.T, service, body string, headers ...string) *http.Request {
	headers = append([]string{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}, headers...)
	return signed(t, service, "POST", "https://"+service+".us-east-2.amazonaws.com/", body, headers...)
}

func serve(h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// The gates stand in AWS's order, and whoever observes is told of every call.
func TestGatesStandInOrder(t *testing.T) {
	const valid = "Action=AssumeRole&Version=2011-06-15&RoleSessionName=me&RoleArn=arn:aws:iam::123456789012:role/r"
	denied := func(context.Context, *Call) error { return refusef("AccessDenied", "no") }
	for name, c := range map[string]struct {
		body      string
		unsign    bool
		authorize func(context.Context, *Call) error
		code      string
		status    int
	}{
		"signature first":             {body: "Action=Nonsense", unsign: true, code: "MissingAuthenticationToken", status: 403},
		"then the operation":          {body: "Action=Nonsense&Version=2011-06-15", code: "InvalidAction", status: 400},
		"of the right version":        {body: "Action=AssumeRole&Version=2010-01-01", code: "InvalidAction", status: 400},
		"then what is offered":        {body: "Action=GetSessionToken&Version=2011-06-15", code: "NotImplemented", status: 501},
		"then the form of the input":  {body: valid + "&Tags=x", code: "MalformedInput", status: 400},
		"then constraints":            {body: "Action=AssumeRole&Version=2011-06-15", authorize: denied, code: "ValidationError", status: 400},
		"then authorization":          {body: valid, authorize: denied, code: "AccessDenied", status: 403},
		"and then the operation runs": {body: valid, status: 200},
	} {
		t.Run(name, func(t *testing.T) {
			var seen *Call
			o := testOptions("sts")
			o.Authorize, o.Observe = c.authorize, func(call *Call) { seen = call }
			r := form(t, "sts", c.body)
			if c.unsign {
				r.Header.Del("Authorization")
			}
			w := serve(mustNew(t, o), r)
			if w.Code != c.status || seen.Status != c.status {
				t.Fatalf("status %d, observed %d, want %d: %s", w.Code, seen.Status, c.status, w.Body)
			}
			if c.code != "" && seen.Failure.Code != c.code {
				t.Errorf("code %s, want %s", seen.Failure.Code, c.code)
			}
		})
	}
}

func TestACallKnowsWhoAskedForWhat(t *testing.T) {
	var seen *Call
	o := testOptions("sts")
	o.Authorize = func(ctx context.Context, call *Call) error {
		seen = CallFrom(ctx)
		if seen != call {
			t.Error("the context has another call")
		}
		return nil
	}
	serve(mustNew(t, o), form(t, "sts", "Action=GetCallerIdentity&Version=2011-06-15", "User-Agent", "kubectl"))
	if seen.Identity != "alice" || seen.Operation != "GetCallerIdentity" || seen.Region != "us-east-2" ||
		seen.SourceIP != "192.0.2.1" || seen.UserAgent != "kubectl" || seen.Target.Host != "sts.us-east-2.amazonaws.com" {
		t.Errorf("call is %+v", seen)
	}
	if _, ok := seen.Output.(*sts.GetCallerIdentityOutput); !ok {
		t.Errorf("output is %T", seen.Output)
	}
}

// The host's region must be the scope's.
func TestTheTargetsRegionBindsTheSignature(t *testing.T) {
	r := form(t, "sts", "Action=GetCallerIdentity&Version=2011-06-15")
	r = r.WithContext(WithTarget(r.Context(), Target{Service: "sts", Region: "eu-west-1"}))
	if w := serve(mustNew(t, testOptions("sts")), r); w.Code != 403 || !strings.Contains(w.Body.String(), "valid region") {
		t.Errorf("answer %d: %s", w.Code, w.Body)
	}
}

// The client is told nothing of what broke inside; the log is.
func TestInnerFailuresStayInTheLog(t *testing.T) {
	for action, logged := range map[string]string{"CreateUser": "the disk is on fire", "DeleteUser": "secret-path"} {
		var log bytes.Buffer
		o := testOptions("iam")
		o.Log = slog.New(slog.NewTextHandler(&log, nil))
		w := serve(mustNew(t, o), form(t, "iam", "Action="+action+"&Version=2010-05-08&UserName=bob"))
		if w.Code != 500 || !strings.Contains(w.Body.String(), "<Code>InternalFailure</Code>") ||
			strings.Contains(w.Body.String(), logged) || strings.Contains(w.Body.String(), "goroutine") {
			t.Errorf("%s: answer %d: %s", action, w.Code, w.Body)
		}
		if !strings.Contains(log.String(), logged) {
			t.Errorf("%s: log has no %q: %s", action, logged, &log)
		}
	}
}

func TestNewRefusesAFakeOfAnotherShape(t *testing.T) {
	for name, c := range map[string]struct {
		service string
		fake    any
		want    string
	}{
		"unknown service":         {"s3", fakeSTS{}, "s3"},
		"no operation":            {"iam", fakeEC2{}, "no operation of IAM"},
		"another signature":       {"sts", wrongSignature{}, "not func(context.Context, *GetCallerIdentityInput)"},
		"shapes not in the model": {"ec2", unknownShapes{}, "not in the model data"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := New(Options{Service: c.service, Fake: c.fake, Keys: testKeys})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one that says %q", err, c.want)
			}
		})
	}
}

type wrongSignature struct{}

func (wrongSignature) GetCallerIdentity(context.Context, *sts.AssumeRoleInput) (*sts.AssumeRoleOutput, error) {
	return nil, io.EOF
}

type unknownShapes struct{}

func (unknownShapes) CreateVpc(context.Context, *ec2.CreateVpcInput) (*ec2.CreateVpcOutput, error) {
	return nil, io.EOF
}

func TestOperationsSayWhatIsOffered(t *testing.T) {
	offered := map[string]bool{}
	for _, op := range mustNew(t, testOptions("sts")).Operations() {
		offered[op.Name] = op.Offered
	}
	if !offered["AssumeRole"] || offered["GetSessionToken"] || len(offered) != 11 {
		t.Errorf("operations are %v", offered)
	}
}
