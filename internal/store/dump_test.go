package store_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eksauth/eksauth/internal/store"
)

// recorder is a follower that keeps the values by key.
type recorder map[string]string

func (r recorder) Reset(state []store.Record, _ int64) {
	for _, record := range state {
		r[record.Key] = string(record.Value)
	}
}

func (r recorder) Apply([]store.Change, int64) {}

func TestDumpCarriesEveryKeyToAnotherEtcd(t *testing.T) {
	from := startEtcd(t).open(t, "/")
	want := recorder{}
	for batch := range 7 {
		var ops []store.Op
		for i := range 100 { // more keys than a page of the dump or a transaction of the load holds
			key, value := fmt.Sprintf("a/%d/%03d", batch, i), fmt.Sprintf("\x00\xff %d", i)
			ops = append(ops, store.Op{Key: key, Value: []byte(value)})
			want[key] = value
		}
		if _, err := from.Commit(t.Context(), ops...); err != nil {
			t.Fatal(err)
		}
	}
	var dump bytes.Buffer
	if err := from.Dump(t.Context(), &dump); err != nil {
		t.Fatal(err)
	}
	to := startEtcd(t).open(t, "/")
	if err := to.Load(t.Context(), bytes.NewReader(dump.Bytes())); err != nil {
		t.Fatal(err)
	}
	got := recorder{}
	if err := to.Follow(t.Context(), got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("state after the load (-want +got):\n%s", diff)
	}
	if err := to.Load(t.Context(), strings.NewReader(dump.String()[:dump.Len()-5])); err == nil {
		t.Error("a dump that is cut short was loaded without a word")
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if err := to.Dump(cancelled, &dump); err == nil {
		t.Error("a cancelled dump has no error")
	}
}
