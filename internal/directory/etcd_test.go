package directory_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/eksauth/eksauth/internal/directory"
	"github.com/eksauth/eksauth/internal/store"
)

// etcdServer is a real etcd on loopback.
type etcdServer struct {
	binary, dir, client, peer string
	process                   *exec.Cmd
}

// startEtcd starts the etcd of EKSAUTH_ASSETS or bin/upstream. Without one the test is skipped, but in CI it fails.
func startEtcd(t testing.TB) *etcdServer {
	t.Helper()
	folder := os.Getenv("EKSAUTH_ASSETS")
	if folder == "" {
		folder = filepath.Join("..", "..", "bin", "upstream")
	}
	s := &etcdServer{binary: filepath.Join(folder, "etcd"), dir: t.TempDir(), client: freeURL(t), peer: freeURL(t)}
	if _, err := os.Stat(s.binary); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("no etcd, which CI must have: %v", err)
		}
		t.Skipf("SKIPPED, etcd IS NOT TESTED: %v (run `make build`)", err)
	}
	s.start(t)
	t.Cleanup(s.kill)
	return s
}

func freeURL(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return "http://" + l.Addr().String()
}

func (s *etcdServer) start(t testing.TB) {
	t.Helper()
	s.process = exec.Command(s.binary, "--data-dir", s.dir, "--listen-client-urls", s.client, "--advertise-client-urls", s.client,
		"--listen-peer-urls", s.peer, "--initial-advertise-peer-urls", s.peer, "--initial-cluster", "default="+s.peer,
		"--log-level", "fatal")
	s.process.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := s.process.Start(); err != nil {
		t.Fatalf("start etcd: %v", err)
	}
}

// kill ends etcd as a crash does.
func (s *etcdServer) kill() {
	if s.process != nil {
		_ = s.process.Process.Kill() // it may have ended
		_ = s.process.Wait()         // it says that the process was killed
		s.process = nil
	}
}

// replica opens a directory over etcd, when etcd is up. stop ends it without a word, as a crash does.
func (s *etcdServer) replica(t testing.TB) (d *directory.Directory, stop func()) {
	t.Helper()
	e, err := store.OpenEtcd(t.Context(), store.EtcdConfig{Endpoints: []string{s.client}, Prefix: "/eksauth/"})
	if err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(30 * time.Second); ; {
		d, err = directory.Open(t.Context(), directory.Config{
			Store: e, SealingKey: bytes.Repeat([]byte{7}, directory.SealingKeySize), Now: func() time.Time { return start },
		})
		if err == nil {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal(err)
		}
	}
	stop = sync.OnceFunc(func() {
		d.Close()
		_ = e.Close()
	})
	t.Cleanup(stop)
	return d, stop
}

func addKey(ctx context.Context, d *directory.Directory, user string) (directory.AccessKey, error) {
	key, err := d.NewAccessKey(account)
	if err != nil {
		return key, err
	}
	return key, d.Update(ctx, func(tx *directory.Tx) error {
		u := directory.Get(tx, directory.UserKey(account, user))
		u.Keys = []directory.AccessKey{key}
		directory.Put(tx, u)
		return nil
	})
}

func TestReplicasAgreeWithin100Milliseconds(t *testing.T) {
	server := startEtcd(t)
	a, _ := server.replica(t)
	seed(t, a)
	b, _ := server.replica(t)
	var delays []time.Duration
	for range 21 {
		key, err := addKey(t.Context(), a, "arseniy")
		if err != nil {
			t.Fatal(err)
		}
		made := time.Now()
		for {
			if secret, _, err := b.Authenticate(t.Context(), key.ID, ""); err == nil && secret == key.Secret {
				break
			}
			if time.Since(made) > 10*time.Second {
				t.Fatal("the other replica does not learn of a key")
			}
			time.Sleep(200 * time.Microsecond)
		}
		delays = append(delays, time.Since(made))
	}
	slices.Sort(delays)
	if median := delays[len(delays)/2]; median > 100*time.Millisecond {
		t.Errorf("the median delay is %v", median)
	}
	c := issue(t, a, nodeSession(t, a))
	if _, _, err := b.Authenticate(t.Context(), c.AccessKeyID, c.SessionToken); err != nil {
		t.Errorf("a session of one replica on the other: %v", err)
	}
}

