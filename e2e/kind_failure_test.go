package e2e

import (
	"os"
	"path/filepath"
	"slices"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// refusingDocker refuses as Docker's client does whose user is not in the group docker.
const refusingDocker = `#!/bin/sh
echo 'permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock' >&2
exit 1
`

var _ = Describe("A stack on kind that cannot start", Label(kindNodes, "failures"), func() {
	DescribeTable("names the fix and leaves nothing behind",
		func(variable, value, fix string) {
			if !slices.Contains(kinds(), kindNodes) {
				Skip("it needs the programs of a stack on kind")
			}
			dir := GinkgoT().TempDir()
			stack := newKindStack(dir)
			DeferCleanup(stack.Down)
			if variable == "PATH" {
				Expect(os.WriteFile(filepath.Join(dir, "docker"), []byte(value), 0o755)).To(Succeed())
				value = dir + ":" + os.Getenv("PATH")
			}
			stack.user = stack.user.With(map[string]string{"KIND_EXPERIMENTAL_PROVIDER": "docker", variable: value})
			config, err := filepath.Abs("testdata/story.yaml")
			Expect(err).NotTo(HaveOccurred())
			result, err := stack.Up(config)
			Expect(err).To(HaveOccurred())
			Expect(result.Code).To(Equal(1), result.String)
			Expect(result.Stderr).To(ContainSubstring(fix))
			status, err := stack.run("status")
			Expect(err).To(HaveOccurred())
			Expect(status.Code).To(Equal(3), status.String)
		},
		Entry("without a daemon", "DOCKER_HOST", "unix:///nowhere/docker.sock", "start the daemon, or run scripts/docker-up.sh"),
		Entry("without permission", "PATH", refusingDocker, "add your user to the group docker and log in again"),
		Entry("with a program that kind does not know", "KIND_EXPERIMENTAL_PROVIDER", "lxc", `nodes cannot be run by "lxc": use docker or podman (KIND_EXPERIMENTAL_PROVIDER)`),
	)
})
