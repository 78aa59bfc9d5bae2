package fakeec2

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/eksauth/eksauth/internal/awswire"
	"github.com/eksauth/eksauth/internal/callers"
	"github.com/eksauth/eksauth/internal/directory"
	"github.com/eksauth/eksauth/internal/policy"
)

// authorize asks the caller's policies before any operation, for each resource that the operation concerns
// (https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html).
func (s *Service) authorize(_ context.Context, call *awswire.Call) error {
	caller := callers.Of(call)
	switch in := call.Input.(type) {
	case *ec2.RunInstancesInput:
		return s.authorizeRun(caller, call, in)
	case *ec2.TerminateInstancesInput:
		return s.authorizeTerminate(caller, call, in)
	}
	err := s.cfg.Directory.Authorize(caller, directory.Access{Action: "ec2:" + call.Operation, Resource: "*", Context: requestKeys(call)})
	return s.unauthorized(err, false)
}

// authorizeRun asks for every resource that starting an instance takes.
func (s *Service) authorizeRun(caller *directory.Caller, call *awswire.Call, in *ec2.RunInstancesInput) error {
	own := func(resource string) string {
		return fmt.Sprintf("arn:%s:ec2:%s:%s:%s", caller.Partition, call.Region, caller.Account, resource)
	}
	resources := []string{
		own("instance/*"), own("network-interface/*"), own("security-group/" + securityGroupID), own("subnet/" + subnetID),
		own("volume/*"), fmt.Sprintf("arn:%s:ec2:%s::image/%s", caller.Partition, call.Region, aws.ToString(in.ImageId)),
	}
	if in.KeyName != nil {
		resources = append(resources, own("key-pair/"+*in.KeyName))
	}
	for _, resource := range resources {
		keys := requestKeys(call)
		keys.Set("ec2:InstanceType", instanceType(in))
		if strings.Contains(resource, ":instance/") {
			requestTags(keys, in.TagSpecifications)
		}
		err := s.cfg.Directory.Authorize(caller, directory.Access{Action: "ec2:RunInstances", Resource: resource, Context: keys})
		if err != nil {
			return s.unauthorized(err, true)
		}
	}
	return nil
}

func (s *Service) authorizeTerminate(caller *directory.Caller, call *awswire.Call, in *ec2.TerminateInstancesInput) error {
	for _, id := range in.InstanceIds {
		keys := requestKeys(call)
		instance, err := Find(s.cfg.Directory, caller.Account, call.Region, id)
		if err != nil {
			return err
		}
		if instance != nil {
			instanceKeys(keys, instance)
		}
		arn := fmt.Sprintf("arn:%s:ec2:%s:%s:instance/%s", caller.Partition, call.Region, caller.Account, id)
		if err := s.cfg.Directory.Authorize(caller, directory.Access{Action: "ec2:TerminateInstances", Resource: arn, Context: keys}); err != nil {
			return s.unauthorized(err, true)
		}
	}
	return nil
}

// mayPass asks for iam:PassRole, since whoever starts an instance with a role can act as the role
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html).
func (s *Service) mayPass(call *awswire.Call, role *directory.Role) error {
	caller := callers.Of(call)
	keys := requestKeys(call)
	keys.Set("iam:PassedToService", serviceName)
	keys.Set("iam:AssociatedResourceArn", fmt.Sprintf("arn:%s:ec2:%s:%s:instance/*", caller.Partition, call.Region, caller.Account))
	for _, t := range role.Tags {
		keys.Set("aws:ResourceTag/"+t.Key, t.Value)
		keys.Set("iam:ResourceTag/"+t.Key, t.Value)
	}
	err := s.cfg.Directory.Authorize(caller, directory.Access{Action: "iam:PassRole", Resource: role.ARN(), Context: keys})
	return s.unauthorized(err, true)
}

// requestKeys are the condition keys that every request of EC2 has.
func requestKeys(call *awswire.Call) policy.Context {
	keys := callers.Context(call)
	keys.Set("ec2:Region", call.Region)
	return keys
}

func instanceKeys(keys policy.Context, i *Instance) {
	keys.Set("ec2:InstanceType", i.Type)
	keys.Set("ec2:AvailabilityZone", i.Zone)
	for name, value := range i.Tags {
		keys.Set("aws:ResourceTag/"+name, value)
		keys.Set("ec2:ResourceTag/"+name, value)
	}
}
