package faketrail_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"
	"github.com/aws/aws-sdk-go-v2/service/eks"

	"github.com/eksauth/eksauth/faketrail"
	"github.com/eksauth/eksauth/internal/awswire"
	"github.com/eksauth/eksauth/internal/directory"
	"github.com/eksauth/eksauth/internal/store"
)

const (
	home   = "534000000385"
	abroad = "210000000071"
	region = "us-east-2"
)

// world is a CloudTrail over two accounts.
type world struct {
	store  store.Store
	dir    *directory.Directory
	trail  *faketrail.Service
	server *httptest.Server
	now    time.Time
	keys   map[string]directory.SeededKey
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{store: store.NewMemory(), now: time.Now().UTC().Truncate(time.Second), keys: map[string]directory.SeededKey{}}
	var err error
	w.dir, err = directory.Open(t.Context(), directory.Config{
		Store: w.store, SealingKey: bytes.Repeat([]byte{1}, directory.SealingKeySize), Now: func() time.Time { return w.now },
	})
	if err != nil {
		t.Fatal(err)
	}
	keys, err := w.dir.Seed(t.Context(), []directory.SeedAccount{
		{ID: home, Users: []directory.SeedUser{{Name: "arseniy", Policies: []string{"AdministratorAccess"}}, {Name: "nobody"}},
			Roles: []directory.SeedRole{{Name: "deployer", Path: "/team/", Trust: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"534000000385"},"Action":"sts:AssumeRole"}]}`}}},
		{ID: abroad, Users: []directory.SeedUser{{Name: "guest", Policies: []string{"AdministratorAccess"}}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range keys {
		w.keys[k.User] = k
	}
	w.restart(t)
	return w
}

// restart makes the service anew, as a new start of the program does.
func (w *world) restart(t *testing.T) {
	t.Helper()
	var err error
	w.trail, err = faketrail.New(faketrail.Config{Directory: w.dir, Now: func() time.Time { return w.now }})
	if err != nil {
		t.Fatal(err)
	}
	w.server = httptest.NewServer(w.trail)
	t.Cleanup(w.server.Close)
}

// keep stores what is to be kept, and returns when that is done.
func (w *world) keep() {
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	w.trail.Keep(ended)
}

func (w *world) client(user, region string) *cloudtrail.Client {
	return cloudtrail.New(cloudtrail.Options{
		BaseEndpoint: aws.String(w.server.URL), Region: region, RetryMaxAttempts: 1, HTTPClient: w.server.Client(),
		Credentials: credentials.NewStaticCredentialsProvider(w.keys[user].AccessKeyID, w.keys[user].SecretAccessKey, ""),
	})
}

// caller is a user as a service knows it.
func (w *world) caller(t *testing.T, user string) *directory.Caller {
	t.Helper()
	_, caller, err := w.dir.Authenticate(t.Context(), w.keys[user].AccessKeyID, "")
	if err != nil {
		t.Fatal(err)
	}
	return caller
}

// session is a session of the role deployer.
func (w *world) session(t *testing.T, name string) *directory.Caller {
	t.Helper()
	role := directory.Get(w.dir, directory.RoleKey(home, "deployer"))
	issued, err := w.dir.Issue(home, &directory.Session{
		Kind: directory.RoleSession, PrincipalID: role.ID, Name: name, Issued: w.now, Expires: w.now.Add(time.Hour), MFA: w.now, SourceIdentity: "olga",
	})
	if err != nil {
		t.Fatal(err)
	}
	_, caller, err := w.dir.Authenticate(t.Context(), issued.AccessKeyID, issued.SessionToken)
	if err != nil {
		t.Fatal(err)
	}
	return caller
}

func (w *world) call(caller *directory.Caller, service, operation string, in, out any) *awswire.Call {
	return &awswire.Call{
		RequestID: "request-1", Service: service, Operation: operation, Region: region, Identity: caller, Input: in, Output: out,
		Started: w.now, SourceIP: "127.0.0.1", UserAgent: "aws-cli",
	}
}

// creates records that somebody has made a cluster.
func (w *world) creates(caller *directory.Caller, name string) {
	w.trail.Observe(w.call(caller, "eks", "CreateCluster", &eks.CreateClusterInput{Name: aws.String(name)}, &eks.CreateClusterOutput{}))
}

func by(key types.LookupAttributeKey, value string) *cloudtrail.LookupEventsInput {
	return &cloudtrail.LookupEventsInput{LookupAttributes: []types.LookupAttribute{{AttributeKey: key, AttributeValue: aws.String(value)}}}
}

func (w *world) lookup(t *testing.T, in *cloudtrail.LookupEventsInput) []types.Event {
	t.Helper()
	out, err := w.client("arseniy", region).LookupEvents(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return out.Events
}

// content reads the record inside an event.
func content(t *testing.T, e types.Event) map[string]any {
	t.Helper()
	var c map[string]any
	if err := json.Unmarshal([]byte(*e.CloudTrailEvent), &c); err != nil {
		t.Fatal(err)
	}
	return c
}
