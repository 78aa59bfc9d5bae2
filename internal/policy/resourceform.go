package policy

import (
	"fmt"
	"slices"
	"strings"
)

// iamResources are the beginnings of an IAM resource's last part, in the order of IAM's sentence.
var iamResources = []string{
	"user/", "federated-user/", "role/", "group/", "instance-profile/", "mfa/", "server-certificate/", "policy/",
	"sms-mfa/", "saml-provider/", "oidc-provider/", "report/", "access-report/",
}

var partitions = []string{"aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-eusc", "*"}

// resourceForm checks the form of a Resource value, with IAM's sentence for each mistake.
func (p *parser) resourceForm(resource string) *Error {
	if resource == "*" {
		return nil
	}
	scheme, rest, found := strings.Cut(resource, ":")
	if !found || scheme != "arn" {
		return malformed(fmt.Sprintf(`Resource %s must be in ARN format or "*".`, resource))
	}
	partition, rest, vendor := strings.Cut(rest, ":")
	if !slices.Contains(partitions, partition) {
		return malformed(fmt.Sprintf(`Partition "%s" is not valid for resource "arn:%s:%s".`, partition, partition, fill(rest)))
	}
	if !vendor {
		return malformed(vendorWildcard)
	}
	service, rest, _ := p.compiler.cut(rest)
	region, rest, _ := p.compiler.cut(rest)
	switch {
	case strings.ContainsAny(service, "*?"):
		return malformed(vendorWildcard)
	case service == "iam" && region != "" && region != "*":
		return malformed(fmt.Sprintf("IAM resource %s cannot contain region information.", resource))
	case service == "s3" && region != "" && region != "*":
		return malformed(fmt.Sprintf("Resource %s can not contain region information.", resource))
	case service == "iam":
		return p.iamResourceForm(rest)
	default:
		return nil
	}
}

// iamResourceForm checks account and last part of an IAM resource.
func (p *parser) iamResourceForm(rest string) *Error {
	_, path, found := p.compiler.cut(rest)
	kind, _, _ := strings.Cut(path, "/")
	if !found || path == "root" || strings.ContainsAny(kind, "*?$") {
		return nil
	}
	if slices.ContainsFunc(iamResources, func(start string) bool { return strings.HasPrefix(path, start) }) {
		return nil
	}
	return malformed(`IAM resource path must either be "*" or start with ` + strings.Join(iamResources, ", ") + ".")
}

// fill completes service, region, account and resource as IAM quotes them back.
func fill(rest string) string {
	parts := strings.SplitN(rest, ":", arnParts-2)
	for len(parts) < arnParts-2 {
		parts = append(parts, "*")
	}
	if rest == "" {
		parts[0] = "*"
	}
	return strings.Join(parts, ":")
}
