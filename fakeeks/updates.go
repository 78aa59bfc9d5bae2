package fakeeks

import (
	"cmp"
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"

	"github.com/eksauth/eksauth/internal/directory"
)

// newUpdate is the record of a change of a cluster, to be saved with it.
func (s *Service) newUpdate(kind types.UpdateType, params ...types.UpdateParam) (*types.Update, error) {
	id, err := s.newUUID()
	if err != nil {
		return nil, err
	}
	return &types.Update{
		Id: aws.String(id), Type: kind, Status: types.UpdateStatusInProgress, CreatedAt: aws.Time(s.now()),
		Params: params, Errors: []types.ErrorDetail{},
	}, nil
}

func param(kind types.UpdateParamType, value string) types.UpdateParam {
	return types.UpdateParam{Type: kind, Value: aws.String(value)}
}

func saveUpdate(tx *directory.Tx, cluster *Cluster, update *types.Update) error {
	return save(tx, cluster.scope(), updateKind, part(cluster.Name, *update.Id), update)
}

// begin records an update of a cluster that may be changed, and makes the cluster UPDATING.
func (s *Service) begin(ctx context.Context, sc scope, name string, check func(*Cluster) error, update *types.Update) (*Cluster, error) {
	return s.change(ctx, sc, name, func(tx *directory.Tx, c *Cluster) error {
		if err := changeable(c); err != nil {
			return err
		}
		if under, err := s.updateInProgress(c); err != nil || under != "" {
			// https://github.com/aws-controllers-k8s/community/issues/1192
			return cmp.Or(err, inUse(c.Name, "Cannot %s because cluster %s currently has update %s in progress", update.Type, c.Name, under))
		}
		if err := check(c); err != nil {
			return err
		}
		c.Status = types.ClusterStatusUpdating
		return saveUpdate(tx, c, update)
	})
}

// updateInProgress is the ID of the update that a cluster has under way, or empty.
func (s *Service) updateInProgress(c *Cluster) (id string, err error) {
	for item := range s.parts(c.scope(), updateKind, c.Name) {
		update, err := decode[types.Update](item)
		if err != nil {
			return "", fmt.Errorf("look for updates in progress: %w", err)
		}
		if update.Status == types.UpdateStatusInProgress {
			return aws.ToString(update.Id), nil
		}
	}
	return "", nil
}

// finish records how an update has ended and makes the cluster ACTIVE.
func (s *Service) finish(ctx context.Context, cluster *Cluster, update *types.Update) error {
	_, err := s.change(ctx, cluster.scope(), cluster.Name, func(tx *directory.Tx, c *Cluster) error {
		c.Status = types.ClusterStatusActive
		return saveUpdate(tx, c, update)
	})
	return err
}

// failedUpdate is an update that has ended otherwise than it should.
func failedUpdate(update *types.Update, c *Cluster, why string) *types.Update {
	failed := *update
	failed.Status = types.UpdateStatusFailed
	failed.Errors = []types.ErrorDetail{{ErrorCode: types.ErrorCodeUnknown, ErrorMessage: &why, ResourceIds: []string{c.Name}}}
	return &failed
}

// abandonUpdates fails what was in progress when the program ended.
func (s *Service) abandonUpdates(tx *directory.Tx, c *Cluster) error {
	for item := range s.parts(c.scope(), updateKind, c.Name) {
		update, err := decode[types.Update](item)
		if err != nil {
			return err
		}
		if update.Status != types.UpdateStatusInProgress {
			continue
		}
		if err := saveUpdate(tx, c, failedUpdate(update, c, "The stack stopped during the update.")); err != nil {
			return err
		}
	}
	return nil
}

// DescribeUpdate describes a change of a cluster
// (https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeUpdate.html).
func (s *Service) DescribeUpdate(ctx context.Context, in *eks.DescribeUpdateInput) (*eks.DescribeUpdateOutput, error) {
	cluster, err := s.find(ctx, aws.ToString(in.Name))
	if err != nil {
		return nil, err
	}
	id := aws.ToString(in.UpdateId)
	update, err := load[types.Update](s.cfg.Directory, cluster.scope(), updateKind, part(cluster.Name, id))
	if err != nil {
		return nil, err
	}
	if update == nil {
		return nil, notFound("No update found for ID: %s", id)
	}
	return &eks.DescribeUpdateOutput{Update: update}, nil
}

// ListUpdates lists the IDs of a cluster's changes, in no order that means anything. Node groups and add-ons are not changed here, so
// they have none (https://docs.aws.amazon.com/eks/latest/APIReference/API_ListUpdates.html).
func (s *Service) ListUpdates(ctx context.Context, in *eks.ListUpdatesInput) (*eks.ListUpdatesOutput, error) {
	cluster, err := s.find(ctx, aws.ToString(in.Name))
	if err != nil {
		return nil, err
	}
	var ids []string
	if in.NodegroupName == nil && in.AddonName == nil {
		for item := range s.parts(cluster.scope(), updateKind, cluster.Name) {
			ids = append(ids, partName(item))
		}
	}
	ids, next, err := page(ids, itself, in.NextToken, in.MaxResults)
	if err != nil {
		return nil, err
	}
	return &eks.ListUpdatesOutput{UpdateIds: ids, NextToken: next}, nil
}
