package emulator

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/eksauth/eksauth/emulator/home"
	"github.com/eksauth/eksauth/emulator/profile"
)

// writeClientFiles writes what clients read: AWS configuration, credentials and kubeconfig.
func (e *Environment) writeClientFiles(context.Context) error {
	var clusters []profile.Cluster
	for _, m := range e.clusters {
		clusters = append(clusters, profile.Cluster{Name: m.config.Name, Server: m.running.Endpoint(), CA: m.record.CA, Region: m.record.Region})
	}
	plugin := profile.Plugin{
		AWS: e.o.AWS, Authenticator: e.binaries.Authenticator,
		Env: clientFiles(e.o.Home).Env(e.listener.Addr().String(), e.o.Config.Region, ""),
	}
	current := ""
	if p := e.prover(); p != nil {
		current = p.Name
	}
	kubeconfig, err := profile.Kubeconfig(clusters, e.profiles, plugin, current)
	if err != nil {
		return err
	}
	return errors.Join(
		home.WriteFile(e.o.Home.AWSConfig(), profile.Config(e.profiles), 0o600),
		home.WriteFile(e.o.Home.AWSCredentials(), profile.Credentials(e.profiles), 0o600),
		home.WriteFile(e.o.Home.Kubeconfig(), kubeconfig, 0o600),
	)
}

// prover is the profile that shows that the stack works: the creator of the first cluster, who enters whatever aws-auth
// says. It is nil if there is no cluster or its creator has no key.
func (e *Environment) prover() *profile.Profile {
	for i := range e.profiles {
		if len(e.clusters) > 0 && e.profiles[i].ARN == e.clusters[0].record.CreatorARN && e.profiles[i].AccessKeyID != "" {
			return &e.profiles[i]
		}
	}
	return nil
}

// Summary proves the stack by one call through the whole chain and says what to type next. self is how the user calls
// this program.
func (e *Environment) Summary(ctx context.Context, self string) (Summary, error) {
	name := nameArg(e.o.Home)
	s := Summary{
		Name: e.o.Home.Name, Gateway: e.Gateway(), Home: e.o.Home.Dir, Clusters: []string{},
		Next: []string{fmt.Sprintf(`eval "$(%s env%s)"`, self, name), "kubectl get namespaces"},
	}
	for _, m := range e.clusters {
		s.Clusters = append(s.Clusters, m.config.Name)
	}
	p := e.prover()
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
	m := e.clusters[0]
	token, err := makeToken(ctx, p, m.config.Name, stsHost(m.record.Region), e.o.Now())
	if err != nil {
		return nil, err
	}
	username, groups, err := whoAmI(ctx, m.running.Endpoint(), m.record.CA, token)
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
