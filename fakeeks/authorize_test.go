package fakeeks_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"
)

const eksRoot = "arn:aws:eks:us-east-2:534000000385:"

func allow(action, resource, condition string) string {
	statement := `{"Effect":"Allow","Action":"` + action + `","Resource":"` + resource + `"`
	if condition != "" {
		statement += `,"Condition":` + condition
	}
	return statement + "}"
}

// Each case has two policies that differ in one thing: by the first the call is allowed, by the second denied.
func TestPoliciesDecideByResourceAndKey(t *testing.T) {
	w := newWorld(t)
	w.cluster(t, "dev", api)
	ok[*eks.CreateAccessEntryOutput](t)(w.as("arseniy").CreateAccessEntry(t.Context(), entry(deployer)))
	ok[*eks.TagResourceOutput](t)(w.as("arseniy").TagResource(t.Context(), &eks.TagResourceInput{ResourceArn: aws.String(eksRoot + "cluster/dev"), Tags: map[string]string{"team": "payments"}}))
	dev := aws.String("dev")
	describe := func(c *eks.Client) error {
		_, err := c.DescribeCluster(t.Context(), &eks.DescribeClusterInput{Name: dev})
		return err
	}
	describeEntry := func(c *eks.Client) error {
		_, err := c.DescribeAccessEntry(t.Context(), &eks.DescribeAccessEntryInput{ClusterName: dev, PrincipalArn: aws.String(deployer)})
		return err
	}
	giveView := func(c *eks.Client) error {
		_, err := c.AssociateAccessPolicy(t.Context(), associate(deployer, "AmazonEKSViewPolicy", "dev-1"))
		return err
	}
	addOlga := func(c *eks.Client) error {
		in := entry(iamRoot + "user/team/olga")
		in.KubernetesGroups = []string{"viewers"}
		_, err := c.CreateAccessEntry(t.Context(), in)
		if err == nil {
			_, err = w.as("arseniy").DeleteAccessEntry(t.Context(), &eks.DeleteAccessEntryInput{ClusterName: dev, PrincipalArn: in.PrincipalArn})
		}
		return err
	}
	equals := func(key, value string) string { return `{"StringEquals":{"` + key + `":"` + value + `"}}` }
	for _, test := range []struct {
		name           string
		call           func(*eks.Client) error
		allows, denies string
	}{
		{"cluster", describe, allow("eks:DescribeCluster", eksRoot+"cluster/dev", ""), allow("eks:DescribeCluster", eksRoot+"cluster/prod", "")},
		{"action", describe, allow("eks:Describe*", "*", ""), allow("eks:ListClusters", "*", "")},
		{"cluster's tag", describe, allow("eks:*", "*", equals("aws:ResourceTag/team", "payments")), allow("eks:*", "*", equals("aws:ResourceTag/team", "orders"))},
		{"region", describe, allow("eks:*", "*", equals("aws:RequestedRegion", "us-east-2")), allow("eks:*", "*", equals("aws:RequestedRegion", "eu-west-1"))},
		{"all clusters", func(c *eks.Client) error { _, err := c.ListClusters(t.Context(), &eks.ListClustersInput{}); return err },
			allow("eks:ListClusters", "*", ""), allow("eks:ListClusters", eksRoot+"cluster/dev", "")},
		{"no resource", func(c *eks.Client) error {
			_, err := c.ListAccessPolicies(t.Context(), &eks.ListAccessPoliciesInput{})
			return err
		},
			allow("eks:ListAccessPolicies", "*", ""), allow("eks:ListAccessPolicies", eksRoot+"*", "")},
		{"access entry", describeEntry, allow("eks:DescribeAccessEntry", eksRoot+"access-entry/dev/role/534000000385/deployer/*", ""),
			allow("eks:DescribeAccessEntry", eksRoot+"cluster/dev", "")},
		{"entry's principal", describeEntry, allow("eks:*", "*", equals("eks:principalArn", deployer)), allow("eks:*", "*", equals("eks:principalArn", nodeRole))},
		{"entry's type", describeEntry, allow("eks:*", "*", equals("eks:accessEntryType", "STANDARD")), allow("eks:*", "*", equals("eks:accessEntryType", "EC2_LINUX"))},
		{"new entry", addOlga, allow("eks:CreateAccessEntry", eksRoot+"cluster/dev", ""), allow("eks:CreateAccessEntry", eksRoot+"access-entry/*", "")},
		{"new entry's principal", addOlga, allow("eks:*", "*", equals("eks:principalArn", iamRoot+"user/team/olga")), allow("eks:*", "*", equals("eks:principalArn", deployer))},
		{"new entry's groups", addOlga, allow("eks:*", "*", `{"ForAnyValue:StringEquals":{"eks:kubernetesGroups":"viewers"}}`),
			allow("eks:*", "*", `{"ForAnyValue:StringEquals":{"eks:kubernetesGroups":"admins"}}`)},
		{"access policy", giveView, allow("eks:*", "*", equals("eks:policyArn", policyRoot+"AmazonEKSViewPolicy")), allow("eks:*", "*", equals("eks:policyArn", policyRoot+"AmazonEKSEditPolicy"))},
		{"access scope", giveView, allow("eks:*", "*", equals("eks:accessScope", "namespace")), allow("eks:*", "*", equals("eks:accessScope", "cluster"))},
		{"namespaces", giveView, allow("eks:*", "*", `{"ForAllValues:StringLike":{"eks:namespaces":"dev-*"}}`), allow("eks:*", "*", `{"ForAllValues:StringLike":{"eks:namespaces":"prod-*"}}`)},
	} {
		t.Run(test.name, func(t *testing.T) {
			if err := test.call(w.limited(t, test.allows)); err != nil {
				t.Errorf("refused though allowed: %v", err)
			}
			refused(t, test.call(w.limited(t, test.denies)), "AccessDeniedException", "User: arn:aws:sts::534000000385:federated-user/limited is not authorized to perform: eks:…")
		})
	}
}

