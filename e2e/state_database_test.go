package e2e

import (
	"bytes"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// database is an etcd of its own, whose process a spec may kill and start again over the same data.
type database struct {
	endpoint string
	args     []string
	prober   *http.Client
	output   *bytes.Buffer
	cmd      *exec.Cmd
	ended    chan struct{}
}

// startDatabase starts an etcd with its data in dir; it ends with the container that started it. With a certificate it takes
// only clients that have one of the same authority.
func startDatabase(dir string, certificate *certificates) *database {
	GinkgoHelper()
	d := &database{endpoint: "http://" + freeAddress(), prober: http.DefaultClient}
	if certificate != nil {
		d.endpoint = "https" + d.endpoint[len("http"):]
		d.args = []string{
			"--cert-file", certificate.serverCert, "--key-file", certificate.serverKey,
			"--client-cert-auth", "--trusted-ca-file", certificate.ca,
		}
		d.prober = &http.Client{Transport: &http.Transport{TLSClientConfig: certificate.client()}}
	}
	peer := "http://" + freeAddress()
	d.args = append(d.args, "--name", "one", "--data-dir", filepath.Join(dir, "etcd"), "--log-level", "error",
		"--listen-client-urls", d.endpoint, "--advertise-client-urls", d.endpoint,
		"--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster", "one="+peer)
	DeferCleanup(d.kill)
	d.start()
	return d
}

// freeAddress is a loopback address that nobody listens on at this moment.
func freeAddress() string {
	GinkgoHelper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	Expect(err).NotTo(HaveOccurred())
	defer l.Close()
	return l.Addr().String()
}

// start runs etcd until it says that it is healthy.
func (d *database) start() {
	GinkgoHelper()
	path, err := filepath.Abs("../bin/upstream/etcd")
	Expect(err).NotTo(HaveOccurred())
	d.cmd, d.output, d.ended = exec.Command(path, d.args...), &bytes.Buffer{}, make(chan struct{})
	d.cmd.Stdout, d.cmd.Stderr = d.output, d.output
	d.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	Expect(d.cmd.Start()).To(Succeed())
	go func() {
		_ = d.cmd.Wait() // it is killed in the end
		close(d.ended)
	}()
	Eventually(d.healthy).WithPolling(20 * time.Millisecond).Should(Succeed())
}

func (d *database) healthy() error {
	select {
	case <-d.ended:
		return StopTrying("etcd has ended: " + d.output.String())
	default:
	}
	response, err := d.prober.Get(d.endpoint + "/health")
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return &net.AddrError{Err: response.Status, Addr: d.endpoint}
	}
	return nil
}

// kill ends etcd as a loss of power would, but for what the kernel still writes.
func (d *database) kill() {
	if d.cmd == nil {
		return
	}
	_ = d.cmd.Process.Kill() // it may have ended
	<-d.ended
}
