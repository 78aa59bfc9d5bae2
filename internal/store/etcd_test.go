package store_test

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	clientv3 "go.etcd.io/etcd/client/v3"

	"github.com/eksauth/eksauth/internal/store"
)

// etcdServer is a real etcd on loopback.
type etcdServer struct {
	binary, dir, client, peer string
	process                   *exec.Cmd
}

// startEtcd starts the etcd of EKSAUTH_ASSETS or bin/upstream. Without one the test is skipped, but in CI it fails.
func startEtcd(t *testing.T) *etcdServer {
	t.Helper()
	binary := filepath.Join(os.Getenv("EKSAUTH_ASSETS"), "etcd")
	if os.Getenv("EKSAUTH_ASSETS") == "" {
		binary = filepath.Join("..", "..", "bin", "upstream", "etcd")
	}
	if _, err := os.Stat(binary); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("no etcd, which CI must have: %v", err)
		}
		t.Skipf("SKIPPED, etcd IS NOT TESTED: %v (run `make build`)", err)
	}
	s := &etcdServer{binary: binary, dir: t.TempDir(), client: freeURL(t), peer: freeURL(t)}
	s.start(t)
	t.Cleanup(func() { s.kill(t) })
	return s
}

func freeURL(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return "http://" + l.Addr().String()
}

func (s *etcdServer) start(t *testing.T) {
	t.Helper()
	s.process = exec.Command(s.binary, "--data-dir", s.dir, "--listen-client-urls", s.client, "--advertise-client-urls", s.client,
		"--listen-peer-urls", s.peer, "--initial-advertise-peer-urls", s.peer, "--initial-cluster", "default="+s.peer,
		"--unsafe-no-fsync", "--log-level", "error")
	s.process.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := s.process.Start(); err != nil {
		t.Fatalf("start etcd: %v", err)
	}
}

// kill ends etcd as a crash does.
func (s *etcdServer) kill(t *testing.T) {
	t.Helper()
	if s.process == nil {
		return
	}
	if err := s.process.Process.Kill(); err != nil {
		t.Errorf("kill etcd: %v", err)
	}
	_ = s.process.Wait() // it says that the process was killed
	s.process = nil
}

func (s *etcdServer) open(t *testing.T, prefix string) *store.Etcd {
	t.Helper()
	e, err := store.OpenEtcd(t.Context(), store.EtcdConfig{Endpoints: []string{s.client}, Prefix: prefix})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	eventually(t, "etcd is healthy", func() bool { return e.Healthy() == nil })
	return e
}

func TestPrefixesAreApart(t *testing.T) {
	server := startEtcd(t)
	a, b, m := server.open(t, "/a/"), server.open(t, "/b/"), &mirror{}
	commit(t, a, put("x", "a", 0))
	last := commit(t, b, put("x", "b", 0))
	if err := b.Follow(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	m.awaits(t, last)
	if diff := cmp.Diff(map[string]string{"x": "b"}, m.read()); diff != "" {
		t.Errorf("state (-want +got):\n%s", diff)
	}
}

func TestStateOfManyPages(t *testing.T) {
	s, m, want := startEtcd(t).open(t, "/many/"), &mirror{}, map[string]string{}
	for i := 0; i < 2500; i += 100 {
		var ops []store.Op
		for j := i; j < i+100; j++ {
			ops = append(ops, put(fmt.Sprintf("k%04d", j), "v", 0))
			want[fmt.Sprintf("k%04d", j)] = "v"
		}
		commit(t, s, ops...)
	}
	if err := s.Follow(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, m.read()); diff != "" {
		t.Errorf("state (-want +got):\n%s", diff)
	}
}

func TestEtcdGoesAwayAndComesBack(t *testing.T) {
	server := startEtcd(t)
	s, m := server.open(t, "/away/"), &mirror{}
	if err := s.Follow(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	first := commit(t, s, put("x", "before", 0))
	m.awaits(t, first)
	server.kill(t)

	began := time.Now()
	if _, err := s.Commit(t.Context(), put("x", "lost", first)); !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("commit without etcd: %v", err)
	}
	if took := time.Since(began); took > store.DefaultTimeout+time.Second {
		t.Errorf("the refusal took %v", took)
	}
	if err := s.Healthy(); !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("healthy without etcd: %v", err)
	}

	server.start(t)
	eventually(t, "etcd is healthy again", func() bool { return s.Healthy() == nil })
	m.awaits(t, commit(t, s, put("x", "after", first)))
	if diff := cmp.Diff(map[string]string{"x": "after"}, m.read()); diff != "" {
		t.Errorf("state (-want +got):\n%s", diff)
	}
}

// TestCompactedChangesAreMadeUp lets a follower sleep through changes that etcd then forgets.
func TestCompactedChangesAreMadeUp(t *testing.T) {
	server := startEtcd(t)
	writer, m := server.open(t, "/compact/"), &mirror{}
	gate := newGate(t, server.client)
	reader, err := store.OpenEtcd(t.Context(), store.EtcdConfig{Endpoints: []string{gate.address}, Prefix: "/compact/"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = reader.Close() })
	revision := commit(t, writer, put("x", "0", 0), put("gone", "0", 0))
	if err := reader.Follow(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	gate.shut()
	commit(t, writer, store.Op{Action: store.Delete, Key: "gone", Revision: revision})
	for i := range 10 {
		revision = commit(t, writer, put("x", fmt.Sprint(i), revision))
	}
	compact(t, server.client, revision)
	gate.open()
	m.awaits(t, revision)
	if diff := cmp.Diff(map[string]string{"x": "9"}, m.read()); diff != "" {
		t.Errorf("state (-want +got):\n%s", diff)
	}
	if m.resets != 2 {
		t.Errorf("the follower was reset %d times, want 2", m.resets)
	}
}

func compact(t *testing.T, endpoint string, revision int64) {
	t.Helper()
	client, err := clientv3.New(clientv3.Config{Endpoints: []string{endpoint}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = client.Close() }()
	if _, err := client.Compact(t.Context(), revision); err != nil {
		t.Fatal(err)
	}
}
