package fakeeks_test

import (
	"bytes"
	"context"
	"errors"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"
	"github.com/aws/smithy-go"

	"github.com/eksauth/eksauth/fakeeks"
	"github.com/eksauth/eksauth/internal/directory"
	"github.com/eksauth/eksauth/internal/store"
)

const (
	account = "534000000385"
	region  = "us-east-2"
	iamRoot = "arn:aws:iam::" + account + ":"

	clusterRole = iamRoot + "role/eks-cluster"
	nodeRole    = iamRoot + "role/node"
	podRole     = iamRoot + "role/pods"
	deployer    = iamRoot + "role/ci/deployer"
)

// world is an EKS over one account, its people and control planes that only remember what was asked of them.
type world struct {
	dir     *directory.Directory
	planes  *fakePlanes
	service *fakeeks.Service
	server  *httptest.Server
	keys    map[string]directory.SeededKey
	// background runs at once unless held is set; then it waits for release.
	held    bool
	waiting []func(context.Context)
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{planes: &fakePlanes{running: map[string]fakeeks.Access{}, mapRoles: map[string]string{}, versions: map[string]string{}}, keys: map[string]directory.SeededKey{}}
	var err error
	w.dir, err = directory.Open(t.Context(), directory.Config{
		Store: store.NewMemory(), SealingKey: bytes.Repeat([]byte{1}, directory.SealingKeySize), Now: time.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	w.seed(t)
	w.serve(t, w.planes)
	return w
}

func (w *world) seed(t testing.TB) {
	t.Helper()
	trust := func(service string) string {
		return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"` + service + `"},"Action":"sts:AssumeRole"}]}`
	}
	keys, err := w.dir.Seed(t.Context(), []directory.SeedAccount{
		{ID: account, Users: []directory.SeedUser{
			{Name: "arseniy", Policies: []string{"AdministratorAccess"}}, {Name: "olga", Path: "/team/"}, {Name: "yaroslav", Policies: []string{"AdministratorAccess"}},
		}, Roles: []directory.SeedRole{
			{Name: "eks-cluster", Trust: trust("eks.amazonaws.com")}, {Name: "node", Trust: trust("ec2.amazonaws.com")},
			{Name: "pods", Trust: trust("eks-fargate-pods.amazonaws.com")}, {Name: "deployer", Path: "/ci/", Trust: trust("ec2.amazonaws.com")},
			{Name: "linked", Path: "/aws-service-role/eks.amazonaws.com/", Trust: trust("eks.amazonaws.com")},
		}},
		{ID: "210000000071", Users: []directory.SeedUser{{Name: "stranger", Policies: []string{"AdministratorAccess"}}},
			Roles: []directory.SeedRole{{Name: "node", Trust: trust("ec2.amazonaws.com")}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range keys {
		w.keys[k.User] = k
	}
}

// serve starts a service over the directory, as a stack does at each start.
func (w *world) serve(t testing.TB, planes fakeeks.ControlPlanes) {
	t.Helper()
	var err error
	w.service, err = fakeeks.New(fakeeks.Config{
		Directory: w.dir, ControlPlanes: planes, Background: w.background, Versions: []string{"1.36.3", "1.35.8", "1.38.0"}, Now: time.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	w.server = httptest.NewServer(w.service)
	t.Cleanup(w.server.Close)
}

func (w *world) background(work func(context.Context)) {
	if w.held {
		w.waiting = append(w.waiting, work)
		return
	}
	work(context.Background())
}

// release does what was held.
func (w *world) release() {
	w.held = false
	for _, work := range w.waiting {
		work(context.Background())
	}
	w.waiting = nil
}

// as returns a client with a user's key.
func (w *world) as(user string) *eks.Client {
	return w.client(credentials.NewStaticCredentialsProvider(w.keys[user].AccessKeyID, w.keys[user].SecretAccessKey, ""))
}

func (w *world) client(keys aws.CredentialsProvider) *eks.Client {
	return eks.New(eks.Options{BaseEndpoint: aws.String(w.server.URL), Region: region, Credentials: keys, RetryMaxAttempts: 1})
}

// limited returns a client of an administrator's session that a policy narrows to these statements.
func (w *world) limited(t testing.TB, statements string) *eks.Client {
	t.Helper()
	key := directory.UserKey(account, "arseniy")
	now := time.Now()
	made, err := w.dir.Issue(account, &directory.Session{
		Kind: directory.FederatedSession, PrincipalID: directory.Get(w.dir, key).ID, Name: "limited", Issued: now, Expires: now.Add(time.Hour),
		Policy: `{"Version":"2012-10-17","Statement":[` + statements + `]}`,
	})
	if err != nil {
		t.Fatal(err)
	}
	return w.client(credentials.NewStaticCredentialsProvider(made.AccessKeyID, made.SecretAccessKey, made.SessionToken))
}

// cluster makes a cluster that runs, as arseniy.
func (w *world) cluster(t testing.TB, name string, mode types.AuthenticationMode) {
	t.Helper()
	ok[*eks.CreateClusterOutput](t)(w.as("arseniy").CreateCluster(t.Context(), newCluster(name, mode)))
}

func newCluster(name string, mode types.AuthenticationMode) *eks.CreateClusterInput {
	return &eks.CreateClusterInput{
		Name: aws.String(name), RoleArn: aws.String(clusterRole), ResourcesVpcConfig: &types.VpcConfigRequest{SubnetIds: []string{"subnet-1"}},
		AccessConfig: &types.CreateAccessConfigRequest{AuthenticationMode: mode},
	}
}

// describe is a cluster as the API shows it.
func (w *world) describe(t testing.TB, name string) *types.Cluster {
	t.Helper()
	return ok[*eks.DescribeClusterOutput](t)(w.as("arseniy").DescribeCluster(t.Context(), &eks.DescribeClusterInput{Name: aws.String(name)})).Cluster
}

// fakePlanes remembers who may enter the clusters that run.
type fakePlanes struct {
	mu       sync.Mutex
	running  map[string]fakeeks.Access
	versions map[string]string
	// broken is a version that does not start.
	broken string
	ca     []byte
	// mapRoles is the text in aws-auth.
	mapRoles map[string]string
	failure  error
	problems []fakeeks.Problem
	sets     int
}

func (p *fakePlanes) Start(_ context.Context, c *fakeeks.Cluster, access fakeeks.Access) (fakeeks.Serving, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.failure != nil {
		return fakeeks.Serving{}, p.failure
	}
	p.running[c.Name], p.versions[c.Name] = access, c.Version
	return fakeeks.Serving{Address: "127.0.0.1:6443", CA: p.ca}, nil
}

func (p *fakePlanes) Restart(ctx context.Context, c *fakeeks.Cluster, access fakeeks.Access) (fakeeks.Serving, error) {
	if c.Version == p.broken {
		return fakeeks.Serving{}, errors.New("kube-apiserver has ended: unknown flag")
	}
	return p.Start(ctx, c, access)
}

func (p *fakePlanes) SetAccess(_ context.Context, c *fakeeks.Cluster, access fakeeks.Access) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sets++
	p.running[c.Name] = access
	return nil
}

func (p *fakePlanes) EditRoles(_ context.Context, c *fakeeks.Cluster, edit func(string) (string, error)) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	text, err := edit(p.mapRoles[c.Name])
	if err == nil {
		p.mapRoles[c.Name] = text
	}
	return err
}

func (p *fakePlanes) Remove(_ context.Context, c *fakeeks.Cluster) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.running, c.Name)
	return nil
}

func (p *fakePlanes) Problems(*fakeeks.Cluster) []fakeeks.Problem { return p.problems }

func (p *fakePlanes) access(name string) fakeeks.Access {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.running[name]
}

// ok fails the test on an error; it wraps calls whose answers do not matter or are looked at.
func ok[T any](t testing.TB) func(out T, err error) T {
	return func(out T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
}

// refused checks code and message of an error; a message that ends in … may go on.
func refused(t testing.TB, err error, code, message string) {
	t.Helper()
	var api smithy.APIError
	if !errors.As(err, &api) {
		t.Errorf("got %v, want %s: %s", err, code, message)
		return
	}
	head, open := strings.CutSuffix(message, "…")
	if api.ErrorCode() != code || !(api.ErrorMessage() == message || open && strings.HasPrefix(api.ErrorMessage(), head)) {
		t.Errorf("got  %s: %q\nwant %s: %q", api.ErrorCode(), api.ErrorMessage(), code, message)
	}
}
