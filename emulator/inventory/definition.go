package inventory

import (
	"encoding/json"
	"errors"
)

// customResource is the kind of the definitions of custom resources.
const customResource = "CustomResourceDefinition"

// approved is the annotation without which there is no definition in a group of k8s.io
// (https://kubernetes.io/docs/reference/labels-annotations-taints/#api-approved-kubernetes-io).
const approved = "api-approved.kubernetes.io"

// definitionOf is the definition of a custom resource as far as authorization goes: its names, so that kubectl and the
// kube-apiserver know it. Schemas are left out, and webhooks too, which nobody would answer here.
func definitionOf(document json.RawMessage) (Object, error) {
	var in struct {
		Metadata struct {
			Name        string
			Annotations map[string]string
		}
		Spec struct {
			Group, Scope string
			Names        map[string]any
			Versions     []struct {
				Name            string
				Served, Storage bool
				Subresources    map[string]any
			}
		}
	}
	if err := json.Unmarshal(document, &in); err != nil {
		return nil, err
	}
	if in.Spec.Group == "" || len(in.Spec.Versions) == 0 {
		return nil, errors.New("it has no group or no versions: print the whole object")
	}
	versions := make([]any, len(in.Spec.Versions))
	for i, v := range in.Spec.Versions {
		version := map[string]any{"name": v.Name, "served": v.Served, "storage": v.Storage, "schema": map[string]any{
			"openAPIV3Schema": map[string]any{"type": "object", "x-kubernetes-preserve-unknown-fields": true},
		}}
		if _, ok := v.Subresources["status"]; ok {
			version["subresources"] = map[string]any{"status": map[string]any{}}
		}
		versions[i] = version
	}
	metadata := map[string]any{"name": in.Metadata.Name}
	if by := in.Metadata.Annotations[approved]; by != "" {
		metadata["annotations"] = map[string]any{approved: by}
	}
	return Object{
		"apiVersion": "apiextensions.k8s.io/v1", "kind": customResource, "metadata": metadata,
		"spec": map[string]any{"group": in.Spec.Group, "scope": in.Spec.Scope, "names": in.Spec.Names, "versions": versions},
	}, nil
}
