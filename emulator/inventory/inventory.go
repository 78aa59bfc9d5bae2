package inventory

import (
	"github.com/eksauth/eksauth/fakeeks"
	"github.com/eksauth/eksauth/internal/directory"
)

// Inventory is what the files have in them.
type Inventory struct {
	// Accounts are the accounts with their identities, by number.
	Accounts []*directory.Import
	// Clusters are the clusters that a file describes, by ARN.
	Clusters []*Cluster
	// LeftOut is what nothing can be made of, and why.
	LeftOut []fakeeks.LeftOut
}

// Cluster is a cluster as EKS and its own objects describe it.
type Cluster struct {
	fakeeks.Cluster
	// Entries are the access entries; nil if no file says anything of them, and then they are unknown.
	Entries []fakeeks.ImportedEntry
	// Objects are aws-auth and the objects of RBAC.
	Objects []Object
}

// Object is a Kubernetes object without what only its own cluster knows.
type Object map[string]any

// Kind is the object's kind, such as ClusterRole.
func (o Object) Kind() string { return text(o["kind"]) }

// Name is the object's name.
func (o Object) Name() string { return text(o.metadata()["name"]) }

// Namespace is where the object is; empty if its kind is of no namespace.
func (o Object) Namespace() string { return text(o.metadata()["namespace"]) }

func (o Object) metadata() map[string]any {
	m, _ := o["metadata"].(map[string]any)
	return m
}

func text(v any) string {
	s, _ := v.(string)
	return s
}

// Options say what the files cannot.
type Options struct {
	// Cluster is the name of the cluster that objects belong to which nothing else assigns to one; empty means the only one.
	Cluster string
	// Creator is the ARN of that cluster's creator, which EKS does not show.
	Creator string
}
