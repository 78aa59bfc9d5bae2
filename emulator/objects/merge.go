package objects

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"

	"github.com/eksauth/eksauth/emulator/inventory"
)

const (
	// ofKubernetes marks the roles and bindings that every kube-apiserver makes and completes at each start
	// (https://kubernetes.io/docs/reference/access-authn-authz/rbac/#auto-reconciliation).
	ofKubernetes = "kubernetes.io/bootstrapping"
	autoupdate   = "rbac.authorization.kubernetes.io/autoupdate"
	// imported marks an object that an import has made, so that a later one may take it away.
	imported = "eksauth/imported"
	// before is what an object of Kubernetes' own granted before an import added to it, as JSON.
	before = "eksauth/before-import"
)

func labels(o inventory.Object) map[string]any      { return field(o, "labels") }
func annotations(o inventory.Object) map[string]any { return field(o, "annotations") }

func field(o inventory.Object, name string) map[string]any {
	metadata, _ := o["metadata"].(map[string]any)
	m, _ := metadata[name].(map[string]any)
	return m
}

// annotate sets an annotation.
func annotate(o inventory.Object, name, value string) {
	metadata := o["metadata"].(map[string]any) // every object has a name there
	m, _ := metadata["annotations"].(map[string]any)
	if m == nil {
		m = map[string]any{}
		metadata["annotations"] = m
	}
	m[name] = value
}

// merged is one of Kubernetes' own objects with what a real cluster has added to it; nil if that is nothing. What the real
// one lacks stays, since another version of Kubernetes needs other roles, unless it was taken out of the automatic update.
func merged(k *kind, here, real inventory.Object) (inventory.Object, error) {
	if here["aggregationRule"] != nil {
		return nil, nil // a controller makes its rules of other roles, which come as well
	}
	base, err := own(k, here)
	if err != nil {
		return nil, err
	}
	want := slices.Clone(base)
	if annotations(real)[autoupdate] == "false" {
		want, _ = real[k.grants].([]any)
		annotate(here, autoupdate, "false")
	} else {
		for _, grant := range list(real[k.grants]) {
			if !slices.ContainsFunc(want, func(have any) bool { return reflect.DeepEqual(have, grant) }) {
				want = append(want, grant)
			}
		}
	}
	if reflect.DeepEqual(want, list(here[k.grants])) {
		return nil, nil
	}
	kept, err := json.Marshal(base)
	if err != nil {
		return nil, fmt.Errorf("encode %s %s: %w", here.Kind(), here.Name(), err)
	}
	annotate(here, before, string(kept))
	here[k.grants] = want
	return here, nil
}

// own is what one of Kubernetes' objects grants by itself.
func own(k *kind, here inventory.Object) ([]any, error) {
	kept, _ := annotations(here)[before].(string)
	if kept == "" {
		return list(here[k.grants]), nil
	}
	var base []any
	if err := json.Unmarshal([]byte(kept), &base); err != nil {
		return nil, fmt.Errorf("read the annotation %s of %s %s: %w", before, here.Kind(), here.Name(), err)
	}
	return base, nil
}

func list(v any) []any {
	l, _ := v.([]any)
	return l
}
