package emulator

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/eksauth/eksauth/emulator/home"
	"github.com/eksauth/eksauth/emulator/snapshot"
	"github.com/eksauth/eksauth/internal/store"
)

// everything is the prefix of all keys in etcd: the state's and the clusters'.
const everything = "/"

// loadSnapshot loads the keys that snapshot restore has left in the stack's folder. The file goes when all are loaded, so
// that a load that was interrupted begins anew.
func loadSnapshot(ctx context.Context, h home.Home, cfg store.EtcdConfig) error {
	path := filepath.Join(h.Dir, snapshot.Keys)
	file, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("load the snapshot: %w", err)
	}
	defer file.Close()
	cfg.Prefix = everything
	etcd, err := store.OpenEtcd(ctx, cfg)
	if err != nil {
		return fmt.Errorf("load the snapshot: %w", err)
	}
	if err := errors.Join(etcd.Load(ctx, file), etcd.Close()); err != nil {
		return fmt.Errorf("load the snapshot: %w", err)
	}
	if err := os.Remove(path); err != nil {
		return fmt.Errorf("load the snapshot: %w", err)
	}
	return nil
}

// saveSnapshot writes the whole stack to w.
func (e *Environment) saveSnapshot(ctx context.Context, w io.Writer) error {
	if e.etcdConfig == nil || e.o.FakesOnly {
		return errors.New("only a stack with its own etcd can be saved: start it with eksauth up")
	}
	cfg := *e.etcdConfig
	cfg.Prefix = everything
	etcd, err := store.OpenEtcd(ctx, cfg)
	if err != nil {
		return fmt.Errorf("save the stack: %w", err)
	}
	err = snapshot.Save(w, e.o.Home, func(w io.Writer) error { return etcd.Dump(ctx, w) })
	return errors.Join(err, etcd.Close())
}
