package logs

import (
	"cmp"
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/eksauth/eksauth/internal/awswire"
	"github.com/eksauth/eksauth/internal/callers"
)

// describePage is how many groups or streams one answer has, at most and by default.
const describePage = 50

func invalidParameter(format string, args ...any) error {
	return &types.InvalidParameterException{Message: aws.String(fmt.Sprintf(format, args...))}
}

// DescribeLogGroups lists the log groups of the caller's account in the region by name
// (https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogGroups.html).
func (s *Service) DescribeLogGroups(ctx context.Context, in *cloudwatchlogs.DescribeLogGroupsInput) (*cloudwatchlogs.DescribeLogGroupsOutput, error) {
	if in.LogGroupNamePrefix != nil && in.LogGroupNamePattern != nil {
		return nil, invalidParameter("LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.")
	}
	call := awswire.CallFrom(ctx)
	groups := slices.DeleteFunc(s.groups(call), func(g Group) bool {
		return !strings.HasPrefix(g.Name, aws.ToString(in.LogGroupNamePrefix)) ||
			!strings.Contains(strings.ToLower(g.Name), strings.ToLower(aws.ToString(in.LogGroupNamePattern)))
	})
	groups, next, err := cut(groups, func(g Group) string { return g.Name }, in.NextToken, in.Limit)
	if err != nil {
		return nil, err
	}
	out := &cloudwatchlogs.DescribeLogGroupsOutput{NextToken: next}
	for _, g := range groups {
		arn := groupARN(callers.Of(call).Partition, g.Region, g.Account, g.Name)
		out.LogGroups = append(out.LogGroups, types.LogGroup{
			LogGroupName: aws.String(g.Name), Arn: aws.String(arn + ":*"), LogGroupArn: aws.String(arn), LogGroupClass: types.LogGroupClassStandard,
			CreationTime: aws.Int64(g.Created.UnixMilli()), MetricFilterCount: aws.Int32(0), StoredBytes: aws.Int64(0),
		})
	}
	return out, nil
}

// groups are those of the caller's account in the region, by name.
func (s *Service) groups(call *awswire.Call) []Group {
	groups := slices.DeleteFunc(s.cfg.Groups(), func(g Group) bool {
		return g.Account != callers.Of(call).Account || g.Region != call.Region
	})
	slices.SortFunc(groups, func(a, b Group) int { return cmp.Compare(a.Name, b.Name) })
	return groups
}

// group finds the log group that a request names.
func (s *Service) group(ctx context.Context, name, identifier *string) (Group, error) {
	if (name == nil) == (identifier == nil) {
		return Group{}, invalidParameter("Exactly one of logGroupName and logGroupIdentifier must be given.")
	}
	for _, g := range s.groups(awswire.CallFrom(ctx)) {
		if g.Name == groupName(name, identifier) {
			return g, nil
		}
	}
	return Group{}, &types.ResourceNotFoundException{Message: aws.String("The specified log group does not exist.")}
}

// cut returns the page of a list that begins after the token's item.
func cut[T any](list []T, name func(T) string, token *string, limit *int32) (part []T, next *string, err error) {
	if token != nil {
		after, err := base64.StdEncoding.DecodeString(*token)
		at := slices.IndexFunc(list, func(item T) bool { return name(item) == string(after) })
		if err != nil || at < 0 {
			return nil, nil, invalidParameter("The specified nextToken is invalid.")
		}
		list = list[at+1:]
	}
	size := describePage
	if limit != nil {
		size = int(*limit)
	}
	if len(list) <= size {
		return list, nil, nil
	}
	return list[:size], aws.String(base64.StdEncoding.EncodeToString([]byte(name(list[size-1])))), nil
}
