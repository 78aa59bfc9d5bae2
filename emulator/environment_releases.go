package emulator

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/eksauth/eksauth/emulator/config"
	"github.com/eksauth/eksauth/localcluster"
)

// kubernetesVersion is the version of Kubernetes that upstream/go.mod pins.
const kubernetesVersion = "1.36.3"

// findBinaries finds the programs and the versions of Kubernetes that clusters can have.
func (e *Environment) findBinaries(ctx context.Context) error {
	var err error
	if e.binaries, err = localcluster.FindBinaries(e.o.Assets, e.o.Folders...); err != nil {
		return err
	}
	main := localcluster.Release{Version: kubernetesVersion, Binaries: e.binaries}
	if assets, err := filepath.Abs(e.o.Assets); err == nil && e.o.Assets != "" && filepath.Dir(main.APIServer) == assets {
		// Somebody else's folder has whatever version it has.
		if main.Version, err = localcluster.VersionOf(ctx, main.APIServer); err != nil {
			return err
		}
	}
	if e.o.Config.Runtime == config.RuntimeKind && len(e.o.Config.Versions) > 0 {
		return fmt.Errorf("the runtime %s has the version of its node image alone: remove versions from the configuration", config.RuntimeKind)
	}
	e.releases = []localcluster.Release{main}
	for _, folder := range e.o.Config.Versions {
		release, err := localcluster.FindRelease(ctx, e.binaries, folder)
		if err != nil {
			return fmt.Errorf("versions in the configuration: %w", err)
		}
		if e.hasVersion(release.Version) {
			return fmt.Errorf("versions in the configuration: %s has Kubernetes %s, and another folder has the same minor version: remove one", folder, release.Version)
		}
		e.releases = append(e.releases, release)
	}
	return e.checkVersions()
}

// checkVersions holds that configured clusters have a version that is there.
func (e *Environment) checkVersions() error {
	var errs []error
	for _, cluster := range e.o.Config.Clusters {
		if cluster.Version != "" && !e.hasVersion(cluster.Version) {
			errs = append(errs, fmt.Errorf("cluster %q has version %s, and the stack has only %s: name a folder with its programs under versions",
				cluster.Name, cluster.Version, strings.Join(e.versions(), ", ")))
		}
	}
	return errors.Join(errs...)
}

// versions are those of all releases; a stack without clusters has what it would have with them.
func (e *Environment) versions() []string {
	if len(e.releases) == 0 {
		return []string{kubernetesVersion}
	}
	versions := make([]string, len(e.releases))
	for i, release := range e.releases {
		versions[i] = release.Version
	}
	return versions
}

// versionOf is the minor version that a configured cluster is made with.
func (e *Environment) versionOf(cfg config.Cluster) string {
	if cfg.Version != "" {
		return cfg.Version
	}
	return minorVersion(e.versions()[0])
}

// release is the place of a version among the releases, or -1.
func (e *Environment) release(version string) int {
	return slices.IndexFunc(e.releases, func(r localcluster.Release) bool { return minorVersion(r.Version) == minorVersion(version) })
}

func (e *Environment) hasVersion(version string) bool { return e.release(version) >= 0 }

// binariesOf are the programs of a minor version, which EKS has seen to be there.
func (e *Environment) binariesOf(version string) localcluster.Binaries {
	if i := e.release(version); i >= 0 {
		return e.releases[i].Binaries
	}
	return e.binaries
}

// minorVersion cuts 1.36.3 to 1.36.
func minorVersion(version string) string {
	major, rest, _ := strings.Cut(version, ".")
	minor, _, _ := strings.Cut(rest, ".")
	return major + "." + minor
}
