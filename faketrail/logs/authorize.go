package logs

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"

	"github.com/eksauth/eksauth/internal/awswire"
	"github.com/eksauth/eksauth/internal/callers"
	"github.com/eksauth/eksauth/internal/directory"
)

// authorize asks the caller's policies whether it may make the call.
func (s *Service) authorize(_ context.Context, call *awswire.Call) error {
	return s.cfg.Directory.Authorize(callers.Of(call), directory.Access{
		Action: "logs:" + call.Operation, Resource: resource(call), Context: callers.Context(call),
	})
}

// resource is the ARN that a call concerns: a stream, or all streams of a group, which is why policies name a group with
// :* at the end
// (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html#CWL_ARN_Format).
func resource(call *awswire.Call) string {
	group, stream := "", ""
	switch in := call.Input.(type) {
	case *cloudwatchlogs.DescribeLogStreamsInput:
		group = groupName(in.LogGroupName, in.LogGroupIdentifier)
	case *cloudwatchlogs.FilterLogEventsInput:
		group = groupName(in.LogGroupName, in.LogGroupIdentifier)
	case *cloudwatchlogs.GetLogEventsInput:
		group, stream = groupName(in.LogGroupName, in.LogGroupIdentifier), aws.ToString(in.LogStreamName)
	}
	caller := callers.Of(call)
	return groupARN(caller.Partition, call.Region, caller.Account, group) + ":log-stream:" + stream
}

func groupARN(partition, region, account, name string) string {
	return fmt.Sprintf("arn:%s:logs:%s:%s:log-group:%s", partition, region, account, name)
}

// groupName takes the name from whichever of the two members is given; the identifier may be an ARN.
func groupName(name, identifier *string) string {
	if name != nil {
		return *name
	}
	_, found, isARN := strings.Cut(aws.ToString(identifier), ":log-group:")
	if !isARN {
		return aws.ToString(identifier)
	}
	return strings.TrimSuffix(found, ":*")
}
