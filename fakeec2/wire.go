package fakeec2

import (
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/eksauth/eksauth/internal/directory"
)

// stateCodes are the low bytes of the states
// (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceState.html).
var stateCodes = map[types.InstanceStateName]int32{
	types.InstanceStateNamePending: 0, types.InstanceStateNameRunning: 16, types.InstanceStateNameShuttingDown: 32,
	types.InstanceStateNameTerminated: 48,
}

func state(name types.InstanceStateName) *types.InstanceState {
	return &types.InstanceState{Name: name, Code: aws.Int32(stateCodes[name])}
}

func (i *Instance) state() *types.InstanceState {
	if i.Running() {
		return state(types.InstanceStateNameRunning)
	}
	return state(types.InstanceStateNameTerminated)
}

// describe shows an instance as EC2 does. One that was terminated has lost its network.
func (i *Instance) describe(profile *directory.InstanceProfile) types.Instance {
	shown := types.Instance{
		InstanceId: aws.String(i.ID), ImageId: aws.String(i.Image), InstanceType: types.InstanceType(i.Type), State: i.state(),
		LaunchTime: aws.Time(i.Launched), AmiLaunchIndex: aws.Int32(0), Architecture: types.ArchitectureValuesX8664,
		Placement:      &types.Placement{AvailabilityZone: aws.String(i.Zone), GroupName: aws.String(""), Tenancy: types.TenancyDefault},
		PrivateDnsName: aws.String(""), PublicDnsName: aws.String(""), Monitoring: &types.Monitoring{State: types.MonitoringStateDisabled},
		Hypervisor: types.HypervisorTypeXen, VirtualizationType: types.VirtualizationTypeHvm, RootDeviceType: types.DeviceTypeEbs,
		RootDeviceName: aws.String("/dev/xvda"), EbsOptimized: aws.Bool(false), EnaSupport: aws.Bool(true), Tags: i.tagList(),
		MetadataOptions: i.Metadata.describe(), CurrentInstanceBootMode: types.InstanceBootModeValuesLegacyBios,
	}
	if i.ClientToken != "" {
		shown.ClientToken = aws.String(i.ClientToken)
	}
	if profile != nil {
		shown.IamInstanceProfile = &types.IamInstanceProfile{Arn: aws.String(profile.ARN()), Id: aws.String(profile.ID)}
	}
	if i.Running() {
		i.describeNetwork(&shown)
	} else {
		shown.StateTransitionReason = aws.String("User initiated (" + i.Terminated.Format("2006-01-02 15:04:05 MST") + ")")
		shown.StateReason = &types.StateReason{
			Code: aws.String("Client.UserInitiatedShutdown"), Message: aws.String("Client.UserInitiatedShutdown: User initiated shutdown"),
		}
	}
	return shown
}

func (i *Instance) describeNetwork(shown *types.Instance) {
	groups := []types.GroupIdentifier{{GroupId: aws.String(securityGroupID), GroupName: aws.String("default")}}
	name, ip := aws.String(i.PrivateDNSName()), aws.String(i.PrivateIP)
	shown.PrivateDnsName, shown.PrivateIpAddress = name, ip
	shown.VpcId, shown.SubnetId, shown.SecurityGroups, shown.SourceDestCheck = aws.String(vpcID), aws.String(subnetID), groups, aws.Bool(true)
	shown.PrivateDnsNameOptions = &types.PrivateDnsNameOptionsResponse{HostnameType: types.HostnameTypeIpName, EnableResourceNameDnsARecord: aws.Bool(false)}
	shown.NetworkInterfaces = []types.InstanceNetworkInterface{{
		NetworkInterfaceId: aws.String(i.NetworkInterface()), MacAddress: aws.String(i.MAC()), Status: types.NetworkInterfaceStatusInUse,
		OwnerId: aws.String(i.Account), PrivateDnsName: name, PrivateIpAddress: ip, SubnetId: aws.String(subnetID), VpcId: aws.String(vpcID),
		Groups: groups, SourceDestCheck: aws.Bool(true),
		PrivateIpAddresses: []types.InstancePrivateIpAddress{{Primary: aws.Bool(true), PrivateDnsName: name, PrivateIpAddress: ip}},
	}}
}

func (i *Instance) tagList() []types.Tag {
	var list []types.Tag
	for _, key := range slices.Sorted(maps.Keys(i.Tags)) {
		list = append(list, types.Tag{Key: aws.String(key), Value: aws.String(i.Tags[key])})
	}
	return list
}

func (o MetadataOptions) describe() *types.InstanceMetadataOptionsResponse {
	shown := &types.InstanceMetadataOptionsResponse{
		State: types.InstanceMetadataOptionsStateApplied, HttpEndpoint: types.InstanceMetadataEndpointStateEnabled,
		HttpTokens: types.HttpTokensStateRequired, HttpPutResponseHopLimit: aws.Int32(o.HopLimit),
		HttpProtocolIpv6: types.InstanceMetadataProtocolStateDisabled, InstanceMetadataTags: types.InstanceMetadataTagsStateDisabled,
	}
	if o.Disabled {
		shown.HttpEndpoint = types.InstanceMetadataEndpointStateDisabled
	}
	if o.TokensOptional {
		shown.HttpTokens = types.HttpTokensStateOptional
	}
	if o.Tags {
		shown.InstanceMetadataTags = types.InstanceMetadataTagsStateEnabled
	}
	return shown
}
