package emulator

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/eksauth/eksauth/internal/store"
)

// etcdFlags are the flags that name an etcd.
type etcdFlags struct {
	endpoints     []string
	ca, cert, key string
}

func (f *etcdFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringSliceVar(&f.endpoints, "etcd", nil, "keep the state in the etcd at these `endpoints`, such as https://10.0.0.1:2379")
	cmd.Flags().StringVar(&f.ca, "etcd-cacert", "", "PEM `file` of the authority of etcd's certificate")
	cmd.Flags().StringVar(&f.cert, "etcd-cert", "", "PEM `file` of the client certificate for etcd")
	cmd.Flags().StringVar(&f.key, "etcd-key", "", "PEM `file` of the client certificate's key")
}

// config returns the etcd that the flags name, nil if they name none.
func (f *etcdFlags) config() (*store.EtcdConfig, error) {
	if len(f.endpoints) == 0 {
		if f.ca+f.cert+f.key != "" {
			return nil, usageError{errors.New("certificates for etcd are given, but not --etcd with its endpoints")}
		}
		return nil, nil
	}
	settings := &tls.Config{MinVersion: tls.VersionTLS12}
	if f.ca != "" {
		pem, err := os.ReadFile(f.ca)
		if err != nil {
			return nil, fmt.Errorf("read the authority of etcd: %w", err)
		}
		settings.RootCAs = x509.NewCertPool()
		if !settings.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("read the authority of etcd: %s has no certificate in PEM", f.ca)
		}
	}
	if f.cert != "" || f.key != "" {
		pair, err := tls.LoadX509KeyPair(f.cert, f.key)
		if err != nil {
			return nil, fmt.Errorf("read the client certificate for etcd (give both --etcd-cert and --etcd-key): %w", err)
		}
		settings.Certificates = []tls.Certificate{pair}
	}
	return &store.EtcdConfig{Endpoints: f.endpoints, TLS: settings}, nil
}

func (p *Program) serveCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run the emulated AWS services alone, without a cluster",
		Long: `Run the gateway with STS, IAM and EKS alone, in the foreground and without a cluster. Identities are those of the
configuration. They live in memory and are lost at the end, or with --etcd in an etcd, where any number of replicas share
them.`,
		Example: `  eksauth serve
  eksauth serve --listen 127.0.0.1:4600 --config team.yaml
  eksauth serve --name replica --etcd https://10.0.0.1:2379 --etcd-cacert ca.pem --etcd-cert client.pem --etcd-key client-key.pem`,
		Args: cobra.NoArgs,
	}
	stack := p.stackFlag(cmd)
	format := outputFlag(cmd)
	var o upOptions
	var etcd etcdFlags
	etcd.add(cmd)
	cmd.Flags().StringVar(&o.config, "config", "", "configuration `file` (YAML)")
	cmd.Flags().StringVar(&o.listen, "listen", defaultListen, "`address` of the gateway; port 0 takes a free one")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		h, err := stack()
		if err != nil {
			return err
		}
		if o.etcd, err = etcd.config(); err != nil {
			return err
		}
		o.home, o.fakesOnly = h, true
		return p.upHere(cmd.Context(), o, p.progress(*format))
	}
	return cmd
}
