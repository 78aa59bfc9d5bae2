package fakeeks

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/eksauth/eksauth/internal/awswire"
	"github.com/eksauth/eksauth/internal/directory"
)

// metadata is a kind of thing that a cluster has by name and that tools ask for. Nothing here runs it.
type metadata struct {
	kind string // of its items
	// member is how inputs call its name, and resource the type of its ARN.
	member, resource string
	// title is how EKS's sentences call it.
	title string
}

var (
	nodegroups      = metadata{nodegroupKind, "NodegroupName", "nodegroup", "node group"}
	fargateProfiles = metadata{fargateKind, "FargateProfileName", "fargateprofile", "Fargate Profile"}
	addons          = metadata{addonKind, "AddonName", "addon", "addon"}
	metadataKinds   = []metadata{nodegroups, fargateProfiles, addons}
)

// made is the record of such a thing; T is the SDK's description of it.
type made[T any] struct {
	ARN   string            `json:"arn"`
	Tags  map[string]string `json:"tags,omitempty"`
	Value T                 `json:"value"`
}

func (s *Service) metadataResource(c *Cluster, m metadata, name string) (arn string, tags map[string]string) {
	found, err := load[made[struct{}]](s.cfg.Directory, c.scope(), m.kind, part(c.Name, name))
	if err != nil || found == nil {
		return m.arn(c, name, "*"), nil
	}
	return found.ARN, found.Tags
}

func (m metadata) arn(c *Cluster, name, uuid string) string {
	return fmt.Sprintf("arn:%s:eks:%s:%s:%s/%s/%s/%s", c.Partition, c.Region, c.Account, m.resource, c.Name, name, uuid)
}

// createPart records a new thing of a cluster. describe gets its ARN; more is done in the same transaction.
func createPart[T any](
	ctx context.Context, s *Service, m metadata, clusterName, name *string, tags map[string]string,
	describe func(c *Cluster, arn string) T, more func(*directory.Tx, *Cluster) error,
) (*T, *Cluster, error) {
	uuid, err := s.newUUID()
	if err != nil {
		return nil, nil, err
	}
	var value T
	var cluster *Cluster
	err = s.cfg.Directory.Update(ctx, func(tx *directory.Tx) error {
		c, err := s.findIn(tx, scopeOf(awswire.CallFrom(ctx)), aws.ToString(clusterName))
		if err != nil {
			return err
		}
		if err := changeable(c); err != nil {
			return err
		}
		if directory.Get(tx, c.scope().key(m.kind, part(c.Name, aws.ToString(name)))) != nil {
			return inUse(c.Name, "%s already exists with name %s and cluster name %s", m.title, aws.ToString(name), c.Name)
		}
		cluster = c
		arn := m.arn(c, aws.ToString(name), uuid)
		value = describe(c, arn)
		if err := save(tx, c.scope(), m.kind, part(c.Name, aws.ToString(name)), made[T]{arn, tags, value}); err != nil {
			return err
		}
		return more(tx, c)
	})
	return &value, cluster, err
}

// changePart rewrites what is recorded of a thing of a cluster, if it is still there.
func changePart[T any](ctx context.Context, s *Service, m metadata, c *Cluster, name *string, edit func(*T)) error {
	return s.cfg.Directory.Update(ctx, func(tx *directory.Tx) error {
		found, err := load[made[T]](tx, c.scope(), m.kind, part(c.Name, aws.ToString(name)))
		if err != nil || found == nil {
			return err
		}
		edit(&found.Value)
		return save(tx, c.scope(), m.kind, part(c.Name, aws.ToString(name)), found)
	})
}

func nothingMore(*directory.Tx, *Cluster) error { return nil }

// describePart returns a thing of a cluster, or EKS's refusal.
func describePart[T any](ctx context.Context, s *Service, m metadata, clusterName, name *string) (*made[T], *Cluster, error) {
	cluster, err := s.find(ctx, aws.ToString(clusterName))
	if err != nil {
		return nil, nil, err
	}
	found, err := load[made[T]](s.cfg.Directory, cluster.scope(), m.kind, part(cluster.Name, aws.ToString(name)))
	if err == nil && found == nil {
		err = notFound("No %s found for name: %s.", m.title, aws.ToString(name))
	}
	return found, cluster, err
}

// deletePart forgets a thing of a cluster and returns what it was.
func deletePart[T any](ctx context.Context, s *Service, m metadata, clusterName, name *string) (*T, *Cluster, error) {
	found, cluster, err := describePart[T](ctx, s, m, clusterName, name)
	if err != nil {
		return nil, nil, err
	}
	err = s.cfg.Directory.Update(ctx, func(tx *directory.Tx) error {
		directory.Delete(tx, cluster.scope().key(m.kind, part(cluster.Name, aws.ToString(name))))
		return nil
	})
	return &found.Value, cluster, err
}

// listParts lists the names of the things of a cluster.
func (s *Service) listParts(ctx context.Context, m metadata, clusterName, token *string, maxResults *int32) (names []string, next *string, err error) {
	cluster, err := s.find(ctx, aws.ToString(clusterName))
	if err != nil {
		return nil, nil, err
	}
	for item := range s.parts(cluster.scope(), m.kind, cluster.Name) {
		names = append(names, partName(item))
	}
	return page(names, itself, token, maxResults)
}
