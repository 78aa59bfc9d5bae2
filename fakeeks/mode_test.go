package fakeeks_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"
	"github.com/google/go-cmp/cmp"

	"github.com/eksauth/eksauth/fakeeks"
)

var (
	hiddenCreator = &fakeeks.Mapping{ARN: iamRoot + "user/arseniy", Username: "kubernetes-admin", Groups: []string{"system:masters"}}
	listed        = iamRoot + "user/arseniy"
)

// setMode asks for a mode as arseniy.
func (w *world) setMode(t testing.TB, mode types.AuthenticationMode) (*types.Update, error) {
	t.Helper()
	out, err := w.as("arseniy").UpdateClusterConfig(t.Context(), &eks.UpdateClusterConfigInput{
		Name: aws.String("dev"), AccessConfig: &types.UpdateAccessConfigRequest{AuthenticationMode: mode},
	})
	if err != nil {
		return nil, err
	}
	return out.Update, nil
}

func TestCreatorEntersAsTheModeHasIt(t *testing.T) {
	for _, test := range []struct {
		mode      types.AuthenticationMode
		bootstrap *bool
		hidden    *fakeeks.Mapping
		entries   int
	}{
		{configMap, nil, hiddenCreator, 0},
		{configMap, aws.Bool(true), hiddenCreator, 0},
		{both, nil, nil, 1},
		{both, aws.Bool(false), nil, 0},
		{api, aws.Bool(true), nil, 1},
		{api, aws.Bool(false), nil, 0},
	} {
		w := newWorld(t)
		in := newCluster("dev", test.mode)
		in.AccessConfig.BootstrapClusterCreatorAdminPermissions = test.bootstrap
		answer := ok[*eks.CreateClusterOutput](t)(w.as("arseniy").CreateCluster(t.Context(), in)).Cluster.AccessConfig
		if want := test.bootstrap == nil || *test.bootstrap; *answer.BootstrapClusterCreatorAdminPermissions != want {
			t.Errorf("%s: the answer says of the creator %v, want %v", test.mode, !want, want)
		}
		if shown := w.describe(t, "dev").AccessConfig; shown.BootstrapClusterCreatorAdminPermissions != nil {
			t.Errorf("%s: DescribeCluster tells of the creator", test.mode)
		}
		got := w.planes.access("dev")
		if diff := cmp.Diff(test.hidden, got.Creator); diff != "" || len(got.Entries) != test.entries || got.Mode != test.mode {
			t.Errorf("%s, bootstrap %v: %+v", test.mode, aws.ToBool(test.bootstrap), got)
		}
	}
}

func TestModeGoesForwardStepByStep(t *testing.T) {
	for _, test := range []struct {
		from, to types.AuthenticationMode
		allowed  bool
	}{
		{configMap, both, true}, {both, api, true},
		{configMap, configMap, false}, {configMap, api, false},
		{both, both, false}, {both, configMap, false},
		{api, api, false}, {api, both, false}, {api, configMap, false},
	} {
		w := newWorld(t)
		w.cluster(t, "dev", test.from)
		update, err := w.setMode(t, test.to)
		if !test.allowed {
			refused(t, err, "InvalidParameterException", "Unsupported authentication mode update from "+string(test.from)+" to "+string(test.to))
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if got := w.planes.access("dev").Mode; got != test.to {
			t.Errorf("%s to %s: mode %s is in force", test.from, test.to, got)
		}
		after := ok[*eks.DescribeUpdateOutput](t)(w.as("arseniy").DescribeUpdate(t.Context(), &eks.DescribeUpdateInput{Name: aws.String("dev"), UpdateId: update.Id})).Update
		want := []types.UpdateParam{{Type: types.UpdateParamTypeAuthenticationMode, Value: aws.String(`"` + string(test.to) + `"`)}}
		if after.Status != types.UpdateStatusSuccessful || after.Type != types.UpdateTypeAccessConfigUpdate || *after.Params[0].Value != *want[0].Value {
			t.Errorf("update %+v", after)
		}
	}
}

func TestCreatorGetsAnEntryWhenEntriesBeginToCount(t *testing.T) {
	w := newWorld(t)
	w.cluster(t, "dev", configMap)
	ok[*types.Update](t)(w.setMode(t, both))
	access := w.planes.access("dev")
	if access.Creator != nil || len(access.Entries) != 1 || access.Entries[0].ARN != listed || access.Entries[0].PrincipalID == "" {
		t.Fatalf("in force is %+v", access)
	}
	policies := ok[*eks.ListAssociatedAccessPoliciesOutput](t)(w.as("arseniy").ListAssociatedAccessPolicies(t.Context(),
		&eks.ListAssociatedAccessPoliciesInput{ClusterName: aws.String("dev"), PrincipalArn: aws.String(listed)})).AssociatedAccessPolicies
	if len(policies) != 1 || *policies[0].PolicyArn != "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy" ||
		policies[0].AccessScope.Type != types.AccessScopeTypeCluster {
		t.Errorf("the creator has the policies %+v", policies)
	}
	// The entry can be deleted, and the next step does not bring it back.
	ok[*eks.DeleteAccessEntryOutput](t)(w.as("arseniy").DeleteAccessEntry(t.Context(), &eks.DeleteAccessEntryInput{ClusterName: aws.String("dev"), PrincipalArn: aws.String(listed)}))
	ok[*types.Update](t)(w.setMode(t, api))
	if access := w.planes.access("dev"); len(access.Entries) != 0 || access.Creator != nil {
		t.Errorf("in force is %+v", access)
	}
}

func TestConfigMapClusterHasNoEntries(t *testing.T) {
	w := newWorld(t)
	w.cluster(t, "dev", configMap)
	client, dev, olga := w.as("arseniy"), aws.String("dev"), aws.String(iamRoot+"user/team/olga")
	for name, call := range map[string]func() error{
		"create": func() error {
			_, err := client.CreateAccessEntry(t.Context(), &eks.CreateAccessEntryInput{ClusterName: dev, PrincipalArn: olga})
			return err
		},
		"list": func() error {
			_, err := client.ListAccessEntries(t.Context(), &eks.ListAccessEntriesInput{ClusterName: dev})
			return err
		},
		"describe": func() error {
			_, err := client.DescribeAccessEntry(t.Context(), &eks.DescribeAccessEntryInput{ClusterName: dev, PrincipalArn: olga})
			return err
		},
		"delete": func() error {
			_, err := client.DeleteAccessEntry(t.Context(), &eks.DeleteAccessEntryInput{ClusterName: dev, PrincipalArn: olga})
			return err
		},
		"associate": func() error {
			_, err := client.AssociateAccessPolicy(t.Context(), associate(*olga, "AmazonEKSViewPolicy"))
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			refused(t, call(), "InvalidRequestException", "The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this operation.")
		})
	}
}

