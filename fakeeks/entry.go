package fakeeks

import (
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"

	"github.com/eksauth/eksauth/fakeeks/accesspolicy"
	"github.com/eksauth/eksauth/internal/directory"
)

// accessEntry is what EKS keeps of an access entry.
type accessEntry struct {
	PrincipalARN string `json:"principalArn"`
	// PrincipalID is the unique ID that the principal had when the entry was made: one that is made again under the same
	// name does not enter by it.
	PrincipalID string            `json:"principalId"`
	UUID        string            `json:"uuid"`
	Type        string            `json:"type"`
	Username    string            `json:"username"`
	Groups      []string          `json:"groups,omitempty"`
	Created     time.Time         `json:"created"`
	Modified    time.Time         `json:"modified"`
	Tags        map[string]string `json:"tags,omitempty"`
	Policies    []association     `json:"policies,omitempty"`
}

// association gives an access entry what an access policy allows, in the whole cluster or in namespaces.
type association struct {
	Policy     string                `json:"policy"` // ARN
	Scope      types.AccessScopeType `json:"scope"`
	Namespaces []string              `json:"namespaces,omitempty"`
	Associated time.Time             `json:"associated"`
	Modified   time.Time             `json:"modified"`
}

func (e *accessEntry) arn(c *Cluster) string {
	p, _ := parsePrincipal(e.PrincipalARN)
	return entryARN(c, p, e.UUID)
}

// entryARN is the ARN of an access entry
// (https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelastickubernetesservice.html).
func entryARN(c *Cluster, p principal, uuid string) string {
	return fmt.Sprintf("arn:%s:eks:%s:%s:access-entry/%s/%s/%s/%s/%s", c.Partition, c.Region, c.Account, c.Name, p.kind, p.account, p.name, uuid)
}

func (e *accessEntry) describe(c *Cluster) *types.AccessEntry {
	return &types.AccessEntry{
		AccessEntryArn: aws.String(e.arn(c)), ClusterName: aws.String(c.Name), PrincipalArn: aws.String(e.PrincipalARN),
		Type: aws.String(e.Type), Username: aws.String(e.Username), KubernetesGroups: orEmpty(e.Groups), Tags: tagsOrEmpty(e.Tags),
		CreatedAt: aws.Time(e.Created), ModifiedAt: aws.Time(e.Modified),
	}
}

func (a *association) describe() *types.AssociatedAccessPolicy {
	return &types.AssociatedAccessPolicy{
		PolicyArn: aws.String(a.Policy), AccessScope: &types.AccessScope{Type: a.Scope, Namespaces: orEmpty(a.Namespaces)},
		AssociatedAt: aws.Time(a.Associated), ModifiedAt: aws.Time(a.Modified),
	}
}

func orEmpty(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

func tagsOrEmpty(tags map[string]string) map[string]string {
	if tags == nil {
		return map[string]string{}
	}
	return tags
}

// newEntry completes the record of a new entry.
func (s *Service) newEntry(p principal, kind, username string, groups []string, tags map[string]string) (*accessEntry, error) {
	uuid, err := s.newUUID()
	if err != nil {
		return nil, err
	}
	now := s.now()
	return &accessEntry{
		PrincipalARN: p.arn, PrincipalID: p.id, UUID: uuid, Type: kind, Username: username, Groups: groups, Tags: tags, Created: now, Modified: now,
	}, nil
}

// addCreatorEntry makes the access entry of a cluster's creator, an administrator by AmazonEKSClusterAdminPolicy
// (https://docs.aws.amazon.com/eks/latest/userguide/setting-up-access-entries.html). A creator that is neither a user nor
// a role, or that is gone, has none.
func (s *Service) addCreatorEntry(tx *directory.Tx, c *Cluster) error {
	p, ok := parsePrincipal(c.CreatorARN)
	if !ok || !s.identify(&p) || directory.Get(tx, c.scope().key(entryKind, part(c.Name, p.arn))) != nil {
		return nil
	}
	entry, err := s.newEntry(p, typeStandard, p.defaultUsername(), nil, nil)
	if err != nil {
		return err
	}
	admin := "arn:" + c.Partition + ":eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"
	if accesspolicy.Find(c.Partition, admin) == nil {
		return fmt.Errorf("access policy %s is missing", admin)
	}
	entry.Policies = []association{{Policy: admin, Scope: types.AccessScopeTypeCluster, Associated: entry.Created, Modified: entry.Created}}
	return saveEntry(tx, c, entry)
}

func saveEntry(tx *directory.Tx, c *Cluster, e *accessEntry) error {
	return save(tx, c.scope(), entryKind, part(c.Name, e.PrincipalARN), e)
}

// findEntry returns a cluster's entry for a principal, or EKS's refusal
// (https://github.com/terraform-aws-modules/terraform-aws-eks/issues/3024).
func findEntry(r directory.Reader, c *Cluster, principalARN string) (*accessEntry, error) {
	entry, err := load[accessEntry](r, c.scope(), entryKind, part(c.Name, principalARN))
	if err != nil {
		return nil, err
	}
	if entry == nil {
		return nil, notFound("The specified principalArn could not be found. You can view your available access entries with 'list-access-entries'.")
	}
	return entry, nil
}
