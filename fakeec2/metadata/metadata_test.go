package metadata_test

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/eksauth/eksauth/fakeec2"
	"github.com/eksauth/eksauth/fakeec2/metadata"
	"github.com/eksauth/eksauth/internal/directory"
	"github.com/eksauth/eksauth/internal/store"
)

const (
	account = "534000000385"
	region  = "us-east-2"
)

// world is an instance with its metadata service at an address of its own.
type world struct {
	dir      *directory.Directory
	ec2      *fakeec2.Service
	instance *fakeec2.Instance
	service  *metadata.Service
	url      string
	now      time.Time
	issued   []metadata.Issue
}

func trust(statement string) string {
	return `{"Version":"2012-10-17","Statement":[` + statement + `]}`
}

const trustEC2 = `{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}`

// start runs an instance as template has it with a role of the given trust policy.
func start(t *testing.T, template fakeec2.Instance, statement string) *world {
	t.Helper()
	w := &world{now: time.Now()}
	now := func() time.Time { return w.now }
	var err error
	w.dir, err = directory.Open(t.Context(), directory.Config{
		Store: store.NewMemory(), SealingKey: bytes.Repeat([]byte{1}, directory.SealingKeySize), Now: now,
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.dir.Seed(t.Context(), []directory.SeedAccount{{ID: account, Roles: []directory.SeedRole{{Name: "node", Path: "/team/", Trust: trust(statement)}}}})
	if err != nil {
		t.Fatal(err)
	}
	w.setProfile(t, "node")
	if w.ec2, err = fakeec2.New(fakeec2.Config{Directory: w.dir, Now: now}); err != nil {
		t.Fatal(err)
	}
	template.Account, template.Partition, template.Region, template.Image, template.Type = account, "aws", region, "ami-1", "t3.large"
	if w.instance, err = w.ec2.Launch(t.Context(), template); err != nil {
		t.Fatal(err)
	}
	w.service, err = metadata.New(metadata.Config{
		Directory: w.dir, Account: account, Region: region, Instance: w.instance.ID, Now: now,
		Issued: func(i metadata.Issue) { w.issued = append(w.issued, i) },
	})
	if err != nil {
		t.Fatal(err)
	}
	w.serve(t)
	return w
}

func (w *world) serve(t *testing.T) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- w.service.Serve(ctx, listener) }()
	t.Cleanup(func() {
		cancel()
		if err := <-served; err != nil {
			t.Errorf("the metadata service ended: %v", err)
		}
	})
	w.url = "http://" + listener.Addr().String()
}

func (w *world) setProfile(t *testing.T, roles ...string) {
	t.Helper()
	err := w.dir.Update(t.Context(), func(tx *directory.Tx) error {
		profile := directory.Get(tx, directory.InstanceProfileKey(account, "node"))
		if profile == nil {
			profile = &directory.InstanceProfile{}
			var err error
			if profile.Resource, err = w.dir.NewResource(tx, directory.InstanceProfileID, account, "node", "", nil); err != nil {
				return err
			}
		}
		profile.Roles = roles
		directory.Put(tx, profile)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// ask sends a request with headers in pairs and returns status, text and the answer's headers.
func (w *world) ask(t *testing.T, method, path string, headers ...string) (int, string, http.Header) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, w.url+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(text), response.Header
}

const (
	ttlHeader   = "X-aws-ec2-metadata-token-ttl-seconds"
	tokenHeader = "X-aws-ec2-metadata-token"
)

func (w *world) token(t *testing.T, seconds string) string {
	t.Helper()
	status, token, header := w.ask(t, http.MethodPut, "/latest/api/token", ttlHeader, seconds)
	if status != http.StatusOK || header.Get(ttlHeader) != seconds {
		t.Fatalf("a token for %s s: status %d, its lifetime %q", seconds, status, header.Get(ttlHeader))
	}
	return token
}

// read reads a path with a token, which must succeed.
func (w *world) read(t *testing.T, path string) string {
	t.Helper()
	status, text, _ := w.ask(t, http.MethodGet, path, tokenHeader, w.token(t, "60"))
	if status != http.StatusOK {
		t.Fatalf("GET %s: status %d", path, status)
	}
	return text
}

// TestWithoutASocket holds that the handler also serves where no socket is its own, as behind a proxy.
func TestWithoutASocket(t *testing.T) {
	w := start(t, fakeec2.Instance{Profile: "node"}, trustEC2)
	request := httptest.NewRequest(http.MethodPut, "/latest/api/token", nil)
	request.Header.Set(ttlHeader, "60")
	answer := httptest.NewRecorder()
	w.service.ServeHTTP(answer, request)
	if answer.Code != http.StatusOK || answer.Body.Len() == 0 {
		t.Errorf("status %d, token %q", answer.Code, answer.Body)
	}
}
