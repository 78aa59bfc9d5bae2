package pki

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"os"
)

// Leaf is a certificate with its key.
type Leaf struct {
	// CertPEM is the certificate alone: the authority is a root, so no chain follows it.
	CertPEM []byte
	// KeyPEM is the private key in PKCS #8.
	KeyPEM []byte
}

// Issue signs a leaf certificate with a new key.
func (ca *CA) Issue(req Request) (*Leaf, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make a key for %q: %w", req.CommonName, err)
	}
	serial, err := serialNumber()
	if err != nil {
		return nil, err
	}
	start := ca.now().Add(-backdate)
	template := &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{CommonName: req.CommonName, Organization: req.Organizations},
		NotBefore:    start,
		NotAfter:     start.Add(leafLifetime),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  req.extKeyUsage(),
		DNSNames:     req.DNSNames,
		IPAddresses:  req.IPs,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, ca.cert, key.Public(), ca.key)
	if err != nil {
		return nil, fmt.Errorf("sign a certificate for %q: %w", req.CommonName, err)
	}
	keyPEM, err := encodeKey(key)
	if err != nil {
		return nil, err
	}
	return &Leaf{CertPEM: encodeCert(der), KeyPEM: keyPEM}, nil
}

func (r Request) extKeyUsage() []x509.ExtKeyUsage {
	var usage []x509.ExtKeyUsage
	if r.Server {
		usage = append(usage, x509.ExtKeyUsageServerAuth)
	}
	if r.Client {
		usage = append(usage, x509.ExtKeyUsageClientAuth)
	}
	return usage
}

// TLS returns the leaf as crypto/tls takes it.
func (l *Leaf) TLS() (tls.Certificate, error) {
	return tls.X509KeyPair(l.CertPEM, l.KeyPEM)
}

// Write stores the leaf in certFile and keyFile, the key with mode 0600.
func (l *Leaf) Write(certFile, keyFile string) error {
	if err := os.WriteFile(keyFile, l.KeyPEM, 0o600); err != nil {
		return fmt.Errorf("write a private key: %w", err)
	}
	if err := os.WriteFile(certFile, l.CertPEM, 0o644); err != nil {
		return fmt.Errorf("write a certificate: %w", err)
	}
	return nil
}
