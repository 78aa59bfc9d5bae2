package emulator

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"

	"github.com/eksauth/eksauth/fakeec2/metadata"
	"github.com/eksauth/eksauth/fakeeks"
	"github.com/eksauth/eksauth/faketrail"
	"github.com/eksauth/eksauth/internal/awswire"
	"github.com/eksauth/eksauth/internal/directory"
)

// newTrail makes CloudTrail, which sees the calls of all services, its own too. It keeps the events that change something for
// as long as the stack runs, and at the end those that are left.
func (e *Environment) newTrail(ctx context.Context) (*faketrail.Service, error) {
	trail, err := faketrail.New(faketrail.Config{Directory: e.directory, Now: e.o.Now, Log: e.o.Log, Observe: e.observe})
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	kept := make(chan struct{})
	go func() {
		defer close(kept)
		trail.Keep(ctx)
	}()
	e.onStop(func(context.Context) error {
		cancel()
		<-kept
		return nil
	})
	return trail, nil
}

// observe is told of every call of every service after its answer.
func (e *Environment) observe(call *awswire.Call) {
	e.recordCall(call)
	e.trail.Observe(call)
}

// instanceSession records the session that EC2 has made for an instance.
func (e *Environment) instanceSession(issue metadata.Issue) {
	e.trail.ObserveService(faketrail.ServiceSession{
		Service: "ec2.amazonaws.com", Region: issue.Instance.Region, Role: issue.Role, Name: issue.Instance.ID,
		Credentials: issue.Credentials, At: issue.At,
	})
}

// recordClusters gives the history the making of every cluster that it does not know of: those of the configuration, which
// nobody made by a call. There, as on AWS, one finds the creator, whom nothing else shows.
func (e *Environment) recordClusters(context.Context) error {
	clusters, err := e.eks.Clusters()
	if err != nil {
		return err
	}
	for _, cluster := range clusters {
		known, err := e.trail.Knows(cluster.Account, cluster.Region, "CreateCluster", cluster.Name)
		if err != nil {
			return err
		}
		if caller := e.creator(cluster); !known && caller != nil {
			e.trail.Observe(creation(cluster, caller))
		}
	}
	return nil
}

// creator is the principal that made a cluster as a caller; nil if it is gone.
func (e *Environment) creator(cluster *fakeeks.Cluster) *directory.Caller {
	caller := &directory.Caller{Account: cluster.Account, Partition: cluster.Partition, ARN: cluster.CreatorARN}
	switch p := directory.EntityByARN(e.directory, cluster.CreatorARN).(type) {
	case *directory.User:
		caller.Kind, caller.User, caller.UserID = directory.UserCaller, p, p.ID
	case *directory.Role:
		const session = "eksauth"
		caller.Kind, caller.Role, caller.ARN, caller.UserID = directory.RoleCaller, p, p.SessionARN(session), p.ID+":"+session
		caller.Session = &directory.Session{Kind: directory.RoleSession, PrincipalID: p.ID, Name: session, Issued: cluster.Created, Expires: cluster.Created}
	default:
		return nil
	}
	return caller
}

func creation(cluster *fakeeks.Cluster, caller *directory.Caller) *awswire.Call {
	return &awswire.Call{
		RequestID: cluster.ID, Service: "eks", Operation: "CreateCluster", Region: cluster.Region, Identity: caller, Started: cluster.Created,
		SourceIP: "127.0.0.1", UserAgent: fmt.Sprintf("eksauth/%s", Version()),
		Input: &eks.CreateClusterInput{
			Name: aws.String(cluster.Name), RoleArn: aws.String(cluster.RoleARN), Version: aws.String(cluster.Version),
		},
	}
}