func TestRolesMustBePassed(t *testing.T) {
	w := newWorld(t)
	w.cluster(t, "dev", api)
	pass := func(role, service string) string {
		return allow("iam:PassRole", role, `{"StringEquals":{"iam:PassedToService":"`+service+`"}}`)
	}
	all := allow("eks:*", "*", "")
	create := func(c *eks.Client) error {
		_, err := c.CreateCluster(t.Context(), newCluster("new", api))
		return err
	}
	node := entry(nodeRole)
	node.Type = aws.String("EC2_LINUX")
	createEntry := func(c *eks.Client) error {
		_, err := c.CreateAccessEntry(t.Context(), node)
		return err
	}
	const denied = "User: arn:aws:sts::534000000385:federated-user/limited is not authorized to perform: iam:PassRole on resource: "
	refused(t, create(w.limited(t, all)), "AccessDeniedException", denied+clusterRole+"…")
	refused(t, create(w.limited(t, all+","+pass(clusterRole, "ec2.amazonaws.com"))), "AccessDeniedException", denied+clusterRole+"…")
	refused(t, createEntry(w.limited(t, all)), "AccessDeniedException", denied+nodeRole+"…")
	for _, err := range []error{
		create(w.limited(t, all+","+pass(clusterRole, "eks.amazonaws.com"))), createEntry(w.limited(t, all+","+pass(nodeRole, "ec2.amazonaws.com"))),
	} {
		if err != nil {
			t.Errorf("refused though the role may be passed: %v", err)
		}
	}
}

func TestClusterKeys(t *testing.T) {
	w := newWorld(t)
	pass := "," + allow("iam:PassRole", "*", "")
	create := func(statements, name string) error {
		in := newCluster(name, both)
		in.Tags = map[string]string{"team": "payments"}
		_, err := w.limited(t, statements+pass).CreateCluster(t.Context(), in)
		return err
	}
	for _, key := range []struct{ name, right, wrong string }{
		{"eks:authenticationMode", "API_AND_CONFIG_MAP", "API"}, {"eks:bootstrapClusterCreatorAdminPermissions", "true", "false"},
		{"aws:RequestTag/team", "payments", "orders"},
	} {
		condition := func(value string) string {
			return allow("eks:CreateCluster", "*", `{"StringEquals":{"`+key.name+`":"`+value+`"}}`)
		}
		refused(t, create(condition(key.wrong), "wrong"), "AccessDeniedException", "User: …")
		if err := create(condition(key.right), "right-"+key.right); err != nil {
			t.Errorf("%s: %v", key.name, err)
		}
	}
	_, err := w.limited(t, allow("eks:*", "*", `{"StringEquals":{"eks:authenticationMode":"API_AND_CONFIG_MAP"}}`)).UpdateClusterConfig(t.Context(),
		&eks.UpdateClusterConfigInput{Name: aws.String("right-true"), AccessConfig: &types.UpdateAccessConfigRequest{AuthenticationMode: api}})
	refused(t, err, "AccessDeniedException", "User: …")
}
