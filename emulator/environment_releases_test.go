package emulator

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/eksauth/eksauth/emulator/config"
	"github.com/eksauth/eksauth/localcluster"
)

func TestKubernetesVersionIsTheOneThatIsBuilt(t *testing.T) {
	text, err := os.ReadFile("../upstream/go.mod")
	if err != nil {
		t.Fatal(err)
	}
	pinned := regexp.MustCompile(`k8s\.io/kubernetes v(\S+)`).FindSubmatch(text)
	if pinned == nil || string(pinned[1]) != kubernetesVersion {
		t.Errorf("upstream/go.mod pins %s, and kubernetesVersion is %s", pinned, kubernetesVersion)
	}
}

func TestClustersHaveAVersionThatIsThere(t *testing.T) {
	e := &Environment{releases: []localcluster.Release{{Version: "1.36.3"}, {Version: "1.37.1", Binaries: localcluster.Binaries{APIServer: "/opt/a"}}}}
	e.o.Config = &config.File{Clusters: []config.Cluster{{Name: "own"}, {Name: "later", Version: "1.37"}}}
	if err := e.checkVersions(); err != nil {
		t.Error(err)
	}
	if own, later := e.versionOf(e.o.Config.Clusters[0]), e.versionOf(e.o.Config.Clusters[1]); own != "1.36" || later != "1.37" {
		t.Errorf("versions %s and %s", own, later)
	}
	if got := e.binariesOf("1.37").APIServer; got != "/opt/a" {
		t.Errorf("1.37 runs %s", got)
	}
	e.o.Config.Clusters[1].Version = "1.40"
	if err := e.checkVersions(); err == nil || !strings.Contains(err.Error(), `cluster "later" has version 1.40, and the stack has only 1.36.3, 1.37.1`) {
		t.Errorf("got %v", err)
	}
}
