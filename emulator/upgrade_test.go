package emulator

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"
)

// writeRelease makes a folder whose programs say that they are of a version, and are whatever run is.
func writeRelease(t *testing.T, version, run string) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), version)
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, program := range []string{"kube-apiserver", "kube-controller-manager"} {
		script := fmt.Sprintf("#!/bin/sh\n[ \"$1\" = --version ] && echo 'Kubernetes v%s' && exit\nexec %s/%s \"$@\"\n", version, run, program)
		if err := os.WriteFile(filepath.Join(folder, program), []byte(script), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// The control plane is really ended and started anew. Only one version is built here, so the programs are the same: what a
// later version makes of the data of an earlier one is not tested.
func TestAnUpgradeStartsTheControlPlaneAnewWithAllThatItHad(t *testing.T) {
	programs, err := filepath.Abs("../bin/upstream")
	if err != nil {
		t.Fatal(err)
	}
	s := startBench(t, writeRelease(t, "1.37.0", programs), writeRelease(t, "1.38.0", "/nowhere"))
	s.create("dev", types.AuthenticationModeApi)
	if _, err := s.eks.CreateAccessEntry(t.Context(), &eks.CreateAccessEntryInput{ClusterName: aws.String("dev"), PrincipalArn: aws.String(olgaARN)}); err != nil {
		t.Fatal(err)
	}
	namespace := map[string]any{"metadata": map[string]any{"name": "kept"}}
	before := s.env.planes.find(s.record("dev"))
	if created, err := before.Create(t.Context(), "/api/v1/namespaces", namespace); !created || err != nil {
		t.Fatal(created, err)
	}

	if update := s.upgrade("dev", "1.37"); update.Status != types.UpdateStatusSuccessful {
		t.Fatalf("update %+v", update)
	}
	after, record := s.env.planes.find(s.record("dev")), s.record("dev")
	if record.Version != "1.37" || after.Components()[0].PID == before.Components()[0].PID || after.Endpoint() != before.Endpoint() {
		t.Errorf("version %s at %s, was at %s", record.Version, after.Endpoint(), before.Endpoint())
	}
	if created, err := after.Create(t.Context(), "/api/v1/namespaces", namespace); created || err != nil {
		t.Errorf("the namespace was made again: %v %v", created, err)
	}
	s.until("olga", "dev", olgaARN, time.Now())

	update := s.upgrade("dev", "1.38")
	if update.Status != types.UpdateStatusFailed || !strings.Contains(*update.Errors[0].ErrorMessage, `start cluster "dev" with Kubernetes 1.38`) {
		t.Errorf("update %+v", update)
	}
	if record := s.record("dev"); record.Version != "1.37" || record.Status != types.ClusterStatusActive {
		t.Errorf("after the failure the cluster has version %s and is %s", record.Version, record.Status)
	}
	s.until("olga", "dev", olgaARN, time.Now())
}

// upgrade changes a cluster's version and returns how that has ended.
func (b *bench) upgrade(cluster, version string) *types.Update {
	b.Helper()
	begun, err := b.eks.UpdateClusterVersion(b.Context(), &eks.UpdateClusterVersionInput{Name: &cluster, Version: &version})
	if err != nil {
		b.Fatal(err)
	}
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		shown, err := b.eks.DescribeUpdate(b.Context(), &eks.DescribeUpdateInput{Name: &cluster, UpdateId: begun.Update.Id})
		if err != nil {
			b.Fatal(err)
		}
		if shown.Update.Status != types.UpdateStatusInProgress {
			return shown.Update
		}
	}
	b.Fatalf("the update of cluster %s to %s does not end", cluster, version)
	return nil
}
