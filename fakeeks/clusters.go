package fakeeks

import (
	"context"
	"encoding/base64"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"

	"github.com/eksauth/eksauth/internal/awswire"
	"github.com/eksauth/eksauth/internal/directory"
)

// defaultPage is how many names ListClusters gives without maxResults
// (https://docs.aws.amazon.com/eks/latest/APIReference/API_ListClusters.html).
const defaultPage = 100

// DescribeCluster describes a cluster
// (https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeCluster.html).
func (s *Service) DescribeCluster(ctx context.Context, in *eks.DescribeClusterInput) (*eks.DescribeClusterOutput, error) {
	cluster, err := s.find(ctx, aws.ToString(in.Name))
	if err != nil {
		return nil, err
	}
	return &eks.DescribeClusterOutput{Cluster: cluster.describe()}, nil
}

// find returns a cluster of the caller's account in the region that was asked.
func (s *Service) find(ctx context.Context, name string) (*Cluster, error) {
	call := awswire.CallFrom(ctx)
	cluster, err := s.Get(callerOf(call).Account, call.Region, name)
	if err != nil {
		return nil, err
	}
	if cluster == nil {
		return nil, &types.ResourceNotFoundException{Message: aws.String(fmt.Sprintf("No cluster found for name: %s.", name))}
	}
	return cluster, nil
}

// ListClusters lists the names of the account's clusters in the region, in the order of the alphabet
// (https://docs.aws.amazon.com/eks/latest/APIReference/API_ListClusters.html).
func (s *Service) ListClusters(ctx context.Context, in *eks.ListClustersInput) (*eks.ListClustersOutput, error) {
	call := awswire.CallFrom(ctx)
	account := callerOf(call).Account
	after, err := pageStart(in.NextToken)
	if err != nil {
		return nil, err
	}
	var start directory.Key[directory.Item]
	if after != "" {
		start = directory.ItemKey(clusterKind, account, call.Region, after)
	}
	limit := int(aws.ToInt32(in.MaxResults))
	if limit == 0 {
		limit = defaultPage
	}
	out := &eks.ListClustersOutput{Clusters: []string{}}
	for item := range directory.List(s.cfg.Directory, directory.AllItems(clusterKind, account, call.Region, ""), start) {
		if len(out.Clusters) == limit {
			out.NextToken = aws.String(base64.StdEncoding.EncodeToString([]byte(out.Clusters[limit-1])))
			break
		}
		out.Clusters = append(out.Clusters, item.Name)
	}
	return out, nil
}

// pageStart reads the name after which a page begins out of a token that an earlier page gave.
func pageStart(token *string) (string, error) {
	name, err := base64.StdEncoding.DecodeString(aws.ToString(token))
	if err != nil {
		return "", &types.InvalidParameterException{Message: aws.String("Invalid value for nextToken parameter")}
	}
	return string(name), nil
}
