package fakeeks

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"
)

// defaultNetwork is what a cluster has without resourcesVpcConfig: an endpoint that is open to the world
// (https://docs.aws.amazon.com/eks/latest/APIReference/API_VpcConfigRequest.html).
func defaultNetwork() *types.VpcConfigResponse {
	return &types.VpcConfigResponse{EndpointPublicAccess: true, PublicAccessCidrs: []string{"0.0.0.0/0"}, SubnetIds: []string{}, SecurityGroupIds: []string{}}
}

// defaultKubernetesNetwork has the range that the local control planes use
// (https://docs.aws.amazon.com/eks/latest/APIReference/API_KubernetesNetworkConfigRequest.html).
func defaultKubernetesNetwork() *types.KubernetesNetworkConfigResponse {
	return &types.KubernetesNetworkConfigResponse{
		IpFamily: types.IpFamilyIpv4, ServiceIpv4Cidr: aws.String("10.100.0.0/16"),
		ElasticLoadBalancing: &types.ElasticLoadBalancing{Enabled: aws.Bool(false)},
	}
}

// networkOf is what a cluster shows of the network that was asked for.
func networkOf(in *types.VpcConfigRequest) *types.VpcConfigResponse {
	out := defaultNetwork()
	if in != nil {
		mergeNetwork(out, in)
	}
	return out
}

// mergeNetwork takes over what the request names.
func mergeNetwork(out *types.VpcConfigResponse, in *types.VpcConfigRequest) {
	for _, list := range []struct {
		to   *[]string
		from []string
	}{
		{&out.SubnetIds, in.SubnetIds}, {&out.SecurityGroupIds, in.SecurityGroupIds}, {&out.PublicAccessCidrs, in.PublicAccessCidrs},
	} {
		if list.from != nil {
			*list.to = list.from
		}
	}
	if in.EndpointPublicAccess != nil {
		out.EndpointPublicAccess = *in.EndpointPublicAccess
	}
	if in.EndpointPrivateAccess != nil {
		out.EndpointPrivateAccess = *in.EndpointPrivateAccess
	}
}

// logTypes are all of a control plane's logs.
var logTypes = []types.LogType{
	types.LogTypeApi, types.LogTypeAudit, types.LogTypeAuthenticator, types.LogTypeControllerManager, types.LogTypeScheduler,
}

// logSetup lists the logs that are on and those that are off, as DescribeCluster does.
func logSetup(on map[types.LogType]bool) []types.LogSetup {
	setups := []types.LogSetup{}
	for _, enabled := range []bool{true, false} {
		var group []types.LogType
		for _, log := range logTypes {
			if on[log] == enabled {
				group = append(group, log)
			}
		}
		if len(group) > 0 {
			setups = append(setups, types.LogSetup{Enabled: aws.Bool(enabled), Types: group})
		}
	}
	return setups
}

func logsOn(in *types.Logging) map[types.LogType]bool {
	on := map[types.LogType]bool{}
	if in != nil {
		for _, setup := range in.ClusterLogging {
			for _, log := range setup.Types {
				on[log] = aws.ToBool(setup.Enabled)
			}
		}
	}
	return on
}
