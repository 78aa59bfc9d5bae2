package gateway

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseHost(t *testing.T) {
	tests := []struct {
		host string
		want Endpoint // zero: refused
	}{
		// https://docs.aws.amazon.com/general/latest/gr/sts.html
		{"sts.amazonaws.com", Endpoint{"sts", "us-east-1", "aws"}},
		{"sts.us-east-2.amazonaws.com", Endpoint{"sts", "us-east-2", "aws"}},
		{"sts-fips.us-east-2.amazonaws.com", Endpoint{"sts", "us-east-2", "aws"}},
		{"sts.us-east-2.api.aws", Endpoint{"sts", "us-east-2", "aws"}},
		{"sts.cn-north-1.amazonaws.com.cn", Endpoint{"sts", "cn-north-1", "aws-cn"}},
		{"sts.cn-northwest-1.api.amazonwebservices.com.cn", Endpoint{"sts", "cn-northwest-1", "aws-cn"}},
		{"sts.us-gov-west-1.amazonaws.com", Endpoint{"sts", "us-gov-west-1", "aws-us-gov"}},
		{"sts.us-gov-east-1.api.aws", Endpoint{"sts", "us-gov-east-1", "aws-us-gov"}},
		// https://docs.aws.amazon.com/general/latest/gr/iam-service.html
		{"iam.amazonaws.com", Endpoint{"iam", "us-east-1", "aws"}},
		{"iam.global.api.aws", Endpoint{"iam", "us-east-1", "aws"}},
		{"iam.cn-north-1.amazonaws.com.cn", Endpoint{"iam", "cn-north-1", "aws-cn"}},
		{"iam.us-gov.amazonaws.com", Endpoint{"iam", "us-gov-west-1", "aws-us-gov"}},
		// https://docs.aws.amazon.com/general/latest/gr/eks.html
		{"eks.us-east-2.amazonaws.com", Endpoint{"eks", "us-east-2", "aws"}},
		{"fips.eks.us-east-2.amazonaws.com", Endpoint{"eks", "us-east-2", "aws"}},
		{"eks.us-east-2.api.aws", Endpoint{"eks", "us-east-2", "aws"}},
		{"eks-auth.us-east-2.api.aws", Endpoint{"eks-auth", "us-east-2", "aws"}},
		{"eks-auth-fips.us-east-2.api.aws", Endpoint{"eks-auth", "us-east-2", "aws"}},
		{"eks-auth.cn-north-1.api.amazonwebservices.com.cn", Endpoint{"eks-auth", "cn-north-1", "aws-cn"}},
		{"ec2.amazonaws.com", Endpoint{"ec2", "us-east-1", "aws"}},
		{"logs.eu-central-1.amazonaws.com", Endpoint{"logs", "eu-central-1", "aws"}},
		{"cloudtrail-fips.us-west-1.amazonaws.com", Endpoint{"cloudtrail", "us-west-1", "aws"}},
		// Regions that must be enabled, and one that nobody has heard of yet.
		{"sts.ap-southeast-7.amazonaws.com", Endpoint{"sts", "ap-southeast-7", "aws"}},
		{"sts.eu-southwest-12.amazonaws.com", Endpoint{"sts", "eu-southwest-12", "aws"}},
		// As clients write it.
		{"STS.us-east-2.AmazonAWS.com:443", Endpoint{"sts", "us-east-2", "aws"}},
		// Services to refuse by name.
		{"s3.us-east-2.amazonaws.com", Endpoint{"s3", "us-east-2", "aws"}},
		{"route53.amazonaws.com", Endpoint{"route53", "us-east-1", "aws"}},

		{"", Endpoint{}},
		{"amazonaws.com", Endpoint{}},
		{".amazonaws.com", Endpoint{}},
		{"sts..amazonaws.com", Endpoint{}},
		{"sts.amazonaws.com.", Endpoint{}},
		{"sts.amazonaws.com.evil.example", Endpoint{}},
		{"stsamazonaws.com", Endpoint{}},
		{"sts.us-east-2.example.com", Endpoint{}},
		{"sts.us-east-2.amazonaws.com.cn", Endpoint{}},
		{"sts.cn-north-1.amazonaws.com", Endpoint{}},
		{"sts.amazonaws.com.cn", Endpoint{}},
		{"sts.api.aws", Endpoint{}},
		{"sts-fips.amazonaws.com", Endpoint{}},
		{"sts.us-east.amazonaws.com", Endpoint{}},
		{"sts.us-iso-east-1.amazonaws.com", Endpoint{}},
		{"eks.amazonaws.com", Endpoint{}},
		{"iam.us-east-2.amazonaws.com", Endpoint{}},
		{"iam.eu-central-1.api.aws", Endpoint{}},
		{"iam.amazonaws.com.cn", Endpoint{}},
		{"fips.sts.us-east-2.amazonaws.com", Endpoint{}},
		{"fips.eks.us-east-2.api.aws", Endpoint{}},
		{"bucket.s3.us-east-2.amazonaws.com", Endpoint{}},
		{"0123456789abcdef.gr7.us-east-2.eks.amazonaws.com", Endpoint{}},
		{"169.254.169.254", Endpoint{}},
		{"[::1]:443", Endpoint{}},
		{"sts.us-east-2.amazonaws.com@evil.example", Endpoint{}},
		{"-.us-east-2.amazonaws.com", Endpoint{}},
		{strings.Repeat("a", 300) + ".us-east-2.amazonaws.com", Endpoint{}},
	}
	for _, test := range tests {
		got, ok := ParseHost(test.host)
		if diff := cmp.Diff(test.want, got); diff != "" || ok != (test.want != Endpoint{}) {
			t.Errorf("ParseHost(%q) ok = %v (-want +got):\n%s", test.host, ok, diff)
		}
	}
}

func FuzzParseHost(f *testing.F) {
	for _, host := range []string{"sts.us-east-2.amazonaws.com:443", "fips.eks.us-east-2.amazonaws.com", "iam.global.api.aws", "[::1]:1", "a.b", ""} {
		f.Add(host)
	}
	f.Fuzz(func(t *testing.T, host string) {
		e, ok := ParseHost(host)
		if !ok {
			if e != (Endpoint{}) {
				t.Fatalf("ParseHost(%q) refuses and gives %+v", host, e)
			}
			return
		}
		if partitionOf(e.Region) != e.Partition || !serviceLabel.MatchString(e.Service) {
			t.Errorf("ParseHost(%q) = %+v: region and partition do not fit, or the service is malformed", host, e)
		}
		name := hostname(host)
		if !strings.HasPrefix(name, e.Service) && !strings.HasPrefix(name, "fips.eks.") {
			t.Errorf("ParseHost(%q) = %+v: the name does not begin with its service", host, e)
		}
		suffixes := []string{".amazonaws.com", ".api.aws", ".amazonaws.com.cn", ".api.amazonwebservices.com.cn"}
		owned := false
		for _, suffix := range suffixes {
			owned = owned || strings.HasSuffix(name, suffix)
		}
		if !owned {
			t.Errorf("ParseHost(%q) accepts a name outside AWS's domains", host)
		}
		if again, ok := ParseHost(strings.ToUpper(name) + ":443"); !ok || again != e {
			t.Errorf("ParseHost(%q) depends on letter case or port: %+v, then %+v", host, e, again)
		}
	})
}
