package fakeeks

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"

	"github.com/eksauth/eksauth/internal/directory"
)

// version is the one that was asked for, or the default.
func (s *Service) version(asked *string) (string, error) {
	if asked == nil {
		return s.cfg.Versions[len(s.cfg.Versions)-1], nil
	}
	if !slices.Contains(s.cfg.Versions, *asked) {
		return "", invalidParameter("unsupported Kubernetes version %s: this stack has %v", *asked, s.cfg.Versions)
	}
	return *asked, nil
}

// UpdateClusterVersion changes the version of Kubernetes to a later one that the stack has; the control plane gets it
// at its next start (https://docs.aws.amazon.com/eks/latest/APIReference/API_UpdateClusterVersion.html).
func (s *Service) UpdateClusterVersion(ctx context.Context, in *eks.UpdateClusterVersionInput) (*eks.UpdateClusterVersionOutput, error) {
	version, err := s.version(in.Version)
	if err != nil {
		return nil, err
	}
	update, err := s.startUpdate(ctx, aws.ToString(in.Name), &configChange{
		kind: types.UpdateTypeVersionUpdate,
		params: []types.UpdateParam{
			param(types.UpdateParamTypeVersion, version), param(types.UpdateParamTypePlatformVersion, platformVersion),
		},
		check: func(c *Cluster) error {
			if slices.Index(s.cfg.Versions, version) <= slices.Index(s.cfg.Versions, c.Version) {
				return invalidParameter("Unsupported Kubernetes minor version update from %s to %s", c.Version, version)
			}
			return nil
		},
		apply: func(_ *directory.Tx, c *Cluster) error { c.Version = version; return nil },
	})
	if err != nil {
		return nil, err
	}
	return &eks.UpdateClusterVersionOutput{Update: update}, nil
}

// DescribeClusterVersions lists the versions that the stack has; all are in standard support
// (https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeClusterVersions.html).
func (s *Service) DescribeClusterVersions(_ context.Context, in *eks.DescribeClusterVersionsInput) (*eks.DescribeClusterVersionsOutput, error) {
	var listed []types.ClusterVersionInformation
	for i, version := range s.cfg.Versions {
		isDefault := i == len(s.cfg.Versions)-1
		if len(in.ClusterVersions) > 0 && !slices.Contains(in.ClusterVersions, version) || aws.ToBool(in.DefaultOnly) && !isDefault {
			continue
		}
		listed = append(listed, types.ClusterVersionInformation{
			ClusterType: aws.String("eks"), ClusterVersion: aws.String(version), DefaultVersion: isDefault,
			DefaultPlatformVersion: aws.String(platformVersion), Status: types.ClusterVersionStatusStandardSupport,
			VersionStatus: types.VersionStatusStandardSupport, KubernetesPatchVersion: aws.String(version),
		})
	}
	listed = slices.DeleteFunc(listed, func(v types.ClusterVersionInformation) bool {
		return in.VersionStatus != "" && in.VersionStatus != v.VersionStatus || in.Status != "" && in.Status != v.Status
	})
	name := func(v types.ClusterVersionInformation) string { return *v.ClusterVersion }
	listed, next, err := page(listed, name, in.NextToken, in.MaxResults)
	if err != nil {
		return nil, err
	}
	return &eks.DescribeClusterVersionsOutput{ClusterVersions: listed, NextToken: next}, nil
}
