package fakeeks

import (
	"encoding/json"
	"fmt"
	"iter"
	"strings"

	"github.com/eksauth/eksauth/internal/directory"
)

// The kinds of the directory's items that this service keeps. All but the first two belong to a cluster, and
// their names begin with its name and a slash.
const (
	clusterKind   = "cluster"
	indexKind     = "cluster-index" // of no account and region: where all clusters are
	entryKind     = "access-entry"
	updateKind    = "cluster-update"
	nodegroupKind = "nodegroup"
	fargateKind   = "fargate-profile"
	addonKind     = "addon"
)

// partKinds are the kinds of what belongs to a cluster and goes with it.
var partKinds = []string{entryKind, updateKind, nodegroupKind, fargateKind, addonKind}

// scope is one account's part of one region, within which names are unique.
type scope struct{ account, region string }

func (sc scope) key(kind, name string) directory.Key[directory.Item] {
	return directory.ItemKey(kind, sc.account, sc.region, name)
}

func (sc scope) all(kind, prefix string) directory.Range[directory.Item] {
	return directory.AllItems(kind, sc.account, sc.region, prefix)
}

// part is the name of what belongs to a cluster.
func part(cluster, name string) string { return cluster + "/" + name }

// partName is part turned round.
func partName(item *directory.Item) string {
	_, name, _ := strings.Cut(item.Name, "/")
	return name
}

// load reads an item; it returns nil if there is none.
func load[T any](r directory.Reader, sc scope, kind, name string) (*T, error) {
	item := directory.Get(r, sc.key(kind, name))
	if item == nil {
		return nil, nil
	}
	return decode[T](item)
}

func decode[T any](item *directory.Item) (*T, error) {
	value := new(T)
	if err := json.Unmarshal(item.Data, value); err != nil {
		return nil, fmt.Errorf("decode %s %q: %w", item.Kind, item.Name, err)
	}
	return value, nil
}

// save writes an item.
func save(tx *directory.Tx, sc scope, kind, name string, value any) error {
	data, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("encode %s %q: %w", kind, name, err)
	}
	directory.Put(tx, &directory.Item{Kind: kind, Account: sc.account, Region: sc.region, Name: name, Data: data})
	return nil
}

// parts walks what a cluster has of a kind, in the order of names.
func (s *Service) parts(sc scope, kind, cluster string) iter.Seq[*directory.Item] {
	return directory.List(s.cfg.Directory, sc.all(kind, part(cluster, "")), "")
}

// hasParts tells whether a cluster has anything of a kind.
func (s *Service) hasParts(sc scope, kind, cluster string) bool {
	for range s.parts(sc, kind, cluster) {
		return true
	}
	return false
}
