package gateway

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	smithy "github.com/aws/smithy-go/endpoints"
)

// variant is what a user can ask of an endpoint.
type variant struct {
	region          string
	fips, dualStack bool
}

// resolvers are the SDK's own, the oracle for which names clients use.
var resolvers = map[string]func(variant) (smithy.Endpoint, error){
	"sts": func(v variant) (smithy.Endpoint, error) {
		return sts.NewDefaultEndpointResolverV2().ResolveEndpoint(context.Background(),
			sts.EndpointParameters{Region: &v.region, UseFIPS: &v.fips, UseDualStack: &v.dualStack, UseGlobalEndpoint: aws.Bool(false)})
	},
	"iam": func(v variant) (smithy.Endpoint, error) {
		return iam.NewDefaultEndpointResolverV2().ResolveEndpoint(context.Background(),
			iam.EndpointParameters{Region: &v.region, UseFIPS: &v.fips, UseDualStack: &v.dualStack})
	},
	"eks": func(v variant) (smithy.Endpoint, error) {
		return eks.NewDefaultEndpointResolverV2().ResolveEndpoint(context.Background(),
			eks.EndpointParameters{Region: &v.region, UseFIPS: &v.fips, UseDualStack: &v.dualStack})
	},
	"ec2": func(v variant) (smithy.Endpoint, error) {
		return ec2.NewDefaultEndpointResolverV2().ResolveEndpoint(context.Background(),
			ec2.EndpointParameters{Region: &v.region, UseFIPS: &v.fips, UseDualStack: &v.dualStack})
	},
	"cloudtrail": func(v variant) (smithy.Endpoint, error) {
		return cloudtrail.NewDefaultEndpointResolverV2().ResolveEndpoint(context.Background(),
			cloudtrail.EndpointParameters{Region: &v.region, UseFIPS: &v.fips, UseDualStack: &v.dualStack})
	},
	"logs": func(v variant) (smithy.Endpoint, error) {
		return cloudwatchlogs.NewDefaultEndpointResolverV2().ResolveEndpoint(context.Background(),
			cloudwatchlogs.EndpointParameters{Region: &v.region, UseFIPS: &v.fips, UseDualStack: &v.dualStack})
	},
}

// regions are all regions of the three partitions (https://docs.aws.amazon.com/general/latest/gr/rande.html), with the
// pseudo-regions that SDKs take for global endpoints.
var regions = map[string][]string{
	"aws": {
		"us-east-1", "us-east-2", "us-west-1", "us-west-2", "af-south-1", "ap-east-1", "ap-east-2", "ap-south-1", "ap-south-2",
		"ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4",
		"ap-southeast-5", "ap-southeast-6", "ap-southeast-7", "ca-central-1", "ca-west-1", "eu-central-1", "eu-central-2", "eu-north-1",
		"eu-south-1", "eu-south-2", "eu-west-1", "eu-west-2", "eu-west-3", "il-central-1", "me-central-1", "me-south-1", "mx-central-1", "sa-east-1",
	},
	"aws-cn":     {"cn-north-1", "cn-northwest-1"},
	"aws-us-gov": {"us-gov-east-1", "us-gov-west-1"},
}

var globalRegion = map[string]string{"aws": "us-east-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}

func TestParseHostKnowsEveryEndpointOfTheSDK(t *testing.T) {
	checked := 0
	for service, resolve := range resolvers {
		for partition, regions := range regions {
			for _, region := range regions {
				want := Endpoint{service, region, partition}
				if service == "iam" {
					want.Region = globalRegion[partition]
				}
				for _, v := range []variant{{region, false, false}, {region, true, false}, {region, false, true}, {region, true, true}} {
					endpoint, err := resolve(v)
					if err != nil {
						t.Errorf("%s resolves nothing for %+v: %v", service, v, err)
						continue
					}
					checked++
					if got, ok := ParseHost(endpoint.URI.Host); !ok || got != want {
						t.Errorf("%s, %+v: ParseHost(%q) = %+v, %v; want %+v", service, v, endpoint.URI.Host, got, ok, want)
					}
				}
			}
		}
	}
	if want := 6 * 38 * 4; checked != want {
		t.Errorf("checked %d endpoints, want %d", checked, want)
	}
}

func TestParseHostKnowsTheGlobalEndpoints(t *testing.T) {
	for _, service := range []string{"sts", "iam"} {
		endpoint, err := resolvers[service](variant{region: "aws-global"})
		if err != nil {
			t.Fatal(err)
		}
		want := Endpoint{service, "us-east-1", "aws"}
		if got, ok := ParseHost(endpoint.URI.Host); !ok || got != want {
			t.Errorf("ParseHost(%q) = %+v, %v; want %+v", endpoint.URI.Host, got, ok, want)
		}
	}
}
