package fakeec2

import (
	"context"
	"regexp"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/eksauth/eksauth/internal/awswire"
	"github.com/eksauth/eksauth/internal/callers"
	"github.com/eksauth/eksauth/internal/directory"
)

// TerminateInstances ends instances, all that are named or none
// (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TerminateInstances.html).
func (s *Service) TerminateInstances(ctx context.Context, in *ec2.TerminateInstancesInput) (*ec2.TerminateInstancesOutput, error) {
	call := awswire.CallFrom(ctx)
	if len(in.InstanceIds) == 0 {
		return nil, refusal("MissingParameter", "The request must contain the parameter InstanceId")
	}
	if err := wellFormed(in.InstanceIds); err != nil {
		return nil, err
	}
	if aws.ToBool(in.DryRun) {
		return nil, dryRun()
	}
	changes, ended, err := s.terminate(ctx, callers.Of(call).Account, call.Region, in.InstanceIds)
	if err != nil {
		return nil, err
	}
	for _, instance := range ended {
		s.cfg.Changed(instance)
	}
	return &ec2.TerminateInstancesOutput{TerminatingInstances: changes}, nil
}

// Terminate ends one instance without asking any policy. It answers as EC2 does if there is none.
func (s *Service) Terminate(ctx context.Context, account, region, id string) error {
	_, ended, err := s.terminate(ctx, account, region, []string{id})
	for _, instance := range ended {
		s.cfg.Changed(instance)
	}
	return err
}

// terminate returns what EC2 says of each instance, and those that ran until now.
func (s *Service) terminate(ctx context.Context, account, region string, ids []string) (changes []types.InstanceStateChange, ended []*Instance, err error) {
	err = s.cfg.Directory.Update(ctx, func(tx *directory.Tx) error {
		changes, ended = nil, nil
		var missing []string
		for _, id := range ids {
			instance, err := Find(tx, account, region, id)
			if err != nil {
				return err
			}
			if instance == nil || s.forgotten(instance) {
				missing = append(missing, id)
				continue
			}
			change := types.InstanceStateChange{InstanceId: aws.String(id), PreviousState: instance.state(), CurrentState: instance.state()}
			if instance.Running() {
				change.CurrentState = state(types.InstanceStateNameShuttingDown)
				instance.Terminated = s.now()
				ended = append(ended, instance)
				if err := save(tx, instance); err != nil {
					return err
				}
			}
			changes = append(changes, change)
		}
		if len(missing) > 0 {
			return notFound(missing)
		}
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	return changes, ended, nil
}

var instanceID = regexp.MustCompile(`^i-([0-9a-f]{8}|[0-9a-f]{17})$`)

func wellFormed(ids []string) error {
	for _, id := range ids {
		if !instanceID.MatchString(id) {
			return refusal("InvalidInstanceID.Malformed", "Invalid id: %q", id)
		}
	}
	return nil
}
