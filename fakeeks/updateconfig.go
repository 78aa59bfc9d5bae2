package fakeeks

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"

	"github.com/eksauth/eksauth/internal/awswire"
	"github.com/eksauth/eksauth/internal/directory"
)

// configChange is one kind of change that UpdateClusterConfig makes.
type configChange struct {
	kind   types.UpdateType
	params []types.UpdateParam
	// check says whether the cluster allows the change.
	check func(*Cluster) error
	// first does what must be done before the change is recorded; its error fails the update. Nil does nothing.
	first func(context.Context, *Cluster) error
	apply func(*directory.Tx, *Cluster) error
}

// UpdateClusterConfig changes one thing of a cluster, as EKS does: two in one request are refused. The authentication
// mode is in force when the update is successful
// (https://docs.aws.amazon.com/eks/latest/APIReference/API_UpdateClusterConfig.html).
func (s *Service) UpdateClusterConfig(ctx context.Context, in *eks.UpdateClusterConfigInput) (*eks.UpdateClusterConfigOutput, error) {
	change, err := s.configChange(in)
	if err != nil {
		return nil, err
	}
	update, err := s.startUpdate(ctx, aws.ToString(in.Name), change)
	if err != nil {
		return nil, err
	}
	return &eks.UpdateClusterConfigOutput{Update: update}, nil
}

// startUpdate records a change and makes it after the answer.
func (s *Service) startUpdate(ctx context.Context, name string, change *configChange) (*types.Update, error) {
	update, err := s.newUpdate(change.kind, change.params...)
	if err != nil {
		return nil, err
	}
	cluster, err := s.begin(ctx, scopeOf(awswire.CallFrom(ctx)), name, change.check, update)
	if err != nil {
		return nil, err
	}
	s.cfg.Background(func(ctx context.Context) {
		if err := s.makeUpdate(ctx, cluster, update, change); err != nil {
			s.cfg.Log.Error("an update could not be made", "cluster", name, "update", *update.Id, "error", err)
		}
	})
	return update, nil
}

// makeUpdate is the slow part of an update. One that the end of the program has cut short is abandoned at the next start.
func (s *Service) makeUpdate(ctx context.Context, cluster *Cluster, update *types.Update, change *configChange) error {
	if change.first != nil {
		if failure := change.first(ctx, cluster); failure != nil {
			if ctx.Err() != nil {
				return failure
			}
			return errors.Join(failure, s.finish(ctx, cluster, failedUpdate(update, cluster, failure.Error())))
		}
	}
	changed, err := s.change(ctx, cluster.scope(), cluster.Name, change.apply)
	if err != nil {
		return err
	}
	if change.kind == types.UpdateTypeAccessConfigUpdate {
		s.publish(ctx, changed)
	}
	done := *update
	done.Status = types.UpdateStatusSuccessful
	return s.finish(ctx, changed, &done)
}

// configChange reads which change the request asks for.
func (s *Service) configChange(in *eks.UpdateClusterConfigInput) (*configChange, error) {
	var changes []*configChange
	add := func(asked bool, make func() *configChange) {
		if asked {
			changes = append(changes, make())
		}
	}
	add(in.AccessConfig != nil, func() *configChange { return s.modeChange(in.AccessConfig.AuthenticationMode) })
	add(in.Logging != nil, func() *configChange { return loggingChange(in.Logging) })
	add(in.ResourcesVpcConfig != nil, func() *configChange { return networkChange(in.ResourcesVpcConfig) })
	add(in.UpgradePolicy != nil, func() *configChange { return upgradeChange(in.UpgradePolicy) })
	add(in.DeletionProtection != nil, func() *configChange { return protectionChange(*in.DeletionProtection) })
	add(in.ZonalShiftConfig != nil, func() *configChange { return zonalShiftChange(in.ZonalShiftConfig) })
	switch len(changes) {
	case 0:
		return nil, invalidParameter("No changes needed for the provided parameters")
	case 1:
		return changes[0], nil
	}
	return nil, invalidParameter("Only one type of update can be allowed.")
}

func allowed(*Cluster) error { return nil }

