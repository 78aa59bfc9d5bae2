package localcluster

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// programs makes a folder with executable files of these names.
func programs(t *testing.T, names ...string) string {
	t.Helper()
	folder := t.TempDir()
	for _, name := range names {
		if err := os.WriteFile(filepath.Join(folder, name), nil, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

func TestFindBinaries(t *testing.T) {
	all := []string{"etcd", "kube-apiserver", "kube-controller-manager", "aws-iam-authenticator", "kubectl"}
	upstream := programs(t, all...)
	assets := programs(t, "etcd", "kube-apiserver", "kubectl")
	ours := Binaries{
		Etcd: upstream + "/etcd", APIServer: upstream + "/kube-apiserver", ControllerManager: upstream + "/kube-controller-manager",
		Authenticator: upstream + "/aws-iam-authenticator", Kubectl: upstream + "/kubectl",
	}
	mixed := ours
	mixed.Etcd, mixed.APIServer, mixed.Kubectl = assets+"/etcd", assets+"/kube-apiserver", assets+"/kubectl"
	for name, test := range map[string]struct {
		assets  string
		folders []string
		want    Binaries
		missing string
	}{
		"no assets":             {"", []string{upstream}, ours, ""},
		"assets come first":     {assets, []string{upstream}, mixed, ""},
		"assets must be all":    {programs(t, "etcd", "kubectl"), []string{upstream}, ours, ""},
		"the second folder":     {"", []string{t.TempDir(), upstream}, ours, ""},
		"all that misses":       {"", []string{programs(t, "etcd", "kubectl")}, Binaries{}, "kube-apiserver, kube-controller-manager, aws-iam-authenticator"},
		"assets have no others": {assets, nil, Binaries{}, "kube-controller-manager, aws-iam-authenticator"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := FindBinaries(test.assets, test.folders...)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("binaries (-want +got):\n%s", diff)
			}
			if test.missing == "" && err != nil {
				t.Error(err)
			}
			if test.missing != "" && (err == nil || !strings.Contains(err.Error(), test.missing) || !strings.Contains(err.Error(), "make upstream")) {
				t.Errorf("error %v does not name %q and the fix", err, test.missing)
			}
		})
	}
}

func TestFileWithoutExecutePermissionIsNoProgram(t *testing.T) {
	folder := programs(t, "etcd")
	if err := os.Chmod(filepath.Join(folder, "etcd"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := findIn([]string{folder}, "etcd"); got != "" {
		t.Errorf("found %s", got)
	}
}
