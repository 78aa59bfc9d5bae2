package gateway

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"
)

const callerIdentity = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
<Arn>%s</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>`

func config(client *http.Client, region string) aws.Config {
	return aws.Config{
		Region: region, HTTPClient: client, RetryMaxAttempts: 1,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "AKIAIOSFODNN7EXAMPLE", SecretAccessKey: "secret"}, nil
		}),
	}
}

// TestSDKClientsThroughTheProxy holds that SDK clients need nothing but the proxy and the authority.
func TestSDKClientsThroughTheProxy(t *testing.T) {
	toy := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/xml")
		fmt.Fprintf(w, callerIdentity, r.Proto+" "+r.Host)
	})
	var d dials
	g := start(t, Config{Services: map[string]http.Handler{"sts": toy}, Dial: d.dial})
	for _, region := range []string{"us-east-2", "cn-north-1", "us-gov-west-1"} {
		answer, err := sts.NewFromConfig(config(g.client(t), region)).GetCallerIdentity(t.Context(), nil)
		if err != nil {
			t.Errorf("%s: %v", region, err)
			continue
		}
		if arn := aws.ToString(answer.Arn); !strings.HasPrefix(arn, "HTTP/2.0 sts."+region+".") {
			t.Errorf("%s: the service saw %s", region, arn)
		}
	}
	var refused smithy.APIError
	_, err := eks.NewFromConfig(config(g.client(t), "us-east-2")).ListClusters(t.Context(), nil)
	if !errors.As(err, &refused) || refused.ErrorCode() != "UnsupportedService" || !strings.Contains(refused.ErrorMessage(), "service eks") {
		t.Errorf("a service that is not offered: %v", err)
	}
	if d.addresses != nil {
		t.Errorf("the gateway connected to %q", d.addresses)
	}
}

func TestOnlyTheStacksAuthorityIsBelieved(t *testing.T) {
	g, other := start(t, Config{}), start(t, Config{})
	client := g.client(t)
	client.Transport.(*http.Transport).TLSClientConfig.RootCAs = other.ca.Pool()
	var untrusted *tls.CertificateVerificationError
	if _, err := client.Get("https://" + stsOhio); !errors.As(err, &untrusted) {
		t.Errorf("got %v, want a certificate that is not trusted", err)
	}
}

// open opens a tunnel and returns it after the handshake, which asks for name.
func (g *running) open(t *testing.T, host, name string) *tls.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", g.address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	fmt.Fprintf(conn, "CONNECT %s HTTP/1.1\r\nHost: %[1]s\r\n\r\n", host)
	got := make([]byte, len(granted))
	if _, err := io.ReadFull(conn, got); err != nil || string(got) != granted {
		t.Fatalf("CONNECT %s: %q, %v", host, got, err)
	}
	secure := tls.Client(conn, &tls.Config{RootCAs: g.ca.Pool(), ServerName: name})
	if err := secure.Handshake(); err != nil {
		t.Fatalf("handshake for %s: %v", name, err)
	}
	return secure
}

// TestTunnelsAreForOneHost holds that a request in a tunnel is for the tunnel's host, and that control routes are not in it.
func TestTunnelsAreForOneHost(t *testing.T) {
	control := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "control") })
	g := start(t, Config{Control: control})
	tests := []struct {
		name, raw string
		want      int
		body      string
	}{
		{"the same host", request("GET /", stsOhio, "", ""), 200, "sts GET"},
		{"with its port and in capitals", request("GET /", "STS.us-east-2.amazonaws.com:443", "", ""), 200, "sts GET"},
		{"in a proxy's form", request("GET https://"+stsOhio+"/x", stsOhio, "", ""), 200, "uri=/x path=/x abs=false"},
		{"a control path", request("GET /_eksauth/status", stsOhio, "", ""), 200, "sts GET"},
		{"another AWS host", request("GET /", "iam.amazonaws.com", "", ""), 421, "opened for " + stsOhio},
		{"control", request("GET /_eksauth/status", loopback, "", ""), 421, "another host"},
		{"a tunnel in the tunnel", "CONNECT sts.us-east-2.amazonaws.com:443 HTTP/1.1\r\nHost: sts.us-east-2.amazonaws.com:443\r\n\r\n", 421, "CONNECT"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			conn := g.open(t, stsOhio+":443", stsOhio)
			if _, err := io.WriteString(conn, test.raw); err != nil {
				t.Fatal(err)
			}
			resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
			if err != nil {
				t.Fatal(err)
			}
			if body := readAll(t, resp); resp.StatusCode != test.want || !strings.Contains(body, test.body) {
				t.Errorf("got %d %q, want %d %q", resp.StatusCode, body, test.want, test.body)
			}
		})
	}
}

// TestEagerClients holds that bytes sent along with CONNECT are not lost.
func TestEagerClients(t *testing.T) {
	g := start(t, Config{})
	conn, err := net.Dial("tcp", g.address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	eager := &eagerConn{Conn: conn, first: "CONNECT " + stsOhio + ":443 HTTP/1.1\r\nHost: " + stsOhio + ":443\r\n\r\n"}
	secure := tls.Client(eager, &tls.Config{RootCAs: g.ca.Pool(), ServerName: stsOhio})
	if err := secure.Handshake(); err != nil {
		t.Fatal(err)
	}
}

// eagerConn sends first in one write with the first bytes of the handshake, and skips the answer to it.
type eagerConn struct {
	net.Conn
	first   string
	skipped bool
}

func (c *eagerConn) Write(p []byte) (int, error) {
	first := c.first
	c.first = ""
	n, err := c.Conn.Write(append([]byte(first), p...))
	return n - len(first), err
}

func (c *eagerConn) Read(p []byte) (int, error) {
	if !c.skipped {
		c.skipped = true
		if _, err := io.ReadFull(c.Conn, make([]byte, len(granted))); err != nil {
			return 0, err
		}
	}
	return c.Conn.Read(p)
}

// TestNothingIsForwarded holds that the gateway connects to nothing but clusters, and says what was asked and what helps.
func TestNothingIsForwarded(t *testing.T) {
	var d dials
	g := start(t, Config{Dial: d.dial})
	tests := []struct {
		name, raw string
		status    int
		want      string
	}{
		{"another host", "CONNECT github.com:443", 403, "NO_PROXY,github.com"},
		{"a bucket", "CONNECT bucket.s3.us-east-2.amazonaws.com:443", 403, "bucket.s3.us-east-2.amazonaws.com is neither"},
		{"an unknown cluster", "CONNECT 0123.gr7.us-east-2.eks.amazonaws.com:443", 403, "nor a cluster of this stack"},
		{"an address", "CONNECT 192.0.2.1:443", 403, "192.0.2.1"},
		{"the gateway itself", "CONNECT 127.0.0.1:4566", 403, "127.0.0.1"},
		{"IPv6", "CONNECT [2001:db8::1]:443", 403, "2001:db8::1"},
		{"another port of AWS", "CONNECT sts.us-east-2.amazonaws.com:80", 403, "port 443 only"},
		{"no port", "CONNECT sts.us-east-2.amazonaws.com", 400, "host:port"},
		{"metadata in a tunnel", "CONNECT 169.254.169.254:443", 403, "AWS_EC2_METADATA_DISABLED"},
		{"plain", "GET http://example.com/", 403, "NO_PROXY,example.com"},
		{"secure without a tunnel", "GET https://example.com/", 403, "example.com"},
		{"another scheme", "GET ftp://example.com/", 403, "example.com"},
		{"metadata", "PUT http://169.254.169.254/latest/api/token", 403, "AWS_EC2_METADATA_DISABLED"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			status, header, body := g.send(t, request(test.raw, "x", "", ""))
			if status != test.status || !strings.Contains(body, test.want) || !strings.HasPrefix(body, "eksauth") {
				t.Errorf("got %d %q, want %d %q", status, body, test.status, test.want)
			}
			if kind := header.Get("Content-Type"); kind != "text/plain; charset=utf-8" {
				t.Errorf("content type %q", kind)
			}
		})
	}
	if diff := cmp.Diff([]string(nil), d.addresses); diff != "" {
		t.Errorf("connections (-want +got):\n%s", diff)
	}
}

// TestProxyClientsSeeTheReason holds that the reason is where Go clients, kubectl among them, look for it.
func TestProxyClientsSeeTheReason(t *testing.T) {
	g := start(t, Config{})
	if _, err := g.client(t).Get("https://github.com"); err == nil || !strings.Contains(err.Error(), "github.com is neither an AWS endpoint") {
		t.Errorf("got %v", err)
	}
}

func TestMetadataHandler(t *testing.T) {
	g := start(t, Config{Metadata: echo("metadata")})
	status, _, body := g.send(t, request("PUT http://169.254.169.254/latest/api/token", metadataHost, "", ""))
	if status != http.StatusOK || !strings.HasPrefix(body, "metadata PUT HTTP/1.1 host=169.254.169.254 uri=/latest/api/token") {
		t.Errorf("got %d %q", status, body)
	}
}
