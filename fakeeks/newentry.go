package fakeeks

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"

	"github.com/eksauth/eksauth/internal/directory"
)

// mayPassRole tells whether a role may be passed to a service.
type mayPassRole func(roleARN, service string) error

func (s *Service) addEntry(tx *directory.Tx, c *Cluster, in *eks.CreateAccessEntryInput, mayPass mayPassRole) (*accessEntry, error) {
	entry, err := s.entryOf(c, in, mayPass)
	if err != nil {
		return nil, err
	}
	if directory.Get(tx, c.scope().key(entryKind, part(c.Name, entry.PrincipalARN))) != nil {
		return nil, inUse(c.Name, "The specified access entry resource is already in use on this cluster.")
	}
	return entry, saveEntry(tx, c, entry)
}

// entryOf is the entry that the request asks for, or why there cannot be such an entry.
func (s *Service) entryOf(c *Cluster, in *eks.CreateAccessEntryInput, mayPass mayPassRole) (*accessEntry, error) {
	p, ok := parsePrincipal(aws.ToString(in.PrincipalArn))
	if !ok {
		return nil, invalidParameter("The principalArn parameter format is not valid")
	}
	if p.serviceLinked() {
		return nil, invalidRequest("The caller is not allowed to modify access entries with a principalArn value of a Service Linked Role.")
	}
	// https://github.com/terraform-aws-modules/terraform-aws-eks/issues/2969
	if p.partition != c.Partition || !s.identify(&p) {
		return nil, invalidParameter("The specified principalArn is invalid: invalid principal.")
	}
	kind := aws.ToString(in.Type)
	if kind == "" || kind == typeStandard {
		return s.standardEntry(p, in)
	}
	return s.nodeEntry(c, p, kind, in, mayPass)
}

func (s *Service) standardEntry(p principal, in *eks.CreateAccessEntryInput) (*accessEntry, error) {
	username := p.defaultUsername()
	if given := aws.ToString(in.Username); given != "" {
		if err := checkUsername(given); err != nil {
			return nil, err
		}
		username = given
	}
	if err := checkGroups(in.KubernetesGroups); err != nil {
		return nil, err
	}
	return s.newEntry(p, typeStandard, username, in.KubernetesGroups, in.Tags)
}

// nodeEntry is an entry for nodes: of a role of the cluster's own account, with the name and the groups that EKS gives.
func (s *Service) nodeEntry(c *Cluster, p principal, kind string, in *eks.CreateAccessEntryInput, mayPass mayPassRole) (*accessEntry, error) {
	node, known := nodeTypes[kind]
	switch {
	case !known:
		// https://github.com/aws/aws-cdk/pull/31146
		return nil, invalidParameter("AccessEntry type must be one of [%s]", strings.Join(entryTypes(), ", "))
	case !p.isRole():
		return nil, invalidParameter("The specified principalArn is invalid: the type %s needs an IAM role.", kind)
	case p.account != c.Account:
		return nil, invalidParameter("The specified principalArn is invalid: the type %s needs a role in the account of the cluster.", kind)
	case in.Username != nil:
		return nil, invalidRequest("The username cannot be specified for the type %s.", kind)
	case len(in.KubernetesGroups) > 0:
		return nil, invalidRequest("The kubernetesGroups cannot be specified for the type %s.", kind)
	}
	if node.service != "" {
		if err := mayPass(p.arn, node.service); err != nil {
			return nil, err
		}
	}
	return s.newEntry(p, kind, node.username, node.groups, in.Tags)
}
