package localcluster

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"
)

// Delete forgets a cluster that does not run: its keys in etcd, its folder and its logs. What is not there does not
// matter, so a deletion that was cut short is completed by another one.
func Delete(ctx context.Context, cfg Config) error {
	if err := makeFolders(cfg.Dir); err != nil {
		return fmt.Errorf("delete cluster %q: %w", cfg.Name, err)
	}
	lock, err := lockFolder(cfg.Dir)
	if err != nil {
		return fmt.Errorf("delete cluster %q: %w", cfg.Name, err)
	}
	err = cfg.Etcd.deletePrefix(ctx, cfg.etcdPrefix()+"/")
	if err == nil {
		// The folder goes last: while it is there, the rest is known to be unfinished.
		err = errors.Join(os.RemoveAll(cfg.LogDir), os.RemoveAll(cfg.Dir))
	}
	if err := errors.Join(err, release(lock)); err != nil {
		return fmt.Errorf("delete cluster %q: %w", cfg.Name, err)
	}
	return nil
}

// etcdPrefix begins the keys of the cluster, with a slash after it.
func (cfg Config) etcdPrefix() string {
	return "/" + strings.Join([]string{"clusters", cfg.AccountID, cfg.Region, cfg.Name}, "/")
}

func (e *Etcd) deletePrefix(ctx context.Context, prefix string) error {
	client, err := clientv3.New(clientv3.Config{Endpoints: []string{e.Endpoint()}, TLS: e.ClientTLS(), Logger: zap.NewNop()})
	if err != nil {
		return fmt.Errorf("connect to etcd: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	_, err = client.Delete(ctx, prefix, clientv3.WithPrefix())
	if err != nil {
		err = fmt.Errorf("delete the keys under %s: %w", prefix, err)
	}
	return errors.Join(err, client.Close())
}
