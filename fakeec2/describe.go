package fakeec2

import (
	"context"
	"encoding/base64"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/eksauth/eksauth/internal/awswire"
	"github.com/eksauth/eksauth/internal/callers"
	"github.com/eksauth/eksauth/internal/directory"
)

// The bounds of a page, in instances
// (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html).
const (
	minPage = 5
	maxPage = 1000
)

// DescribeInstances tells of the caller's instances in the region
// (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html).
func (s *Service) DescribeInstances(ctx context.Context, in *ec2.DescribeInstancesInput) (*ec2.DescribeInstancesOutput, error) {
	if err := checkDescribe(in); err != nil {
		return nil, err
	}
	matches, err := compile(in.Filters)
	if err != nil {
		return nil, err
	}
	if aws.ToBool(in.DryRun) {
		return nil, dryRun()
	}
	call := awswire.CallFrom(ctx)
	found, err := s.named(callers.Of(call).Account, call.Region, in.InstanceIds)
	if err != nil {
		return nil, err
	}
	found = slices.DeleteFunc(found, func(i *Instance) bool { return !matches(i, s.profileOf(i)) })
	page, next, err := cut(found, in.NextToken, in.MaxResults)
	if err != nil {
		return nil, err
	}
	return &ec2.DescribeInstancesOutput{Reservations: s.reservations(page), NextToken: next}, nil
}

func checkDescribe(in *ec2.DescribeInstancesInput) error {
	if in.MaxResults != nil {
		if len(in.InstanceIds) > 0 {
			return refusal("InvalidParameterCombination", "The parameter instancesSet cannot be used with the parameter maxResults")
		}
		if *in.MaxResults < minPage {
			return invalidValue("Value ( %d ) for parameter maxResults is invalid. Expecting a value greater than %d.", *in.MaxResults, minPage)
		}
		if *in.MaxResults > maxPage {
			return invalidValue("Value ( %d ) for parameter maxResults is invalid. Expecting a value smaller than %d.", *in.MaxResults, maxPage)
		}
	}
	return wellFormed(in.InstanceIds)
}

// named returns the instances with the IDs, which must all be there, or without IDs all instances.
func (s *Service) named(account, region string, ids []string) ([]*Instance, error) {
	var found []*Instance
	for instance, err := range s.instances(account, region) {
		if err != nil {
			return nil, err
		}
		if len(ids) == 0 || slices.Contains(ids, instance.ID) {
			found = append(found, instance)
		}
	}
	missing := slices.DeleteFunc(slices.Clone(ids), func(id string) bool {
		return slices.ContainsFunc(found, func(i *Instance) bool { return i.ID == id })
	})
	if len(missing) > 0 {
		return nil, notFound(missing)
	}
	return found, nil
}

// cut returns the page that begins after the token's instance.
func cut(found []*Instance, token *string, size *int32) (page []*Instance, next *string, err error) {
	start := 0
	if token != nil {
		after, err := base64.StdEncoding.DecodeString(*token)
		if err != nil || !instanceID.Match(after) {
			return nil, nil, refusal("InvalidNextToken", "The specified nextToken '%s' is invalid.", *token)
		}
		for start < len(found) && found[start].ID <= string(after) {
			start++
		}
	}
	found = found[start:]
	limit := maxPage
	if size != nil {
		limit = int(*size)
	}
	if len(found) <= limit {
		return found, nil, nil
	}
	return found[:limit], aws.String(base64.StdEncoding.EncodeToString([]byte(found[limit-1].ID))), nil
}

// reservations groups instances by the call that has started them.
func (s *Service) reservations(instances []*Instance) []types.Reservation {
	var list []types.Reservation
	at := map[string]int{}
	for _, i := range instances {
		n, seen := at[i.Reservation]
		if !seen {
			n = len(list)
			at[i.Reservation] = n
			list = append(list, types.Reservation{ReservationId: aws.String(i.Reservation), OwnerId: aws.String(i.Account), Groups: []types.GroupIdentifier{}})
		}
		list[n].Instances = append(list[n].Instances, i.describe(s.profileOf(i)))
	}
	return list
}

// profileOf returns the instance profile of an instance, or nil.
func (s *Service) profileOf(i *Instance) *directory.InstanceProfile {
	if i.Profile == "" {
		return nil
	}
	return directory.Get(s.cfg.Directory, directory.InstanceProfileKey(i.Account, i.Profile))
}

// byClientToken returns the instances that an earlier call with the same client token has started.
func (s *Service) byClientToken(template Instance) []*Instance {
	var found []*Instance
	for instance, err := range s.instances(template.Account, template.Region) {
		if err == nil && template.ClientToken != "" && instance.ClientToken == template.ClientToken {
			found = append(found, instance)
		}
	}
	return found
}

// reserved is the answer of RunInstances, in which the instances are pending still.
func (s *Service) reserved(caller *directory.Caller, instances []*Instance) *ec2.RunInstancesOutput {
	out := &ec2.RunInstancesOutput{
		ReservationId: aws.String(instances[0].Reservation), OwnerId: aws.String(caller.Account), Groups: []types.GroupIdentifier{},
	}
	for _, i := range instances {
		described := i.describe(s.profileOf(i))
		if i.Running() {
			described.State = state(types.InstanceStateNamePending)
		}
		out.Instances = append(out.Instances, described)
	}
	return out
}
