package fakeeks

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"

	"github.com/eksauth/eksauth/fakeeks/accesspolicy"
	"github.com/eksauth/eksauth/internal/directory"
)

// ImportedEntry is an access entry as EKS describes it, with its access policies.
type ImportedEntry struct {
	Entry    types.AccessEntry
	Policies []types.AssociatedAccessPolicy
}

// LeftOut is something that an import has not taken over, and why.
type LeftOut struct {
	What string `json:"what"`
	Why  string `json:"why"`
}

// Import makes the service run a cluster as it is described, with these access entries and no others; nil entries leave those
// that it has. A cluster that is there already goes on running, with its own ID and version. It returns when the cluster
// serves and all is in force. If a new cluster does not start, nothing of it is left.
func (s *Service) Import(ctx context.Context, cluster *Cluster, entries []ImportedEntry) ([]LeftOut, error) {
	if s.cfg.ControlPlanes == nil {
		return nil, errors.New("this stack runs without control planes: start one with eksauth up")
	}
	known, err := s.Get(cluster.Account, cluster.Region, cluster.Name)
	if err != nil {
		return nil, err
	}
	if known == nil {
		err = s.addImported(ctx, cluster)
	} else if err = changeable(known); err == nil {
		err = s.update(ctx, cluster)
	}
	if err != nil {
		return nil, err
	}
	leftOut, err := s.importEntries(ctx, cluster, entries)
	switch {
	case err == nil && known == nil:
		err = s.start(ctx, cluster)
	case err == nil:
		err = s.enforce(ctx, known, cluster)
	}
	if err != nil && known == nil {
		err = errors.Join(err, s.remove(context.WithoutCancel(ctx), cluster))
	}
	return leftOut, err
}

// enforce puts in force who may enter a cluster that ran before its import. Its creator is hard-wired: another one needs a new
// start.
func (s *Service) enforce(ctx context.Context, before, in *Cluster) error {
	lock := s.lock(in)
	lock.Lock()
	defer lock.Unlock()
	now, err := s.Get(in.Account, in.Region, in.Name)
	if err != nil || now == nil {
		return fmt.Errorf("cluster %q is gone: %w", in.Name, err)
	}
	was, err := s.Access(before)
	if err != nil {
		return err
	}
	is, err := s.Access(now)
	if err != nil || reflect.DeepEqual(was.Creator, is.Creator) || is.Creator == nil {
		return errors.Join(err, s.publishNow(ctx, now))
	}
	serving, err := s.cfg.ControlPlanes.Restart(ctx, now, is)
	if err != nil {
		return fmt.Errorf("start cluster %q with another creator: %w", in.Name, err)
	}
	_, err = s.change(ctx, now.scope(), now.Name, func(_ *directory.Tx, c *Cluster) error {
		c.serve(serving)
		return nil
	})
	return err
}

// addImported records a new cluster. It keeps the ID that its endpoint has on AWS.
func (s *Service) addImported(ctx context.Context, cluster *Cluster) error {
	id, created := cluster.ID, cluster.Created
	if !slices.Contains(s.minors(), cluster.Version) {
		cluster.Version = minorOf(s.cfg.Versions[0])
	}
	cluster.BootstrapCreator, cluster.Imported = false, true
	if err := s.Add(ctx, cluster); err != nil {
		return err
	}
	_, err := s.change(ctx, cluster.scope(), cluster.Name, func(_ *directory.Tx, c *Cluster) error {
		if id != "" {
			c.ID = id
		}
		if !created.IsZero() {
			c.Created = created
		}
		cluster.ID, cluster.Created = c.ID, c.Created
		return nil
	})
	return err
}

// update gives a cluster that is there what its import says.
func (s *Service) update(ctx context.Context, in *Cluster) error {
	_, err := s.change(ctx, in.scope(), in.Name, func(_ *directory.Tx, c *Cluster) error {
		c.Mode, c.RoleARN, c.Tags, c.Imported = in.Mode, in.RoleARN, in.Tags, true
		if in.CreatorARN != "" {
			c.CreatorARN = in.CreatorARN
		}
		return nil
	})
	return err
}

