package fakeeks_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"
	"github.com/google/go-cmp/cmp"

	"github.com/eksauth/eksauth/fakeeks"
	"github.com/eksauth/eksauth/internal/directory"
)

const (
	realID      = "0123456789ABCDEF0123456789ABCDEF"
	deployerARN = "arn:aws:iam::" + account + ":role/ci/deployer"
	viewARN     = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy"
)

func realCluster() *fakeeks.Cluster {
	return &fakeeks.Cluster{
		Name: "prod", Account: account, Partition: "aws", Region: "eu-west-1", ID: realID, Mode: types.AuthenticationModeApiAndConfigMap,
		RoleARN: "arn:aws:iam::" + account + ":role/eks-cluster", Created: time.Date(2022, 1, 2, 3, 4, 5, 0, time.UTC),
	}
}

func realEntry(arn string, made time.Time) fakeeks.ImportedEntry {
	return fakeeks.ImportedEntry{
		Entry: types.AccessEntry{
			PrincipalArn: aws.String(arn), Type: aws.String("STANDARD"), Username: aws.String("deployer:{{SessionName}}"), KubernetesGroups: []string{"deployers"},
			AccessEntryArn: aws.String("arn:aws:eks:eu-west-1:" + account + ":access-entry/prod/role/" + account + "/deployer/8cc5-uuid"),
			CreatedAt:      aws.Time(made), ModifiedAt: aws.Time(made),
		},
		Policies: []types.AssociatedAccessPolicy{
			{PolicyArn: aws.String(viewARN), AccessScope: &types.AccessScope{Type: types.AccessScopeTypeNamespace, Namespaces: []string{"dev-*"}}},
			{PolicyArn: aws.String("arn:aws:eks::aws:cluster-access-policy/AmazonEKSFuturePolicy"), AccessScope: &types.AccessScope{Type: types.AccessScopeTypeCluster}},
		},
	}
}

func TestAnImportedClusterIsAsItWasDescribed(t *testing.T) {
	w := newWorld(t)
	later := time.Now().Add(time.Hour)
	leftOut, err := w.service.Import(t.Context(), realCluster(), []fakeeks.ImportedEntry{
		realEntry(deployerARN, later), realEntry("arn:aws:iam::"+account+":role/gone", later),
	})
	if err != nil {
		t.Fatal(err)
	}
	var why []string
	for _, left := range leftOut {
		why = append(why, left.Why)
	}
	want := []string{
		"its access policy arn:aws:eks::aws:cluster-access-policy/AmazonEKSFuturePolicy is not known here: what it allows is refused",
		"its principal is not among the imported identities: it does not exist any more, or its account was not imported",
	}
	if diff := cmp.Diff(want, why); diff != "" {
		t.Errorf("left out (-want +got):\n%s", diff)
	}
	cluster, err := w.service.Get(account, "eu-west-1", "prod")
	if err != nil || cluster.ID != realID || cluster.Status != types.ClusterStatusActive || !cluster.Imported || cluster.Created.Year() != 2022 {
		t.Errorf("cluster: %+v, %v", cluster, err)
	}
	entries := w.planes.access("prod").Entries
	if len(entries) != 1 || entries[0].Username != "deployer:{{SessionName}}" || !strings.HasSuffix(entries[0].ARN, ":role/deployer") {
		t.Errorf("entries: %+v", entries)
	}
	client := eks.NewFromConfig(aws.Config{Region: "eu-west-1", Credentials: w.as("arseniy").Options().Credentials, BaseEndpoint: &w.server.URL})
	described := ok[*eks.DescribeAccessEntryOutput](t)(client.DescribeAccessEntry(t.Context(), &eks.DescribeAccessEntryInput{ClusterName: aws.String("prod"), PrincipalArn: aws.String(deployerARN)}))
	if !strings.HasSuffix(*described.AccessEntry.AccessEntryArn, "/8cc5-uuid") {
		t.Errorf("entry: %s", *described.AccessEntry.AccessEntryArn)
	}
}

