package emulator

import (
	"context"
	"fmt"
	"strings"

	"github.com/eksauth/eksauth/fakeec2"
	"github.com/eksauth/eksauth/fakeeks"
	"github.com/eksauth/eksauth/internal/controlplane"
	"github.com/eksauth/eksauth/internal/directory"
)

// newEC2 makes EC2, whose instances have their metadata served.
func (e *Environment) newEC2(ctx context.Context) (*fakeec2.Service, error) {
	ctx = context.WithoutCancel(ctx)
	e.metadata = newMetadataServers(e)
	e.nodes = newNodes(e)
	return fakeec2.New(fakeec2.Config{
		Directory: e.directory, Now: e.o.Now, Log: e.o.Log, Observe: e.observe,
		Changed: func(i *fakeec2.Instance) {
			e.metadata.changed(ctx, i)
			e.nodes.changed(i)
		},
	})
}

// The role that EKS itself acts with in an account, which it makes with the first cluster
// (https://docs.aws.amazon.com/eks/latest/userguide/using-service-linked-roles-eks.html). Its policy has
// ec2:DescribeInstances, with which the authenticator finds the name behind {{EC2PrivateDNSName}}; without the role it finds
// none.
const (
	eksRole       = "AWSServiceRoleForAmazonEKS"
	eksRolePath   = "/aws-service-role/eks.amazonaws.com/"
	eksRolePolicy = "aws-service-role/AmazonEKSServiceRolePolicy"
	eksRoleTrust  = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"eks.amazonaws.com"},"Action":"sts:AssumeRole"}]}`
)

// authenticatorYears is how long the authenticator's session lasts: it has no way to get another while it runs.
const authenticatorYears = 10

// authenticatorCredentials are those with which a cluster's authenticator asks EC2: a session of EKS's role in the cluster's
// account.
func (e *Environment) authenticatorCredentials(ctx context.Context, cluster *fakeeks.Cluster) (*controlplane.Credentials, error) {
	_, err := e.directory.Seed(ctx, []directory.SeedAccount{{ID: cluster.Account, Roles: []directory.SeedRole{{
		Name: eksRole, Path: eksRolePath, Trust: eksRoleTrust,
		Policies: []string{"arn:" + cluster.Partition + ":iam::aws:policy/" + eksRolePolicy},
	}}}})
	if err != nil {
		return nil, fmt.Errorf("make the role of EKS in account %s: %w", cluster.Account, err)
	}
	role := directory.Get(e.directory, directory.RoleKey(cluster.Account, eksRole))
	now := e.o.Now().UTC()
	credentials, err := e.directory.Issue(cluster.Account, &directory.Session{
		Kind: directory.RoleSession, PrincipalID: role.ID, Name: "aws-iam-authenticator", Issued: now, Expires: now.AddDate(authenticatorYears, 0, 0),
	})
	if err != nil {
		return nil, fmt.Errorf("make the authenticator's session: %w", err)
	}
	return &controlplane.Credentials{
		AccessKeyID: credentials.AccessKeyID, SecretAccessKey: credentials.SecretAccessKey, SessionToken: credentials.SessionToken,
	}, nil
}

// nodeProfile returns the instance profile that a new node gets: the one that is named, or that of the role that is named,
// or that of the only role of the account that EC2 may assume. A role without an instance profile gets one of its name, as
// the console of IAM makes it.
func (e *Environment) nodeProfile(ctx context.Context, account string, o NodeRequest) (string, error) {
	if o.InstanceProfile != "" {
		profile := directory.Get(e.directory, directory.InstanceProfileKey(account, o.InstanceProfile))
		if profile == nil {
			return "", fmt.Errorf("instance profile %q does not exist in account %s", o.InstanceProfile, account)
		}
		return profile.Name, nil
	}
	role, err := e.nodeRole(account, o.Role)
	if err != nil {
		return "", err
	}
	for profile := range directory.List(e.directory, directory.AllInstanceProfiles(account), "") {
		if len(profile.Roles) == 1 && strings.EqualFold(profile.Roles[0], role) {
			return profile.Name, nil
		}
	}
	return role, e.addProfile(ctx, account, role)
}

func (e *Environment) nodeRole(account, name string) (string, error) {
	if name != "" {
		if role := directory.Get(e.directory, directory.RoleKey(account, name)); role != nil {
			return role.Name, nil
		}
		return "", fmt.Errorf("role %q does not exist in account %s", name, account)
	}
	var candidates []string
	for role := range directory.List(e.directory, directory.AllRoles(account), "") {
		trusts, err := fakeec2.MayAssume(role, e.o.Now())
		if err != nil {
			return "", err
		}
		if trusts {
			candidates = append(candidates, role.Name)
		}
	}
	switch len(candidates) {
	case 0:
		return "", fmt.Errorf("account %s has no role that trusts ec2.amazonaws.com, which a node needs: make one with aws iam create-role", account)
	case 1:
		return candidates[0], nil
	}
	return "", fmt.Errorf("choose the node's role with --role: %s", strings.Join(candidates, ", "))
}

func (e *Environment) addProfile(ctx context.Context, account, roleName string) error {
	err := e.directory.Update(ctx, func(tx *directory.Tx) error {
		role := directory.Get(tx, directory.RoleKey(account, roleName))
		if role == nil {
			return directory.ErrNotFound
		}
		profile := &directory.InstanceProfile{Roles: []string{role.Name}}
		var err error
		profile.Resource, err = e.directory.NewResource(tx, directory.InstanceProfileID, account, role.Name, role.Path, nil)
		if err != nil {
			return err
		}
		if directory.Get(tx, directory.InstanceProfileKey(account, role.Name)) != nil {
			return fmt.Errorf("it exists with another role: choose one with --instance-profile")
		}
		role.Profiles++
		directory.Put(tx, profile)
		directory.Put(tx, role)
		return nil
	})
	if err != nil {
		return fmt.Errorf("make instance profile %s: %w", roleName, err)
	}
	return nil
}
