package e2e

import (
	"errors"
	"os"
	"path/filepath"
	"slices"

	"github.com/eksauth/eksauth/e2e/client"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

var _ = Describe("A snapshot", Label("snapshot", "state"), func() {
	It("carries identities, keys and the cluster with its objects to another home", func() {
		if !slices.Contains(kinds(), local) {
			Skip("only stacks of local clusters are carried")
		}
		dir := GinkgoT().TempDir()
		config, err := filepath.Abs("testdata/story.yaml")
		Expect(err).NotTo(HaveOccurred())
		first := localStackIn(dir, "first")
		Expect(first.Up(config)).Error().NotTo(HaveOccurred())
		yaroslav := profileIn(first, dir, "yaroslav")
		arseniy := profileIn(first, dir, "arseniy")
		succeeded(kubectlAs(arseniy, "create", "namespace", "payments"))
		wrote := succeeded(kubectlAs(arseniy, "-n", "kube-system", "get", "configmap", "aws-auth", "-o", "jsonpath={.data}"))
		Expect(wrote).To(ContainSubstring("olga"))
		succeeded(yaroslav.Run("aws", "iam", "create-user", "--user-name", "carried"))

		file := filepath.Join(dir, "team.tgz")
		Expect(first.snapshot("save", file)).Error().NotTo(HaveOccurred())
		Expect(os.Stat(file)).To(HaveField("Mode()", os.FileMode(0o600)))
		_, err = first.Down()
		Expect(err).NotTo(HaveOccurred())

		second := localStackIn(dir, "second")
		Expect(second.snapshot("restore", file)).Error().NotTo(HaveOccurred())
		Expect(second.run("up", "--detach", "--listen", "127.0.0.1:0")).Error().NotTo(HaveOccurred())
		again := profileIn(second, dir, "arseniy")
		Expect(keysIn(again)).To(Equal(keysIn(arseniy)), "a profile has the key that it had")
		Expect(line(again.Run("aws", "sts", "get-caller-identity", "--query", "Arn", "--output", "text"))).
			To(Equal("arn:aws:iam::" + account + ":user/arseniy"))
		Expect(line(again.Run("aws", "iam", "get-user", "--user-name", "carried", "--query", "User.UserName", "--output", "text"))).To(Equal("carried"))
		Expect(line(kubectlAs(again, "get", "namespace", "payments", "-o", "name"))).To(Equal("namespace/payments"))
		Expect(succeeded(kubectlAs(again, "-n", "kube-system", "get", "configmap", "aws-auth", "-o", "jsonpath={.data}"))).To(Equal(wrote))
		Expect(kubectlAs(profileIn(second, dir, "yaroslav"), "get", "namespaces").Stderr).To(ContainSubstring("error: You must be logged in to the server"))
	})
})

// localStackIn is a stack with a home of its own, which is gone after the spec.
func localStackIn(dir, name string) *localStack {
	GinkgoHelper()
	home := filepath.Join(dir, name)
	Expect(os.Mkdir(home, 0o700)).To(Succeed())
	s := newLocalStack(home)
	s.name = name
	DeferCleanup(func() { Expect(s.Down()).Error().NotTo(HaveOccurred()) })
	return s
}

// snapshot saves the stack to a file, or restores it.
func (s *localStack) snapshot(action, file string) (client.Result, error) {
	path, err := program()
	if err != nil {
		return client.Result{}, err
	}
	result := s.user.Run(path, "snapshot", action, file, "--name", s.name)
	if result.Code != 0 {
		return result, errors.New(result.String())
	}
	return result, nil
}

// profileIn is somebody who works as a profile of a stack, with copies of its files that outlive it.
func profileIn(s *localStack, dir, profile string) *client.User {
	GinkgoHelper()
	home, err := os.MkdirTemp(dir, "user-")
	Expect(err).NotTo(HaveOccurred())
	vars, err := s.Env()
	Expect(err).NotTo(HaveOccurred())
	for _, name := range []string{"KUBECONFIG", "AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"} {
		copied := filepath.Join(home, name)
		Expect(os.WriteFile(copied, []byte(readable(vars[name])), 0o600)).To(Succeed())
		vars[name] = copied
	}
	vars["AWS_PROFILE"] = profile
	return requireAWS(client.New(home, vars))
}

func keysIn(user *client.User) string {
	GinkgoHelper()
	return succeeded(user.Run("aws", "configure", "get", "aws_access_key_id")) + succeeded(user.Run("aws", "configure", "get", "aws_secret_access_key"))
}

func kubectlAs(user *client.User, args ...string) client.Result {
	return user.Run("kubectl", append([]string{"--context", user.Var("AWS_PROFILE")}, args...)...)
}
