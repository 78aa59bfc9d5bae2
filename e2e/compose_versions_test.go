package e2e

import (
	"os"
	"path/filepath"
	"slices"

	"github.com/eksauth/eksauth/e2e/client"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// The story runs with one version of compose. That the file and the documented commands do with each version is seen here.
// In each script, $UP and $COMPOSE are the commands of docs/COMPOSE.md.
const composeSession = `set -e
$UP
eval "$($COMPOSE exec -T eksauth eksauth env)"
kubectl --context arseniy get namespaces -o name
if kubectl --context yaroslav get namespaces; then exit 1; fi
$COMPOSE run --rm -T client --context arseniy get nodes
`

var _ = Describe("The stack in containers", func() {
	if !slices.Contains(kinds(), compose) {
		return
	}
	DescribeTable("starts and lets in", Label(compose, "versions"),
		func(version composeVersion, want string) {
			user := version.user()
			installed := user.Run("bash", "-c", "$COMPOSE version")
			if installed.Code != 0 && os.Getenv("CI") != "true" {
				Skip("not installed: " + installed.String())
			}
			Expect(installed.Stdout).To(MatchRegexp(want))
			DeferCleanup(func() { succeeded(user.Run("bash", "-c", "$COMPOSE --profile client down --volumes --remove-orphans")) })
			session := user.Run("bash", "-c", composeSession)
			Expect(session.Code).To(BeZero(), session.String())
			Expect(session.Stdout).To(ContainSubstring("namespace/kube-system"))
			Expect(session.Stderr).To(ContainSubstring("error: You must be logged in to the server (Unauthorized)"))
		},
		Entry("by docker compose up --wait, version 2", plainCompose, `v?2\.\d+\.\d+`),
		Entry("by scripts, with docker-compose 1.29", oldCompose, `1\.29\.\d+`),
	)
})

// composeVersion says how a person who has one version of compose calls it.
type composeVersion string

const (
	plainCompose composeVersion = "docker compose"
	oldCompose   composeVersion = "docker-compose"
)

// user is a person in a folder that has the compose file, with ports and a project of their own.
func (v composeVersion) user() *client.User {
	GinkgoHelper()
	stack := newComposeStack(GinkgoT().TempDir())
	Expect(stack.prepare()).To(Succeed())
	file, err := os.ReadFile("../docker-compose.yaml")
	Expect(err).NotTo(HaveOccurred())
	home := stack.user.Var("HOME")
	Expect(os.WriteFile(filepath.Join(home, "docker-compose.yaml"), file, 0o600)).To(Succeed())
	vars := map[string]string{"COMPOSE": "docker compose", "UP": "docker compose up --wait", "PWD": home}
	if v == oldCompose {
		vars["EKSAUTH_COMPOSE"] = string(v)
		for name, path := range map[string]string{"COMPOSE": "compose.sh", "UP": "compose-up.sh"} {
			vars[name], err = script(path)
			Expect(err).NotTo(HaveOccurred())
		}
	}
	return stack.user.With(vars)
}
