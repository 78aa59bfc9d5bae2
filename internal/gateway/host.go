package gateway

import (
	"net"
	"regexp"
	"slices"
	"strings"
)

// Endpoint is what the name of an AWS host says.
type Endpoint struct {
	Service   string // signing name, "sts"; of a service that nobody may offer
	Region    string // for a global name the region that its requests are signed for
	Partition string // "aws", "aws-cn" or "aws-us-gov"
}

// partition is a set of regions that share names and accounts. The suffixes are those of
// https://docs.aws.amazon.com/general/latest/gr/rande.html, the region patterns those of AWS's partition metadata, so that
// regions that open tomorrow work today.
type partition struct {
	name     string
	region   *regexp.Regexp
	global   string   // region for which global services sign
	suffixes []string // the standard one, then the dual-stack one
}

var partitions = []partition{
	{"aws", regexp.MustCompile(`^(us|eu|ap|sa|ca|me|af|il|mx)-[a-z]+-[0-9]{1,2}$`), "us-east-1", []string{"amazonaws.com", "api.aws"}},
	{"aws-cn", regexp.MustCompile(`^cn-[a-z]+-[0-9]{1,2}$`), "cn-north-1", []string{"amazonaws.com.cn", "api.amazonwebservices.com.cn"}},
	{"aws-us-gov", regexp.MustCompile(`^us-gov-[a-z]+-[0-9]{1,2}$`), "us-gov-west-1", []string{"amazonaws.com", "api.aws"}},
}

// named are the hosts of offered services whose names have no region.
//
// STS: https://docs.aws.amazon.com/general/latest/gr/sts.html. EC2: https://docs.aws.amazon.com/ec2/latest/devguide/ec2-endpoints.html.
// IAM: https://docs.aws.amazon.com/general/latest/gr/iam-service.html, and what SDKs resolve where the page is silent.
var named = map[string]Endpoint{
	"sts.amazonaws.com":                       {"sts", "us-east-1", "aws"},
	"ec2.amazonaws.com":                       {"ec2", "us-east-1", "aws"},
	"iam.amazonaws.com":                       {"iam", "us-east-1", "aws"},
	"iam-fips.amazonaws.com":                  {"iam", "us-east-1", "aws"},
	"iam.global.api.aws":                      {"iam", "us-east-1", "aws"},
	"iam-fips.global.api.aws":                 {"iam", "us-east-1", "aws"},
	"iam-fips.amazonaws.com.cn":               {"iam", "cn-north-1", "aws-cn"},
	"iam.global.api.amazonwebservices.com.cn": {"iam", "cn-north-1", "aws-cn"},
	"iam-fips.api.amazonwebservices.com.cn":   {"iam", "cn-north-1", "aws-cn"},
	"iam.us-gov.amazonaws.com":                {"iam", "us-gov-west-1", "aws-us-gov"},
	"iam.us-gov.api.aws":                      {"iam", "us-gov-west-1", "aws-us-gov"},
}

// offered are the services whose names this table has exactly: none of them is reached without a region but as named says.
var offered = []string{"sts", "iam", "ec2", "eks", "eks-auth", "cloudtrail", "logs"}

// serviceLabel is the label before the region: that of a service, or of its FIPS twin.
var serviceLabel = regexp.MustCompile(`^[a-z][a-z0-9-]{0,61}[a-z0-9]$`)

// longestHost is the longest name that DNS can carry (RFC 1035, section 2.3.4).
const longestHost = 253

// ParseHost reads the name of an AWS API endpoint, with or without a port, in any letter case. Services that eksauth does
// not offer are recognised too, so that a refusal can name them; names of other shapes (buckets, registries, clusters) are
// not, and no name outside AWS's domains is.
func ParseHost(host string) (Endpoint, bool) {
	host = hostname(host)
	if len(host) > longestHost {
		return Endpoint{}, false
	}
	if e, ok := named[host]; ok {
		return e, true
	}
	for _, p := range partitions {
		for _, suffix := range p.suffixes {
			if label, ok := strings.CutSuffix(host, "."+suffix); ok {
				if e, ok := p.endpoint(label, suffix == p.suffixes[0]); ok {
					return e, true
				}
			}
		}
	}
	return Endpoint{}, false
}

// endpoint reads what stands before the suffix: a service and a region, or the service alone.
func (p partition) endpoint(label string, standard bool) (Endpoint, bool) {
	service, region, hasRegion := strings.Cut(label, ".")
	// EKS alone has FIPS as a label of its own: https://docs.aws.amazon.com/general/latest/gr/eks.html.
	if rest, ok := strings.CutPrefix(label, "fips.eks."); ok && standard && p.name == "aws" {
		service, region = "eks", rest
	}
	service = strings.TrimSuffix(service, "-fips")
	if !hasRegion && standard && !slices.Contains(offered, service) {
		region = p.global
	}
	if !serviceLabel.MatchString(service) || !p.region.MatchString(region) || service == "iam" && region != p.global {
		return Endpoint{}, false
	}
	return Endpoint{service, region, p.name}, true
}

// partitionOf names the partition of a region, the first if no partition has such regions.
func partitionOf(region string) string {
	for _, p := range partitions {
		if p.region.MatchString(region) {
			return p.name
		}
	}
	return partitions[0].name
}

// hostname is the name in a Host header or an authority: without a port, in lower case, an IPv6 address without brackets.
func hostname(hostport string) string {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		host = strings.TrimSuffix(strings.TrimPrefix(hostport, "["), "]")
	}
	return strings.ToLower(host)
}
