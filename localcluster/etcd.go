package localcluster

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/eksauth/eksauth/internal/pki"
)

// EtcdComponent is the name of etcd among the components.
const EtcdComponent = "etcd"

// EtcdConfig says how to run etcd.
type EtcdConfig struct {
	// Binary is the path of etcd.
	Binary string
	// Dir is etcd's own folder: data and certificates. It is made with mode 0700. All paths are absolute.
	Dir string
	// LogDir receives etcd.log.
	LogDir string
	// Port is where clients connect on 127.0.0.1; 0 takes the port of the last run or a free one.
	Port int
	// Now dates the certificates.
	Now func() time.Time
	// Exited is told if etcd ends though nobody stopped it. May be nil.
	Exited func(component string, err error)
	Log    *slog.Logger
}

// Etcd is one running etcd, which any number of clusters and the stack's own state share. Only holders of a client
// certificate of its own authority reach its data, so no other user of the machine does.
//
// An acknowledged write survives the death of etcd, also by SIGKILL, since it is with the kernel by then. It may not
// survive a power failure: etcd runs without fsync, as the first start of a cluster is hundreds of small writes, each of
// which would wait for the disk.
type Etcd struct {
	supervisor *supervisor
	lock       *os.File
	endpoint   string
	pkiDir     string
	trust      *x509.CertPool
	client     tls.Certificate
}

// StartEtcd starts etcd and returns when it serves. The caller stops it after all clusters that use it.
func StartEtcd(ctx context.Context, cfg EtcdConfig) (*Etcd, error) {
	pkiDir := filepath.Join(cfg.Dir, "pki")
	if err := makeFolders(pkiDir, cfg.LogDir); err != nil {
		return nil, fmt.Errorf("start etcd: %w", err)
	}
	lock, err := lockFolder(cfg.Dir)
	if err != nil {
		return nil, fmt.Errorf("start etcd: %w", err)
	}
	e := &Etcd{supervisor: newSupervisor(cfg.Exited, cfg.Log), lock: lock, pkiDir: pkiDir}
	if err := e.start(ctx, cfg); err != nil {
		return nil, errors.Join(err, e.Stop(context.WithoutCancel(ctx)))
	}
	return e, nil
}

func (e *Etcd) start(ctx context.Context, cfg EtcdConfig) error {
	if err := e.issueCertificates(cfg.Now); err != nil {
		return fmt.Errorf("start etcd: %w", err)
	}
	port, err := reserve(ctx, EtcdComponent, cfg.Port, loadPorts(cfg.Dir)[EtcdComponent])
	if err != nil {
		return fmt.Errorf("start etcd: %w", err)
	}
	e.endpoint = port.url()
	err = ports{EtcdComponent: port.port}.save(cfg.Dir)
	port.release()
	if err != nil {
		return fmt.Errorf("start etcd: %w", err)
	}
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: e.ClientTLS()}}
	defer client.CloseIdleConnections()
	return e.supervisor.run(ctx, spec{
		name:    EtcdComponent,
		path:    cfg.Binary,
		args:    e.arguments(filepath.Join(cfg.Dir, "data")),
		dir:     cfg.Dir,
		logFile: filepath.Join(cfg.LogDir, EtcdComponent+".log"),
		signal:  syscall.SIGTERM,
		ready:   func(ctx context.Context, _ int64) error { return probe(ctx, client, e.endpoint+"/health") },
	})
}

func (e *Etcd) arguments(dataDir string) []string {
	const peer = "https://" + loopback + ":0"
	return []string{
		"--name=eksauth",
		"--data-dir=" + dataDir,
		"--listen-client-urls=" + e.endpoint,
		"--advertise-client-urls=" + e.endpoint,
		"--listen-peer-urls=" + peer,
		"--initial-advertise-peer-urls=" + peer,
		"--initial-cluster=eksauth=" + peer,
		"--trusted-ca-file=" + e.CAFile(),
		"--cert-file=" + filepath.Join(e.pkiDir, "server.pem"),
		"--key-file=" + filepath.Join(e.pkiDir, "server-key.pem"),
		"--client-cert-auth",
		"--peer-trusted-ca-file=" + e.CAFile(),
		"--peer-cert-file=" + filepath.Join(e.pkiDir, "server.pem"),
		"--peer-key-file=" + filepath.Join(e.pkiDir, "server-key.pem"),
		"--peer-client-cert-auth",
		"--unsafe-no-fsync",
		// A single member has nobody to wait for before it elects itself.
		"--heartbeat-interval=20",
		"--election-timeout=200",
		"--log-level=warn",
	}
}

func (e *Etcd) issueCertificates(now func() time.Time) error {
	ca, err := pki.LoadOrCreate(e.CAFile(), filepath.Join(e.pkiDir, "ca-key.pem"), "eksauth-etcd", now)
	if err != nil {
		return err
	}
	// etcd calls itself with its server certificate, so that one is a client's as well.
	server, err := ca.Issue(pki.Request{
		CommonName: "etcd", DNSNames: []string{"localhost"}, IPs: []net.IP{net.ParseIP(loopback)}, Server: true, Client: true,
	})
	if err != nil {
		return err
	}
	client, err := ca.Issue(pki.Request{CommonName: "eksauth", Client: true})
	if err != nil {
		return err
	}
	e.trust = ca.Pool()
	if e.client, err = client.TLS(); err != nil {
		return fmt.Errorf("read back the certificate of etcd's clients: %w", err)
	}
	return errors.Join(
		server.Write(filepath.Join(e.pkiDir, "server.pem"), filepath.Join(e.pkiDir, "server-key.pem")),
		client.Write(e.CertFile(), e.KeyFile()),
	)
}

// Endpoint is etcd's client URL.
func (e *Etcd) Endpoint() string { return e.endpoint }

// CAFile is the PEM file of the authority of etcd; with [Etcd.CertFile] and [Etcd.KeyFile] a client has all it needs.
func (e *Etcd) CAFile() string { return filepath.Join(e.pkiDir, "ca.pem") }

// CertFile is the client certificate; see [Etcd.CAFile].
func (e *Etcd) CertFile() string { return filepath.Join(e.pkiDir, "client.pem") }

// KeyFile is the key of the client certificate; see [Etcd.CAFile].
func (e *Etcd) KeyFile() string { return filepath.Join(e.pkiDir, "client-key.pem") }

// ClientTLS returns a configuration with which a client in this program reaches etcd.
func (e *Etcd) ClientTLS() *tls.Config {
	return &tls.Config{RootCAs: e.trust, Certificates: []tls.Certificate{e.client}, MinVersion: tls.VersionTLS12}
}

// Components describes the one process, etcd.
func (e *Etcd) Components() []Component { return e.supervisor.components() }

// Restart ends etcd, if it runs, and starts it on the same data and port.
func (e *Etcd) Restart(ctx context.Context) error { return e.supervisor.restart(ctx, EtcdComponent) }

// Kill ends etcd as a crash would.
func (e *Etcd) Kill() error { return e.supervisor.kill(EtcdComponent) }

// Stop ends etcd. Its data stays. Stopping twice does no harm.
func (e *Etcd) Stop(ctx context.Context) error {
	return errors.Join(e.supervisor.stop(ctx), release(e.lock))
}