func TestAnImportReplacesEntriesAndMode(t *testing.T) {
	w := newWorld(t)
	later := time.Now().Add(time.Hour)
	many := []fakeeks.ImportedEntry{realEntry(deployerARN, later), realEntry("arn:aws:iam::"+account+":user/team/olga", later)}
	for range 2 {
		if _, err := w.service.Import(t.Context(), realCluster(), many); err != nil {
			t.Fatal(err)
		}
		if got := len(w.planes.access("prod").Entries); got != 2 {
			t.Errorf("%d entries, want 2", got)
		}
	}
	again := realCluster()
	again.Mode = types.AuthenticationModeApi
	if _, err := w.service.Import(t.Context(), again, many[:1]); err != nil {
		t.Fatal(err)
	}
	if got := w.planes.access("prod"); len(got.Entries) != 1 || got.Mode != types.AuthenticationModeApi {
		t.Errorf("access: %+v", got)
	}
	if _, err := w.service.Import(t.Context(), again, nil); err != nil || len(w.planes.access("prod").Entries) != 1 {
		t.Errorf("without entries: %+v, %v", w.planes.access("prod"), err)
	}
}

func TestAnEntryOfAnEarlierPrincipalLetsNobodyIn(t *testing.T) {
	w := newWorld(t)
	leftOut, err := w.service.Import(t.Context(), realCluster(), []fakeeks.ImportedEntry{realEntry(deployerARN, time.Now().Add(-time.Hour))})
	if err != nil || !strings.Contains(fmt.Sprint(leftOut), "made again after the entry") {
		t.Errorf("left out: %v, %v", leftOut, err)
	}
	now := directory.Get(w.dir, directory.RoleKey(account, "deployer")).ID
	if got := w.planes.access("prod").Entries[0].PrincipalID; got == "" || got == now {
		t.Errorf("the entry lets in %q, and the role is %q", got, now)
	}
}

func TestNothingIsLeftOfAnImportThatFails(t *testing.T) {
	w := newWorld(t)
	w.planes.failure = errors.New("no port is free")
	if _, err := w.service.Import(t.Context(), realCluster(), nil); err == nil || !strings.Contains(err.Error(), "no port is free") {
		t.Errorf("got %v", err)
	}
	if cluster, err := w.service.Get(account, "eu-west-1", "prod"); err != nil || cluster != nil {
		t.Errorf("left: %+v, %v", cluster, err)
	}
}

func TestACreatorWhomNobodyKnowsHasNoMapping(t *testing.T) {
	w := newWorld(t)
	cluster := realCluster()
	cluster.Mode = types.AuthenticationModeConfigMap
	if _, err := w.service.Import(context.Background(), cluster, nil); err != nil {
		t.Fatal(err)
	}
	if got := w.planes.access("prod").Creator; got != nil {
		t.Errorf("creator: %+v", got)
	}
}

func TestAnotherCreatorIsHardWiredAnew(t *testing.T) {
	w := newWorld(t)
	cluster := realCluster()
	cluster.Mode = types.AuthenticationModeConfigMap
	for _, creator := range []string{"", deployerARN} {
		cluster.CreatorARN = creator
		if _, err := w.service.Import(t.Context(), cluster, nil); err != nil {
			t.Fatal(err)
		}
	}
	if got := w.planes.access("prod").Creator; got == nil || !strings.HasSuffix(got.ARN, ":role/deployer") {
		t.Errorf("creator: %+v", got)
	}
}

func TestAnImportTakesTheRealVersionWhereThereIsOne(t *testing.T) {
	for real, want := range map[string]string{"1.35": "1.35", "1.20": "1.36"} {
		w := newWorld(t)
		cluster := realCluster()
		cluster.Version = real
		if _, err := w.service.Import(t.Context(), cluster, nil); err != nil || cluster.Version != want {
			t.Errorf("%s: runs %s, %v; want %s", real, cluster.Version, err, want)
		}
	}
}
