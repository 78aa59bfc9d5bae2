package profile

import (
	"cmp"
	"fmt"

	clientcmdapi "k8s.io/client-go/tools/clientcmd/api/v1"
	"sigs.k8s.io/yaml"
)

// execAPIVersion is the version of the credential protocol that both the aws CLI and the authenticator speak
// (https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins).
const execAPIVersion = "client.authentication.k8s.io/v1beta1"

// Cluster is what a kubeconfig says of a cluster.
type Cluster struct {
	// Name is the EKS cluster's name, which tokens are signed for.
	Name string
	// Server is the address of the kube-apiserver, with scheme.
	Server string
	// CA is the cluster's certificate authority, as PEM.
	CA []byte
	// Region is where the cluster is.
	Region string
	// Entry is what the kubeconfig calls the cluster; empty means Name.
	Entry string
	// AnyProfile gives the cluster one context, of its own name, in which the client's AWS_PROFILE says as whom.
	AnyProfile bool
}

func (c *Cluster) entry() string { return cmp.Or(c.Entry, c.Name) }

// Plugin is the program that makes tokens for kubectl.
type Plugin struct {
	// AWS is the aws CLI's path; empty if there is none, then Authenticator is run.
	AWS string
	// Authenticator is the path of aws-iam-authenticator.
	Authenticator string
	// Env are the variables that lead the plugin to this stack whatever the shell has set.
	Env map[string]string
}

// Kubeconfig returns a kubeconfig with a context for each profile and cluster. A context is named after its profile; in
// the clusters after the first, profile@cluster. The current one is current, a profile's name.
func Kubeconfig(clusters []Cluster, profiles []Profile, plugin Plugin, current string) ([]byte, error) {
	config := clientcmdapi.Config{APIVersion: "v1", Kind: "Config", CurrentContext: current}
	for i, cluster := range clusters {
		profiles := profiles
		if cluster.AnyProfile {
			profiles = []Profile{{}}
		}
		config.Clusters = append(config.Clusters, clientcmdapi.NamedCluster{
			Name:    cluster.entry(),
			Cluster: clientcmdapi.Cluster{Server: cluster.Server, CertificateAuthorityData: cluster.CA},
		})
		for _, p := range profiles {
			name := p.Name
			if i > 0 {
				name = p.Name + "@" + cluster.Name
			}
			if cluster.AnyProfile {
				name = cluster.entry()
			}
			config.AuthInfos = append(config.AuthInfos, clientcmdapi.NamedAuthInfo{
				Name:     name,
				AuthInfo: clientcmdapi.AuthInfo{Exec: plugin.exec(p, cluster)},
			})
			config.Contexts = append(config.Contexts, clientcmdapi.NamedContext{
				Name:    name,
				Context: clientcmdapi.Context{Cluster: cluster.entry(), AuthInfo: name},
			})
		}
	}
	data, err := yaml.Marshal(config)
	if err != nil {
		return nil, fmt.Errorf("encode the kubeconfig: %w", err)
	}
	return append([]byte(notice), data...), nil
}

func (p Plugin) exec(profile Profile, cluster Cluster) *clientcmdapi.ExecConfig {
	exec := &clientcmdapi.ExecConfig{
		APIVersion:         execAPIVersion,
		InteractiveMode:    clientcmdapi.IfAvailableExecInteractiveMode,
		ProvideClusterInfo: false,
		Env:                p.env(profile),
	}
	if p.AWS != "" {
		exec.Command = p.AWS
		if profile.Name != "" {
			exec.Args = []string{"--profile", profile.Name}
		}
		exec.Args = append(exec.Args, "--region", cluster.Region, "eks", "get-token", "--cluster-name", cluster.Name, "--output", "json")
		return exec
	}
	exec.Command = p.Authenticator
	exec.Args = []string{"token", "--cluster-id", cluster.Name, "--region", cluster.Region}
	return exec
}

// env puts the profile before any key that the shell has exported: both the aws CLI and the SDKs take keys from the
// environment first, and an empty variable counts as none
// (https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html).
func (p Plugin) env(profile Profile) []clientcmdapi.ExecEnvVar {
	var vars []clientcmdapi.ExecEnvVar
	if profile.Name != "" {
		vars = []clientcmdapi.ExecEnvVar{
			{Name: "AWS_PROFILE", Value: profile.Name},
			{Name: "AWS_ACCESS_KEY_ID"}, {Name: "AWS_SECRET_ACCESS_KEY"}, {Name: "AWS_SESSION_TOKEN"},
		}
	}
	vars = append(vars, []clientcmdapi.ExecEnvVar{
		// A token that is signed for an emulator's address is refused: it must name STS.
		{Name: "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", Value: "true"},
		{Name: "AWS_STS_REGIONAL_ENDPOINTS", Value: "regional"},
	}...)
	for _, name := range sortedKeys(p.Env) {
		vars = append(vars, clientcmdapi.ExecEnvVar{Name: name, Value: p.Env[name]})
	}
	return vars
}
