package fakeeks

import (
	"context"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"

	"github.com/eksauth/eksauth/internal/awswire"
	"github.com/eksauth/eksauth/internal/callers"
	"github.com/eksauth/eksauth/internal/directory"
	"github.com/eksauth/eksauth/internal/policy"
)

// authorize asks the caller's policies whether it may make the call. Actions, resources and condition keys are those of
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelastickubernetesservice.html.
func (s *Service) authorize(_ context.Context, call *awswire.Call) error {
	in := input{reflect.ValueOf(call.Input).Elem()}
	keys := callers.Context(call)
	in.setKeys(keys)
	resource, tags := s.resource(call, in, keys)
	for key, value := range tags {
		keys.Set("aws:ResourceTag/"+key, value)
	}
	return s.decide(call, directory.Access{Action: "eks:" + call.Operation, Resource: resource, Context: keys})
}

// input reads an operation's input by the names of its members, which mean the same in all operations.
type input struct{ reflect.Value }

func member[T any](in input, name string) T {
	var none T
	field := in.FieldByName(name)
	if !field.IsValid() {
		return none
	}
	value, ok := field.Interface().(T)
	if !ok {
		return none
	}
	return value
}

func (in input) text(name string) string { return aws.ToString(member[*string](in, name)) }

// clusterName is the cluster that a request concerns: most call it clusterName, those on clusters themselves name.
func (in input) clusterName() string {
	if name := in.text("ClusterName"); name != "" {
		return name
	}
	return in.text("Name")
}

// setKeys adds the condition keys that the request's members give.
func (in input) setKeys(keys policy.Context) {
	if tags := member[map[string]string](in, "Tags"); len(tags) > 0 {
		names := make([]string, 0, len(tags))
		for key, value := range tags {
			keys.Set("aws:RequestTag/"+key, value)
			names = append(names, key)
		}
		keys.Set("aws:TagKeys", names...)
	}
	if names := member[[]string](in, "TagKeys"); len(names) > 0 {
		keys.Set("aws:TagKeys", names...)
	}
	if access := member[*types.AccessScope](in, "AccessScope"); access != nil {
		keys.Set("eks:accessScope", string(access.Type))
		keys.Set("eks:namespaces", access.Namespaces...)
		keys.Set("eks:policyArn", in.text("PolicyArn"))
	}
	if access := member[*types.UpdateAccessConfigRequest](in, "AccessConfig"); access != nil {
		keys.Set("eks:authenticationMode", string(access.AuthenticationMode))
	}
	in.setCreationKeys(keys)
}

// setCreationKeys adds the keys of what is made: a cluster's access, or an access entry.
func (in input) setCreationKeys(keys policy.Context) {
	switch made := in.Addr().Interface().(type) {
	case *eks.CreateClusterInput:
		if mode, creator, err := accessConfig(made.AccessConfig); err == nil {
			keys.Set("eks:authenticationMode", string(mode))
			keys.Set("eks:bootstrapClusterCreatorAdminPermissions", boolText(creator))
		}
	case *eks.CreateAccessEntryInput:
		kind := typeStandard
		if made.Type != nil {
			kind = *made.Type
		}
		setEntryKeys(keys, kind, aws.ToString(made.PrincipalArn), aws.ToString(made.Username), made.KubernetesGroups)
	}
}

func setEntryKeys(keys policy.Context, kind, principalARN, username string, groups []string) {
	keys.Set("eks:accessEntryType", kind)
	keys.Set("eks:principalArn", principalARN)
	if username != "" {
		keys.Set("eks:username", username)
	}
	if len(groups) > 0 {
		keys.Set("eks:kubernetesGroups", groups...)
	}
}

func boolText(b bool) string {
	if b {
		return "true"
	}
	return "false"
}

// onClusters are the operations that name a part in their input but are authorized on its cluster, because the part does
// not exist yet or is none of IAM's resources.
var onClusters = map[string]bool{
	"CreateAccessEntry": true, "CreateNodegroup": true, "CreateFargateProfile": true, "CreateAddon": true, "DescribeUpdate": true, "ListUpdates": true,
}

// anyResource are the operations that concern no resource.
var anyResource = map[string]bool{"ListAccessPolicies": true, "DescribeClusterVersions": true, "DescribeAddonVersions": true}

// resource is the ARN that a call concerns, with the resource's tags. It adds the keys of an access entry that exists.
func (s *Service) resource(call *awswire.Call, in input, keys policy.Context) (arn string, tags map[string]string) {
	if arn := in.text("ResourceArn"); arn != "" {
		return arn, s.tagsOf(callers.Of(call).Account, arn)
	}
	if anyResource[call.Operation] {
		return "*", nil
	}
	sc, name := scopeOf(call), in.clusterName()
	caller := callers.Of(call)
	cluster := &Cluster{Name: orAll(name), Account: caller.Account, Partition: caller.Partition, Region: call.Region}
	if found, err := s.Get(sc.account, sc.region, name); err == nil && found != nil && name != "" {
		cluster = found
	}
	keys.Set("eks:clusterName", cluster.Name)
	if !onClusters[call.Operation] {
		if arn, tags := s.partResource(cluster, in, keys); arn != "" {
			return arn, tags
		}
	}
	return cluster.ARN(), cluster.Tags
}

// partResource is the part of a cluster that a call concerns; empty if it concerns the cluster.
func (s *Service) partResource(c *Cluster, in input, keys policy.Context) (arn string, tags map[string]string) {
	if principalARN := in.text("PrincipalArn"); principalARN != "" {
		return s.entryResource(c, principalARN, keys)
	}
	for _, kind := range metadataKinds {
		if name := in.text(kind.member); name != "" {
			return s.metadataResource(c, kind, name)
		}
	}
	return "", nil
}

func (s *Service) entryResource(c *Cluster, principalARN string, keys policy.Context) (string, map[string]string) {
	if entry, err := load[accessEntry](s.cfg.Directory, c.scope(), entryKind, part(c.Name, principalARN)); err == nil && entry != nil {
		setEntryKeys(keys, entry.Type, entry.PrincipalARN, entry.Username, entry.Groups)
		return entry.arn(c), entry.Tags
	}
	keys.Set("eks:principalArn", principalARN)
	p, _ := parsePrincipal(principalARN)
	return entryARN(c, p, "*"), nil
}

func orAll(name string) string {
	if name == "" {
		return "*"
	}
	return name
}
