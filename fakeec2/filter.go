package fakeec2

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/eksauth/eksauth/internal/directory"
)

// filterable gives the values that an instance has for a filter; profile is nil if it has none.
type filterable func(i *Instance, profile *directory.InstanceProfile) []string

func one(value func(i *Instance) string) filterable {
	return func(i *Instance, _ *directory.InstanceProfile) []string { return []string{value(i)} }
}

// networked is one for what an instance loses when it is terminated.
func networked(value func(i *Instance) string) filterable {
	return func(i *Instance, _ *directory.InstanceProfile) []string {
		if !i.Running() {
			return nil
		}
		return []string{value(i)}
	}
}

func ofProfile(value func(p *directory.InstanceProfile) string) filterable {
	return func(_ *Instance, p *directory.InstanceProfile) []string {
		if p == nil {
			return nil
		}
		return []string{value(p)}
	}
}

func constant(value string) filterable { return one(func(*Instance) string { return value }) }

// filters are those of https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html that concern what
// an instance here has.
var filters = map[string]filterable{
	"architecture":                 constant("x86_64"),
	"availability-zone":            one(func(i *Instance) string { return i.Zone }),
	"client-token":                 one(func(i *Instance) string { return i.ClientToken }),
	"iam-instance-profile.arn":     ofProfile((*directory.InstanceProfile).ARN),
	"iam-instance-profile.id":      ofProfile(func(p *directory.InstanceProfile) string { return p.ID }),
	"iam-instance-profile.name":    ofProfile(func(p *directory.InstanceProfile) string { return p.Name }),
	"image-id":                     one(func(i *Instance) string { return i.Image }),
	"instance-id":                  one(func(i *Instance) string { return i.ID }),
	"instance-state-code":          one(func(i *Instance) string { return strconv.Itoa(int(*i.state().Code)) }),
	"instance-state-name":          one(func(i *Instance) string { return string(i.state().Name) }),
	"instance-type":                one(func(i *Instance) string { return i.Type }),
	"instance.group-id":            networked((*Instance).SecurityGroup),
	"launch-time":                  one(func(i *Instance) string { return i.Launched.Format("2006-01-02T15:04:05.000Z") }),
	"metadata-options.http-tokens": one(func(i *Instance) string { return string(i.Metadata.describe().HttpTokens) }),
	"network-interface.addresses.private-ip-address": networked(func(i *Instance) string { return i.PrivateIP }),
	"network-interface.network-interface-id":         networked((*Instance).NetworkInterface),
	"network-interface.private-dns-name":             networked((*Instance).PrivateDNSName),
	"owner-id":                                       one(func(i *Instance) string { return i.Account }),
	"private-dns-name":                               networked((*Instance).PrivateDNSName),
	"private-ip-address":                             networked(func(i *Instance) string { return i.PrivateIP }),
	"reservation-id":                                 one(func(i *Instance) string { return i.Reservation }),
	"root-device-type":                               constant("ebs"),
	"subnet-id":                                      networked((*Instance).Subnet),
	"tag-key":                                        func(i *Instance, _ *directory.InstanceProfile) []string { return slices.Collect(maps.Keys(i.Tags)) },
	"tag-value":                                      func(i *Instance, _ *directory.InstanceProfile) []string { return slices.Collect(maps.Values(i.Tags)) },
	"vpc-id":                                         networked((*Instance).VPC),
}

func filterNamed(name string) (filterable, bool) {
	if key, isTag := strings.CutPrefix(name, "tag:"); isTag {
		return func(i *Instance, _ *directory.InstanceProfile) []string {
			value, ok := i.Tags[key]
			if !ok {
				return nil
			}
			return []string{value}
		}, true
	}
	f, ok := filters[name]
	return f, ok
}

// compile turns filters into one question: an instance passes if each filter has a value that matches one of its own.
func compile(list []types.Filter) (func(*Instance, *directory.InstanceProfile) bool, error) {
	type check struct {
		of      filterable
		matches []*regexp.Regexp
	}
	var checks []check
	for _, f := range list {
		name := aws.ToString(f.Name)
		of, known := filterNamed(name)
		if !known {
			return nil, invalidValue("The filter '%s' is invalid", name)
		}
		if len(f.Values) == 0 {
			return nil, invalidValue("The filter '%s' has no values", name)
		}
		c := check{of: of}
		for _, value := range f.Values {
			c.matches = append(c.matches, glob(value))
		}
		checks = append(checks, c)
	}
	return func(i *Instance, p *directory.InstanceProfile) bool {
		for _, c := range checks {
			if !anyMatches(c.matches, c.of(i, p)) {
				return false
			}
		}
		return true
	}, nil
}

func anyMatches(matches []*regexp.Regexp, values []string) bool {
	return slices.ContainsFunc(values, func(value string) bool {
		return slices.ContainsFunc(matches, func(m *regexp.Regexp) bool { return m.MatchString(value) })
	})
}

// glob reads a filter's value: * stands for any characters, ? for one, and a backslash takes the meaning from either
// (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html). Letter case counts.
func glob(value string) *regexp.Regexp {
	var b strings.Builder
	b.WriteString(`(?s)^`)
	escaped := false
	for _, r := range value {
		switch {
		case !escaped && r == '\\':
			escaped = true
			continue
		case !escaped && r == '*':
			b.WriteString(`.*`)
		case !escaped && r == '?':
			b.WriteString(`.`)
		default:
			b.WriteString(regexp.QuoteMeta(string(r)))
		}
		escaped = false
	}
	b.WriteString(`$`)
	return regexp.MustCompile(b.String())
}
