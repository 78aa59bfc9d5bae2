package localcluster

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// processesIn returns the processes whose working folder is dir.
func processesIn(t *testing.T, dir string) []string {
	t.Helper()
	folders, err := filepath.Glob("/proc/[0-9]*/cwd")
	if err != nil || len(folders) == 0 {
		t.Skipf("NOT TESTED: no processes in /proc (%v)", err)
	}
	var found []string
	for _, folder := range folders {
		if target, err := os.Readlink(folder); err == nil && target == dir {
			found = append(found, filepath.Dir(folder))
		}
	}
	return found
}

// listeners returns the local addresses, in the kernel's notation, on which a process listens.
func listeners(t *testing.T, pid int) []string {
	t.Helper()
	sockets := map[string]bool{}
	files, err := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", pid))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if target, err := os.Readlink(file); err == nil && strings.HasPrefix(target, "socket:[") {
			sockets[strings.Trim(target, "socket:[]")] = true
		}
	}
	var found []string
	for _, table := range []string{"tcp", "tcp6", "udp", "udp6"} {
		content, err := os.ReadFile("/proc/net/" + table)
		if err != nil {
			t.Skipf("NOT TESTED: %v", err)
		}
		for line := range strings.Lines(string(content)) {
			fields := strings.Fields(line)
			const listening, unconnected = "0A", "07"
			if (fields[3] == listening || fields[3] == unconnected) && sockets[fields[9]] {
				found = append(found, table+" "+fields[1])
			}
		}
	}
	return found
}

// checkLoopbackOnly fails if a component listens on any address but 127.0.0.1.
func checkLoopbackOnly(t *testing.T, components []Component) {
	t.Helper()
	seen := 0
	for _, component := range components {
		for _, address := range listeners(t, component.PID) {
			seen++
			if !strings.HasPrefix(address, "tcp 0100007F:") {
				t.Errorf("%s listens on %s", component.Name, address)
			}
		}
	}
	if seen < 3 {
		t.Errorf("%d listeners found, fewer than there must be", seen)
	}
}

func TestHealthPortIsHeldByEveryCluster(t *testing.T) {
	for range 2 {
		held, err := holdHealthPort()
		if err != nil {
			t.Fatal(err)
		}
		defer held.Close()
	}
	if listener, err := net.Listen("tcp", fmt.Sprintf(":%d", healthPort)); err == nil {
		_ = listener.Close()
		t.Error("the port could be opened on all interfaces")
	}
}
