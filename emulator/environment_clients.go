package emulator

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/eksauth/eksauth/emulator/config"
	"github.com/eksauth/eksauth/emulator/home"
	"github.com/eksauth/eksauth/emulator/profile"
	"github.com/eksauth/eksauth/fakeeks"
)

// writeClientFiles writes what clients read: AWS configuration, credentials and kubeconfig.
func (e *Environment) writeClientFiles(context.Context) error {
	clusters, err := e.clusterAddresses()
	if err != nil {
		return err
	}
	plugin := profile.Plugin{
		AWS: e.o.AWS, Authenticator: e.binaries.Authenticator,
		Env: clientFiles(e.o.Home).Env(e.listener.Addr().String(), e.o.Config.Region, ""),
	}
	all := e.allProfiles()
	return errors.Join(
		home.WriteFile(e.o.Home.AWSConfig(), profile.Config(all), 0o600),
		home.WriteFile(e.o.Home.AWSCredentials(), profile.Credentials(all), 0o600),
		e.writeKubeconfig(e.o.Home.Kubeconfig(), clusters, plugin),
	)
}

// clusterAddresses are the configured clusters, and then the imported ones, as this machine reaches them.
func (e *Environment) clusterAddresses() ([]profile.Cluster, error) {
	var clusters []profile.Cluster
	for _, cfg := range e.startedClusters() {
		record, running, err := e.cluster(cfg)
		if err != nil {
			return nil, err
		}
		clusters = append(clusters, profile.Cluster{Name: cfg.Name, Server: running.Endpoint(), CA: record.CA, Region: record.Region})
	}
	imported, err := e.importedClusters()
	return append(clusters, imported...), err
}

// writeKubeconfig writes a kubeconfig in which the profile that proves the stack is current.
func (e *Environment) writeKubeconfig(path string, clusters []profile.Cluster, plugin profile.Plugin) error {
	current := ""
	p, err := e.prover()
	if err != nil {
		return err
	}
	if p != nil {
		current = p.Name
	}
	kubeconfig, err := profile.Kubeconfig(clusters, e.profiles, plugin, current)
	if err != nil {
		return err
	}
	return home.WriteFile(path, kubeconfig, 0o600)
}

// startedClusters are the configured clusters, of which a stack of the services alone starts none.
func (e *Environment) startedClusters() []config.Cluster {
	if e.o.FakesOnly {
		return nil
	}
	return e.o.Config.Clusters
}

// cluster is a configured cluster as EKS knows it and as it runs.
func (e *Environment) cluster(cfg config.Cluster) (*fakeeks.Cluster, *controlPlane, error) {
	record, err := e.eks.Get(cfg.Account, e.o.Config.Region, cfg.Name)
	if err != nil {
		return nil, nil, err
	}
	if record != nil {
		if running := e.planes.find(record); running != nil {
			return record, running, nil
		}
	}
	return nil, nil, fmt.Errorf("cluster %q does not run", cfg.Name)
}

// prover is the profile that shows that the stack works: the creator of the first cluster, who enters whatever aws-auth
// says. It is nil if there is no cluster, or its creator has no key or no access entry.
func (e *Environment) prover() (*profile.Profile, error) {
	if len(e.startedClusters()) == 0 {
		return nil, nil
	}
	record, _, err := e.cluster(e.o.Config.Clusters[0])
	if err != nil {
		return nil, err
	}
	access, err := e.eks.Access(record)
	if err != nil {
		return nil, err
	}
	for i, p := range e.profiles {
		hasEntry := slices.ContainsFunc(access.Entries, func(m fakeeks.Mapping) bool { return m.ARN == p.ARN })
		if p.ARN == record.CreatorARN && p.AccessKeyID != "" && (access.Creator != nil || hasEntry) {
			return &e.profiles[i], nil
		}
	}
	return nil, nil
}

// Summary proves the stack by one call through the whole chain and says what to type next. self is how the user calls
// this program.
func (e *Environment) Summary(ctx context.Context, self string) (Summary, error) {
	name := nameArg(e.o.Home)
	s := Summary{
		Name: e.o.Home.Name, Gateway: e.Gateway(), Home: e.o.Home.Dir, Clusters: []string{},
		Next: []string{fmt.Sprintf(`eval "$(%s env%s)"`, self, name), "kubectl get namespaces"},
	}
	for _, running := range e.planes.list() {
		s.Clusters = append(s.Clusters, running.name)
	}
	p, err := e.prover()
	if err != nil {
		return Summary{}, err
	}
	if p == nil {
		s.Next[1] = "aws sts get-caller-identity"
		return s, nil
	}
	proof, err := e.prove(ctx, *p)
	if err != nil {
		return Summary{}, fmt.Errorf("prove the stack as %s (eksauth logs authenticator%s says more): %w", p.Name, name, err)
	}
	s.Proof = proof
	return s, nil
}

func (e *Environment) prove(ctx context.Context, p profile.Profile) (*Proof, error) {
	record, running, err := e.cluster(e.o.Config.Clusters[0])
	if err != nil {
		return nil, err
	}
	token, err := makeToken(ctx, p, record.Name, stsHost(record.Region), e.o.Now())
	if err != nil {
		return nil, err
	}
	username, groups, err := whoAmI(ctx, running.Endpoint(), record.CA, token)
	if err != nil {
		return nil, err
	}
	return &Proof{Profile: p.Name, ARN: p.ARN, Username: username, Groups: groups}, nil
}

// stsHost is the name of STS in a region (https://docs.aws.amazon.com/general/latest/gr/sts.html).
func stsHost(region string) string {
	host := "sts." + region + ".amazonaws.com"
	if strings.HasPrefix(region, "cn-") {
		host += ".cn"
	}
	return host
}
