package kubectl

import (
	"fmt"
	"slices"
	"strings"
)

// line is a command line, taken apart.
type line struct {
	// words are what is neither a flag nor its value, from the command on.
	words []string
	flags map[string]string
}

// Parse reads what a kubectl command asks for, such as get pods -n dev. namespace is the one that a command without -n means.
// A command that takes several steps is known by the one that others need not have: exec by pods/exec.
func Parse(words []string, namespace string) (*Request, error) {
	l := split(words)
	if len(l.words) == 0 {
		return nil, fmt.Errorf("%q is no kubectl command: write for example -- get pods -n dev", strings.Join(words, " "))
	}
	request, err := l.request()
	if err != nil {
		return nil, err
	}
	if request.Path != "" {
		return request, nil
	}
	if given, ok := l.flag("-n", "--namespace"); ok {
		namespace = given
	}
	if _, all := l.flag("-A", "--all-namespaces"); all {
		namespace = ""
	}
	if request.Namespace == "" {
		request.Namespace = namespace
	}
	if given, ok := l.flag("--subresource"); ok {
		request.Subresource = given
	}
	request.Typed = true
	return request, nil
}

// valued are kubectl's flags whose value is the next word if none is behind an equals sign.
var valued = strings.Fields(`-n --namespace -o --output -l --selector -c --container --context --kubeconfig --cluster --user --as --as-group
	--token -s --server --request-timeout --field-selector --sort-by --image --type --replicas --subresource --raw --tail --since -k --kustomize
	-p --patch -f --filename --port --timeout --for --verb --resource --clusterrole --role --group --serviceaccount`)

// booleans are flags that have no value with some commands, and one with others.
var booleans = map[string][]string{"logs": {"-f", "-p"}, "rollout": {"-w"}}

// split takes a command line apart. What follows -- is for a program in a container.
func split(words []string) line {
	if len(words) > 0 && words[0] == "kubectl" {
		words = words[1:]
	}
	l := line{flags: map[string]string{}}
	for i := 0; i < len(words) && words[i] != "--"; i++ {
		name, value, hasValue := strings.Cut(words[i], "=")
		switch {
		case !strings.HasPrefix(name, "-") || name == "-":
			l.words = append(l.words, words[i])
			continue
		case strings.HasPrefix(name, "-n") && len(name) > 2: // -ndev
			name, value, hasValue = "-n", words[i][2:], true
		}
		if !hasValue && l.takesValue(name) && i+1 < len(words) {
			i++
			value = words[i]
		}
		l.flags[name] = value
	}
	return l
}

func (l line) takesValue(name string) bool {
	if len(l.words) > 0 && slices.Contains(booleans[l.words[0]], name) {
		return false
	}
	return slices.Contains(valued, name)
}

func (l line) flag(names ...string) (value string, given bool) {
	for _, name := range names {
		if value, given = l.flags[name]; given {
			return value, true
		}
	}
	return "", false
}

// word is the i-th word, empty if there is none.
func (l line) word(i int) string {
	if i >= len(l.words) {
		return ""
	}
	return l.words[i]
}
