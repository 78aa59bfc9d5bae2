package localcluster

import (
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"regexp"
	"time"

	"github.com/eksauth/eksauth/internal/controlplane"
)

// Config says how to run one cluster.
type Config struct {
	// Name is the cluster's name and the cluster ID that tokens must be signed for.
	Name string
	// Region, Partition and AccountID are where the cluster is on AWS.
	Region, Partition, AccountID string
	// Dir is the cluster's own folder: keys, certificates, ports, configurations. It is made with mode 0700. All paths
	// are absolute.
	Dir string
	// LogDir receives one log a process and the audit log, of this cluster alone.
	LogDir   string
	Binaries Binaries
	// Etcd must run for as long as the cluster.
	Etcd *Etcd
	// Port is where the API server listens on 127.0.0.1; 0 takes the port of the last run or a free one.
	Port int
	// Gateway is the URL of the HTTPS proxy through which the authenticator reaches AWS, and GatewayCA the PEM file of
	// the authority behind it, the only one that the authenticator trusts.
	Gateway, GatewayCA string
	// Credentials are those of the authenticator's own calls to EC2. Nil leaves it without any.
	Credentials *Credentials
	// Issuer is the URL that service accounts' tokens name as theirs.
	Issuer string
	// ExtraSANs are further names and addresses of the API server, such as the AWS-shaped endpoint.
	ExtraSANs []string
	// Mode is the authentication mode at the start; CONFIG_MAP if empty.
	Mode Mode
	// Creator enters in CONFIG_MAP mode though nothing in the cluster shows it. Nil is a cluster without one.
	Creator *Mapping
	// Entries are the access entries at the start; see [Cluster.SetEntries].
	Entries []Mapping
	// Authorizer is asked about what RBAC does not allow. Nil leaves it at RBAC.
	Authorizer *Authorizer
	// CacheTTL is how long the API server remembers an answer of authenticator and authorizer; 0 is one second, so that
	// a revocation acts at once. A token that was let in is let in for ten seconds in any case: that cache of the API
	// server has no flag.
	CacheTTL time.Duration
	// Now dates certificates and access files.
	Now func() time.Time
	// Progress is told of each step of the start. May be nil.
	Progress func(step string)
	// Exited is told when a component ends though nobody stopped it; the error has its last lines. May be nil.
	Exited func(component string, err error)
	Log    *slog.Logger
}

// Credentials are AWS credentials.
type Credentials = controlplane.Credentials

// Authorizer is a webhook that answers SubjectAccessReview of authorization.k8s.io/v1.
type Authorizer = controlplane.Authorizer

// clusterName is what EKS accepts (https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateCluster.html).
var clusterName = regexp.MustCompile(`^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$`)

func (cfg Config) withDefaults() Config {
	if cfg.Mode == "" {
		cfg.Mode = ModeConfigMap
	}
	if cfg.CacheTTL == 0 {
		cfg.CacheTTL = time.Second
	}
	if cfg.Progress == nil {
		cfg.Progress = func(string) {}
	}
	return cfg
}

// validate reports every problem at once.
func (cfg Config) validate() error {
	var errs []error
	if !clusterName.MatchString(cfg.Name) {
		errs = append(errs, fmt.Errorf("name %q is not a cluster name (%s)", cfg.Name, clusterName))
	}
	if !cfg.Mode.Known() {
		errs = append(errs, fmt.Errorf("authentication mode %q is none of %s, %s, %s", cfg.Mode, ModeConfigMap, ModeAPIAndConfigMap, ModeAPI))
	}
	for _, required := range []struct{ field, value string }{
		{"Region", cfg.Region}, {"Partition", cfg.Partition}, {"AccountID", cfg.AccountID}, {"Dir", cfg.Dir},
		{"LogDir", cfg.LogDir}, {"Issuer", cfg.Issuer},
		// Without a gateway the authenticator would ask the real AWS.
		{"Gateway", cfg.Gateway}, {"GatewayCA", cfg.GatewayCA},
	} {
		if required.value == "" {
			errs = append(errs, fmt.Errorf("%s is missing", required.field))
		}
	}
	for _, path := range []string{cfg.Dir, cfg.LogDir, cfg.GatewayCA} {
		if !filepath.IsAbs(path) {
			errs = append(errs, fmt.Errorf("path %q is not absolute", path))
		}
	}
	if cfg.Etcd == nil || cfg.Now == nil || cfg.Log == nil {
		errs = append(errs, errors.New("Etcd, Now and Log must be set"))
	}
	return errors.Join(errs...)
}
