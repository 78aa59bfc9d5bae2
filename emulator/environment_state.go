package emulator

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/eksauth/eksauth/emulator/home"
	"github.com/eksauth/eksauth/internal/directory"
	"github.com/eksauth/eksauth/internal/store"
	"github.com/eksauth/eksauth/localcluster"
)

// statePrefix is where identities lie in etcd, beside the clusters' own prefixes.
const statePrefix = "/eksauth/"

// sealingKeySize is what the directory seals sessions with, in bytes.
const sealingKeySize = 32

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
	opened, err := store.OpenEtcd(ctx, store.EtcdConfig{Endpoints: []string{etcd.Endpoint()}, Prefix: statePrefix, TLS: etcd.ClientTLS(), Log: e.o.Log})
	if err != nil {
		return fmt.Errorf("open the state in etcd: %w", err)
	}
	e.useStore(opened)
	return nil
}

func (e *Environment) openMemory(context.Context) error {
	e.useStore(store.NewMemory())
	return nil
}

func (e *Environment) useStore(s store.Store) {
	e.store = s
	e.onStop(func(context.Context) error { return s.Close() })
}

func (e *Environment) openDirectory(ctx context.Context) error {
	key, err := sealingKey(e.o.Home)
	if err != nil {
		return err
	}
	e.directory, err = directory.Open(ctx, directory.Config{
		Store: e.store, SealingKey: key, Partition: partitionOf(e.o.Config.Region), Now: e.o.Now, Log: e.o.Log,
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

// sealingKey reads the key that seals session tokens, or makes it, so that sessions outlive a restart.
func sealingKey(h home.Home) ([]byte, error) {
	key, err := os.ReadFile(h.SealingKey())
	if errors.Is(err, os.ErrNotExist) {
		key = make([]byte, sealingKeySize)
		if _, err := rand.Read(key); err != nil {
			return nil, fmt.Errorf("make the sealing key: %w", err)
		}
		return key, home.WriteFile(h.SealingKey(), key, 0o600)
	}
	if err != nil {
		return nil, fmt.Errorf("read the sealing key: %w", err)
	}
	if len(key) != sealingKeySize {
		return nil, fmt.Errorf("the sealing key %s has %d bytes instead of %d: remove it, which ends all sessions", h.SealingKey(), len(key), sealingKeySize)
	}
	return key, nil
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
	e.profiles = profiles(e.o.Config, keys)
	data, err := e.o.Config.Marshal()
	if err != nil {
		return err
	}
	return home.WriteFile(e.o.Home.Config(), data, 0o600)
}

func (e *Environment) toolsDir() string {
	if e.binaries.Authenticator == "" {
		return ""
	}
	return filepath.Dir(e.binaries.Authenticator)
}
