package fakeeks

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"

	"github.com/eksauth/eksauth/internal/directory"
)

// minorOf cuts a version such as 1.36.3 to what EKS calls one: 1.36.
func minorOf(version string) string {
	parts := strings.SplitN(version, ".", 3)
	return strings.Join(parts[:min(2, len(parts))], ".")
}

// minorNumber is the number after the dot of 1.36. Kubernetes has had no other major version.
func minorNumber(minor string) int {
	_, number, _ := strings.Cut(minor, ".")
	n, _ := strconv.Atoi(number)
	return n
}

// versions are all that the stack has, ascending.
func (s *Service) versions() []string {
	return slices.SortedFunc(slices.Values(s.cfg.Versions), func(a, b string) int {
		return cmp.Compare(minorNumber(minorOf(a)), minorNumber(minorOf(b)))
	})
}

func (s *Service) minors() []string {
	minors := s.versions()
	for i, version := range minors {
		minors[i] = minorOf(version)
	}
	return minors
}

// version is the one that was asked for, or the default.
func (s *Service) version(asked *string) (string, error) {
	if asked == nil {
		return minorOf(s.cfg.Versions[0]), nil
	}
	if !slices.Contains(s.minors(), *asked) {
		return "", invalidParameter("unsupported Kubernetes version %s: this stack has %v", *asked, s.minors())
	}
	return *asked, nil
}

// UpdateClusterVersion changes the version of Kubernetes to the next minor one, if the stack has it: the control plane is
// started anew with it. EKS refuses to leave one out and to go back in the same words
// (https://docs.aws.amazon.com/eks/latest/userguide/update-cluster.html,
// https://docs.aws.amazon.com/eks/latest/APIReference/API_UpdateClusterVersion.html).
func (s *Service) UpdateClusterVersion(ctx context.Context, in *eks.UpdateClusterVersionInput) (*eks.UpdateClusterVersionOutput, error) {
	if s.cfg.ControlPlanes == nil {
		return nil, noControlPlanes()
	}
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
			if minorNumber(version) != minorNumber(c.Version)+1 {
				return invalidParameter("Unsupported Kubernetes minor version update from %s to %s", c.Version, version)
			}
			return nil
		},
		first: func(ctx context.Context, c *Cluster) error { return s.upgrade(ctx, c, version) },
		apply: func(_ *directory.Tx, c *Cluster) error { c.Version = version; return nil },
	})
	if err != nil {
		return nil, err
	}
	return &eks.UpdateClusterVersionOutput{Update: update}, nil
}

// upgrade starts a control plane anew with another version. If that fails it goes on with the version that it had.
func (s *Service) upgrade(ctx context.Context, cluster *Cluster, version string) error {
	lock := s.lock(cluster)
	lock.Lock()
	defer lock.Unlock()
	access, err := s.Access(cluster)
	if err != nil {
		return err
	}
	upgraded := *cluster
	upgraded.Version = version
	if _, err = s.cfg.ControlPlanes.Restart(ctx, &upgraded, access); err == nil {
		return nil
	}
	err = fmt.Errorf("start cluster %q with Kubernetes %s: %w", cluster.Name, version, err)
	if _, back := s.cfg.ControlPlanes.Restart(ctx, cluster, access); back != nil {
		err = fmt.Errorf("%w; and not with %s either: %w", err, cluster.Version, back)
	}
	return err
}

// provide sees that the stack has the version of a cluster that an earlier run has left. A version that is not there any
// more is replaced by the next one, as EKS does at the end of support
// (https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html).
func (s *Service) provide(cluster *Cluster) error {
	for _, minor := range s.minors() {
		if minorNumber(minor) >= minorNumber(cluster.Version) {
			cluster.Version = minor
			return nil
		}
	}
	return fmt.Errorf("cluster %q has Kubernetes %s, and this stack has only %v: name a folder with %s under versions in the configuration",
		cluster.Name, cluster.Version, s.minors(), cluster.Version)
}

// DescribeClusterVersions lists the versions that the stack has; all are in standard support
// (https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeClusterVersions.html).
func (s *Service) DescribeClusterVersions(_ context.Context, in *eks.DescribeClusterVersionsInput) (*eks.DescribeClusterVersionsOutput, error) {
	var listed []types.ClusterVersionInformation
	for _, version := range s.versions() {
		minor, isDefault := minorOf(version), version == s.cfg.Versions[0]
		if len(in.ClusterVersions) > 0 && !slices.Contains(in.ClusterVersions, minor) || aws.ToBool(in.DefaultOnly) && !isDefault {
			continue
		}
		listed = append(listed, types.ClusterVersionInformation{
			ClusterType: aws.String("eks"), ClusterVersion: aws.String(minor), DefaultVersion: isDefault,
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

// noControlPlanes refuses what needs control planes to a stack that runs none.
func noControlPlanes() error {
	return &types.ServiceUnavailableException{Message: aws.String("this stack runs without control planes: start one with eksauth up")}
}
