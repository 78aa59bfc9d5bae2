package offline

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// TestMain lets TestNamespace run this program again: inside, it proves the instrument and nothing else.
func TestMain(m *testing.M) {
	if !Inside() {
		os.Exit(m.Run())
	}
	if err := Prepare(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	attempts, err := Attempts()
	fmt.Fprintln(os.Stderr, "attempts:", attempts, err)
	if attempts < 1 || err != nil {
		os.Exit(1)
	}
	os.Exit(42)
}

func TestNamespace(t *testing.T) {
	code, err := Rerun(t.Context())
	if errors.Is(err, ErrUnavailable) {
		t.Skipf("this machine allows no network namespace: %v", err)
	}
	if err != nil || code != 42 {
		t.Errorf("exit status %d, %v; want 42: the outer program must report what the inner one did", code, err)
	}
}

func TestParseSockets(t *testing.T) {
	const tcp = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:11D6 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 5771 1 0000000000000000 100 0 0 10 0
   1: 0100007F:11D6 0100007F:D431 01 00000000:00000000 00:00000000 00000000     0        0 5772 1 0000000000000000 20 4 30 10 -1
   2: 0A01A8C0:D431 01020304:01BB 02 00000000:00000000 00:00000000 00000000     0        0 5773 1 0000000000000000 20 4 30 10 -1
   3: 0100007F:11D6 0100007F:D430 06 00000000:00000000 00:00000000 00000000     0        0 0 1 0000000000000000 20 4 30 10 -1
`
	got, err := parseSockets("tcp", tcp)
	if err != nil {
		t.Fatal(err)
	}
	want := []Socket{
		{Protocol: "tcp", Local: netip.MustParseAddrPort("127.0.0.1:4566"), Remote: netip.MustParseAddrPort("0.0.0.0:0"), Listening: true, inode: 5771},
		{Protocol: "tcp", Local: netip.MustParseAddrPort("127.0.0.1:4566"), Remote: netip.MustParseAddrPort("127.0.0.1:54321"), inode: 5772},
		{Protocol: "tcp", Local: netip.MustParseAddrPort("192.168.1.10:54321"), Remote: netip.MustParseAddrPort("4.3.2.1:443"), inode: 5773},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(Socket{}), cmpopts.EquateComparable(netip.AddrPort{})); diff != "" {
		t.Errorf("sockets (-want +got):\n%s", diff)
	}
}

func TestLoopback(t *testing.T) {
	const none = "00000000:0000"
	tests := []struct {
		name, local, remote string
		want                bool
	}{
		{"listens on loopback", "0100007F:0001", none, true},
		{"listens on all of 127/8", "0200007F:0001", none, true},
		{"listens everywhere", "00000000:0001", none, false},
		{"listens on IPv6 loopback", "00000000000000000000000001000000:0001", none, true},
		{"listens everywhere on IPv6", "00000000000000000000000000000000:0001", none, false},
		{"mapped loopback", "0000000000000000FFFF00000100007F:0001", "0000000000000000FFFF00000100007F:0002", true},
		{"connected elsewhere", "0100007F:0001", "01020304:01BB", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			line := fmt.Sprintf("header\n 0: %s %s 0A 0:0 0:0 0 0 0 77 1\n", tt.local, tt.remote)
			got, err := parseSockets("tcp6", line)
			if err != nil || len(got) != 1 {
				t.Fatalf("%v, %v", got, err)
			}
			if got[0].Loopback() != tt.want {
				t.Errorf("%s: Loopback() = %v, want %v", got[0], !tt.want, tt.want)
			}
		})
	}
}

func TestWatchSeesAChildsListenerAndOnlyThat(t *testing.T) {
	// Nothing that this process opens is outside loopback, and what other processes have does not count.
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer inner.Close()
	watch := Start()
	defer watch.Stop()
	listening, err := watch.Listening()
	if err != nil || len(listening) != 1 || listening[0].Local.String() != inner.Addr().String() {
		t.Errorf("listening: %v, %v; want %s alone", listening, err, inner.Addr())
	}
	if report := reportAfter(t, watch, 2); len(report.Outside) != 0 || report.Sockets == 0 {
		t.Fatalf("before: %+v", report)
	}
	// A socket that is bound to all addresses, without listening, accepts nothing; it must be seen all the same. The child
	// inherits it, and this process closes it at once.
	socket, err := net.ListenUDP("udp4", &net.UDPAddr{})
	if err != nil {
		t.Fatal(err)
	}
	local := fmt.Sprintf("udp %s bound", socket.LocalAddr())
	file, err := socket.File()
	if err != nil {
		t.Fatal(err)
	}
	child := exec.CommandContext(t.Context(), "sleep", "60")
	child.ExtraFiles = []*os.File{file}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = child.Process.Kill(); _ = child.Wait() }()
	file.Close()
	socket.Close()
	seen, _ := watch.Report()
	if report := reportAfter(t, watch, seen.Samples+3); !slices.Contains(report.Outside, local) {
		t.Errorf("after: %+v, want %q", report, local)
	}
}

// reportAfter waits until the watch has looked so often.
func reportAfter(t *testing.T, watch *Watch, samples int) Report {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(interval) {
		report, err := watch.Report()
		if err != nil {
			t.Fatal(err)
		}
		if report.Samples >= samples {
			return report
		}
	}
	t.Fatal("the watch does not look")
	return Report{}
}

func TestParseStat(t *testing.T) {
	parent, start, ok := parseStat("77 (a (strange) name) S 5 77 77 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 123456 1 1")
	if parent != 5 || start != "123456" || !ok {
		t.Errorf("got parent %d, start %q, %v; want 5, 123456, true", parent, start, ok)
	}
	if _, _, ok := parseStat("77 (cut"); ok {
		t.Error("a cut line: want not ok")
	}
}
