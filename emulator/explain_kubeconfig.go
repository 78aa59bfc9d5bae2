package emulator

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"

	"github.com/eksauth/eksauth/emulator/home"
	"github.com/eksauth/eksauth/explain/client"
	"github.com/eksauth/eksauth/explain/hop"
	"github.com/eksauth/eksauth/explain/online"
)

// kubeconfig is a kubeconfig as the user gives it.
type kubeconfig struct {
	config *api.Config
	// name is how the user knows it.
	name string
}

// loadKubeconfig reads the kubeconfig of a flag, else of KUBECONFIG, else the stack's own.
func (p *Program) loadKubeconfig(h home.Home, flag string) (kubeconfig, error) {
	name := cmp.Or(flag, p.getenv("KUBECONFIG"), h.Kubeconfig())
	rules := &clientcmd.ClientConfigLoadingRules{Precedence: filepath.SplitList(name)}
	if flag != "" {
		rules.Precedence = []string{flag} // one file, as kubectl takes the flag
	}
	for _, path := range rules.Precedence {
		if _, err := os.Stat(path); err != nil {
			return kubeconfig{}, usageError{fmt.Errorf("read the kubeconfig: %w", err)}
		}
	}
	config, err := rules.Load()
	if err != nil {
		return kubeconfig{}, usageError{fmt.Errorf("read the kubeconfig %s: %w", name, err)}
	}
	return kubeconfig{config, name}, nil
}

// cluster is what the kubeconfig says of the cluster of a context; nil for nothing.
func (k kubeconfig) cluster(context string) *api.Cluster {
	if found := k.context(context); found != nil {
		return k.config.Clusters[found.Cluster]
	}
	return nil
}

func (k kubeconfig) context(name string) *api.Context {
	return k.config.Contexts[cmp.Or(name, k.config.CurrentContext)]
}

// asksShell tells whether a context's plugin finds its way by the shell's variables: it has none of its own for it.
func (k kubeconfig) asksShell(context string) bool {
	found := k.context(context)
	if found == nil {
		return false
	}
	user := k.config.AuthInfos[found.AuthInfo]
	return user != nil && user.Exec != nil &&
		!slices.ContainsFunc(user.Exec.Env, func(v api.ExecEnvVar) bool { return v.Name == "HTTPS_PROXY" })
}

// namespace is the one that kubectl means without -n.
func (k kubeconfig) namespace(context string) string {
	if found := k.context(context); found != nil && found.Namespace != "" {
		return found.Namespace
	}
	return defaultNamespace
}

// explainKubeconfig explains what a kubeconfig's context would get, with the token that its plugin makes.
func (p *Program) explainKubeconfig(ctx context.Context, h home.Home, o explainOptions) (*hop.Answer, error) {
	k, err := p.loadKubeconfig(h, o.kubeconfig)
	if err != nil {
		return nil, err
	}
	status, err := fetchStatus(ctx, h)
	if err != nil {
		return nil, err
	}
	q := online.Question{Gateway: status.Gateway, Now: time.Now}
	if q.Want, err = o.request(k.namespace(o.context)); err != nil {
		return nil, usageError{err}
	}
	answer := hop.New()
	name, foreign := stackClusterOf(status, k.cluster(o.context), o.cluster)
	if foreign != "" {
		answer.Add(hop.Client, hop.Refused, "context "+cmp.Or(o.context, k.config.CurrentContext)+" of "+k.name, hop.Reason{
			Text: "the context asks " + foreign + ", which is no cluster of the stack " + h.Name, Fix: "aws eks update-kubeconfig --kubeconfig " + k.name + " --name " + status.firstCluster(),
		})
		return answer, nil
	}
	if q.Cluster, q.Others, err = stackCluster(h, status, name); err != nil {
		return nil, err
	}
	environ, hint := p.clientEnviron(h, status)
	credential := client.Ask(ctx, client.Question{
		Config: k.config, Name: k.name, Context: o.context, Cluster: q.Cluster.Name, Environ: environ, Now: time.Now(),
	}, answer)
	if k.asksShell(o.context) {
		hintAt(answer, hint)
	}
	if credential == nil {
		return answer, nil
	}
	q.Token = credential.Token
	found, err := online.Explain(ctx, q)
	if err != nil {
		return nil, err
	}
	found.Merge(answer)
	return found, nil
}

// checkKubeconfig adds what the stack's own kubeconfig has for a profile.
func checkKubeconfig(h home.Home, profile, cluster string, environ []string, answer *hop.Answer) {
	config, err := clientcmd.LoadFromFile(h.Kubeconfig())
	if err != nil || config.Contexts[profile] == nil || config.Contexts[profile].Cluster != cluster {
		return // a cluster that was made through the API is in the kubeconfigs of its users
	}
	checked := hop.New()
	client.Check(client.Question{Config: config, Name: "the stack's kubeconfig", Context: profile, Cluster: cluster, Environ: environ, Now: time.Now()}, checked)
	answer.Merge(checked)
}

// stackClusterOf finds the stack's cluster that a kubeconfig means: by its authority, which no other has, or its address. A
// foreign one is said by its address.
func stackClusterOf(status Status, meant *api.Cluster, named string) (name, foreign string) {
	if named != "" || meant == nil {
		return named, ""
	}
	i := slices.IndexFunc(status.Clusters, func(c ClusterStatus) bool {
		return c.Endpoint == meant.Server || len(c.CA) > 0 && bytes.Equal(bytes.TrimSpace(c.CA), bytes.TrimSpace(meant.CertificateAuthorityData))
	})
	if i < 0 {
		return "", cmp.Or(meant.Server, "no server")
	}
	return status.Clusters[i].Name, ""
}

func (s Status) firstCluster() string {
	if len(s.Clusters) == 0 {
		return "CLUSTER"
	}
	return s.Clusters[0].Name
}

// clientEnviron is the environment in which a plugin is run: this shell's. One that does not lead to the stack gets the
// stack's variables, so that no plugin asks AWS itself, and a hint.
func (p *Program) clientEnviron(h home.Home, status Status) (environ []string, hint string) {
	environ = os.Environ()
	if p.getenv("HTTPS_PROXY") == status.Gateway {
		return environ, ""
	}
	vars := clientFiles(h).Env(strings.TrimPrefix(status.Gateway, "http://"), status.Region, p.getenv("NO_PROXY"))
	for _, name := range slices.Sorted(maps.Keys(vars)) {
		environ = append(environ, name+"="+vars[name])
	}
	return environ, fmt.Sprintf(`this shell does not lead to the stack, and a plugin would ask AWS itself: eval "$(eksauth env%s)"`, nameArg(h))
}

// hintAt adds a hint to the client's hop.
func hintAt(answer *hop.Answer, hint string) {
	i := slices.IndexFunc(answer.Steps, func(s hop.Step) bool { return s.Hop == hop.Client })
	if hint != "" && i >= 0 {
		answer.Steps[i].Reasons = append(answer.Steps[i].Reasons, hop.Reason{Text: hint})
	}
}
