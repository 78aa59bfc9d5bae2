package localcluster

import (
	"context"
	"fmt"
	"os/exec"
	"regexp"
)

// Release is one version of Kubernetes with the programs that make a control plane of it.
type Release struct {
	// Version has three parts, such as 1.36.3.
	Version string
	Binaries
}

// versionLine is what the programs of Kubernetes answer to --version.
var versionLine = regexp.MustCompile(`^Kubernetes v(\d+\.\d+\.\d+)`)

// FindRelease looks for the programs of one more version of Kubernetes in a folder, and asks them which it is. etcd,
// kubectl and the authenticator are those of main.
func FindRelease(ctx context.Context, main Binaries, folder string) (Release, error) {
	found := Release{Binaries: main}
	found.APIServer, found.ControllerManager = findIn([]string{folder}, "kube-apiserver"), findIn([]string{folder}, "kube-controller-manager")
	if found.APIServer == "" || found.ControllerManager == "" {
		return Release{}, fmt.Errorf("find kube-apiserver and kube-controller-manager in %s: both must be there", folder)
	}
	var err error
	if found.Version, err = VersionOf(ctx, found.APIServer); err != nil {
		return Release{}, err
	}
	manager, err := VersionOf(ctx, found.ControllerManager)
	if err == nil && manager != found.Version {
		err = fmt.Errorf("%s has kube-apiserver %s and kube-controller-manager %s: put programs of one version there", folder, found.Version, manager)
	}
	return found, err
}

// VersionOf asks a program of Kubernetes for its version, such as 1.36.3.
func VersionOf(ctx context.Context, program string) (string, error) {
	cmd := exec.CommandContext(ctx, program, "--version")
	cmd.Env = []string{}
	printed, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("ask %s for its version: %w", program, err)
	}
	match := versionLine.FindStringSubmatch(string(printed))
	if match == nil {
		return "", fmt.Errorf("ask %s for its version: %q names none", program, printed)
	}
	return match[1], nil
}
