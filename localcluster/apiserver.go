package localcluster

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// APIServerComponent is the name of kube-apiserver among the components.
const APIServerComponent = "kube-apiserver"

// auditPolicy records every request's metadata once, when it is answered, also one that authentication refused. Left out
// is only what the control plane's own parts read all day, as EKS leaves it out.
const auditPolicy = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- level: None
  users: ["system:apiserver", "system:kube-controller-manager"]
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

// Two of the API server's readiness checks look once a second, so that each may cost half of a start. The one makes the
// priority classes, which only a scheduler needs. The other makes the built-in roles, which a cluster that has been
// started before has in etcd.
const (
	readyButRoles = "/readyz?exclude=poststarthook/scheduling/bootstrap-system-priority-classes&exclude=poststarthook/rbac/bootstrap-roles"
	rolesReady    = "/readyz/poststarthook/rbac/bootstrap-roles"
)

// writeAPIServerFiles writes the configuration files that the API server is started with.
func (c *Cluster) writeAPIServerFiles(webhook string) error {
	authorization := authorizationConfiguration
	if authorizer := c.cfg.Authorizer; authorizer != nil {
		ca, err := os.ReadFile(authorizer.CAFile)
		if err != nil {
			return fmt.Errorf("read the authorizer's authority: %w", err)
		}
		kubeconfig := c.file("authorizer.kubeconfig")
		if err := writeKubeconfig(kubeconfig, "access-policies", authorizer.URL, "kube-apiserver", ca, c.certs.apiServerClient); err != nil {
			return err
		}
		authorization += fmt.Sprintf(authorizerFormat, c.cfg.CacheTTL, kubeconfig)
	}
	for name, content := range map[string]string{
		"audit-policy.yaml":   auditPolicy,
		"authentication.yaml": authenticationConfiguration,
		"authorization.yaml":  authorization,
	} {
		if err := os.WriteFile(c.file(name), []byte(content), 0o600); err != nil {
			return fmt.Errorf("write the API server's configuration: %w", err)
		}
	}
	return writeKubeconfig(c.file("webhook.kubeconfig"), "aws-iam-authenticator", webhook+"/authenticate",
		"kube-apiserver", c.certs.authority.CertPEM(), nil)
}

func (c *Cluster) apiServerSpec(port int) spec {
	return spec{
		name:    APIServerComponent,
		path:    c.cfg.Binaries.APIServer,
		args:    c.apiServerArguments(port),
		env:     []string{"HOME=" + c.cfg.Dir},
		dir:     c.cfg.Dir,
		logFile: filepath.Join(c.cfg.LogDir, APIServerComponent+".log"),
		signal:  syscall.SIGTERM,
		ready:   func(ctx context.Context, _ int64) error { return probe(ctx, c.admin, c.endpoint+readyButRoles) },
	}
}

func (c *Cluster) apiServerArguments(port int) []string {
	return []string{
		"--bind-address=" + loopback,
		"--advertise-address=" + loopback,
		fmt.Sprintf("--secure-port=%d", port),
		// A loopback address cannot be an endpoint of the service `kubernetes`.
		"--endpoint-reconciler-type=none",
		"--allow-privileged=true",
		"--service-cluster-ip-range=" + serviceCIDR,

		"--etcd-servers=" + c.cfg.Etcd.Endpoint(),
		"--etcd-prefix=" + c.EtcdPrefix(),
		"--etcd-cafile=" + c.cfg.Etcd.CAFile(),
		"--etcd-certfile=" + c.cfg.Etcd.CertFile(),
		"--etcd-keyfile=" + c.cfg.Etcd.KeyFile(),

		"--tls-cert-file=" + c.certs.file("apiserver.pem"),
		"--tls-private-key-file=" + c.certs.file("apiserver-key.pem"),
		"--client-ca-file=" + c.certs.file("ca.pem"),
		"--authentication-config=" + c.file("authentication.yaml"),
		"--authentication-token-webhook-config-file=" + c.file("webhook.kubeconfig"),
		// The version that the authenticator answers in.
		"--authentication-token-webhook-version=v1beta1",
		"--authentication-token-webhook-cache-ttl=" + c.cfg.CacheTTL.String(),
		"--service-account-issuer=" + c.cfg.Issuer,
		"--service-account-jwks-uri=" + c.cfg.Issuer + "/keys",
		"--service-account-key-file=" + c.certs.file("sa-key.pem"),
		"--service-account-signing-key-file=" + c.certs.file("sa-key.pem"),
		"--api-audiences=https://kubernetes.default.svc",

		"--authorization-config=" + c.file("authorization.yaml"),
		"--enable-admission-plugins=NodeRestriction",

		"--audit-policy-file=" + c.file("audit-policy.yaml"),
		"--audit-log-path=" + c.AuditLog(),
		"--audit-log-format=json",
		"--audit-log-maxsize=50",
		"--audit-log-maxbackup=2",

		"--profiling=false",
	}
}
