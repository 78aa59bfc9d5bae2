package emulator

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/eksauth/eksauth/emulator/config"
	"github.com/eksauth/eksauth/fakeeks"
)

func TestFoldersTellClustersOfOneNameApart(t *testing.T) {
	e := &Environment{o: Options{Config: &config.File{Region: "us-east-2", Accounts: []config.Account{{ID: "534000000385"}, {ID: "210000000071"}}}}}
	folders := map[string]bool{}
	for _, test := range []struct{ name, region, account, want string }{
		{"dev", "us-east-2", "534000000385", "dev"},
		{"dev", "eu-west-1", "534000000385", "dev.eu-west-1.534000000385"},
		{"dev", "us-east-2", "210000000071", "dev.us-east-2.210000000071"},
	} {
		got := e.folder(&fakeeks.Cluster{Name: test.name, Region: test.region, Account: test.account})
		if got != test.want || folders[got] {
			t.Errorf("cluster %v has the folder %s, want %s", test, got, test.want)
		}
		folders[got] = true
	}
}

func TestConfiguredEntriesAreRequests(t *testing.T) {
	account := config.Account{ID: "534000000385", Users: []config.User{{Name: "anna", Path: "/team/"}}}
	got := newEntries(config.Cluster{AccessEntries: []config.AccessEntry{
		{Principal: "user/anna", Username: "anna", Groups: []string{"ops"}, Policies: []config.AccessPolicy{
			{Name: "AmazonEKSViewPolicy"}, {Name: "AmazonEKSEditPolicy", Namespaces: []string{"dev-*"}},
		}},
		{Principal: "arn:aws-cn:iam::210000000071:role/node", Type: "EC2_LINUX"},
	}}, account, "aws-cn")
	policy := func(name string, scope types.AccessScopeType, namespaces ...string) types.AssociatedAccessPolicy {
		return types.AssociatedAccessPolicy{
			PolicyArn: aws.String("arn:aws-cn:eks::aws:cluster-access-policy/" + name), AccessScope: &types.AccessScope{Type: scope, Namespaces: namespaces},
		}
	}
	want := []fakeeks.NewEntry{
		{
			Entry: eks.CreateAccessEntryInput{
				PrincipalArn: aws.String("arn:aws-cn:iam::534000000385:user/team/anna"), Username: aws.String("anna"), KubernetesGroups: []string{"ops"},
			},
			Policies: []types.AssociatedAccessPolicy{
				policy("AmazonEKSViewPolicy", types.AccessScopeTypeCluster), policy("AmazonEKSEditPolicy", types.AccessScopeTypeNamespace, "dev-*"),
			},
		},
		{Entry: eks.CreateAccessEntryInput{PrincipalArn: aws.String("arn:aws-cn:iam::210000000071:role/node"), Type: aws.String("EC2_LINUX")}},
	}
	ignore := cmpopts.IgnoreUnexported(eks.CreateAccessEntryInput{}, types.AssociatedAccessPolicy{}, types.AccessScope{})
	if diff := cmp.Diff(want, got, ignore); diff != "" {
		t.Errorf("entries (-want +got):\n%s", diff)
	}
}
