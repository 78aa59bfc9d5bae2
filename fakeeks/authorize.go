package fakeeks

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"

	"github.com/eksauth/eksauth/internal/awswire"
	"github.com/eksauth/eksauth/internal/directory"
	"github.com/eksauth/eksauth/internal/policy"
)

func callerOf(call *awswire.Call) *directory.Caller { return call.Identity.(*directory.Caller) }

// authorize asks the caller's policies whether it may make the call.
func (s *Service) authorize(_ context.Context, call *awswire.Call) error {
	keys := policy.Context{}
	keys.Set("aws:SourceIp", call.SourceIP)
	keys.Set("aws:UserAgent", call.UserAgent)
	keys.Set("aws:SecureTransport", "true")
	keys.Set("aws:RequestedRegion", call.Region)
	return s.cfg.Directory.Authorize(callerOf(call), directory.Access{Action: "eks:" + call.Operation, Resource: resource(call), Context: keys})
}

// resource is the ARN that a call concerns
// (https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelastickubernetesservice.html).
func resource(call *awswire.Call) string {
	caller := callerOf(call)
	name := "*"
	if in, ok := call.Input.(*eks.DescribeClusterInput); ok {
		name = aws.ToString(in.Name)
	}
	return clusterARN(caller.Partition, call.Region, caller.Account, name)
}
