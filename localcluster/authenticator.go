package localcluster

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

// AuthenticatorComponent is the name of aws-iam-authenticator among the components.
const AuthenticatorComponent = "aws-iam-authenticator"

const awsAuthPath = "/api/v1/namespaces/kube-system/configmaps/aws-auth"

// awsAuthMark is what the authenticator logs when it has read aws-auth.
const awsAuthMark = "Received aws-auth watch event"

// reservedPrefixes are those that EKS refuses in the username of an access entry
// (https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html), but for `system:`, which the generated
// usernames of nodes have.
var reservedPrefixes = []string{"eks:", "aws:", "amazon:", "iam:"}

// roleMapping and userMapping are the authenticator's own forms of a mapping.
type roleMapping struct {
	ARN      string   `json:"rolearn"`
	UserID   string   `json:"userid,omitempty"`
	Username string   `json:"username"`
	Groups   []string `json:"groups"`
}

type userMapping struct {
	ARN      string   `json:"userarn"`
	UserID   string   `json:"userid,omitempty"`
	Username string   `json:"username"`
	Groups   []string `json:"groups"`
}

func authenticatorMappings(mappings []Mapping) (roles []roleMapping, users []userMapping) {
	for _, m := range mappings {
		if strings.Contains(m.ARN, ":role/") {
			roles = append(roles, roleMapping{m.ARN, m.PrincipalID, m.Username, m.Groups})
		} else {
			users = append(users, userMapping{m.ARN, m.PrincipalID, m.Username, m.Groups})
		}
	}
	return roles, users
}

// writeAuthenticatorFiles writes all that the authenticator is started with.
func (c *Cluster) writeAuthenticatorFiles() error {
	return errors.Join(
		c.writeAuthenticatorConfig(),
		c.modeFile.write(c.cfg.Now(), modeFields(c.mode)),
		c.entriesFile.write(c.cfg.Now(), entriesFields(c.entriesInForce())),
		writeKubeconfig(c.file("authenticator.kubeconfig"), c.cfg.Name, c.endpoint, authenticatorUser,
			c.certs.authority.CertPEM(), c.certs.authenticator),
		makeFolders(c.file("no-certificates")),
	)
}

// writeAuthenticatorConfig writes the authenticator's own configuration; JSON is YAML to it. It names the mode as well,
// so that no other is in force in the moment before the authenticator reads the mode's file.
func (c *Cluster) writeAuthenticatorConfig() error {
	var creator []Mapping
	if c.cfg.Creator != nil {
		creator = append(creator, *c.cfg.Creator)
	}
	roles, users := authenticatorMappings(creator)
	content, err := json.MarshalIndent(map[string]any{
		"clusterID": c.cfg.Name,
		"server": map[string]any{
			"partition":               c.cfg.Partition,
			"address":                 loopback,
			"hostname":                loopback,
			"port":                    c.authenticatorPort,
			"stateDir":                c.certs.dir,
			"kubeconfig":              c.file("authenticator.kubeconfig"),
			"kubeconfigPregenerated":  true,
			"backendMode":             backends[c.mode],
			"dynamicfilepath":         c.entriesFile.path,
			"dynamicfileUserIDStrict": true,
			"dynamicBackendModePath":  c.modeFile.path,
			"reservedPrefixConfig": []any{map[string]any{
				"backendMode": "DynamicFile", "usernamePrefixReserveList": reservedPrefixes,
			}},
			"mapRoles": roles,
			"mapUsers": users,
		},
	}, "", "  ")
	if err != nil {
		return fmt.Errorf("encode the authenticator's configuration: %w", err)
	}
	if err := os.WriteFile(c.file("authenticator.json"), content, 0o600); err != nil {
		return fmt.Errorf("write the authenticator's configuration: %w", err)
	}
	return nil
}

func (c *Cluster) authenticatorSpec(webhook string) spec {
	return spec{
		name:    AuthenticatorComponent,
		path:    c.cfg.Binaries.Authenticator,
		args:    []string{"server", "--config=" + c.file("authenticator.json")},
		env:     c.authenticatorEnvironment(),
		dir:     c.cfg.Dir,
		logFile: c.authenticatorLog(),
		// It keeps nothing, and at SIGTERM it goes on serving.
		signal: syscall.SIGKILL,
		ready: func(ctx context.Context, since int64) error {
			return c.authenticatorReady(ctx, webhook, since)
		},
	}
}

// authenticatorEnvironment sends everything that it asks AWS to the gateway, trusts nobody but the stack's authority, and
// keeps it away from the user's AWS configuration.
func (c *Cluster) authenticatorEnvironment() []string {
	env := []string{
		"HOME=" + c.cfg.Dir,
		"HTTPS_PROXY=" + c.cfg.Gateway,
		"NO_PROXY=" + loopback + ",localhost,::1",
		"SSL_CERT_FILE=" + c.cfg.GatewayCA,
		"SSL_CERT_DIR=" + c.file("no-certificates"),
		"AWS_REGION=" + c.cfg.Region,
		"AWS_CONFIG_FILE=" + os.DevNull,
		"AWS_SHARED_CREDENTIALS_FILE=" + os.DevNull,
		"AWS_EC2_METADATA_DISABLED=true",
	}
	if credentials := c.cfg.Credentials; credentials != nil {
		env = append(env, "AWS_ACCESS_KEY_ID="+credentials.AccessKeyID, "AWS_SECRET_ACCESS_KEY="+credentials.SecretAccessKey)
		if credentials.SessionToken != "" {
			env = append(env, "AWS_SESSION_TOKEN="+credentials.SessionToken)
		}
	}
	return env
}

// authenticatorReady tells whether the authenticator serves and has loaded all that decides who may enter.
func (c *Cluster) authenticatorReady(ctx context.Context, webhook string, since int64) error {
	if err := probe(ctx, c.admin, webhook+"/healthz"); err != nil {
		return err
	}
	marks, err := c.awsAuthMarks(ctx, c.mode)
	if err != nil {
		return err
	}
	if !logged(c.authenticatorLog(), since, append(marks, c.modeFile.loadedMark(), c.entriesFile.loadedMark())...) {
		return errors.New("the mappings are not loaded yet")
	}
	return nil
}

// awsAuthMarks returns the log mark to wait for in a mode: one if there is an aws-auth to read.
func (c *Cluster) awsAuthMarks(ctx context.Context, mode Mode) ([]string, error) {
	if !mode.readsConfigMap() {
		return nil, nil
	}
	status, err := get(ctx, c.admin, c.endpoint+awsAuthPath, nil)
	if err != nil || status != http.StatusOK {
		return nil, err
	}
	return []string{awsAuthMark}, nil
}

func (c *Cluster) authenticatorLog() string {
	return filepath.Join(c.cfg.LogDir, AuthenticatorComponent+".log")
}

func (c *Cluster) authenticatorLogSize() int64 {
	info, err := os.Stat(c.authenticatorLog())
	if err != nil {
		return 0
	}
	return info.Size()
}

func (c *Cluster) authenticatorRuns() bool {
	return slices.ContainsFunc(c.Components(), func(component Component) bool {
		return component.Name == AuthenticatorComponent && component.State == Running
	})
}
