package emulator

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/eksauth/eksauth/emulator/home"
	"github.com/eksauth/eksauth/internal/directory"
	"github.com/eksauth/eksauth/internal/store"
	"github.com/eksauth/eksauth/localcluster"
)

// Where things lie in etcd, beside the clusters' own prefixes.
const (
	statePrefix   = "/eksauth/"
	sealingPrefix = "/eksauth-sealing/"
)

func (e *Environment) startEtcd(ctx context.Context) error {
	etcd, err := localcluster.StartEtcd(ctx, localcluster.EtcdConfig{
		Binary: e.binaries.Etcd, Dir: e.o.Home.EtcdDir(), LogDir: e.o.Home.LogDir(), Now: e.o.Now, Log: e.o.Log,
		Exited: func(component string, err error) { e.fail(fmt.Errorf("%s has ended: %w", component, err)) },
	})
	if err != nil {
		return err
	}
	e.etcd = etcd
	e.onStop(etcd.Stop)
	e.o.Step("etcd is ready")
	state := store.EtcdConfig{Endpoints: []string{etcd.Endpoint()}, TLS: etcd.ClientTLS(), Log: e.o.Log}
	if err := loadSnapshot(ctx, e.o.Home, state); err != nil {
		return err
	}
	return e.openEtcd(ctx, state)
}

// openEtcd keeps the state in an etcd, beside other things under a prefix of its own.
func (e *Environment) openEtcd(ctx context.Context, cfg store.EtcdConfig) error {
	e.etcdConfig = &cfg
	sealing, state := cfg, cfg
	sealing.Prefix, state.Prefix = sealingPrefix, statePrefix
	keys, err := store.OpenEtcd(ctx, sealing)
	if err != nil {
		return fmt.Errorf("open the state in etcd: %w", err)
	}
	e.sealingKey, err = sealingKey(ctx, keys)
	if err := errors.Join(err, keys.Close()); err != nil {
		return err
	}
	opened, err := store.OpenEtcd(ctx, state)
	if err != nil {
		return fmt.Errorf("open the state in etcd: %w", err)
	}
	e.useStore(opened)
	return nil
}

// openState keeps the state of the emulated services alone: in an etcd that the user names, else in memory.
func (e *Environment) openState(ctx context.Context) error {
	if e.o.Etcd != nil {
		return e.openEtcd(ctx, *e.o.Etcd)
	}
	e.useStore(store.NewMemory())
	var err error
	e.sealingKey, err = sealingKey(ctx, store.NewMemory()) // good for as long as the state itself
	return err
}

func (e *Environment) useStore(s store.Store) {
	e.store = s
	e.onStop(func(context.Context) error { return s.Close() })
}

func (e *Environment) openDirectory(ctx context.Context) error {
	var err error
	e.directory, err = directory.Open(ctx, directory.Config{
		Store: e.store, SealingKey: e.sealingKey, Partition: partitionOf(e.o.Config.Region), Now: e.o.Now, Log: e.o.Log,
		SessionLifetime: e.faults.set.SessionLifetime,
	})
	if err != nil {
		return err
	}
	e.onStop(func(context.Context) error {
		e.directory.Close()
		return nil
	})
	return nil
}

func (e *Environment) seed(ctx context.Context) error {
	accounts, err := seedAccounts(e.o.Config)
	if err != nil {
		return err
	}
	keys, err := e.directory.Seed(ctx, accounts)
	if err != nil {
		return err
	}
	e.profiles = profiles(e.o.Config, keys, roleSessionName(e.sealingKey))
	data, err := e.o.Config.Marshal()
	if err != nil {
		return err
	}
	return home.WriteFile(e.o.Home.Config(), data, 0o600)
}

// tools are the folders of kubectl and aws-iam-authenticator.
func (e *Environment) tools() []string {
	if e.binaries.Authenticator == "" {
		return nil
	}
	return slices.Compact([]string{filepath.Dir(e.binaries.Kubectl), filepath.Dir(e.binaries.Authenticator)})
}