func TestUpdateClusterConfigChangesOneThing(t *testing.T) {
	w := newWorld(t)
	w.cluster(t, "dev", both)
	client, dev := w.as("arseniy"), aws.String("dev")
	_, err := client.UpdateClusterConfig(t.Context(), &eks.UpdateClusterConfigInput{Name: dev})
	refused(t, err, "InvalidParameterException", "No changes needed for the provided parameters")
	audit := &types.Logging{ClusterLogging: []types.LogSetup{{Types: []types.LogType{types.LogTypeAudit}, Enabled: aws.Bool(true)}}}
	_, err = client.UpdateClusterConfig(t.Context(), &eks.UpdateClusterConfigInput{Name: dev, Logging: audit, DeletionProtection: aws.Bool(true)})
	refused(t, err, "InvalidParameterException", "Only one type of update can be allowed.")

	update := ok[*eks.UpdateClusterConfigOutput](t)(client.UpdateClusterConfig(t.Context(), &eks.UpdateClusterConfigInput{Name: dev, Logging: audit})).Update
	if got := *update.Params[0].Value; got != `{"clusterLogging":[{"types":["audit"],"enabled":true}]}` || update.Type != types.UpdateTypeLoggingUpdate {
		t.Errorf("update %s: %s", update.Type, got)
	}
	setups := w.describe(t, "dev").Logging.ClusterLogging
	if len(setups) != 2 || !*setups[0].Enabled || setups[0].Types[0] != types.LogTypeAudit || len(setups[1].Types) != 4 {
		t.Errorf("logging %+v", setups)
	}
	ok[*eks.UpdateClusterConfigOutput](t)(client.UpdateClusterConfig(t.Context(), &eks.UpdateClusterConfigInput{
		Name: dev, ResourcesVpcConfig: &types.VpcConfigRequest{EndpointPrivateAccess: aws.Bool(true)},
	}))
	if network := w.describe(t, "dev").ResourcesVpcConfig; !network.EndpointPrivateAccess || !network.EndpointPublicAccess || network.SubnetIds[0] != "subnet-1" {
		t.Errorf("network %+v", network)
	}
	ids := ok[*eks.ListUpdatesOutput](t)(client.ListUpdates(t.Context(), &eks.ListUpdatesInput{Name: dev})).UpdateIds
	if len(ids) != 2 {
		t.Errorf("updates %v", ids)
	}
	_, err = client.DescribeUpdate(t.Context(), &eks.DescribeUpdateInput{Name: dev, UpdateId: aws.String("none")})
	refused(t, err, "ResourceNotFoundException", "No update found for ID: none")
}
