package online

import (
	"fmt"
	"slices"
	"strings"
)

// kinds are resources by the names that kubectl takes; the last name is the resource, with its group.
var kinds = [][]string{
	{"po", "pod", "pods"}, {"svc", "service", "services"}, {"ns", "namespace", "namespaces"}, {"no", "node", "nodes"},
	{"cm", "configmap", "configmaps"}, {"secret", "secrets"}, {"sa", "serviceaccount", "serviceaccounts"}, {"ev", "event", "events"},
	{"pv", "persistentvolume", "persistentvolumes"}, {"pvc", "persistentvolumeclaim", "persistentvolumeclaims"},
	{"deploy", "deployment", "deployments", "deployments.apps"}, {"ds", "daemonset", "daemonsets", "daemonsets.apps"},
	{"sts", "statefulset", "statefulsets", "statefulsets.apps"}, {"rs", "replicaset", "replicasets", "replicasets.apps"},
	{"job", "jobs", "jobs.batch"}, {"cj", "cronjob", "cronjobs", "cronjobs.batch"},
	{"ing", "ingress", "ingresses", "ingresses.networking.k8s.io"}, {"netpol", "networkpolicy", "networkpolicies", "networkpolicies.networking.k8s.io"},
	{"role", "roles", "roles.rbac.authorization.k8s.io"}, {"rolebinding", "rolebindings", "rolebindings.rbac.authorization.k8s.io"},
	{"clusterrole", "clusterroles", "clusterroles.rbac.authorization.k8s.io"},
	{"clusterrolebinding", "clusterrolebindings", "clusterrolebindings.rbac.authorization.k8s.io"},
	{"crd", "crds", "customresourcedefinitions", "customresourcedefinitions.apiextensions.k8s.io"},
}

// verbs are those of the API by kubectl's commands, where they differ (https://kubernetes.io/docs/reference/access-authn-authz/authorization/).
var verbs = map[string]string{"describe": "get", "apply": "patch", "edit": "patch", "label": "patch", "annotate": "patch", "replace": "update"}

// valued are kubectl's common flags whose value is the next word.
var valued = []string{"-n", "--namespace", "-o", "--output", "-l", "--selector", "-f", "--filename", "-c", "--container", "--context", "--kubeconfig"}

// ParseKubectl reads what a kubectl command wants, such as get pods -n dev. Words that do not change what is asked for are
// left out of account.
func ParseKubectl(words []string) (*Want, error) {
	if words[0] == "kubectl" {
		words = words[1:]
	}
	var want Want
	var plain []string
	for i := 0; i < len(words); i++ {
		name, value, hasValue := strings.Cut(words[i], "=")
		if slices.Contains(valued, name) && !hasValue && i+1 < len(words) {
			i++
			value = words[i]
		}
		switch {
		case name == "-n" || name == "--namespace":
			want.Namespace = value
		case !strings.HasPrefix(name, "-"):
			plain = append(plain, words[i])
		}
	}
	if len(plain) < 2 {
		return nil, fmt.Errorf("%q is no kubectl command that asks for a resource: write for example -- get pods -n dev", strings.Join(words, " "))
	}
	resource := plain[1]
	if kind, name, found := strings.Cut(resource, "/"); found {
		resource, want.Name = kind, name
	} else if len(plain) > 2 {
		want.Name = plain[2]
	}
	want.Verb = verb(plain[0], want.Name)
	want.Resource, want.Group, _ = strings.Cut(fullName(resource), ".")
	return &want, nil
}

func verb(command, name string) string {
	if command == "get" && name == "" {
		return "list"
	}
	if verb, ok := verbs[command]; ok {
		return verb
	}
	return command
}

func fullName(resource string) string {
	for _, names := range kinds {
		if slices.Contains(names, resource) {
			return names[len(names)-1]
		}
	}
	return resource
}