// importEntries replaces a cluster's access entries.
func (s *Service) importEntries(ctx context.Context, cluster *Cluster, entries []ImportedEntry) (leftOut []LeftOut, err error) {
	if entries == nil {
		return nil, nil
	}
	kept := map[string]bool{}
	for part := range slices.Chunk(entries, partsAtOnce) {
		var without []LeftOut
		err = s.cfg.Directory.Update(ctx, func(tx *directory.Tx) error {
			without, err = s.putEntries(tx, cluster, part, kept)
			return err
		})
		if leftOut = append(leftOut, without...); err != nil {
			return leftOut, err
		}
	}
	var gone []string
	for item := range s.parts(cluster.scope(), entryKind, cluster.Name) {
		if !kept[partName(item)] {
			gone = append(gone, item.Name)
		}
	}
	return leftOut, s.deleteParts(ctx, cluster, entryKind, gone)
}

// putEntries writes some of the entries and notes whose they are.
func (s *Service) putEntries(tx *directory.Tx, cluster *Cluster, entries []ImportedEntry, kept map[string]bool) (leftOut []LeftOut, err error) {
	for i := range entries {
		entry, without, err := s.importedEntry(cluster, &entries[i])
		leftOut = append(leftOut, without...)
		if err != nil {
			return leftOut, err
		}
		if entry == nil {
			continue
		}
		kept[entry.PrincipalARN] = true
		if err := saveEntry(tx, cluster, entry); err != nil {
			return leftOut, err
		}
	}
	return leftOut, nil
}

// importedEntry is an access entry as it is described; nil if there is nobody whom it could let in.
func (s *Service) importedEntry(c *Cluster, in *ImportedEntry) (*accessEntry, []LeftOut, error) {
	arn := aws.ToString(in.Entry.PrincipalArn)
	what := fmt.Sprintf("access entry of %s in cluster %s", arn, c.Name)
	p, ok := parsePrincipal(arn)
	if !ok || !s.identify(&p) {
		return nil, []LeftOut{{what, "its principal is not among the imported identities: it does not exist any more, or its account was not imported"}}, nil
	}
	var leftOut []LeftOut
	if s.madeAfter(p, in.Entry.CreatedAt) {
		if err := s.estrange(&p); err != nil {
			return nil, nil, err
		}
		leftOut = append(leftOut, LeftOut{what, "it lets nobody in: the principal was deleted and made again after the entry was made"})
	}
	entry := &accessEntry{
		PrincipalARN: arn, PrincipalID: p.id, UUID: uuidOf(aws.ToString(in.Entry.AccessEntryArn)), Type: aws.ToString(in.Entry.Type),
		Username: aws.ToString(in.Entry.Username), Groups: in.Entry.KubernetesGroups, Tags: in.Entry.Tags,
		Created: aws.ToTime(in.Entry.CreatedAt), Modified: aws.ToTime(in.Entry.ModifiedAt),
	}
	for _, a := range in.Policies {
		made, err := importedAssociation(c, &a)
		if err != nil {
			leftOut = append(leftOut, LeftOut{what, err.Error()})
			continue
		}
		entry.Policies = append(entry.Policies, made)
	}
	return entry, leftOut, nil
}

func importedAssociation(c *Cluster, in *types.AssociatedAccessPolicy) (association, error) {
	arn := aws.ToString(in.PolicyArn)
	if accesspolicy.Find(c.Partition, arn) == nil {
		return association{}, fmt.Errorf("its access policy %s is not known here: what it allows is refused", arn)
	}
	kind, namespaces, err := accessScope(in.AccessScope)
	if err != nil {
		return association{}, fmt.Errorf("its access policy %s: %w", arn, err)
	}
	return association{
		Policy: arn, Scope: kind, Namespaces: namespaces, Associated: aws.ToTime(in.AssociatedAt), Modified: aws.ToTime(in.ModifiedAt),
	}, nil
}

// madeAfter tells whether a principal is younger than what names it.
func (s *Service) madeAfter(p principal, at *time.Time) bool {
	if at == nil || at.IsZero() {
		return false
	}
	switch e := directory.EntityByARN(s.cfg.Directory, p.arn).(type) {
	case *directory.Role:
		return e.Created.After(*at)
	case *directory.User:
		return e.Created.After(*at)
	}
	return false
}

// estrange gives a principal the ID of one that is gone: EKS knows whom an entry lets in by the unique ID, which was another
// one (https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html).
func (s *Service) estrange(p *principal) (err error) {
	kind := directory.UserID
	if p.isRole() {
		kind = directory.RoleID
	}
	p.id, err = s.cfg.Directory.NewID(kind, p.account)
	return err
}

// uuidOf is the last part of an access entry's ARN.
func uuidOf(arn string) string { return arn[strings.LastIndexByte(arn, '/')+1:] }
