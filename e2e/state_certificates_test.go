package e2e

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// certificates are the files of an authority, and of a server and a client that it vouches for.
type certificates struct {
	ca, serverCert, serverKey, clientCert, clientKey string
}

func newCertificates(dir string) *certificates {
	GinkgoHelper()
	at := func(name string) string { return filepath.Join(dir, name) }
	c := &certificates{at("ca.pem"), at("server.pem"), at("server-key.pem"), at("client.pem"), at("client-key.pem")}
	authority := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "authority"}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign, NotBefore: time.Now().Add(-time.Minute), NotAfter: time.Now().Add(time.Hour),
	}
	key := issue(authority, authority, nil, c.ca, at("ca-key.pem"))
	for _, files := range [][2]string{{c.serverCert, c.serverKey}, {c.clientCert, c.clientKey}} {
		issue(&x509.Certificate{
			SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "etcd"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
			KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
			NotBefore: authority.NotBefore, NotAfter: authority.NotAfter,
		}, authority, key, files[0], files[1])
	}
	return c
}

// issue writes a certificate and its key, which it returns; without a parent's key the certificate signs itself.
func issue(template, parent *x509.Certificate, parentKey *ecdsa.PrivateKey, certFile, keyFile string) *ecdsa.PrivateKey {
	GinkgoHelper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	Expect(err).NotTo(HaveOccurred())
	if parentKey == nil {
		parentKey = key
	}
	cert, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, parentKey)
	Expect(err).NotTo(HaveOccurred())
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	Expect(err).NotTo(HaveOccurred())
	for file, block := range map[string]*pem.Block{certFile: {Type: "CERTIFICATE", Bytes: cert}, keyFile: {Type: "PRIVATE KEY", Bytes: secret}} {
		Expect(os.WriteFile(file, pem.EncodeToMemory(block), 0o600)).To(Succeed())
	}
	return key
}

// client is how a client with the certificate connects.
func (c *certificates) client() *tls.Config {
	GinkgoHelper()
	pair, err := tls.LoadX509KeyPair(c.clientCert, c.clientKey)
	Expect(err).NotTo(HaveOccurred())
	roots := x509.NewCertPool()
	Expect(roots.AppendCertsFromPEM([]byte(readable(c.ca)))).To(BeTrue())
	return &tls.Config{RootCAs: roots, Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}
}
