package fakeiam

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/eksauth/eksauth/internal/directory"
)

// linkedRoles are the service-linked roles of the services around EKS
// (https://docs.aws.amazon.com/eks/latest/userguide/using-service-linked-roles.html).
var linkedRoles = map[string]struct{ role, policy string }{
	"eks.amazonaws.com":                  {"AWSServiceRoleForAmazonEKS", "AmazonEKSServiceRolePolicy"},
	"eks-nodegroup.amazonaws.com":        {"AWSServiceRoleForAmazonEKSNodegroup", "AWSServiceRoleForAmazonEKSNodegroup"},
	"eks-fargate.amazonaws.com":          {"AWSServiceRoleForAmazonEKSForFargate", "AmazonEKSForFargateServiceRolePolicy"},
	"autoscaling.amazonaws.com":          {"AWSServiceRoleForAutoScaling", "AutoScalingServiceRolePolicy"},
	"elasticloadbalancing.amazonaws.com": {"AWSServiceRoleForElasticLoadBalancing", "AWSElasticLoadBalancingServiceRolePolicy"},
	"spot.amazonaws.com":                 {"AWSServiceRoleForEC2Spot", "AWSEC2SpotServiceRolePolicy"},
}

// CreateServiceLinkedRole makes the role that a service acts with in the account.
func (s *Service) CreateServiceLinkedRole(ctx context.Context, in *iam.CreateServiceLinkedRoleInput) (*iam.CreateServiceLinkedRoleOutput, error) {
	service := aws.ToString(in.AWSServiceName)
	linked, known := linkedRoles[service]
	if !known {
		return nil, invalidInput("Service role for %s is not known: eksauth has those of EKS and of the services that it works with.", service)
	}
	if in.CustomSuffix != nil && service != "autoscaling.amazonaws.com" {
		return nil, invalidInput("Custom suffix is not allowed for %s", service)
	}
	role := &directory.Role{}
	err := s.update(ctx, func(tx *directory.Tx) error {
		name := linked.role
		if in.CustomSuffix != nil {
			name += "_" + *in.CustomSuffix
		}
		if directory.Get(tx, directory.RoleKey(accountOf(ctx), name)) != nil {
			return invalidInput("Service role name %s has been taken in this account, please try a different suffix.", name)
		}
		role = &directory.Role{Description: aws.ToString(in.Description), MaxSession: directory.DefaultMaxSession}
		var err error
		role.Resource, err = s.dir.NewResource(tx, directory.RoleID, accountOf(ctx), name, serviceRolePath+service+"/", nil)
		if err != nil {
			return err
		}
		return s.linkRole(tx, role, service, linked.policy)
	})
	if err != nil {
		return nil, err
	}
	out, err := s.roleDetail(role)
	return &iam.CreateServiceLinkedRoleOutput{Role: out}, err
}

// linkRole gives a service-linked role its trust policy and, where it is known, the policy of its service.
func (s *Service) linkRole(tx *directory.Tx, role *directory.Role, service, policyName string) error {
	trust := fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":%q},"Action":"sts:AssumeRole"}]}`, service)
	if err := setTrust(tx, role, trust); err != nil {
		return err
	}
	arn := "arn:" + role.Partition + ":iam::aws:policy" + serviceRolePath[:len(serviceRolePath)-1] + "/" + policyName
	if s.dir.AWSPolicy(arn) != nil {
		role.Attached = []string{arn}
	}
	directory.Put(tx, role)
	return nil
}

// DeleteServiceLinkedRole deletes at once; the task that it answers with is over when it is asked for.
func (s *Service) DeleteServiceLinkedRole(ctx context.Context, in *iam.DeleteServiceLinkedRoleInput) (*iam.DeleteServiceLinkedRoleOutput, error) {
	var task string
	err := s.update(ctx, func(tx *directory.Tx) error {
		role, err := findRole(tx, accountOf(ctx), aws.ToString(in.RoleName))
		if err != nil {
			return err
		}
		if !strings.HasPrefix(role.Path, serviceRolePath) {
			return invalidInput("Role %s is not a service-linked role.", role.Name)
		}
		task = "task" + role.Path + role.Name + "/" + role.ID
		return s.removeRole(ctx, tx, role)
	})
	return &iam.DeleteServiceLinkedRoleOutput{DeletionTaskId: aws.String(task)}, err
}

// GetServiceLinkedRoleDeletionStatus knows a task by the role's ID in it.
func (s *Service) GetServiceLinkedRoleDeletionStatus(_ context.Context, in *iam.GetServiceLinkedRoleDeletionStatusInput) (*iam.GetServiceLinkedRoleDeletionStatusOutput, error) {
	task := aws.ToString(in.DeletionTaskId)
	id := task[strings.LastIndexByte(task, '/')+1:]
	if !strings.HasPrefix(task, "task"+serviceRolePath) || !strings.HasPrefix(id, string(directory.RoleID)) {
		return nil, noSuchEntity("The deletion task %s cannot be found.", task)
	}
	if s.dir.ByID(id) != nil {
		return &iam.GetServiceLinkedRoleDeletionStatusOutput{Status: types.DeletionTaskStatusTypeNotStarted}, nil
	}
	return &iam.GetServiceLinkedRoleDeletionStatusOutput{Status: types.DeletionTaskStatusTypeSucceeded}, nil
}
