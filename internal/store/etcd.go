package store

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// DefaultTimeout is how long a transaction may take before etcd counts as unavailable.
const DefaultTimeout = 3 * time.Second

// EtcdConfig says which etcd to use.
type EtcdConfig struct {
	// Endpoints are URLs, or host:port.
	Endpoints []string
	// Prefix is put before all keys; other users of the same etcd use others.
	Prefix string
	// TLS is needed for https endpoints.
	TLS *tls.Config
	// Timeout is how long a transaction may take; 0 means DefaultTimeout.
	Timeout time.Duration
	// Log gets what happens to the connection; nil discards it.
	Log *slog.Logger
}

// Etcd is a store in etcd. A transaction is acknowledged when a majority of etcd's members has it on disk.
type Etcd struct {
	cfg       EtcdConfig
	client    *clientv3.Client
	following sync.WaitGroup
	ctx       context.Context // done when the store is closed
	close     context.CancelFunc
}

// OpenEtcd prepares a connection to etcd; whether it works shows with the first use. ctx bounds nothing but this call.
func OpenEtcd(ctx context.Context, cfg EtcdConfig) (*Etcd, error) {
	if cfg.Timeout == 0 {
		cfg.Timeout = DefaultTimeout
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	client, err := clientv3.New(clientv3.Config{
		Endpoints:            cfg.Endpoints,
		TLS:                  cfg.TLS,
		DialKeepAliveTime:    5 * time.Second,
		DialKeepAliveTimeout: 3 * time.Second,
		Logger:               zap.NewNop(), // its errors reach us as values
		DialOptions:          []grpc.DialOption{grpc.WithConnectParams(reconnect)},
	})
	if err != nil {
		return nil, fmt.Errorf("prepare the connection to etcd at %v: %w", cfg.Endpoints, err)
	}
	living, stop := context.WithCancel(context.WithoutCancel(ctx))
	return &Etcd{cfg: cfg, client: client, ctx: living, close: stop}, nil
}

// reconnect finds an etcd that came back within a second; gRPC's own default goes up to two minutes.
var reconnect = grpc.ConnectParams{
	Backoff:           backoff.Config{BaseDelay: 50 * time.Millisecond, Multiplier: 1.6, Jitter: 0.2, MaxDelay: time.Second},
	MinConnectTimeout: 2 * time.Second,
}

// Commit implements Store.
func (e *Etcd) Commit(ctx context.Context, ops ...Op) (int64, error) {
	if e.ctx.Err() != nil {
		return 0, ErrClosed
	}
	conditions := make([]clientv3.Cmp, 0, len(ops))
	var writes []clientv3.Op
	for _, op := range ops {
		key := e.cfg.Prefix + op.Key
		conditions = append(conditions, clientv3.Compare(clientv3.ModRevision(key), "=", op.Revision))
		switch op.Action {
		case Put:
			writes = append(writes, clientv3.OpPut(key, string(op.Value)))
		case Delete:
			writes = append(writes, clientv3.OpDelete(key))
		case Check:
		}
	}
	bounded, cancel := context.WithTimeout(ctx, e.cfg.Timeout)
	defer cancel()
	answer, err := e.client.Txn(bounded).If(conditions...).Then(writes...).Commit()
	switch {
	case err != nil:
		return 0, e.failure(ctx, "write to etcd", err)
	case !answer.Succeeded:
		return 0, ErrConflict
	case len(writes) == 0:
		return 0, nil
	}
	return answer.Header.Revision, nil
}

// Healthy implements Store. It asks etcd for an answer that needs a majority of its members.
func (e *Etcd) Healthy() error {
	ctx, cancel := context.WithTimeout(e.ctx, e.cfg.Timeout)
	defer cancel()
	_, err := e.client.Get(ctx, e.cfg.Prefix, clientv3.WithCountOnly())
	if err != nil {
		return e.failure(ctx, "ask etcd", err)
	}
	return nil
}

// Close implements Store.
func (e *Etcd) Close() error {
	e.close()
	err := e.client.Close()
	e.following.Wait()
	if err != nil && !errors.Is(err, context.Canceled) {
		return fmt.Errorf("close the connection to etcd: %w", err)
	}
	return nil
}

// failure tells an etcd that is away from a request that is wrong, which no waiting mends.
func (e *Etcd) failure(ctx context.Context, action string, err error) error {
	switch {
	case e.ctx.Err() != nil:
		return ErrClosed
	case errors.Is(ctx.Err(), context.Canceled):
		return fmt.Errorf("%s: %w", action, ctx.Err())
	case codeOf(err) == codes.InvalidArgument:
		return fmt.Errorf("%s: %w", action, err)
	}
	return fmt.Errorf("%s at %v: %w: %w", action, e.cfg.Endpoints, ErrUnavailable, err)
}

func codeOf(err error) codes.Code {
	var known rpctypes.EtcdError
	if errors.As(err, &known) {
		return known.Code()
	}
	return status.Code(err)
}
