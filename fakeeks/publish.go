package fakeeks

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/service/eks/types"
)

// turn lets one call at a time work on a cluster's control plane.
type turn struct {
	sync.Mutex
	// wanted counts the changes that were recorded, and done those that were in force at the last publication.
	wanted, done atomic.Int64
}

func (s *Service) lock(cluster *Cluster) *turn {
	found, _ := s.turns.LoadOrStore(cluster.ARN(), &turn{})
	return found.(*turn)
}

// publish puts in force who may enter, as it is recorded. Several callers at once share one publication. A control plane
// that cannot be told does not undo what is recorded: the next publication, or the next start, brings it.
func (s *Service) publish(ctx context.Context, cluster *Cluster) {
	lock := s.lock(cluster)
	mine := lock.wanted.Add(1)
	lock.Lock()
	defer lock.Unlock()
	if lock.done.Load() >= mine {
		return
	}
	covered := lock.wanted.Load()
	if err := s.publishNow(ctx, cluster); err != nil {
		s.cfg.Log.Error("a change of who may enter is recorded but not in force", "cluster", cluster.Name, "error", err)
		return
	}
	lock.done.Store(covered)
}

// publishNow needs the cluster's turn.
func (s *Service) publishNow(ctx context.Context, cluster *Cluster) error {
	current, err := s.Get(cluster.Account, cluster.Region, cluster.Name)
	if err != nil || current == nil || s.cfg.ControlPlanes == nil {
		return err
	}
	access, err := s.Access(current)
	if err != nil {
		return err
	}
	return s.cfg.ControlPlanes.SetAccess(ctx, current, access)
}

// Access is who may enter a cluster as it is recorded.
func (s *Service) Access(cluster *Cluster) (Access, error) {
	access := Access{Mode: cluster.Mode}
	if !cluster.usesEntries() {
		// EKS hard-wires the creator in this mode; the other modes have an access entry instead, which can be deleted
		// (https://docs.aws.amazon.com/eks/latest/userguide/grant-k8s-access.html).
		if cluster.CreatorARN != "" {
			access.Creator = &Mapping{ARN: withoutPath(cluster.CreatorARN), Username: "kubernetes-admin", Groups: []string{"system:masters"}}
		}
		return access, nil
	}
	for item := range s.parts(cluster.scope(), entryKind, cluster.Name) {
		entry, err := decode[accessEntry](item)
		if err != nil {
			return Access{}, err
		}
		access.Entries = append(access.Entries, Mapping{
			ARN: withoutPath(entry.PrincipalARN), PrincipalID: entry.PrincipalID, Username: entry.Username, Groups: entry.Groups,
		})
	}
	return access, nil
}

// withoutPath removes the path from a role's ARN, which the authenticator never sees: the ARN of a role session has none.
// The path of a user stays (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html).
func withoutPath(arn string) string {
	head, rest, isRole := strings.Cut(arn, ":role/")
	if !isRole {
		return arn
	}
	return head + ":role/" + rest[strings.LastIndex(rest, "/")+1:]
}

// changeable refuses what needs a cluster that runs.
func changeable(cluster *Cluster) error {
	if cluster.Status == types.ClusterStatusActive || cluster.Status == types.ClusterStatusUpdating {
		return nil
	}
	return invalidRequest("The cluster %s is in status %s, and this operation needs it to be ACTIVE.", cluster.Name, cluster.Status)
}
