package scenario

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"maps"

	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"
)

// assumedBy is the line of a role's profile that names who assumes it.
const assumedBy = "source_profile = scenario-olga\n"

// roleProfiles are the profiles without keys, with the lines that they have in the AWS configuration.
func roleProfiles() map[string]string {
	role := func(name, more string) string { return "role_arn = " + roleARN(name) + "\n" + more }
	return map[string]string{
		"dev": role("teams/dev", assumedBy), "sso": role(ssoPath+ssoRole, assumedBy), "node": role("scenario-node", assumedBy),
		"gone-node": role("scenario-node", assumedBy+"role_session_name = i-0123456789abcdef0\n"), "closed": role("closed", assumedBy),
		"mfa": role("mfa", assumedBy), "mfa-session": role("mfa", "source_profile = scenario-olga-session\n"), "temporary": role("temporary", assumedBy),
		"creator": role("creator", "source_profile = scenario-admin\n"), "root-dev": role("teams/dev", "source_profile = scenario-root\n"),
	}
}

// writeProfiles writes the AWS files, with profiles that no stack has itself, and the credentials once more for whoever adds to them.
func (w *world) writeProfiles() error {
	var configuration, credentials strings.Builder
	for _, name := range slices.Sorted(maps.Keys(w.keys)) {
		keys := w.keys[name]
		fmt.Fprintf(&configuration, "[profile scenario-%s]\nregion = %s\n", name, w.Region)
		fmt.Fprintf(&credentials, "[scenario-%s]\naws_access_key_id = %s\naws_secret_access_key = %s\n", name, keys.AccessKeyID, keys.SecretAccessKey)
	}
	for name, lines := range roleProfiles() {
		fmt.Fprintf(&configuration, "[profile scenario-%s]\nregion = %s\n%s", name, w.Region, w.fill(lines))
	}
	for name, text := range map[string]string{"config": configuration.String(), "credentials": credentials.String(), "people": credentials.String()} {
		if err := os.WriteFile(w.file(name), []byte(text), 0o600); err != nil {
			return fmt.Errorf("write the profiles: %w", err)
		}
	}
	return nil
}

// writeKubeconfig writes a context for each profile, and the contexts admin, who needs no profile, nobody, whose plugin has
// none, and bare, which has no user.
func (w *world) writeKubeconfig() error {
	config, err := clientcmd.LoadFromFile(w.files.Admin)
	if err != nil {
		return fmt.Errorf("read the administrator's kubeconfig: %w", err)
	}
	from := config.Contexts[config.CurrentContext]
	made := api.NewConfig()
	made.Clusters[w.cluster] = config.Clusters[from.Cluster]
	made.AuthInfos["admin"] = config.AuthInfos[from.AuthInfo]
	made.AuthInfos["nobody"], made.AuthInfos["olga-session"] = w.plugin(""), w.plugin("olga-session")
	made.Contexts["bare"] = &api.Context{Cluster: w.cluster}
	for name := range w.keys {
		if name != "admin" {
			made.AuthInfos[name] = w.plugin(name)
		}
	}
	for name := range roleProfiles() {
		made.AuthInfos[name] = w.plugin(name)
	}
	for name := range made.AuthInfos {
		made.Contexts[name] = &api.Context{Cluster: w.cluster, AuthInfo: name}
	}
	if err := clientcmd.WriteToFile(*made, w.file("kubeconfig")); err != nil {
		return fmt.Errorf("write the kubeconfig: %w", err)
	}
	return nil
}

// plugin makes the tokens of a profile.
func (w *world) plugin(profile string) *api.AuthInfo {
	exec := &api.ExecConfig{
		APIVersion: "client.authentication.k8s.io/v1beta1", Command: "aws-iam-authenticator", Args: []string{"token", "-i", w.cluster},
		InteractiveMode: api.NeverExecInteractiveMode,
	}
	if profile != "" {
		exec.Env = []api.ExecEnvVar{{Name: "AWS_PROFILE", Value: "scenario-" + profile}}
	}
	return &api.AuthInfo{Exec: exec}
}
