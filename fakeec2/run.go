package fakeec2

import (
	"context"
	"encoding/base64"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/eksauth/eksauth/internal/awswire"
	"github.com/eksauth/eksauth/internal/callers"
	"github.com/eksauth/eksauth/internal/directory"
	"github.com/eksauth/eksauth/internal/policy"
)

// defaultType is what an instance without a type is
// (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html).
const defaultType = "m1.small"

// maxRun bounds one call, as the quotas of an account do.
const maxRun = 100

// RunInstances records new instances
// (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html). Any image will do.
func (s *Service) RunInstances(ctx context.Context, in *ec2.RunInstancesInput) (*ec2.RunInstancesOutput, error) {
	call := awswire.CallFrom(ctx)
	caller := callers.Of(call)
	template, err := s.template(call, in)
	if err != nil {
		return nil, err
	}
	if aws.ToBool(in.DryRun) {
		return nil, dryRun()
	}
	if again := s.byClientToken(template); len(again) > 0 {
		return s.reserved(caller, again), nil
	}
	instances, err := s.launch(ctx, template, int(*in.MaxCount))
	if err != nil {
		return nil, err
	}
	return s.reserved(caller, instances), nil
}

// template checks a request and returns what all its instances have in common.
func (s *Service) template(call *awswire.Call, in *ec2.RunInstancesInput) (Instance, error) {
	if err := checkCounts(in); err != nil {
		return Instance{}, err
	}
	if aws.ToString(in.ImageId) == "" {
		return Instance{}, refusal("MissingParameter", "The request must contain the parameter ImageId")
	}
	caller := callers.Of(call)
	template := Instance{
		Account: caller.Account, Partition: caller.Partition, Region: call.Region, Zone: call.Region + "a",
		Image: *in.ImageId, Type: instanceType(in), ClientToken: aws.ToString(in.ClientToken), Tags: tags(in.TagSpecifications),
	}
	var err error
	if template.UserData, err = base64.StdEncoding.DecodeString(aws.ToString(in.UserData)); err != nil {
		return Instance{}, invalidValue("Invalid BASE64 encoding of user data.")
	}
	if template.Metadata, err = metadataOptions(in.MetadataOptions); err != nil {
		return Instance{}, err
	}
	template.Profile, err = s.profile(call, in.IamInstanceProfile)
	return template, err
}

func checkCounts(in *ec2.RunInstancesInput) error {
	least, most := aws.ToInt32(in.MinCount), aws.ToInt32(in.MaxCount)
	switch {
	case least < 1:
		return invalidValue("Value ( %d ) for parameter minCount is invalid. Expected a positive integer.", least)
	case most < least:
		return invalidValue("Value ( %d ) for parameter maxCount is invalid. It must be at least minCount.", most)
	case most > maxRun:
		return refusal("InstanceLimitExceeded", "You have requested more instances (%d) than your current instance limit of %d allows.", most, maxRun)
	}
	return nil
}

func instanceType(in *ec2.RunInstancesInput) string {
	if in.InstanceType == "" {
		return defaultType
	}
	return string(in.InstanceType)
}

// profile finds the instance profile that a request names and asks whether the caller may pass its role on.
func (s *Service) profile(call *awswire.Call, spec *types.IamInstanceProfileSpecification) (string, error) {
	if spec == nil || spec.Name == nil && spec.Arn == nil {
		return "", nil
	}
	if spec.Name != nil && spec.Arn != nil {
		return "", refusal("InvalidParameterCombination", "The parameter 'iamInstanceProfile.name' may not be used in combination with 'iamInstanceProfile.arn'")
	}
	name := aws.ToString(spec.Name)
	if spec.Arn != nil {
		name = (*spec.Arn)[strings.LastIndexByte(*spec.Arn, '/')+1:]
	}
	profile := directory.Get(s.cfg.Directory, directory.InstanceProfileKey(callers.Of(call).Account, name))
	if spec.Arn != nil && (profile == nil || profile.ARN() != *spec.Arn) {
		return "", invalidValue("Value (%s) for parameter iamInstanceProfile.arn is invalid. Invalid IAM Instance Profile ARN", *spec.Arn)
	}
	if profile == nil {
		return "", invalidValue("Value (%s) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name", name)
	}
	for _, roleName := range profile.Roles {
		role := directory.Get(s.cfg.Directory, directory.RoleKey(profile.Account, roleName))
		if role == nil {
			continue
		}
		if err := s.mayPass(call, role); err != nil {
			return "", err
		}
	}
	return profile.Name, nil
}

func metadataOptions(in *types.InstanceMetadataOptionsRequest) (MetadataOptions, error) {
	options := MetadataOptions{HopLimit: 1}
	if in == nil {
		return options, nil
	}
	options.Disabled = in.HttpEndpoint == types.InstanceMetadataEndpointStateDisabled
	options.TokensOptional = in.HttpTokens == types.HttpTokensStateOptional
	options.Tags = in.InstanceMetadataTags == types.InstanceMetadataTagsStateEnabled
	if in.HttpPutResponseHopLimit != nil {
		options.HopLimit = *in.HttpPutResponseHopLimit
	}
	if options.HopLimit < 1 || options.HopLimit > 64 {
		return options, invalidValue("Value (%d) for parameter HttpPutResponseHopLimit is invalid. Specify a value from 1 to 64.", options.HopLimit)
	}
	return options, nil
}

func tags(specs []types.TagSpecification) map[string]string {
	found := map[string]string{}
	for _, spec := range specs {
		if spec.ResourceType != types.ResourceTypeInstance {
			continue
		}
		for _, t := range spec.Tags {
			found[aws.ToString(t.Key)] = aws.ToString(t.Value)
		}
	}
	return found
}

// requestTags adds the condition keys of the tags that a request gives.
func requestTags(keys policy.Context, specs []types.TagSpecification) {
	var names []string
	for name, value := range tags(specs) {
		keys.Set("aws:RequestTag/"+name, value)
		names = append(names, name)
	}
	if len(names) > 0 {
		keys.Set("aws:TagKeys", names...)
	}
}