func TestReplicasMakeAUserOnce(t *testing.T) {
	server := startEtcd(t)
	a, _ := server.replica(t)
	seed(t, a)
	b, _ := server.replica(t)
	replicas := []*directory.Directory{a, b}
	for round := range 10 {
		var made atomic.Int32
		var all sync.WaitGroup
		for i := range 6 {
			all.Go(func() {
				err := createUser(context.Background(), replicas[i%2], fmt.Sprintf("user-%d", round))
				if err == nil {
					made.Add(1)
				} else if !errors.Is(err, directory.ErrExists) {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if made.Load() != 1 {
			t.Errorf("round %d: %d were told that they made the user", round, made.Load())
		}
	}
}

func createUser(ctx context.Context, d *directory.Directory, name string) error {
	return d.Update(ctx, func(tx *directory.Tx) error {
		if directory.Get(tx, directory.UserKey(account, name)) != nil {
			return directory.ErrExists
		}
		resource, err := d.NewResource(tx, directory.UserID, account, name, "", nil)
		directory.Put(tx, &directory.User{Resource: resource})
		return err
	})
}

// TestNothingAcknowledgedIsLost has 8 clients write users, each with a policy of its own that it refers to, kills etcd and
// the replica at a random moment of each of 20 rounds, and looks at the end for all that was acknowledged.
func TestNothingAcknowledgedIsLost(t *testing.T) {
	server := startEtcd(t)
	first, stop := server.replica(t)
	seed(t, first)
	stop()
	const clients, rounds, writes = 8, 20, 50
	var acknowledged sync.Map
	var count atomic.Int32
	for round := range rounds {
		d, crash := server.replica(t)
		ctx, cancel := context.WithCancel(t.Context())
		var all sync.WaitGroup
		for client := range clients {
			all.Go(func() {
				for i := range writes {
					name := fmt.Sprintf("u-%d-%d-%d", round, client, i)
					if writeBoth(ctx, d, name) != nil {
						return
					}
					acknowledged.Store(name, true)
					count.Add(1)
				}
			})
		}
		time.Sleep(time.Duration(20+rand.IntN(250)) * time.Millisecond) // the moment is meant to be random
		server.kill()
		cancel()
		crash()
		all.Wait()
		server.start(t)
	}
	d, _ := server.replica(t)
	acknowledged.Range(func(name, _ any) bool {
		if directory.Get(d, directory.UserKey(account, name.(string))) == nil {
			t.Errorf("user %s was acknowledged and is lost", name)
		}
		return true
	})
	for u := range directory.List(d, directory.AllUsers(account), "") {
		for _, arn := range u.Attached {
			if p := directory.PolicyByARN(d, arn); u.Name[:2] == "u-" && (p == nil || p.Attachments != 1) {
				t.Errorf("user %s is half written: %s is %+v", u.Name, arn, p)
			}
		}
	}
	if count.Load() < 1000 {
		t.Errorf("only %d writes were acknowledged, want 1000 for the test to mean something", count.Load())
	}
}

// writeBoth makes a user and its policy in one transaction.
func writeBoth(ctx context.Context, d *directory.Directory, name string) error {
	return d.Update(ctx, func(tx *directory.Tx) error {
		p := &directory.Policy{Default: "v1", Versions: []directory.PolicyVersion{{ID: "v1"}}, Attachments: 1}
		u := &directory.User{}
		var err error
		if p.Resource, err = d.NewResource(tx, directory.PolicyID, account, name, "", nil); err != nil {
			return err
		}
		if u.Resource, err = d.NewResource(tx, directory.UserID, account, name, "", nil); err != nil {
			return err
		}
		u.Attached = []string{p.ARN()}
		directory.Put(tx, p)
		directory.Put(tx, u)
		return nil
	})
}
