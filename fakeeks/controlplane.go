package fakeeks

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/eks/types"
)

// ControlPlanes runs what the API describes. Its methods return when the work is done; the service calls the slow ones
// through Config.Background. Calls that concern the same cluster do not overlap, but for Problems.
type ControlPlanes interface {
	// Start starts a cluster's control plane, a new one or one that has run before. An error leaves nothing running.
	Start(ctx context.Context, cluster *Cluster, access Access) (Serving, error)
	// Restart ends a control plane, if it runs, and starts it with the version that the cluster has now.
	Restart(ctx context.Context, cluster *Cluster, access Access) (Serving, error)
	// SetAccess puts in force who may enter a running cluster.
	SetAccess(ctx context.Context, cluster *Cluster, access Access) error
	// EditRoles rewrites the text of mapRoles in the aws-auth of a running cluster, which is empty if there is none. What edit
	// returns unchanged is not written, and edit is called again if somebody else changes aws-auth meanwhile.
	EditRoles(ctx context.Context, cluster *Cluster, edit func(mapRoles string) (string, error)) error
	// Remove ends a control plane, if it runs, and forgets all that it has kept.
	Remove(ctx context.Context, cluster *Cluster) error
	// Problems says what is wrong with a control plane now, for the cluster's health.
	Problems(cluster *Cluster) []Problem
}

// Serving is where a control plane answers.
type Serving struct {
	// Address is where the kube-apiserver listens, host:port.
	Address string
	// CA is the certificate of the cluster's authority, as PEM.
	CA []byte
}

// Problem is one thing that is wrong with a control plane.
type Problem struct {
	Code    types.ClusterIssueCode
	Message string
}

// Access is who may enter a cluster.
type Access struct {
	Mode types.AuthenticationMode
	// Creator enters in CONFIG_MAP mode though nothing in the cluster shows it; nil in the other modes.
	Creator *Mapping
	// Entries are the access entries.
	Entries []Mapping
}

// Mapping says as which Kubernetes user and with which groups an IAM user or role enters.
type Mapping struct {
	// ARN is that of the user, or of the role without its path.
	ARN string
	// PrincipalID is the unique ID of the user or role, AIDA… or AROA…; empty for the creator.
	PrincipalID string
	// Username may have the authenticator's templates.
	Username string
	Groups   []string
}
