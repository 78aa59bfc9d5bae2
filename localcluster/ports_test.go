package localcluster

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// free returns a port that nobody has.
func free(t *testing.T) int {
	t.Helper()
	r, err := reserve(t.Context(), "test", 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	r.release()
	return r.port
}

func TestReserve(t *testing.T) {
	taken, err := reserve(t.Context(), "other", 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer taken.release()
	wanted, last := free(t), free(t)
	for name, test := range map[string]struct {
		wanted, last int
		want         func(port int) bool
	}{
		"the wanted port":            {wanted, last, func(port int) bool { return port == wanted }},
		"that of the last run":       {0, last, func(port int) bool { return port == last }},
		"another if that is taken":   {0, taken.port, func(port int) bool { return port != taken.port && port != 0 }},
		"any port for the first run": {0, 0, func(port int) bool { return port != 0 }},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := reserve(t.Context(), "test", test.wanted, test.last)
			if err != nil {
				t.Fatal(err)
			}
			defer r.release()
			if !test.want(r.port) {
				t.Errorf("port %d for wanted %d and last %d", r.port, test.wanted, test.last)
			}
		})
	}
	if r, err := reserve(t.Context(), "test", taken.port, 0); err == nil {
		r.release()
		t.Error("a taken port was reserved")
	}
}

func TestPortsAreRemembered(t *testing.T) {
	dir := t.TempDir()
	want := ports{APIServerComponent: 6443}
	if diff := cmp.Diff(ports{}, loadPorts(dir)); diff != "" {
		t.Errorf("before the first run (-want +got):\n%s", diff)
	}
	if err := want.save(dir); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, loadPorts(dir)); diff != "" {
		t.Errorf("after it (-want +got):\n%s", diff)
	}
	if err := os.WriteFile(filepath.Join(dir, portsFile), []byte(`{"kube-apis`), 0o600); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(ports{}, loadPorts(dir)); diff != "" {
		t.Errorf("of a broken file (-want +got):\n%s", diff)
	}
}
