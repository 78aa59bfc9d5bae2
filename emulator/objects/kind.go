package objects

import (
	"cmp"

	"github.com/eksauth/eksauth/emulator/inventory"
)

// kind is what an object's kind tells: where objects of it are, and in which field they say what they grant.
type kind struct {
	name, root, plural, grants string
	namespaced                 bool
}

// What an object is by the root of its kind.
const (
	coreRoot = "/api/v1"
	rbacRoot = "/apis/rbac.authorization.k8s.io/v1"
)

var kinds = []kind{
	{name: "ConfigMap", root: coreRoot, plural: "configmaps", grants: "data", namespaced: true},
	{name: "CustomResourceDefinition", root: "/apis/apiextensions.k8s.io/v1", plural: "customresourcedefinitions", grants: "spec"},
	{name: "ClusterRole", root: rbacRoot, plural: "clusterroles", grants: "rules"},
	{name: "Role", root: rbacRoot, plural: "roles", grants: "rules", namespaced: true},
	{name: "ClusterRoleBinding", root: rbacRoot, plural: "clusterrolebindings", grants: "subjects"},
	{name: "RoleBinding", root: rbacRoot, plural: "rolebindings", grants: "subjects", namespaced: true},
}

func kindNamed(name string) *kind {
	for i := range kinds {
		if kinds[i].name == name {
			return &kinds[i]
		}
	}
	return nil
}

// collection is the path of the objects of a kind beside o.
func (k *kind) collection(o inventory.Object) string {
	if k.namespaced {
		return k.root + "/namespaces/" + o.Namespace() + "/" + k.plural
	}
	return k.root + "/" + k.plural
}

func (k *kind) path(o inventory.Object) string { return k.collection(o) + "/" + o.Name() }

// all is the path of all objects of a kind, whatever their namespace.
func (k *kind) all() string { return k.root + "/" + k.plural }

// id tells the objects of a kind apart.
type id struct{ kind, namespace, name string }

func idOf(o inventory.Object) id { return id{o.Kind(), o.Namespace(), o.Name()} }

func byID(a, b inventory.Object) int {
	return cmp.Or(cmp.Compare(a.Kind(), b.Kind()), cmp.Compare(a.Namespace(), b.Namespace()), cmp.Compare(a.Name(), b.Name()))
}
