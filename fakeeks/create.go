package fakeeks

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"

	"github.com/eksauth/eksauth/internal/awswire"
	"github.com/eksauth/eksauth/internal/callers"
)

// CreateCluster makes a cluster with the caller as its creator. It answers while the control plane is started; the
// cluster is then ACTIVE or FAILED. Subnets and security groups are kept as they are given: there is no network here
// that they could be looked up in (https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateCluster.html).
func (s *Service) CreateCluster(ctx context.Context, in *eks.CreateClusterInput) (*eks.CreateClusterOutput, error) {
	cluster, err := s.newCluster(ctx, in)
	if err != nil {
		return nil, err
	}
	if err := s.Add(ctx, cluster); err != nil {
		return nil, err
	}
	out := cluster.describe()
	// EKS says this here alone, never in DescribeCluster.
	out.AccessConfig.BootstrapClusterCreatorAdminPermissions = aws.Bool(cluster.BootstrapCreator)
	s.cfg.Background(func(ctx context.Context) { s.create(ctx, cluster) })
	return &eks.CreateClusterOutput{Cluster: out}, nil
}

// newCluster is what the request asks for, or why there cannot be such a cluster.
func (s *Service) newCluster(ctx context.Context, in *eks.CreateClusterInput) (*Cluster, error) {
	call := awswire.CallFrom(ctx)
	caller := callers.Of(call)
	cluster := &Cluster{
		Name: aws.ToString(in.Name), Account: caller.Account, Partition: caller.Partition, Region: call.Region,
		RoleARN: aws.ToString(in.RoleArn), CreatorARN: caller.PrincipalARN(), Tags: in.Tags, Encryption: in.EncryptionConfig,
		DeletionProtection: aws.ToBool(in.DeletionProtection), Network: networkOf(in.ResourcesVpcConfig), Logging: logSetup(logsOn(in.Logging)),
	}
	if s.cfg.ControlPlanes == nil {
		return nil, noControlPlanes()
	}
	var err error
	if cluster.Version, err = s.version(in.Version); err != nil {
		return nil, err
	}
	if cluster.Mode, cluster.BootstrapCreator, err = accessConfig(in.AccessConfig); err != nil {
		return nil, err
	}
	if in.UpgradePolicy != nil {
		cluster.UpgradePolicy = in.UpgradePolicy.SupportType
	}
	if in.ZonalShiftConfig != nil {
		cluster.ZonalShift = aws.ToBool(in.ZonalShiftConfig.Enabled)
	}
	return cluster, s.checkRole(ctx, cluster.RoleARN, cluster.Account, eksPrincipal)
}

// accessConfig applies the defaults of a new cluster: CONFIG_MAP, and a creator who is an administrator
// (https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateAccessConfigRequest.html). In CONFIG_MAP mode there is
// no other way in, so the creator cannot be left out; the sentence is EKS's
// (https://github.com/terraform-aws-modules/terraform-aws-eks/issues/3026).
func accessConfig(in *types.CreateAccessConfigRequest) (mode types.AuthenticationMode, creator bool, err error) {
	mode, creator = types.AuthenticationModeConfigMap, true
	if in == nil {
		return mode, creator, nil
	}
	if in.AuthenticationMode != "" {
		mode = in.AuthenticationMode
	}
	if in.BootstrapClusterCreatorAdminPermissions != nil {
		creator = *in.BootstrapClusterCreatorAdminPermissions
	}
	if mode == types.AuthenticationModeConfigMap && !creator {
		return "", false, invalidParameter("bootstrapClusterCreatorAdminPermissions must be true if cluster authentication mode is set to CONFIG_MAP")
	}
	return mode, creator, nil
}
