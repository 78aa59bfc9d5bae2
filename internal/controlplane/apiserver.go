package controlplane

import (
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// auditPolicy records every request's metadata once, when it is answered, also one that authentication refused. Left out
// is only what the control plane's own parts read all day, as EKS leaves it out.
const auditPolicy = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- level: None
  users: ["system:apiserver", "system:kube-controller-manager", "system:kube-scheduler"]
  verbs: [get, list, watch]
- level: None
  userGroups: ["system:serviceaccounts:kube-system"]
  verbs: [get, list, watch]
- level: None
  users: ["eksauth:admin"]
  nonResourceURLs: ["/readyz*"]
- level: Metadata
`

// authenticationConfiguration lets requests without credentials reach the health checks alone, as EKS does from
// Kubernetes 1.32 on (https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions-standard.html); anything else
// is Unauthorized.
const authenticationConfiguration = `apiVersion: apiserver.config.k8s.io/v1
kind: AuthenticationConfiguration
anonymous:
  enabled: true
  conditions:
  - path: /livez
  - path: /readyz
  - path: /healthz
`

const authorizationConfiguration = `apiVersion: apiserver.config.k8s.io/v1
kind: AuthorizationConfiguration
authorizers:
- {type: Node, name: node}
- {type: RBAC, name: rbac}
`

// authorizerFormat adds the webhook last, so that only requests that RBAC does not allow pay for it. A webhook that is
// down allows nothing and denies nothing. No access policy concerns the users that Kubernetes itself names.
const authorizerFormat = `- type: Webhook
  name: access-policies
  webhook:
    timeout: 3s
    authorizedTTL: %[1]s
    unauthorizedTTL: %[1]s
    subjectAccessReviewVersion: v1
    matchConditionSubjectAccessReviewVersion: v1
    failurePolicy: NoOpinion
    connectionInfo: {type: KubeConfigFile, kubeConfigFile: %[2]q}
    matchConditions:
    - expression: "!request.user.startsWith('system:')"
`

// APIServer is the part of a kube-apiserver's configuration that decides who enters and what is recorded of it.
type APIServer struct {
	// Dir is the folder of the API server's files as this program sees it; Seen is the same folder as the API server sees
	// it.
	Dir, Seen string
	// AuditLog is the path of the audit log as the API server sees it.
	AuditLog string
	// Issuer is the URL that service accounts' tokens name as theirs.
	Issuer string
	// CacheTTL is how long answers of authenticator and authorizer are remembered.
	CacheTTL time.Duration
	// AnonymousPaths may be read without credentials, beside the health checks.
	AnonymousPaths []string
	// Authorizer tells whether there is an authorizer.kubeconfig by which to ask what RBAC does not allow.
	Authorizer bool
}

// Names of files in an API server's folder that are not written by [APIServer.Write].
const (
	WebhookKubeconfig    = "webhook.kubeconfig"
	AuthorizerKubeconfig = "authorizer.kubeconfig"
)

// Write writes the files that the arguments name, but for the kubeconfigs.
func (s APIServer) Write() error {
	authentication, authorization := authenticationConfiguration, authorizationConfiguration
	for _, path := range s.AnonymousPaths {
		authentication += "  - path: " + path + "\n"
	}
	if s.Authorizer {
		authorization += fmt.Sprintf(authorizerFormat, s.CacheTTL, filepath.Join(s.Seen, AuthorizerKubeconfig))
	}
	for name, content := range map[string]string{
		"audit-policy.yaml": auditPolicy, "authentication.yaml": authentication, "authorization.yaml": authorization,
	} {
		if err := os.WriteFile(filepath.Join(s.Dir, name), []byte(content), 0o600); err != nil {
			return fmt.Errorf("write the API server's configuration: %w", err)
		}
	}
	return nil
}

// Argument is one flag of a program, without its dashes.
type Argument struct{ Name, Value string }

// Arguments are the flags of the API server.
func (s APIServer) Arguments() []Argument {
	seen := func(name string) string { return filepath.Join(s.Seen, name) }
	return []Argument{
		{"authentication-config", seen("authentication.yaml")},
		{"authentication-token-webhook-config-file", seen(WebhookKubeconfig)},
		// The version that the authenticator answers in.
		{"authentication-token-webhook-version", "v1beta1"},
		{"authentication-token-webhook-cache-ttl", s.CacheTTL.String()},
		{"service-account-issuer", s.Issuer},
		{"service-account-jwks-uri", s.Issuer + "/keys"},
		{"api-audiences", "https://kubernetes.default.svc"},
		{"authorization-config", seen("authorization.yaml")},
		{"enable-admission-plugins", "NodeRestriction"},
		{"audit-policy-file", seen("audit-policy.yaml")},
		{"audit-log-path", s.AuditLog},
		{"audit-log-format", "json"},
		{"audit-log-maxsize", "50"},
		{"audit-log-maxbackup", "2"},
	}
}
