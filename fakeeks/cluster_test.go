package fakeeks_test

import (
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/eksauth/eksauth/fakeeks"
)

const configMap, both, api = types.AuthenticationModeConfigMap, types.AuthenticationModeApiAndConfigMap, types.AuthenticationModeApi

func TestClusterIsCreatingUntilItServes(t *testing.T) {
	w := newWorld(t)
	w.held = true
	w.cluster(t, "dev", configMap)
	if got := w.describe(t, "dev"); got.Status != types.ClusterStatusCreating || got.Endpoint != nil || got.CertificateAuthority != nil {
		t.Errorf("while it is being made the cluster is %s with endpoint %v", got.Status, got.Endpoint)
	}
	w.release()
	waiter := eks.NewClusterActiveWaiter(w.as("arseniy"), func(o *eks.ClusterActiveWaiterOptions) { o.MinDelay = time.Millisecond })
	if err := waiter.Wait(t.Context(), &eks.DescribeClusterInput{Name: aws.String("dev")}, time.Second); err != nil {
		t.Fatal(err)
	}
	got := w.describe(t, "dev")
	want := &types.Cluster{
		Name: aws.String("dev"), Arn: aws.String("arn:aws:eks:us-east-2:534000000385:cluster/dev"), Status: types.ClusterStatusActive,
		Version: aws.String("1.36"), PlatformVersion: aws.String("eks.1"), RoleArn: aws.String(clusterRole),
		AccessConfig:       &types.AccessConfigResponse{AuthenticationMode: configMap},
		Health:             &types.ClusterHealth{Issues: []types.ClusterIssue{}},
		UpgradePolicy:      &types.UpgradePolicyResponse{SupportType: types.SupportTypeExtended},
		DeletionProtection: aws.Bool(false),
	}
	shown := cmpopts.IgnoreFields(types.Cluster{}, "CreatedAt", "Endpoint", "CertificateAuthority", "Identity", "Logging", "ResourcesVpcConfig",
		"KubernetesNetworkConfig", "ZonalShiftConfig")
	if diff := cmp.Diff(want, got, shown, cmpopts.IgnoreUnexported(types.Cluster{}, types.AccessConfigResponse{}, types.ClusterHealth{}, types.UpgradePolicyResponse{})); diff != "" {
		t.Errorf("cluster (-want +got):\n%s", diff)
	}
}

func TestCreateClusterRefuses(t *testing.T) {
	w := newWorld(t)
	w.cluster(t, "taken", configMap)
	tests := []struct {
		name, code, message string
		change              func(*eks.CreateClusterInput)
	}{
		{"name in use", "ResourceInUseException", "Cluster already exists with name: taken", func(in *eks.CreateClusterInput) { in.Name = aws.String("taken") }},
		{"name with a dot", "InvalidParameterException", "1 validation error detected: Value 'a.b' at 'name' failed to satisfy constraint…", func(in *eks.CreateClusterInput) { in.Name = aws.String("a.b") }},
		{"role that does not exist", "InvalidParameterException", "Role with arn: " + iamRoot + "role/nobody, could not be assumed because it does not exist or the trusted entity is not correct",
			func(in *eks.CreateClusterInput) { in.RoleArn = aws.String(iamRoot + "role/nobody") }},
		{"role that trusts another service", "InvalidParameterException", "Role with arn: " + nodeRole + ", could not be assumed…",
			func(in *eks.CreateClusterInput) { in.RoleArn = aws.String(nodeRole) }},
		{"role of another account", "InvalidParameterException", "Role with arn: arn:aws:iam::210000000071:role/node, could not be assumed…",
			func(in *eks.CreateClusterInput) { in.RoleArn = aws.String("arn:aws:iam::210000000071:role/node") }},
		{"version", "InvalidParameterException", "unsupported Kubernetes version 1.20: this stack has [1.35 1.36 1.38]", func(in *eks.CreateClusterInput) { in.Version = aws.String("1.20") }},
		{"mode", "InvalidParameterException", "1 validation error detected: Value 'IAM' at 'accessConfig.authenticationMode' failed to satisfy constraint…", func(in *eks.CreateClusterInput) { in.AccessConfig.AuthenticationMode = "IAM" }},
		{"CONFIG_MAP without creator", "InvalidParameterException", "bootstrapClusterCreatorAdminPermissions must be true if cluster authentication mode is set to CONFIG_MAP",
			func(in *eks.CreateClusterInput) {
				in.AccessConfig = &types.CreateAccessConfigRequest{BootstrapClusterCreatorAdminPermissions: aws.Bool(false)}
			}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			in := newCluster("new", api)
			test.change(in)
			_, err := w.as("arseniy").CreateCluster(t.Context(), in)
			refused(t, err, test.code, test.message)
		})
	}
	_, err := w.as("olga").CreateCluster(t.Context(), newCluster("new", api))
	refused(t, err, "AccessDeniedException", "User: "+iamRoot+"user/team/olga is not authorized to perform: eks:CreateCluster on resource: arn:aws:eks:us-east-2:534000000385:cluster/new…")
	if _, exists := w.planes.running["new"]; exists {
		t.Error("a refused cluster was started")
	}
}

