package fakeec2_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/smithy-go"

	"github.com/eksauth/eksauth/fakeec2"
	"github.com/eksauth/eksauth/internal/directory"
	"github.com/eksauth/eksauth/internal/store"
)

const (
	account = "534000000385"
	region  = "us-east-2"
)

// world is an EC2 over one account: an administrator, a watcher who may only describe, and a starter who may start
// instances but pass on only the role `small`.
type world struct {
	dir     *directory.Directory
	service *fakeec2.Service
	server  *httptest.Server
	now     time.Time
	keys    map[string]directory.SeededKey
	changed []string
}

const trustEC2 = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}`

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{now: time.Now().UTC().Truncate(time.Second), keys: map[string]directory.SeededKey{}}
	now := func() time.Time { return w.now }
	var err error
	w.dir, err = directory.Open(t.Context(), directory.Config{
		Store: store.NewMemory(), SealingKey: bytes.Repeat([]byte{1}, directory.SealingKeySize), Now: now,
	})
	if err != nil {
		t.Fatal(err)
	}
	keys, err := w.dir.Seed(t.Context(), []directory.SeedAccount{{
		ID:    account,
		Users: []directory.SeedUser{{Name: "arseniy", Policies: []string{"AdministratorAccess"}}, {Name: "watcher"}, {Name: "starter"}, {Name: "nobody"}},
		Roles: []directory.SeedRole{{Name: "small", Trust: trustEC2}, {Name: "big", Path: "/team/", Trust: trustEC2}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range keys {
		w.keys[k.User] = k
	}
	w.allow(t, "watcher", `{"Effect":"Allow","Action":"ec2:DescribeInstances","Resource":"*"}`)
	w.allow(t, "starter", `{"Effect":"Allow","Action":["ec2:RunInstances"],"Resource":"*"},`+
		`{"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::534000000385:role/small","Condition":{"StringEquals":{"iam:PassedToService":"ec2.amazonaws.com"}}},`+
		`{"Effect":"Allow","Action":"ec2:TerminateInstances","Resource":"*","Condition":{"StringEquals":{"aws:ResourceTag/team":"blue"}}}`)
	w.addProfile(t, "small", "small")
	w.addProfile(t, "big", "big")
	w.service, err = fakeec2.New(fakeec2.Config{
		Directory: w.dir, Now: now,
		Changed: func(i *fakeec2.Instance) { w.changed = append(w.changed, fmt.Sprint(i.ID, " ", i.Running())) },
	})
	if err != nil {
		t.Fatal(err)
	}
	w.server = httptest.NewServer(w.service)
	t.Cleanup(w.server.Close)
	return w
}

func (w *world) allow(t *testing.T, user, statements string) {
	t.Helper()
	err := w.dir.Update(t.Context(), func(tx *directory.Tx) error {
		u := directory.Get(tx, directory.UserKey(account, user))
		u.SetInline("test", `{"Version":"2012-10-17","Statement":[`+statements+`]}`)
		directory.Put(tx, u)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (w *world) addProfile(t *testing.T, name, role string) {
	t.Helper()
	err := w.dir.Update(t.Context(), func(tx *directory.Tx) error {
		profile := &directory.InstanceProfile{Roles: []string{role}}
		var err error
		profile.Resource, err = w.dir.NewResource(tx, directory.InstanceProfileID, account, name, "", nil)
		directory.Put(tx, profile)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// as returns a client with a user's key.
func (w *world) as(user string) *ec2.Client { return w.in(user, region) }

func (w *world) in(user, region string) *ec2.Client {
	key := w.keys[user]
	return ec2.New(ec2.Options{
		BaseEndpoint: aws.String(w.server.URL), Region: region, RetryMaxAttempts: 1, HTTPClient: patient{w.server.Client()},
		Credentials: credentials.NewStaticCredentialsProvider(key.AccessKeyID, key.SecretAccessKey, ""),
	})
}

// patient sends requests whose body nobody closes. The SDK closes a body when the answer begins, and a server on this
// machine can answer before the transport has seen the end of the body; it then drops the connection with the answer on it.
type patient struct{ client *http.Client }

func (p patient) Do(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	return p.client.Do(r)
}

// request asks for count instances with a profile, which may be empty.
func request(count int32, profile string) *ec2.RunInstancesInput {
	in := &ec2.RunInstancesInput{ImageId: aws.String("ami-1"), MinCount: aws.Int32(count), MaxCount: aws.Int32(count), InstanceType: "t3.large"}
	if profile != "" {
		in.IamInstanceProfile = &types.IamInstanceProfileSpecification{Name: aws.String(profile)}
	}
	return in
}

func (w *world) run(t *testing.T, in *ec2.RunInstancesInput) []string {
	t.Helper()
	out, err := w.as("arseniy").RunInstances(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, i := range out.Instances {
		ids = append(ids, *i.InstanceId)
	}
	return ids
}

// wantRefused expects an error with a code whose message has a text.
func wantRefused(t *testing.T, err error, code, text string) {
	t.Helper()
	refused, ok := errors.AsType[smithy.APIError](err)
	if !ok || refused.ErrorCode() != code || !strings.Contains(refused.ErrorMessage(), text) {
		t.Errorf("error %v, want %s with %q", err, code, text)
	}
}
