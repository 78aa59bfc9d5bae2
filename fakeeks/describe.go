package fakeeks

import (
	"context"
	"encoding/base64"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"

	"github.com/eksauth/eksauth/internal/awswire"
	"github.com/eksauth/eksauth/internal/callers"
	"github.com/eksauth/eksauth/internal/directory"
)

// platformVersion is EKS's own version of the control plane
// (https://docs.aws.amazon.com/eks/latest/userguide/platform-versions.html).
const platformVersion = "eks.1"

// DescribeCluster describes a cluster
// (https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeCluster.html).
func (s *Service) DescribeCluster(ctx context.Context, in *eks.DescribeClusterInput) (*eks.DescribeClusterOutput, error) {
	cluster, err := s.find(ctx, aws.ToString(in.Name))
	if err != nil {
		return nil, err
	}
	out := cluster.describe()
	out.Health = s.health(cluster)
	return &eks.DescribeClusterOutput{Cluster: out}, nil
}

// health is what the control plane is seen to be, and why it could not be made.
func (s *Service) health(cluster *Cluster) *types.ClusterHealth {
	health := &types.ClusterHealth{Issues: []types.ClusterIssue{}}
	var problems []Problem
	switch cluster.Status {
	case types.ClusterStatusFailed:
		problems = []Problem{{types.ClusterIssueCodeInternalFailure, cluster.Failure}}
	case types.ClusterStatusActive, types.ClusterStatusUpdating:
		if s.cfg.ControlPlanes != nil {
			problems = s.cfg.ControlPlanes.Problems(cluster)
		}
	}
	for _, p := range problems {
		health.Issues = append(health.Issues, types.ClusterIssue{Code: p.Code, Message: aws.String(p.Message), ResourceIds: []string{cluster.Name}})
	}
	return health
}

// find returns a cluster of the caller's account in the region that was asked.
func (s *Service) find(ctx context.Context, name string) (*Cluster, error) {
	call := awswire.CallFrom(ctx)
	return s.findIn(s.cfg.Directory, scopeOf(call), name)
}

// findIn returns a cluster or EKS's refusal.
func (s *Service) findIn(r directory.Reader, sc scope, name string) (*Cluster, error) {
	cluster, err := load[Cluster](r, sc, clusterKind, name)
	if err != nil {
		return nil, err
	}
	if cluster == nil {
		return nil, &types.ResourceNotFoundException{Message: aws.String(fmt.Sprintf("No cluster found for name: %s.", name))}
	}
	return cluster, nil
}

func scopeOf(call *awswire.Call) scope { return scope{callers.Of(call).Account, call.Region} }

// ListClusters lists the names of the account's clusters in the region, in the order of the alphabet
// (https://docs.aws.amazon.com/eks/latest/APIReference/API_ListClusters.html).
func (s *Service) ListClusters(ctx context.Context, in *eks.ListClustersInput) (*eks.ListClustersOutput, error) {
	var names []string
	for item := range directory.List(s.cfg.Directory, scopeOf(awswire.CallFrom(ctx)).all(clusterKind, ""), "") {
		names = append(names, item.Name)
	}
	names, next, err := page(names, itself, in.NextToken, in.MaxResults)
	if err != nil {
		return nil, err
	}
	return &eks.ListClustersOutput{Clusters: names, NextToken: next}, nil
}

// describe is the cluster as DescribeCluster shows it.
func (c *Cluster) describe() *types.Cluster {
	out := &types.Cluster{
		Name:                    aws.String(c.Name),
		Arn:                     aws.String(c.ARN()),
		CreatedAt:               aws.Time(c.Created),
		Status:                  c.Status,
		Version:                 aws.String(c.Version),
		PlatformVersion:         aws.String(platformVersion),
		RoleArn:                 aws.String(c.RoleARN),
		AccessConfig:            &types.AccessConfigResponse{AuthenticationMode: c.Mode},
		Identity:                &types.Identity{Oidc: &types.OIDC{Issuer: aws.String(c.Issuer())}},
		KubernetesNetworkConfig: c.KubernetesNetwork,
		ResourcesVpcConfig:      c.Network,
		Logging:                 &types.Logging{ClusterLogging: c.Logging},
		UpgradePolicy:           &types.UpgradePolicyResponse{SupportType: c.UpgradePolicy},
		ZonalShiftConfig:        &types.ZonalShiftConfigResponse{Enabled: aws.Bool(c.ZonalShift)},
		DeletionProtection:      aws.Bool(c.DeletionProtection),
		EncryptionConfig:        c.Encryption,
		Tags:                    c.Tags,
	}
	if c.Endpoint != "" { // while a cluster is being created it has neither
		out.Endpoint = aws.String(c.Endpoint)
		out.CertificateAuthority = &types.Certificate{Data: aws.String(base64.StdEncoding.EncodeToString(c.CA))}
	}
	return out
}
