package faketrail

import (
	"maps"
	"slices"
)

// resourceTypes tell what a member of a request or an answer names, by service
// (https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events-supported-resource-types.html).
var resourceTypes = map[string]map[string]string{
	"iam": {
		"userName": "AWS::IAM::User", "roleName": "AWS::IAM::Role", "groupName": "AWS::IAM::Group", "policyArn": "AWS::IAM::Policy",
		"policyName": "AWS::IAM::Policy", "instanceProfileName": "AWS::IAM::InstanceProfile", "accessKeyId": "AWS::IAM::AccessKey",
		"serialNumber": "AWS::IAM::MFADevice", "openIDConnectProviderArn": "AWS::IAM::OIDCProvider",
	},
	"sts": {
		"roleArn": "AWS::IAM::Role", "accessKeyId": "AWS::IAM::AccessKey", "assumedRoleId": "AWS::STS::AssumedRole",
		"roleSessionName": "AWS::STS::AssumedRole",
	},
	"eks": {
		"name": "AWS::EKS::Cluster", "clusterName": "AWS::EKS::Cluster", "principalArn": "AWS::EKS::AccessEntry",
		"nodegroupName": "AWS::EKS::Nodegroup", "addonName": "AWS::EKS::Addon", "fargateProfileName": "AWS::EKS::FargateProfile",
	},
	"ec2": {"instanceId": "AWS::EC2::Instance", "instanceIds": "AWS::EC2::Instance", "imageId": "AWS::EC2::Ami"},
}

// deep are the members in which further ones name resources: the thing that was made, and what it gives.
var deep = []string{"accessKey", "assumedRoleUser", "cluster", "credentials", "group", "instances", "role", "terminatingInstances", "user"}

// resourcesOf lists what an event concerns, each once.
func resourcesOf(service string, r record) []Resource {
	var found []Resource
	add := func(resource Resource) {
		if resource.Name != "" && !slices.Contains(found, resource) {
			found = append(found, resource)
		}
	}
	walk(resourceTypes[service], r.RequestParameters, add)
	walk(resourceTypes[service], r.ResponseElements, add)
	return found
}

func walk(kinds map[string]string, members map[string]any, add func(Resource)) {
	for _, name := range slices.Sorted(maps.Keys(members)) {
		kind := kinds[name]
		switch value := members[name].(type) {
		case string:
			if kind != "" {
				add(Resource{kind, value})
			}
		case []any:
			for _, item := range value {
				text, _ := item.(string)
				below, _ := item.(map[string]any)
				if kind != "" {
					add(Resource{kind, text})
				}
				if slices.Contains(deep, name) {
					walk(kinds, below, add)
				}
			}
		case map[string]any:
			if slices.Contains(deep, name) {
				walk(kinds, value, add)
			}
		}
	}
}
