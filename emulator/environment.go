package emulator

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/eksauth/eksauth/emulator/config"
	"github.com/eksauth/eksauth/emulator/home"
	"github.com/eksauth/eksauth/emulator/profile"
	"github.com/eksauth/eksauth/fakeec2"
	"github.com/eksauth/eksauth/fakeeks"
	"github.com/eksauth/eksauth/faketrail"
	"github.com/eksauth/eksauth/internal/directory"
	"github.com/eksauth/eksauth/internal/events"
	"github.com/eksauth/eksauth/internal/gateway"
	"github.com/eksauth/eksauth/internal/pki"
	"github.com/eksauth/eksauth/internal/store"
	"github.com/eksauth/eksauth/localcluster"
)

// Options says what an environment is made of.
type Options struct {
	Home   home.Home
	Config *config.File
	// Listen is the gateway's address.
	Listen string
	// Assets is the value of KUBEBUILDER_ASSETS; Folders are where else the real programs may lie.
	Assets  string
	Folders []string
	// FakesOnly leaves out the clusters. The state is then in Etcd, or in memory if that is nil.
	FakesOnly bool
	Etcd      *store.EtcdConfig
	// Container is set if the programs run in containers of their own.
	Container *Container
	// Containers is the command that runs the nodes of kind clusters, docker or podman; if empty, the one that answers.
	Containers string
	// Retain keeps the nodes of a kind cluster whose start failed, to look into them.
	Retain bool
	// AWS is the aws CLI's path, empty if there is none.
	AWS string
	// Step is told of each step of the start.
	Step func(text string)
	Log  *slog.Logger
	Now  func() time.Time
}

// Environment is all the parts of one running stack.
type Environment struct {
	o        Options
	started  time.Time
	token    string
	binaries localcluster.Binaries
	// releases are the versions of Kubernetes that clusters can have; the first is that of binaries.
	releases []localcluster.Release

	ca       *pki.CA
	listener net.Listener
	gateway  *gateway.Gateway
	etcd     *localcluster.Etcd
	store    store.Store
	// etcdConfig is the etcd that has the state; nil if memory has it.
	etcdConfig *store.EtcdConfig
	sealingKey []byte
	directory  *directory.Directory
	eks        *fakeeks.Service
	// profiles are the configured ones.
	profiles []profile.Profile
	// files lets one at a time write the client files.
	files sync.Mutex

	ec2      *fakeec2.Service
	metadata *metadataServers
	nodes    *nodes
	trail    *faketrail.Service
	recorder *events.Recorder

	planes     *controlPlanes
	background *work
	faults     *faults
	// authorizer is the URL at which kube-apiservers ask for access policies.
	authorizer string
	// ready is set when all clusters have been started.
	ready atomic.Bool

	// undo ends what was started, in reverse order.
	undo []func(context.Context) error
	// failed gets the first part that ended by itself.
	failed chan error
}

// stopTimeout bounds the end of all parts.
const stopTimeout = 25 * time.Second

// StartEnvironment starts all the parts of a stack, in order. If one fails, those before it are stopped again.
func StartEnvironment(ctx context.Context, o Options) (*Environment, error) {
	e := &Environment{o: o, started: o.Now(), recorder: events.New(events.Config{Now: o.Now}), failed: make(chan error, 1)}
	e.faults = newFaults(e)
	for _, action := range e.actions() {
		err := ctx.Err()
		if err == nil {
			err = action(ctx)
		}
		if err != nil {
			if ctx.Err() != nil {
				err = errors.New("interrupted while starting: nothing is left running")
			}
			return nil, errors.Join(err, e.Stop(ctx))
		}
	}
	return e, nil
}

// actions is what a start consists of.
func (e *Environment) actions() []func(context.Context) error {
	if e.o.FakesOnly {
		return []func(context.Context) error{
			e.requireDisk(fakesDisk), e.makeKeys, e.listen, e.record(home.Starting), e.openState, e.openDirectory, e.seed, e.serveGateway, e.serveMetadata, e.writeClientFiles, e.record(home.Running),
		}
	}
	return []func(context.Context) error{
		e.requireDisk(stackDisk), e.findBinaries, e.makeKeys, e.listen, e.record(home.Starting), e.startEtcd, e.openDirectory, e.seed, e.serveGateway, e.serveMetadata, e.serveAuthorizer, e.serveAliases, e.startClusters, e.recordClusters, e.writeClientFiles, e.writeContainerFiles, e.record(home.Running),
	}
}

func (e *Environment) onStop(f func(context.Context) error) { e.undo = append(e.undo, f) }

// Stop ends all parts in reverse order and reports every failure. It goes on when ctx has ended.
func (e *Environment) Stop(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
	defer cancel()
	var errs []error
	if e.listener != nil {
		errs = append(errs, e.record(home.Stopping)(ctx))
		e.undo = slices.Insert(e.undo, 0, func(context.Context) error { return e.o.Home.RemoveRun() })
	}
	for i := len(e.undo) - 1; i >= 0; i-- {
		errs = append(errs, e.undo[i](ctx))
	}
	e.undo = nil
	return errors.Join(errs...)
}

// Wait returns when ctx ends, with nil, or when a part has ended by itself, with what it said last.
func (e *Environment) Wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return nil
	case err := <-e.failed:
		return err
	}
}

// fail reports a part that ended by itself; only the first one matters, the others follow from it.
func (e *Environment) fail(err error) {
	if full := e.o.Home.Require(fakesDisk); full != nil {
		err = fmt.Errorf("%w\n%w", full, err)
	}
	select {
	case e.failed <- err:
	default:
	}
}

// What a start needs on the disk, in bytes: etcd takes two write-ahead files of 64 MiB at once and refuses to start when it
// cannot, with a stack trace; the fakes write some small files.
const (
	stackDisk = 256 << 20
	fakesDisk = 1 << 20
)

func (e *Environment) requireDisk(need uint64) func(context.Context) error {
	return func(context.Context) error { return e.o.Home.Require(need) }
}

func (e *Environment) makeKeys(context.Context) error {
	var err error
	if e.ca, err = pki.LoadOrCreate(e.o.Home.CACert(), e.o.Home.CAKey(), "eksauth "+e.o.Home.Name, e.o.Now); err != nil {
		return err
	}
	var token [24]byte
	if _, err := rand.Read(token[:]); err != nil {
		return fmt.Errorf("make the control token: %w", err)
	}
	e.token = hex.EncodeToString(token[:])
	return nil
}

func (e *Environment) listen(ctx context.Context) error {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", e.o.Listen)
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("%s is in use by another program, perhaps another stack: choose another with --listen, such as --listen 127.0.0.1:0", e.o.Listen)
	}
	if err != nil {
		return fmt.Errorf("listen on %s: %w", e.o.Listen, err)
	}
	e.listener = listener
	e.onStop(func(context.Context) error {
		if err := listener.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
			return fmt.Errorf("close the gateway's address: %w", err)
		}
		return nil
	})
	return nil
}

// record tells other commands that this process has the stack, and in which phase it is.
func (e *Environment) record(phase home.Phase) func(context.Context) error {
	return func(context.Context) error {
		return e.o.Home.WriteRun(home.Run{
			Phase: phase, PID: os.Getpid(), Listen: e.listener.Addr().String(), Token: e.token, Region: e.o.Config.Region, Version: Version(),
			Started: e.started, Tools: e.tools(),
		})
	}
}

// Gateway is the URL of the gateway.
func (e *Environment) Gateway() string { return "http://" + e.listener.Addr().String() }