// modeChange goes one step forward, never back. The sentence is EKS's
// (https://github.com/pulumi/pulumi-eks/issues/1493, https://github.com/aws/aws-cdk/issues/31032). From CONFIG_MAP EKS
// makes access entries for the creator, who was hard-wired until then, and for the roles of node groups and Fargate profiles
// (https://github.com/terraform-aws-modules/terraform-aws-eks/blob/v20.37.2/README.md#cluster-access-entry).
func (s *Service) modeChange(to types.AuthenticationMode) *configChange {
	forward := map[types.AuthenticationMode]types.AuthenticationMode{
		types.AuthenticationModeConfigMap:       types.AuthenticationModeApiAndConfigMap,
		types.AuthenticationModeApiAndConfigMap: types.AuthenticationModeApi,
	}
	return &configChange{
		kind:   types.UpdateTypeAccessConfigUpdate,
		params: []types.UpdateParam{param(types.UpdateParamTypeAuthenticationMode, strconv.Quote(string(to)))},
		check: func(c *Cluster) error {
			if forward[c.Mode] != to {
				return invalidParameter("Unsupported authentication mode update from %s to %s", c.Mode, to)
			}
			return nil
		},
		apply: func(tx *directory.Tx, c *Cluster) error {
			was := c.Mode
			c.Mode = to
			if was != types.AuthenticationModeConfigMap {
				return nil
			}
			return errors.Join(s.addCreatorEntry(tx, c), s.addNodeEntries(tx, c))
		},
	}
}

func loggingChange(in *types.Logging) *configChange {
	return &configChange{
		kind:   types.UpdateTypeLoggingUpdate,
		params: []types.UpdateParam{param(types.UpdateParamTypeClusterLogging, loggingText(in))},
		check:  allowed,
		apply: func(_ *directory.Tx, c *Cluster) error {
			on := logsOn(&types.Logging{ClusterLogging: c.Logging})
			for log, enabled := range logsOn(in) {
				on[log] = enabled
			}
			c.Logging = logSetup(on)
			return nil
		},
	}
}

func networkChange(in *types.VpcConfigRequest) *configChange {
	kind := types.UpdateTypeEndpointAccessUpdate
	if in.SubnetIds != nil || in.SecurityGroupIds != nil {
		kind = types.UpdateTypeVpcConfigUpdate
	}
	var params []types.UpdateParam
	if in.EndpointPublicAccess != nil {
		params = append(params, param(types.UpdateParamTypeEndpointPublicAccess, strconv.FormatBool(*in.EndpointPublicAccess)))
	}
	if in.EndpointPrivateAccess != nil {
		params = append(params, param(types.UpdateParamTypeEndpointPrivateAccess, strconv.FormatBool(*in.EndpointPrivateAccess)))
	}
	if in.PublicAccessCidrs != nil {
		params = append(params, param(types.UpdateParamTypePublicAccessCidrs, listText(in.PublicAccessCidrs)))
	}
	return &configChange{kind: kind, params: params, check: allowed, apply: func(_ *directory.Tx, c *Cluster) error {
		mergeNetwork(c.Network, in)
		return nil
	}}
}

func upgradeChange(in *types.UpgradePolicyRequest) *configChange {
	return &configChange{
		kind:   types.UpdateTypeUpgradePolicyUpdate,
		params: []types.UpdateParam{param(types.UpdateParamTypeUpgradePolicy, fmt.Sprintf(`{"supportType":%q}`, in.SupportType))},
		check:  allowed,
		apply:  func(_ *directory.Tx, c *Cluster) error { c.UpgradePolicy = in.SupportType; return nil },
	}
}

func protectionChange(on bool) *configChange {
	return &configChange{
		kind:   types.UpdateTypeDeletionProtectionUpdate,
		params: []types.UpdateParam{param(types.UpdateParamTypeDeletionProtection, strconv.FormatBool(on))},
		check:  allowed,
		apply:  func(_ *directory.Tx, c *Cluster) error { c.DeletionProtection = on; return nil },
	}
}

func zonalShiftChange(in *types.ZonalShiftConfigRequest) *configChange {
	return &configChange{
		kind:   types.UpdateTypeZonalShiftConfigUpdate,
		params: []types.UpdateParam{param(types.UpdateParamTypeZonalShiftConfig, fmt.Sprintf(`{"enabled":%t}`, aws.ToBool(in.Enabled)))},
		check:  allowed,
		apply:  func(_ *directory.Tx, c *Cluster) error { c.ZonalShift = aws.ToBool(in.Enabled); return nil },
	}
}

func loggingText(in *types.Logging) string {
	setups := make([]string, len(in.ClusterLogging))
	for i, setup := range in.ClusterLogging {
		setups[i] = fmt.Sprintf(`{"types":%s,"enabled":%t}`, listText(setup.Types), aws.ToBool(setup.Enabled))
	}
	return `{"clusterLogging":[` + strings.Join(setups, ",") + `]}`
}

// listText writes a list as an update's parameters show it.
func listText[T ~string](list []T) string {
	words := make([]string, len(list))
	for i, word := range list {
		words[i] = strconv.Quote(string(word))
	}
	return "[" + strings.Join(words, ",") + "]"
}