func TestClusterThatCannotStartFails(t *testing.T) {
	w := newWorld(t)
	w.planes.failure = errors.New("no port is free")
	w.cluster(t, "dev", configMap)
	got := w.describe(t, "dev")
	want := []types.ClusterIssue{{Code: types.ClusterIssueCodeInternalFailure, Message: aws.String(`cluster "dev": no port is free`), ResourceIds: []string{"dev"}}}
	if diff := cmp.Diff(want, got.Health.Issues, cmpopts.IgnoreUnexported(types.ClusterIssue{})); diff != "" || got.Status != types.ClusterStatusFailed {
		t.Errorf("status %s, issues (-want +got):\n%s", got.Status, diff)
	}
	if err := w.service.Resume(t.Context()); err != nil {
		t.Errorf("a failed cluster is taken up again: %v", err)
	}
	ok[*eks.DeleteClusterOutput](t)(w.as("arseniy").DeleteCluster(t.Context(), &eks.DeleteClusterInput{Name: aws.String("dev")}))
}

func TestHealthSaysWhatTheControlPlaneLacks(t *testing.T) {
	w := newWorld(t)
	w.cluster(t, "dev", configMap)
	w.planes.problems = []fakeeks.Problem{{Code: types.ClusterIssueCodeClusterUnreachable, Message: "kube-apiserver has ended"}}
	issues := w.describe(t, "dev").Health.Issues
	if len(issues) != 1 || issues[0].Code != types.ClusterIssueCodeClusterUnreachable || *issues[0].Message != "kube-apiserver has ended" {
		t.Errorf("issues %+v", issues)
	}
}

func TestDeleteCluster(t *testing.T) {
	w := newWorld(t)
	client := w.as("arseniy")
	dev := &eks.DeleteClusterInput{Name: aws.String("dev")}
	_, err := client.DeleteCluster(t.Context(), dev)
	refused(t, err, "ResourceNotFoundException", "No cluster found for name: dev.")

	w.held = true
	w.cluster(t, "dev", api)
	_, err = client.DeleteCluster(t.Context(), dev)
	refused(t, err, "ResourceInUseException", "Cannot delete because cluster dev currently has creation in progress")
	w.release()

	w.held = true
	update := ok[*eks.UpdateClusterConfigOutput](t)(client.UpdateClusterConfig(t.Context(), &eks.UpdateClusterConfigInput{Name: aws.String("dev"), DeletionProtection: aws.Bool(true)})).Update
	_, err = client.DeleteCluster(t.Context(), dev)
	refused(t, err, "ResourceInUseException", "Cannot delete because cluster dev currently has update "+*update.Id+" in progress")
	_, err = client.UpdateClusterConfig(t.Context(), &eks.UpdateClusterConfigInput{Name: aws.String("dev"), DeletionProtection: aws.Bool(false)})
	refused(t, err, "ResourceInUseException", "Cannot DeletionProtectionUpdate because cluster dev currently has update "+*update.Id+" in progress")
	w.release()
	_, err = client.DeleteCluster(t.Context(), dev)
	refused(t, err, "InvalidRequestException", "Cannot delete cluster dev because deletion protection is enabled")
	ok[*eks.UpdateClusterConfigOutput](t)(client.UpdateClusterConfig(t.Context(), &eks.UpdateClusterConfigInput{Name: aws.String("dev"), DeletionProtection: aws.Bool(false)}))

	group := &eks.CreateNodegroupInput{ClusterName: aws.String("dev"), NodegroupName: aws.String("ng"), NodeRole: aws.String(nodeRole), Subnets: []string{"subnet-1"}}
	ok[*eks.CreateNodegroupOutput](t)(client.CreateNodegroup(t.Context(), group))
	_, err = client.DeleteCluster(t.Context(), dev)
	refused(t, err, "ResourceInUseException", "Cluster has nodegroups attached")
	ok[*eks.DeleteNodegroupOutput](t)(client.DeleteNodegroup(t.Context(), &eks.DeleteNodegroupInput{ClusterName: aws.String("dev"), NodegroupName: aws.String("ng")}))

	w.held = true
	deleted := ok[*eks.DeleteClusterOutput](t)(client.DeleteCluster(t.Context(), dev)).Cluster
	if deleted.Status != types.ClusterStatusDeleting || w.describe(t, "dev").Status != types.ClusterStatusDeleting {
		t.Errorf("status %s while it is being deleted", deleted.Status)
	}
	_, err = client.DeleteCluster(t.Context(), dev)
	refused(t, err, "ResourceInUseException", "Cannot delete because cluster dev currently has deletion in progress")
	w.release()
	_, err = client.DescribeCluster(t.Context(), &eks.DescribeClusterInput{Name: aws.String("dev")})
	refused(t, err, "ResourceNotFoundException", "No cluster found for name: dev.")
	if len(w.planes.running) > 0 {
		t.Error("its control plane still runs")
	}
	// Nothing of the old cluster is in a new one of its name.
	w.cluster(t, "dev", api)
	entries := ok[*eks.ListAccessEntriesOutput](t)(client.ListAccessEntries(t.Context(), &eks.ListAccessEntriesInput{ClusterName: aws.String("dev")})).AccessEntries
	if diff := cmp.Diff([]string{iamRoot + "user/arseniy"}, entries); diff != "" {
		t.Errorf("entries of the new cluster (-want +got):\n%s", diff)
	}
}

