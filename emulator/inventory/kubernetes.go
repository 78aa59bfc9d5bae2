package inventory

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"
)

// objectAnswer is a Kubernetes object with the file that it is from.
type objectAnswer struct {
	file   string
	object Object
}

// rbac is the API group of roles and bindings.
const rbac = "rbac.authorization.k8s.io/"

// lastApplied is a copy of the object, which need not be the object.
const lastApplied = "kubectl.kubernetes.io/last-applied-configuration"

// kubernetes reads an object or a list of objects, as kubectl get -o yaml prints them. Of what is none of aws-auth, RBAC
// and definitions of custom resources only the kind is looked at.
func (r *reader) kubernetes(file string, document json.RawMessage) error {
	var list struct {
		Kind  string
		Items []json.RawMessage
	}
	if err := json.Unmarshal(document, &list); err != nil {
		return err
	}
	if !strings.HasSuffix(list.Kind, "List") {
		return r.object(file, document)
	}
	for _, item := range list.Items {
		if err := r.object(file, item); err != nil {
			return err
		}
	}
	return nil
}

func (r *reader) object(file string, document json.RawMessage) error {
	var head struct {
		APIVersion, Kind string
		Metadata         struct{ Name, Namespace string }
	}
	if err := json.Unmarshal(document, &head); err != nil {
		return err
	}
	switch {
	case head.Kind == "ConfigMap" && head.Metadata.Name == "aws-auth" && head.Metadata.Namespace == "kube-system":
	case head.Kind == customResource && head.APIVersion == "apiextensions.k8s.io/v1":
		definition, err := definitionOf(document)
		if err != nil {
			return fmt.Errorf("%s %s: %w", head.Kind, head.Metadata.Name, err)
		}
		r.objects = append(r.objects, objectAnswer{file, definition})
		return nil
	case strings.HasPrefix(head.APIVersion, rbac):
		if head.Metadata.Name == "" {
			return fmt.Errorf("an object of kind %s has no name", head.Kind)
		}
		if head.APIVersion != rbac+"v1" {
			return fmt.Errorf("%s %s is of %s: print it as %sv1, with a kubectl of the last years", head.Kind, head.Metadata.Name, head.APIVersion, rbac)
		}
	default:
		r.skipped[skippedKind{file, head.Kind}]++
		return nil
	}
	var object Object
	if err := json.Unmarshal(document, &object); err != nil {
		return err
	}
	r.objects = append(r.objects, objectAnswer{file, cleaned(object)})
	return nil
}

// cleaned leaves of the metadata what people write.
func cleaned(o Object) Object {
	kept := map[string]any{}
	for _, key := range []string{"name", "namespace", "labels", "annotations"} {
		if value := o.metadata()[key]; value != nil {
			kept[key] = value
		}
	}
	if annotations, ok := kept["annotations"].(map[string]any); ok {
		delete(annotations, lastApplied)
	}
	o["metadata"] = kept
	return o
}

func bySkipped(a, b skippedKind) int {
	return cmp.Or(cmp.Compare(a.file, b.file), cmp.Compare(a.kind, b.kind))
}
