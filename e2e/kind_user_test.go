package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"syscall"

	"github.com/eksauth/eksauth/e2e/client"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// noOwner is a user and group that own nothing.
const noOwner = 65534

var _ = Describe("A user who is not root", func() {
	if !slices.Contains(kinds(), kindNodes) {
		return
	}
	// The nodes write as root what this user's program must read, and remove.
	It("runs a kind cluster as a member of Docker's group", Label(kindNodes, "user"), func() {
		dir := checkoutOf(noOwner)
		user := client.New(dir, map[string]string{"EKSAUTH_HOME": filepath.Join(dir, "state"), "PATH": filepath.Join(dir, "bin", "upstream") + ":" + os.Getenv("PATH")})
		as := func(args ...string) client.Result {
			id := fmt.Sprint(noOwner)
			return user.Run("setpriv", append([]string{"--reuid", id, "--regid", id, "--groups", dockerGroup(), "bin/eksauth"}, args...)...)
		}
		DeferCleanup(func() {
			succeeded(as("down", "--purge"))
			Expect(filepath.Join(dir, "state", "default")).NotTo(BeADirectory())
		})
		succeeded(as("up", "--cluster", "kind", "--listen", "127.0.0.1:0", "--detach"))
		explained := as("explain", "--profile", "yaroslav")
		Expect(explained.Stdout).To(ContainSubstring("identity is not mapped"))
		Expect(as("logs", "authenticator").Stdout).To(ContainSubstring("access denied"))
		succeeded(as("down"))
		succeeded(as("up", "--listen", "127.0.0.1:0", "--detach"))
	})
})

// checkoutOf copies what a checkout has of use to a user who may not read this one.
func checkoutOf(uid int) string {
	GinkgoHelper()
	dir := GinkgoT().TempDir()
	suite := client.New(dir, nil)
	root, err := filepath.Abs("..")
	Expect(err).NotTo(HaveOccurred())
	succeeded(suite.Run("sh", "-c", `mkdir bin && cp -rL "$1/bin/eksauth" "$1/bin/upstream" bin/ && cp -r "$1/scripts" "$1/upstream" "$1/go.mod" "$1/go.sum" .`, "sh", root))
	succeeded(suite.Run("chown", "-R", fmt.Sprint(uid), dir))
	return dir
}

// dockerGroup is the group that may use Docker's socket.
func dockerGroup() string {
	GinkgoHelper()
	info, err := os.Stat("/var/run/docker.sock")
	Expect(err).NotTo(HaveOccurred())
	return fmt.Sprint(info.Sys().(*syscall.Stat_t).Gid)
}
