package logs_test

import (
	"bytes"
	"errors"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/smithy-go"

	"github.com/eksauth/eksauth/faketrail/logs"
	"github.com/eksauth/eksauth/internal/directory"
	"github.com/eksauth/eksauth/internal/store"
)

const (
	account = "534000000385"
	region  = "us-east-2"
	group   = "/aws/eks/dev/cluster"
)

// Lines as the real processes write them.
const (
	banner  = `Authenticator Version: "v0.7.13", ""`
	started = `time="2026-11-23T14:11:18Z" level=info msg="starting mapper \"EKSConfigMap\""`
	denied  = `time="2026-11-23T14:11:20Z" level=warning msg="access denied" client="127.0.0.1:1" error="identity is not mapped" path=/authenticate`
	granted = `time="2026-11-23T14:11:22Z" level=info msg="access granted" arn="arn:aws:iam::534000000385:user/arseniy" path=/authenticate`
	served  = `I1123 14:11:19.500000    6017 options.go:263] external host was not specified, using 127.0.0.1`
	trace   = `goroutine 1 [running]:`
	audited = `{"kind":"Event","stage":"ResponseComplete","verb":"get","responseStatus":{"code":401},"requestReceivedTimestamp":"2026-11-23T14:11:20.900000Z","stageTimestamp":"2026-11-23T14:11:21.000000Z"}`
)

// at is the time of day of a line, in milliseconds since 1970.
func at(t *testing.T, clock string) *int64 {
	t.Helper()
	parsed, err := time.Parse(time.RFC3339Nano, "2026-11-23T"+clock+"Z")
	if err != nil {
		t.Fatal(err)
	}
	return aws.Int64(parsed.UnixMilli())
}

type world struct {
	dir    string
	server *httptest.Server
	keys   map[string]directory.SeededKey
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{dir: t.TempDir(), keys: map[string]directory.SeededKey{}}
	dir, err := directory.Open(t.Context(), directory.Config{Store: store.NewMemory(), SealingKey: bytes.Repeat([]byte{1}, directory.SealingKeySize)})
	if err != nil {
		t.Fatal(err)
	}
	keys, err := dir.Seed(t.Context(), []directory.SeedAccount{{ID: account, Users: []directory.SeedUser{
		{Name: "arseniy", Policies: []string{"AdministratorAccess"}}, {Name: "nobody"}, {Name: "reader"},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range keys {
		w.keys[k.User] = k
	}
	allowReading(t, dir)
	w.write(t, "authenticator.log", banner, started, denied, granted)
	w.write(t, "apiserver.log", served, trace)
	w.write(t, "audit.log", audited)
	service, err := logs.New(logs.Config{Directory: dir, Groups: w.groups, Zone: time.UTC})
	if err != nil {
		t.Fatal(err)
	}
	w.server = httptest.NewServer(service)
	t.Cleanup(w.server.Close)
	return w
}

// allowReading lets the reader read this group alone, as policies name groups: with :* at the end.
func allowReading(t *testing.T, dir *directory.Directory) {
	t.Helper()
	err := dir.Update(t.Context(), func(tx *directory.Tx) error {
		reader := directory.Get(tx, directory.UserKey(account, "reader"))
		reader.SetInline("read", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["logs:FilterLogEvents","logs:GetLogEvents"],`+
			`"Resource":"arn:aws:logs:us-east-2:534000000385:log-group:/aws/eks/dev/cluster:*"}]}`)
		directory.Put(tx, reader)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// write appends lines to a file, which is then as old as the lines say.
func (w *world) write(t *testing.T, name string, lines ...string) {
	t.Helper()
	path := filepath.Join(w.dir, name)
	file, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range lines {
		if _, err := file.WriteString(line + "\n"); err != nil {
			t.Fatal(err)
		}
	}
	changed := time.Date(2026, time.November, 23, 14, 12, 0, 0, time.UTC)
	if err := errors.Join(file.Close(), os.Chtimes(path, changed, changed)); err != nil {
		t.Fatal(err)
	}
}

func (w *world) groups() []logs.Group {
	file := func(name string) []string {
		return []string{filepath.Join(w.dir, name+".1"), filepath.Join(w.dir, name)}
	}
	return []logs.Group{
		{Account: account, Region: region, Name: group, Created: time.Unix(1_795_000_000, 0), Streams: []logs.Stream{
			{Name: "authenticator-1", Files: file("authenticator.log")}, {Name: "kube-apiserver-1", Files: file("apiserver.log")},
			{Name: "kube-apiserver-audit-1", Files: file("audit.log")}, {Name: "kube-scheduler-1", Files: file("none.log")},
		}},
		{Account: account, Region: region, Name: "/aws/eks/prod/cluster"},
		{Account: account, Region: "eu-west-1", Name: "/aws/eks/elsewhere/cluster"},
		{Account: "210000000071", Region: region, Name: "/aws/eks/theirs/cluster"},
	}
}

func (w *world) as(user string) *cloudwatchlogs.Client {
	return cloudwatchlogs.New(cloudwatchlogs.Options{
		BaseEndpoint: aws.String(w.server.URL), Region: region, RetryMaxAttempts: 1, HTTPClient: w.server.Client(),
		Credentials: credentials.NewStaticCredentialsProvider(w.keys[user].AccessKeyID, w.keys[user].SecretAccessKey, ""),
	})
}

func wantRefused(t *testing.T, err error, code string) {
	t.Helper()
	if refused, ok := errors.AsType[smithy.APIError](err); !ok || refused.ErrorCode() != code {
		t.Errorf("error %v, want %s", err, code)
	}
}
