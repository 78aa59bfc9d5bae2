package kubectl

import (
	"errors"
	"fmt"
	"strings"
)

// commands are kubectl's commands by what they ask for, where that is one verb on the resource that is named
// (https://kubernetes.io/docs/reference/access-authn-authz/authorization/ has the verbs).
var commands = map[string]string{
	"get": "get", "describe": "get", "wait": "get", "delete": "delete", "edit": "patch", "label": "patch", "annotate": "patch", "patch": "patch",
	"set": "patch", "taint": "patch", "scale": "patch", "list": "list", "watch": "watch", "update": "update", "deletecollection": "deletecollection",
}

// fixed are the commands whose resource is their own. A name may follow.
var fixed = map[string]Request{
	"exec": {Verb: "create", Resource: "pods", Subresource: "exec"}, "cp": {Verb: "create", Resource: "pods", Subresource: "exec"},
	"attach": {Verb: "create", Resource: "pods", Subresource: "attach"}, "port-forward": {Verb: "create", Resource: "pods", Subresource: "portforward"},
	"logs": {Verb: "get", Resource: "pods", Subresource: "log"}, "debug": {Verb: "patch", Resource: "pods", Subresource: "ephemeralcontainers"},
	"run": {Verb: "create", Resource: "pods"}, "expose": {Verb: "create", Resource: "services"},
	"autoscale": {Verb: "create", Resource: "horizontalpodautoscalers"},
	"cordon":    {Verb: "patch", Resource: "nodes"}, "uncordon": {Verb: "patch", Resource: "nodes"}, "drain": {Verb: "create", Resource: "pods", Subresource: "eviction"},
	"version": {Verb: "get", Path: "/version"}, "api-resources": {Verb: "get", Path: "/apis"}, "api-versions": {Verb: "get", Path: "/apis"},
	"explain": {Verb: "get", Path: "/openapi/v3"}, "cluster-info": {Verb: "list", Resource: "services", Namespace: "kube-system"},
	"certificate": {Verb: "update", Resource: "certificatesigningrequests", Subresource: "approval"},
}

// local are the commands that ask nothing of a cluster.
var local = strings.Fields("config completion plugin options help kustomize convert proxy alpha")

// request reads the command.
func (l line) request() (*Request, error) {
	command := l.words[0]
	if path, ok := l.flag("--raw"); ok {
		path, _, _ = strings.Cut(path, "?")
		return &Request{Verb: commands[command], Path: path}, nil
	}
	if own, ok := fixed[command]; ok {
		return l.withName(own), nil
	}
	switch command {
	case "auth":
		return l.auth()
	case "top":
		return &Request{Verb: "list", Group: "metrics.k8s.io", Resource: plural(l.word(1))}, nil
	case "rollout":
		return l.rollout()
	case "apply", "create", "replace", "diff":
		return l.write(command)
	}
	for _, known := range local {
		if command == known {
			return nil, fmt.Errorf("kubectl %s asks nothing of a cluster", command)
		}
	}
	if commands[command] == "" {
		return nil, fmt.Errorf("kubectl has no command %q: write for example -- get pods -n dev", command)
	}
	return l.named(commands[command])
}

// withName adds the name behind the command. Such a word may be TYPE/NAME, where the type leads to pods.
func (l line) withName(request Request) *Request {
	if request.Path == "" && request.Namespace == "" && request.Subresource != "eviction" && l.words[0] != "cp" {
		if kind, _, typed := strings.Cut(l.word(1), "/"); !typed || kind == "pod" || kind == "pods" || kind == "po" {
			request.Name = l.word(1)[strings.Index(l.word(1), "/")+1:]
		}
	}
	if request.Verb == "create" && request.Subresource == "" {
		request.Name = "" // what does not exist yet has no name to ask by
	}
	return &request
}

// named is a verb on the resource that the command names, in one word or two, or that a manifest has.
func (l line) named(verb string) (*Request, error) {
	if file, ok := l.flag("-f", "--filename"); ok {
		return fromManifest(file, verb)
	}
	kind, name := l.word(1), l.word(2)
	if l.words[0] == "set" { // set image deployment/x
		kind, name = l.word(2), l.word(3)
	}
	kind, _, _ = strings.Cut(kind, ",") // of several the first
	if before, after, joined := strings.Cut(kind, "/"); joined {
		kind, name = before, after
	}
	if kind == "" {
		return nil, fmt.Errorf("kubectl %s names no resource: write for example -- %s pods -n dev", l.words[0], l.words[0])
	}
	if name == "" && verb == "get" {
		verb = "list"
	}
	request := &Request{Verb: verb, Name: name}
	if l.words[0] == "scale" {
		request.Subresource = "scale"
	}
	if kind == "all" {
		kind = "pods" // the first of what the word stands for
	}
	request.Resource, request.Group, _ = strings.Cut(kind, ".")
	return request, nil
}

// auth reads kubectl auth.
func (l line) auth() (*Request, error) {
	switch l.word(1) {
	case "whoami":
		return &Request{Verb: "create", Group: "authentication.k8s.io", Resource: "selfsubjectreviews"}, nil
	case "can-i":
	default:
		return nil, fmt.Errorf("kubectl auth %s is not read here: use auth can-i VERB RESOURCE", l.word(1))
	}
	verb, kind := l.word(2), l.word(3)
	if verb == "" || kind == "" {
		return nil, errors.New("kubectl auth can-i wants a verb and a resource: write for example -- auth can-i list pods -n dev")
	}
	if strings.HasPrefix(kind, "/") {
		return &Request{Verb: verb, Path: kind}, nil
	}
	request := &Request{Verb: verb, Name: l.word(4)}
	if before, after, joined := strings.Cut(kind, "/"); joined {
		kind, request.Name = before, after
	}
	request.Resource, request.Group, _ = strings.Cut(kind, ".")
	return request, nil
}

// rollout reads kubectl rollout, of which restart and undo change something.
func (l line) rollout() (*Request, error) {
	verb := "get"
	switch l.word(1) {
	case "restart", "undo", "pause", "resume":
		verb = "patch"
	}
	return line{words: append([]string{l.words[0]}, l.words[min(2, len(l.words)):]...), flags: l.flags}.named(verb)
}

func plural(kind string) string {
	switch kind {
	case "no", "node", "nodes":
		return "nodes"
	}
	return "pods"
}
