package managed_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/eksauth/eksauth/internal/policy"
	"github.com/eksauth/eksauth/internal/policy/managed"
)

func TestCatalogueIsComplete(t *testing.T) {
	c := load(t, "aws")
	id := regexp.MustCompile(`^ANPA[A-Z2-7]{17}$`)
	ids := map[string]string{}
	for _, p := range c.All() {
		if !id.MatchString(p.ID) || ids[p.ID] != "" {
			t.Errorf("%s: ID %q is malformed or used by %q as well", p.Name, p.ID, ids[p.ID])
		}
		ids[p.ID] = p.Name
		if p.Created.IsZero() || p.Updated.Before(p.Created) {
			t.Errorf("%s: created %v, updated %v", p.Name, p.Created, p.Updated)
		}
		if got, ok := c.ByARN(p.ARN); !ok || got.Name != p.Name {
			t.Errorf("ByARN(%s) does not find %s", p.ARN, p.Name)
		}
		if !strings.HasPrefix(p.DefaultVersionID, "v") {
			t.Errorf("%s: default version %q", p.Name, p.DefaultVersionID)
		}
	}
	if !slices.IsSortedFunc(c.All(), func(a, b managed.Policy) int { return strings.Compare(a.Name, b.Name) }) {
		t.Error("policies are not in the order of their names")
	}
}

func TestARNsFollowThePartition(t *testing.T) {
	c := load(t, "aws-us-gov")
	p, ok := c.ByARN("arn:aws-us-gov:iam::aws:policy/job-function/ViewOnlyAccess")
	if !ok || p.ID != "ANPAID22R6XPJATWOFDK6" {
		t.Fatalf("ViewOnlyAccess not found under its path: %+v", p)
	}
	for _, p := range c.All() {
		if strings.Contains(p.Document.Text(), "arn:aws:") {
			t.Errorf("%s names an ARN of another partition", p.Name)
		}
	}
}

func TestWhatPoliciesGrant(t *testing.T) {
	c := load(t, "aws")
	const cluster = "arn:aws:eks:eu-west-1:111122223333:cluster/dev"
	tests := []struct {
		policy, action, resource string
		context                  policy.Context
		want                     policy.Outcome
	}{
		{"AdministratorAccess", "iam:DeleteRole", "arn:aws:iam::111122223333:role/a", nil, policy.Allow},
		{"PowerUserAccess", "eks:CreateCluster", cluster, nil, policy.Allow},
		{"PowerUserAccess", "iam:CreateUser", "arn:aws:iam::111122223333:user/a", nil, policy.ImplicitDeny},
		{"PowerUserAccess", "iam:ListRoles", "*", nil, policy.Allow},
		{"PowerUserAccess", "sts:AssumeRole", "arn:aws:iam::111122223333:role/a", nil, policy.Allow},
		{"IAMFullAccess", "iam:CreateUser", "arn:aws:iam::111122223333:user/a", nil, policy.Allow},
		{"IAMFullAccess", "eks:DescribeCluster", cluster, nil, policy.ImplicitDeny},
		{"IAMReadOnlyAccess", "iam:GetRole", "arn:aws:iam::111122223333:role/a", nil, policy.Allow},
		{"IAMReadOnlyAccess", "iam:CreateRole", "arn:aws:iam::111122223333:role/a", nil, policy.ImplicitDeny},
		{"ReadOnlyAccess", "eks:DescribeCluster", cluster, nil, policy.Allow},
		{"ReadOnlyAccess", "eks:CreateAccessEntry", cluster, nil, policy.ImplicitDeny},
		{"ReadOnlyAccess", "sts:AssumeRole", "arn:aws:iam::111122223333:role/a", nil, policy.ImplicitDeny},
		{"SecurityAudit", "eks:ListAccessEntries", cluster, nil, policy.Allow},
		{"SecurityAudit", "eks:AccessKubernetesApi", cluster, nil, policy.ImplicitDeny},
		{"AmazonEKSWorkerNodePolicy", "eks:DescribeCluster", cluster, nil, policy.Allow},
		{"AmazonEKSWorkerNodePolicy", "ec2:RunInstances", "*", nil, policy.ImplicitDeny},
		{"AmazonEKSWorkerNodeMinimalPolicy", "eks-auth:AssumeRoleForPodIdentity", cluster, nil, policy.Allow},
		{"AmazonEKSClusterPolicy", "iam:CreateServiceLinkedRole", "*", nil, policy.ImplicitDeny},
		{"AmazonEKS_CNI_Policy", "ec2:CreateTags", "arn:aws:ec2:eu-west-1:111122223333:instance/i-1", nil, policy.ImplicitDeny},
		{"AmazonEKS_CNI_Policy", "ec2:CreateTags", "arn:aws:ec2:eu-west-1:111122223333:network-interface/eni-1", nil, policy.Allow},
	}
	for _, test := range tests {
		t.Run(test.policy+" "+test.action, func(t *testing.T) {
			i := slices.IndexFunc(c.All(), func(p managed.Policy) bool { return p.Name == test.policy })
			if i < 0 {
				t.Fatalf("no policy %s", test.policy)
			}
			r := policy.Request{
				Principal: policy.Principal{Type: policy.User, Account: "111122223333", ARN: "arn:aws:iam::111122223333:user/a"},
				Action:    test.action, Resource: test.resource, Context: test.context,
			}
			d := policy.Evaluate(&r, &policy.Set{Identity: []policy.Policy{{Doc: c.All()[i].Document}}})
			if d.Outcome != test.want {
				t.Errorf("%s on %s: %v, want %v", test.action, test.resource, d.Outcome, test.want)
			}
		})
	}
}

func load(t *testing.T, partition string) *managed.Catalogue {
	t.Helper()
	c, err := managed.Load(partition)
	if err != nil {
		t.Fatal(err)
	}
	return c
}
