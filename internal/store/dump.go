package store

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// dumpPage is how many keys one request of a dump asks for.
const dumpPage = 500

// dumped is one key of a dump: a line of JSON.
type dumped struct {
	Key   []byte `json:"key"`
	Value []byte `json:"value"`
}

// Dump writes all keys under the prefix, as they were at one moment, in a form that Load reads. Keys that etcd would
// forget by itself (leases) are left out.
func (e *Etcd) Dump(ctx context.Context, w io.Writer) error {
	out := bufio.NewWriter(w)
	encoder := json.NewEncoder(out)
	next, end := e.cfg.Prefix, clientv3.GetPrefixRangeEnd(e.cfg.Prefix)
	var revision int64
	for {
		page, err := e.client.Get(ctx, next, clientv3.WithRange(end), clientv3.WithLimit(dumpPage), clientv3.WithRev(revision))
		if err != nil {
			return e.failure(ctx, "read from etcd", err)
		}
		if revision == 0 {
			revision = page.Header.Revision
		}
		for _, kv := range page.Kvs {
			if kv.Lease != 0 {
				continue
			}
			if err := encoder.Encode(dumped{kv.Key, kv.Value}); err != nil {
				return fmt.Errorf("write the dump: %w", err)
			}
		}
		if !page.More {
			break
		}
		next = string(page.Kvs[len(page.Kvs)-1].Key) + "\x00"
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write the dump: %w", err)
	}
	return nil
}

// Load writes the keys of a dump into an etcd that has none under the prefix. It is many transactions: nobody may use the
// keys before it has returned.
func (e *Etcd) Load(ctx context.Context, r io.Reader) error {
	decoder := json.NewDecoder(r)
	var batch []clientv3.Op
	for {
		var record dumped
		err := decoder.Decode(&record)
		if errors.Is(err, io.EOF) {
			return e.put(ctx, batch)
		}
		if err != nil {
			return fmt.Errorf("read the dump: %w", err)
		}
		batch = append(batch, clientv3.OpPut(string(record.Key), string(record.Value)))
		if len(batch) == MaxOps {
			if err := e.put(ctx, batch); err != nil {
				return err
			}
			batch = batch[:0]
		}
	}
}

// put writes keys in one transaction, whatever they held before.
func (e *Etcd) put(ctx context.Context, writes []clientv3.Op) error {
	if _, err := e.client.Txn(ctx).Then(writes...).Commit(); err != nil {
		return e.failure(ctx, "write to etcd", err)
	}
	return nil
}
