package pki

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"time"
)

const (
	// caLifetime keeps an authority usable for as long as a stack's folder is likely to live.
	caLifetime = 10 * 365 * 24 * time.Hour
	// leafLifetime stays below the 398 days above which some clients refuse a server certificate
	// (CA/Browser Forum Baseline Requirements, section 6.3.2).
	leafLifetime = 397 * 24 * time.Hour
	// backdate tolerates a client whose clock is behind ours.
	backdate = time.Hour
)

// CA signs leaf certificates. It is safe for concurrent use.
type CA struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	now  func() time.Time
}

// Request describes a leaf certificate.
type Request struct {
	// CommonName is the subject's name; Kubernetes reads it as the user name of a client.
	CommonName string
	// Organizations are the subject's organizations; Kubernetes reads them as a client's groups.
	Organizations []string
	// DNSNames and IPs are what a server may be called.
	DNSNames []string
	IPs      []net.IP
	// Server and Client say what the certificate may be used for.
	Server, Client bool
}

// New makes a self-signed authority called name. Its validity starts from now().
func New(name string, now func() time.Time) (*CA, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make the key of authority %q: %w", name, err)
	}
	serial, err := serialNumber()
	if err != nil {
		return nil, err
	}
	start := now().Add(-backdate)
	template := &x509.Certificate{
		SerialNumber:          serial,
		Subject:               pkix.Name{CommonName: name},
		NotBefore:             start,
		NotAfter:              start.Add(caLifetime),
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
		IsCA:                  true,
		BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("sign authority %q: %w", name, err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("read back authority %q: %w", name, err)
	}
	return &CA{cert: cert, key: key, now: now}, nil
}

// LoadOrCreate reads the authority from certFile and keyFile, or makes one called name and writes it there (the key with
// mode 0600). An authority of which only one file exists is an error, since a new one would break whoever trusts the old.
func LoadOrCreate(certFile, keyFile, name string, now func() time.Time) (*CA, error) {
	certPEM, certErr := os.ReadFile(certFile)
	keyPEM, keyErr := os.ReadFile(keyFile)
	if errors.Is(certErr, os.ErrNotExist) && errors.Is(keyErr, os.ErrNotExist) {
		return create(certFile, keyFile, name, now)
	}
	if err := errors.Join(certErr, keyErr); err != nil {
		return nil, fmt.Errorf("read authority %q (remove both %s and %s to make a new one): %w", name, certFile, keyFile, err)
	}
	pair, err := tls.X509KeyPair(certPEM, keyPEM)
	if err != nil {
		return nil, fmt.Errorf("load authority from %s and %s (remove both to make a new one): %w", certFile, keyFile, err)
	}
	key, ok := pair.PrivateKey.(*ecdsa.PrivateKey)
	if !ok || !pair.Leaf.IsCA {
		return nil, fmt.Errorf("load authority from %s: not an ECDSA certificate authority (remove it and %s to make a new one)", certFile, keyFile)
	}
	return &CA{cert: pair.Leaf, key: key, now: now}, nil
}

func create(certFile, keyFile, name string, now func() time.Time) (*CA, error) {
	ca, err := New(name, now)
	if err != nil {
		return nil, err
	}
	keyPEM, err := encodeKey(ca.key)
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(keyFile, keyPEM, 0o600); err != nil {
		return nil, fmt.Errorf("write the key of authority %q: %w", name, err)
	}
	if err := os.WriteFile(certFile, ca.CertPEM(), 0o644); err != nil {
		return nil, fmt.Errorf("write authority %q: %w", name, err)
	}
	return ca, nil
}

// CertPEM returns the authority's certificate, which clients are to trust.
func (ca *CA) CertPEM() []byte { return encodeCert(ca.cert.Raw) }

// Pool returns a pool that trusts this authority alone.
func (ca *CA) Pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(ca.cert)
	return pool
}

func serialNumber() (*big.Int, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return nil, fmt.Errorf("make a serial number: %w", err)
	}
	return serial, nil
}

func encodeCert(der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

func encodeKey(key *ecdsa.PrivateKey) ([]byte, error) {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("encode a private key: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), nil
}
