package client

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"k8s.io/client-go/tools/clientcmd/api"

	"github.com/eksauth/eksauth/explain/hop"
)

const group = "client.authentication.k8s.io/"

// versions are those of the credential protocol that kubectl speaks; v1alpha1 was removed with 1.24
// (https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins).
var versions = []string{group + "v1", group + "v1beta1"}

// checkPlugin makes kubectl's own checks of a plugin before it is run, and says what they find.
func (q *question) checkPlugin(plugin *api.ExecConfig) bool {
	switch {
	case plugin.Command == "":
		q.refuse(hop.Reason{Cause: 43, Text: "exec plugin: command must be specified", Fix: q.rewrite()})
	case !slices.Contains(versions, plugin.APIVersion):
		q.refuse(hop.Reason{
			Cause: 41, Text: fmt.Sprintf("exec plugin: invalid apiVersion %q: kubectl takes %s", plugin.APIVersion, strings.Join(versions, " and ")),
			Evidence: []string{"the kubeconfig says: apiVersion: " + plugin.APIVersion}, Fix: q.rewrite(),
		})
	case plugin.APIVersion == versions[0] && plugin.InteractiveMode == "":
		q.refuse(hop.Reason{
			Cause: 42, Text: "exec plugin: interactiveMode must be specified, which v1 wants and v1beta1 does not", Fix: "interactiveMode: IfAvailable",
		})
	default:
		return q.checkCommand(plugin.Command)
	}
	return false
}

func (q *question) checkCommand(command string) bool {
	_, err := lookPath(command, variable(q.Environ, "PATH"))
	if err == nil {
		return true
	}
	reason := hop.Reason{Cause: 43, Text: fmt.Sprintf("exec: executable %s not found", command), Fix: q.fullPath(command)}
	if strings.Contains(command, "/") {
		reason.Evidence = []string{err.Error()}
	} else {
		reason.Evidence = []string{"PATH is " + variable(q.Environ, "PATH")}
	}
	q.refuse(reason)
	return false
}

// fullPath puts where this shell finds the command into the kubeconfig, or says that it must be installed.
func (q *question) fullPath(command string) string {
	if path, err := lookPath(filepath.Base(command), os.Getenv("PATH")); err == nil {
		return fmt.Sprintf("kubectl config set-credentials USER --exec-command=%s --kubeconfig %s", path, q.Name)
	}
	return "install " + filepath.Base(command)
}

var errNotFound = errors.New("no such program in PATH")

// lookPath finds a program as a shell with some PATH would.
func lookPath(command, path string) (string, error) {
	if strings.Contains(command, "/") {
		return command, executable(command)
	}
	for _, dir := range filepath.SplitList(path) {
		if found := filepath.Join(dir, command); executable(found) == nil {
			return found, nil
		}
	}
	return "", errNotFound
}

func executable(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if info.IsDir() || info.Mode()&0o111 == 0 {
		return fmt.Errorf("%s cannot be executed", path)
	}
	return nil
}

// variable is the value of a variable in an environment; the last one counts.
func variable(environ []string, name string) string {
	for i := len(environ) - 1; i >= 0; i-- {
		if value, found := strings.CutPrefix(environ[i], name+"="); found {
			return value
		}
	}
	return ""
}

// tokenFile reads a token that somebody else is to keep fresh.
func (q *question) tokenFile(path string) *Credential {
	text, err := os.ReadFile(path)
	if err != nil {
		q.refuse(hop.Reason{Cause: 44, Text: "the file of the token cannot be read: " + err.Error(), Fix: q.rewrite()})
		return nil
	}
	q.answer.Add(hop.Client, hop.OK, q.where()+" reads its token from "+path)
	return &Credential{Token: strings.TrimSpace(string(text))}
}
