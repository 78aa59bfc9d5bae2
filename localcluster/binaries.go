package localcluster

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// AssetsVariable names the folder that envtest and its relatives take kube-apiserver, etcd and kubectl from; see
// https://book.kubebuilder.io/reference/envtest.
const AssetsVariable = "KUBEBUILDER_ASSETS"

// Binaries holds the paths of the real programs.
type Binaries struct {
	Etcd, APIServer, ControllerManager, Authenticator, Kubectl string
}

// FindBinaries looks for the programs in assets (the value of [AssetsVariable], or empty) and then in the given folders.
// assets is used only if it has all of etcd, kube-apiserver and kubectl, since a mix of versions helps nobody. The error
// names everything that is missing.
func FindBinaries(assets string, folders ...string) (Binaries, error) {
	if assets != "" && hasAll(assets, "etcd", "kube-apiserver", "kubectl") {
		folders = append([]string{assets}, folders...)
	}
	var found Binaries
	var missing []string
	for _, program := range []struct {
		name string
		path *string
	}{
		{"etcd", &found.Etcd},
		{"kube-apiserver", &found.APIServer},
		{"kube-controller-manager", &found.ControllerManager},
		{"aws-iam-authenticator", &found.Authenticator},
		{"kubectl", &found.Kubectl},
	} {
		*program.path = findIn(folders, program.name)
		if *program.path == "" {
			missing = append(missing, program.name)
		}
	}
	if len(missing) > 0 {
		return Binaries{}, fmt.Errorf("find %s in %s: not there; build them with `make upstream`",
			strings.Join(missing, ", "), strings.Join(folders, ", "))
	}
	return found, nil
}

func hasAll(folder string, names ...string) bool {
	for _, name := range names {
		if findIn([]string{folder}, name) == "" {
			return false
		}
	}
	return true
}

// findIn returns the absolute path of the first executable file called name, or an empty string.
func findIn(folders []string, name string) string {
	for _, folder := range folders {
		path, err := filepath.Abs(filepath.Join(folder, name))
		if err != nil {
			continue
		}
		info, err := os.Stat(path)
		if err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0 {
			return path
		}
	}
	return ""
}
