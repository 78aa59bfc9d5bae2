package kindconfig

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/eksauth/eksauth/internal/controlplane"
)

// Config says how to run one cluster.
type Config struct {
	// Name is the cluster's name and the cluster ID that tokens must be signed for.
	Name string
	// KindName is the cluster's name at kind, unique on this machine; by default it is made from Name.
	KindName string
	// Region, Partition and AccountID are where the cluster is on AWS.
	Region, Partition, AccountID string
	// Dir is the cluster's own folder: keys, certificates, configurations, some of which the nodes see. It is made with
	// mode 0700. All paths are absolute.
	Dir string
	// LogDir receives the audit log and the logs of the control plane's pods.
	LogDir string
	// Authenticator is the path of a static aws-iam-authenticator for Linux.
	Authenticator string
	// Image is the node image; see [NodeImage].
	Image string
	// Runtime is docker or podman; empty takes docker if its daemon answers, and podman otherwise.
	Runtime string
	// Workers is the number of nodes beside the control plane's.
	Workers int
	// Port is where the API server is reached on 127.0.0.1; 0 takes a free one.
	Port int
	// Reach is called once, before a node exists, with the address at which nodes reach this machine. It sees to it that
	// the stack's servers listen there.
	Reach func(ctx context.Context, machine netip.Addr) (Reached, error)
	// GatewayCA is the PEM file of the authority behind the gateway, the only one that the authenticator trusts.
	GatewayCA string
	// Credentials are those of the authenticator's own calls to EC2. Nil leaves it without any.
	Credentials *controlplane.Credentials
	// Issuer is the URL that service accounts' tokens name as theirs.
	Issuer string
	// ExtraSANs are further names and addresses of the API server, such as the AWS-shaped endpoint.
	ExtraSANs []string
	// Mode is the authentication mode at the start; CONFIG_MAP if empty.
	Mode controlplane.Mode
	// Creator enters in CONFIG_MAP mode though nothing in the cluster shows it. Nil is a cluster without one.
	Creator *controlplane.Mapping
	// Entries are the access entries at the start.
	Entries []controlplane.Mapping
	// CacheTTL is how long the API server remembers an answer of authenticator and authorizer; 0 is one second, so that
	// a revocation acts at once.
	CacheTTL time.Duration
	// Retain keeps the nodes of a cluster whose start failed, to look into them.
	Retain bool
	// Now dates certificates and access files.
	Now func() time.Time
	// Progress is told of each step of the start. May be nil.
	Progress func(step string)
	// Exited is told when a node ends though nobody stopped it. May be nil.
	Exited func(component string, err error)
	Log    *slog.Logger
}

// Reached is how the nodes reach the stack.
type Reached struct {
	// Gateway is the URL of the HTTPS proxy through which the authenticator reaches AWS.
	Gateway string
	// Authorizer is asked about what RBAC does not allow. Nil leaves it at RBAC.
	Authorizer *controlplane.Authorizer
}

const (
	// readyTimeout bounds how long an API server takes to serve, from the first container on.
	readyTimeout = 5 * time.Minute
	// nameMax keeps the control plane's node, whose name has 14 characters more, within the 63 of a host name (RFC 1123).
	nameMax = 49
)

// kindName is what kind accepts.
var kindName = regexp.MustCompile(`^[a-z0-9.-]+$`)

// notKind is what kind does not accept in a name.
var notKind = regexp.MustCompile(`[^a-z0-9.-]+`)

// NameFor makes a name that kind accepts out of any name and an ID that makes it unique, and keeps of the name what there
// is room for.
func NameFor(name, id string) string {
	name = notKind.ReplaceAllString(strings.ToLower(name), "-")
	id = strings.ToLower(id)
	if room := nameMax - len(id) - 1; len(name) > room {
		name = strings.TrimRight(name[:room], "-.")
	}
	return name + "-" + id
}

func (cfg Config) withDefaults() Config {
	if cfg.KindName == "" {
		cfg.KindName = "eksauth-" + strings.ReplaceAll(strings.ToLower(cfg.Name), "_", "-")
	}
	if cfg.Mode == "" {
		cfg.Mode = controlplane.ModeConfigMap
	}
	if cfg.CacheTTL == 0 {
		cfg.CacheTTL = time.Second
	}
	if cfg.Progress == nil {
		cfg.Progress = func(string) {}
	}
	if cfg.Exited == nil {
		cfg.Exited = func(string, error) {}
	}
	return cfg
}

// validate reports every problem at once.
func (cfg Config) validate() error {
	var errs []error
	if !kindName.MatchString(cfg.KindName) || len(cfg.KindName) > nameMax {
		errs = append(errs, fmt.Errorf("KindName %q is not a name for a kind cluster (%s, at most %d characters)", cfg.KindName, kindName, nameMax))
	}
	if !cfg.Mode.Known() {
		errs = append(errs, fmt.Errorf("authentication mode %q is none that EKS has", cfg.Mode))
	}
	for _, required := range []struct{ field, value string }{
		{"Name", cfg.Name}, {"Region", cfg.Region}, {"Partition", cfg.Partition}, {"AccountID", cfg.AccountID},
		{"Issuer", cfg.Issuer}, {"Image", cfg.Image},
	} {
		if required.value == "" {
			errs = append(errs, fmt.Errorf("%s is missing", required.field))
		}
	}
	for _, path := range []string{cfg.Dir, cfg.LogDir, cfg.GatewayCA, cfg.Authenticator} {
		if !filepath.IsAbs(path) {
			errs = append(errs, fmt.Errorf("path %q is not absolute", path))
		}
	}
	// Docker would make a folder of that name.
	if info, err := os.Stat(cfg.Authenticator); err != nil || !info.Mode().IsRegular() {
		errs = append(errs, fmt.Errorf("authenticator %q is no file: make upstream builds it", cfg.Authenticator))
	}
	if cfg.Workers < 0 {
		errs = append(errs, fmt.Errorf("%d workers are too few", cfg.Workers))
	}
	if cfg.Reach == nil || cfg.Now == nil || cfg.Log == nil {
		errs = append(errs, errors.New("set Reach, Now and Log"))
	}
	return errors.Join(errs...)
}

func (cfg Config) file(names ...string) string {
	return filepath.Join(append([]string{cfg.Dir}, names...)...)
}