func TestClustersComeBackAfterARestart(t *testing.T) {
	w := newWorld(t)
	w.cluster(t, "running", api)
	w.held = true
	w.cluster(t, "cut-short", configMap)
	w.waiting = nil
	w.held = false
	w.cluster(t, "going", configMap)
	w.held = true
	ok[*eks.DeleteClusterOutput](t)(w.as("arseniy").DeleteCluster(t.Context(), &eks.DeleteClusterInput{Name: aws.String("going")}))
	update := ok[*eks.UpdateClusterConfigOutput](t)(w.as("arseniy").UpdateClusterConfig(t.Context(),
		&eks.UpdateClusterConfigInput{Name: aws.String("running"), DeletionProtection: aws.Bool(true)})).Update
	w.waiting, w.held = nil, false

	planes := &fakePlanes{running: map[string]fakeeks.Access{}, versions: map[string]string{}}
	w.serve(t, planes)
	if err := w.service.Resume(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"running", "cut-short"} {
		if got := w.describe(t, name).Status; got != types.ClusterStatusActive {
			t.Errorf("%s is %s", name, got)
		}
	}
	if got := len(planes.running); got != 2 {
		t.Errorf("%d clusters run, want 2", got)
	}
	if got := planes.access("running").Entries; len(got) != 1 || got[0].ARN != iamRoot+"user/arseniy" {
		t.Errorf("the running cluster started with the entries %+v", got)
	}
	_, err := w.as("arseniy").DescribeCluster(t.Context(), &eks.DescribeClusterInput{Name: aws.String("going")})
	refused(t, err, "ResourceNotFoundException", "No cluster found for name: going.")
	after := ok[*eks.DescribeUpdateOutput](t)(w.as("arseniy").DescribeUpdate(t.Context(), &eks.DescribeUpdateInput{Name: aws.String("running"), UpdateId: update.Id})).Update
	if after.Status != types.UpdateStatusFailed {
		t.Errorf("the update that the end of the program cut short is %s", after.Status)
	}
}

func TestListClustersInPages(t *testing.T) {
	w := newWorld(t)
	for _, name := range []string{"c", "a", "b"} {
		w.cluster(t, name, configMap)
	}
	var got []string
	pages := eks.NewListClustersPaginator(w.as("arseniy"), &eks.ListClustersInput{MaxResults: aws.Int32(2)})
	for pages.HasMorePages() {
		got = append(got, ok[*eks.ListClustersOutput](t)(pages.NextPage(t.Context())).Clusters...)
	}
	if diff := cmp.Diff([]string{"a", "b", "c"}, got); diff != "" {
		t.Errorf("clusters (-want +got):\n%s", diff)
	}
	if others := ok[*eks.ListClustersOutput](t)(w.as("stranger").ListClusters(t.Context(), &eks.ListClustersInput{})).Clusters; len(others) != 0 {
		t.Errorf("another account sees %v", others)
	}
	_, err := w.as("arseniy").ListClusters(t.Context(), &eks.ListClustersInput{NextToken: aws.String("%")})
	refused(t, err, "InvalidParameterException", "Invalid value for nextToken parameter")
}
