package kubectl

import (
	"fmt"
	"regexp"
	"strings"
)

// Request is a request of Kubernetes: for a resource, or for a path that is none.
type Request struct {
	Verb, Group, Resource, Subresource, Namespace, Name string
	Path                                                string
	// Typed tells that Resource is what somebody typed: perhaps a short name, without its group, or a kind, and Namespace one
	// that a resource of the whole cluster does not have.
	Typed bool
}

// String writes a request as kubectl does.
func (r Request) String() string {
	if r.Path != "" {
		return r.Verb + " " + r.Path
	}
	text := r.Verb + " " + r.Kind()
	if r.Name != "" {
		text += " " + r.Name
	}
	if r.Namespace != "" {
		text += " -n " + r.Namespace
	}
	return text
}

// Kind is the resource with its group and subresource, as kubectl writes it: deployments.apps/scale.
func (r Request) Kind() string {
	text := r.Resource
	if r.Group != "" {
		text += "." + r.Group
	}
	if r.Subresource != "" {
		text += "/" + r.Subresource
	}
	return text
}

// Review is the request as the spec of a SelfSubjectAccessReview or a SubjectAccessReview has it
// (https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/self-subject-access-review-v1/).
func (r Request) Review() map[string]any {
	if r.Path != "" {
		return map[string]any{"nonResourceAttributes": map[string]string{"verb": r.Verb, "path": r.Path}}
	}
	return map[string]any{"resourceAttributes": map[string]string{
		"verb": r.Verb, "group": r.Group, "resource": r.Resource, "subresource": r.Subresource, "namespace": r.Namespace, "name": r.Name,
	}}
}

// notInNames is what the name of an object cannot have.
var notInNames = regexp.MustCompile(`[^a-z0-9]+`)

// Binding is what gives the request to a subject, --user=… or --group=…: a role with that right alone and a binding of it, as
// kubectl's commands make them.
func (r Request) Binding(subject string) string {
	kind, namespace, on := "clusterrole", "", "--resource="+r.Kind()
	if r.Namespace != "" {
		kind, namespace = "role", " -n "+r.Namespace
	}
	if r.Path != "" {
		on = "--non-resource-url=" + r.Path
	}
	name := strings.Trim(notInNames.ReplaceAllString(strings.ToLower(r.Verb+"-"+r.Resource+"-"+r.Subresource+r.Path), "-"), "-")
	return fmt.Sprintf("kubectl create %s %s --verb=%s %s%s\nkubectl create %sbinding %s --%s=%s %s%s",
		kind, name, r.Verb, on, namespace, kind, name, kind, name, subject, namespace)
}
