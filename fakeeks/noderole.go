package fakeeks

import (
	"context"
	"errors"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"

	"github.com/eksauth/eksauth/fakeeks/maproles"
	"github.com/eksauth/eksauth/internal/directory"
)

// nodeRole is how EKS lets the role of what it manages in: by an access entry where the cluster has them, and by aws-auth where
// it has not (https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html).
type nodeRole struct {
	// entryType is the type of the access entry, which gives the username, too.
	entryType string
	// groups are those in aws-auth (https://docs.aws.amazon.com/eks/latest/userguide/migrating-access-entries.html).
	groups []string
	// of lists the roles of all that a cluster has of the kind.
	of func(s *Service, c *Cluster) ([]string, error)
}

var (
	managedNodes = nodeRole{"EC2_LINUX", []string{"system:bootstrappers", "system:nodes"}, func(s *Service, c *Cluster) ([]string, error) {
		return rolesOf(s, c, nodegroupKind, func(group *types.Nodegroup) *string { return group.NodeRole })
	}}
	fargateNodes = nodeRole{"FARGATE_LINUX", []string{"system:bootstrappers", "system:nodes", "system:node-proxier"}, func(s *Service, c *Cluster) ([]string, error) {
		return rolesOf(s, c, fargateKind, func(profile *types.FargateProfile) *string { return profile.PodExecutionRoleArn })
	}}
)

func rolesOf[T any](s *Service, c *Cluster, kind string, role func(*T) *string) (arns []string, err error) {
	for item := range s.parts(c.scope(), kind, c.Name) {
		found, err := decode[made[T]](item)
		if err != nil {
			return nil, err
		}
		arns = append(arns, aws.ToString(role(&found.Value)))
	}
	return arns, nil
}

// addNodeEntry makes the access entry of a role of nodes, unless it has one or the cluster has none.
func (s *Service) addNodeEntry(tx *directory.Tx, c *Cluster, nodes nodeRole, roleARN string) error {
	p, ok := parsePrincipal(roleARN)
	if !c.usesEntries() || !ok || !s.identify(&p) || directory.Get(tx, c.scope().key(entryKind, part(c.Name, p.arn))) != nil {
		return nil
	}
	kind := nodes.entryType
	entry, err := s.newEntry(p, kind, nodeTypes[kind].username, nodeTypes[kind].groups, nil)
	if err != nil {
		return err
	}
	return saveEntry(tx, c, entry)
}

// addNodeEntries makes the access entries of all roles of nodes that the cluster has.
func (s *Service) addNodeEntries(tx *directory.Tx, c *Cluster) error {
	for _, nodes := range []nodeRole{managedNodes, fargateNodes} {
		arns, err := nodes.of(s, c)
		for _, arn := range arns {
			err = errors.Join(err, s.addNodeEntry(tx, c, nodes, arn))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// letIn puts in force that a role of nodes enters. An error says why aws-auth is left as it is.
func (s *Service) letIn(ctx context.Context, c *Cluster, nodes nodeRole, roleARN string) error {
	if c.usesEntries() {
		s.publish(ctx, c)
		return nil
	}
	role := maproles.Role{ARN: withoutPath(roleARN), Username: nodeTypes[nodes.entryType].username, Groups: nodes.groups}
	return s.editRoles(ctx, c, func(text string) (string, error) { return maproles.Add(text, role) })
}

// unmapped is how the health of a node group or a Fargate profile tells that its role is not let in.
func unmapped(failure error) *string {
	return aws.String("The role is not mapped in aws-auth, so its nodes cannot join: " + failure.Error())
}

// unmap takes a role of nodes out of aws-auth that nothing of its kind has any more. Where aws-auth does not count it is left
// as it is.
func (s *Service) unmap(ctx context.Context, c *Cluster, nodes nodeRole, roleARN string) {
	left, err := nodes.of(s, c)
	if err == nil && c.Mode != types.AuthenticationModeApi && !slices.Contains(left, roleARN) {
		err = s.editRoles(ctx, c, func(text string) (string, error) { return maproles.Remove(text, withoutPath(roleARN)) })
	}
	if err != nil {
		s.cfg.Log.Error("a role stays in aws-auth", "cluster", c.Name, "role", roleARN, "error", err)
	}
}

// editRoles changes aws-auth. A text that cannot be read is its owner's to mend.
func (s *Service) editRoles(ctx context.Context, c *Cluster, edit func(string) (string, error)) error {
	if s.cfg.ControlPlanes == nil {
		return nil
	}
	lock := s.lock(c)
	lock.Lock()
	defer lock.Unlock()
	return s.cfg.ControlPlanes.EditRoles(ctx, c, edit)
}
