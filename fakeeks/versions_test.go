package fakeeks_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"
	"github.com/google/go-cmp/cmp"

	"github.com/eksauth/eksauth/fakeeks"
)

// oldCluster makes dev with Kubernetes 1.35 and returns a function that asks for another version.
func oldCluster(t *testing.T, w *world) func(version string) (*types.Update, error) {
	t.Helper()
	in := newCluster("dev", api)
	in.Version = aws.String("1.35")
	ok[*eks.CreateClusterOutput](t)(w.as("arseniy").CreateCluster(t.Context(), in))
	return func(version string) (*types.Update, error) {
		out, err := w.as("arseniy").UpdateClusterVersion(t.Context(), &eks.UpdateClusterVersionInput{Name: aws.String("dev"), Version: &version})
		if err != nil {
			return nil, err
		}
		update := &eks.DescribeUpdateInput{Name: aws.String("dev"), UpdateId: out.Update.Id}
		return ok[*eks.DescribeUpdateOutput](t)(w.as("arseniy").DescribeUpdate(t.Context(), update)).Update, nil
	}
}

func TestUpdateClusterVersionGoesOneMinorVersionUp(t *testing.T) {
	w := newWorld(t)
	to := oldCluster(t, w)
	for _, test := range []struct{ version, refusal, running string }{
		{"1.40", "unsupported Kubernetes version 1.40: this stack has [1.35 1.36 1.38]", "1.35"},
		{"1.35", "Unsupported Kubernetes minor version update from 1.35 to 1.35", "1.35"},
		{"1.38", "Unsupported Kubernetes minor version update from 1.35 to 1.38", "1.35"},
		{"1.36", "", "1.36"},
		{"1.35", "Unsupported Kubernetes minor version update from 1.36 to 1.35", "1.36"},
		{"1.38", "Unsupported Kubernetes minor version update from 1.36 to 1.38", "1.36"},
	} {
		update, err := to(test.version)
		if test.refusal != "" {
			refused(t, err, "InvalidParameterException", test.refusal)
		} else if err != nil || update.Status != types.UpdateStatusSuccessful {
			t.Errorf("to %s: %v, %+v", test.version, err, update)
		}
		if shown := *w.describe(t, "dev").Version; shown != test.running || w.planes.versions["dev"] != test.running {
			t.Errorf("after %s: version %s is shown and %s runs, want %s", test.version, shown, w.planes.versions["dev"], test.running)
		}
	}
}

func TestAnUpgradeThatFailsGoesBack(t *testing.T) {
	w := newWorld(t)
	to := oldCluster(t, w)
	w.planes.broken = "1.36"
	update, err := to("1.36")
	if err != nil || update.Status != types.UpdateStatusFailed || !strings.Contains(*update.Errors[0].ErrorMessage, "unknown flag") {
		t.Errorf("%v, update %+v, want it failed with the reason", err, update)
	}
	if dev := w.describe(t, "dev"); dev.Status != types.ClusterStatusActive || *dev.Version != "1.35" || w.planes.versions["dev"] != "1.35" {
		t.Errorf("cluster %s with version %s, and %s runs", dev.Status, *dev.Version, w.planes.versions["dev"])
	}
}

func TestDescribeClusterVersions(t *testing.T) {
	w := newWorld(t)
	for _, test := range []struct {
		name string
		in   eks.DescribeClusterVersionsInput
		want []string
	}{
		{"all", eks.DescribeClusterVersionsInput{}, []string{"1.35 1.35.8", "1.36 1.36.3 default", "1.38 1.38.0"}},
		{"the default", eks.DescribeClusterVersionsInput{DefaultOnly: aws.Bool(true)}, []string{"1.36 1.36.3 default"}},
		{"some", eks.DescribeClusterVersionsInput{ClusterVersions: []string{"1.38", "1.20"}}, []string{"1.38 1.38.0"}},
		{"none in extended support", eks.DescribeClusterVersionsInput{VersionStatus: types.VersionStatusExtendedSupport}, nil},
	} {
		var got []string
		for _, v := range ok[*eks.DescribeClusterVersionsOutput](t)(w.as("arseniy").DescribeClusterVersions(t.Context(), &test.in)).ClusterVersions {
			line := *v.ClusterVersion + " " + *v.KubernetesPatchVersion
			if v.DefaultVersion {
				line += " default"
			}
			got = append(got, line)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestAVersionThatIsGoneIsReplacedByTheNext(t *testing.T) {
	w := newWorld(t)
	add := func(name, version string) {
		cluster := &fakeeks.Cluster{Name: name, Account: account, Partition: "aws", Region: region, Version: version, Mode: api}
		if err := w.service.Add(t.Context(), cluster); err != nil {
			t.Fatal(err)
		}
	}
	add("old", "1.37")
	add("new", "1.39")
	err := w.service.Resume(t.Context())
	const want = `cluster "new" has Kubernetes 1.39, and this stack has only [1.35 1.36 1.38]: name a folder with 1.39 under versions in the configuration`
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	if got := *w.describe(t, "old").Version; got != "1.38" || w.planes.versions["old"] != "1.38" {
		t.Errorf("version %s is shown and %s runs, want 1.38", got, w.planes.versions["old"])
	}
}
