package e2e

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/eksauth/eksauth/e2e/offline"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// Nothing that a spec waits for takes this long, even on a machine with much else to do.
const (
	patience = time.Minute
	poll     = 200 * time.Millisecond
	// creation is for a cluster of containers.
	creation = 4 * time.Minute
)

// watch sees every socket from before the first stack starts, and attemptsBefore is the kernel's count at that time.
var (
	watch          *offline.Watch
	attemptsBefore int
)

// TestMain takes the suite offline before anything else happens.
func TestMain(m *testing.M) {
	code, err := runOffline(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "e2e:", err)
		code = max(code, 1)
	}
	os.Exit(code)
}

// runOffline runs the specs in a network namespace that has only loopback, if all clusters are made of processes of our own.
func runOffline(m *testing.M) (int, error) {
	if offline.Inside() {
		if err := offline.Prepare(context.Background()); err != nil {
			return 1, err
		}
		return m.Run(), nil
	}
	if !slices.Equal(kinds(), []string{local}) {
		return m.Run(), nil
	}
	code, err := offline.Rerun(context.Background())
	if errors.Is(err, offline.ErrUnavailable) {
		fmt.Fprintf(os.Stderr, "e2e: %v: the suite looks at its processes' sockets instead, which can miss a short attempt\n", err)
		return m.Run(), nil
	}
	return code, err
}

// kinds returns the kinds of cluster that E2E_CLUSTERS names.
func kinds() []string {
	return strings.FieldsFunc(os.Getenv("E2E_CLUSTERS"), func(r rune) bool { return r == ',' || r == ' ' })
}

func TestE2E(t *testing.T) {
	if len(kinds()) == 0 {
		t.Skip("E2E_CLUSTERS names no cluster to run on: use make e2e")
	}
	for _, kind := range kinds() {
		if _, known := stacks[kind]; !known {
			t.Fatalf("E2E_CLUSTERS names %q: known are %v", kind, slices.Sorted(maps.Keys(stacks)))
		}
	}
	RegisterFailHandler(Fail)
	SetDefaultEventuallyTimeout(patience)
	SetDefaultEventuallyPollingInterval(poll)
	var err error
	if attemptsBefore, err = offline.Attempts(); err != nil {
		t.Fatal(err)
	}
	watch = offline.Start()
	defer watch.Stop()
	RunSpecs(t, "eksauth")
}

// The specs of one cluster run in order, because the last ones look back at what all others did. Each puts back what it
// changes, so that one that fails does not drag others down.
var _ = Describe("The story", func() {
	for _, kind := range kinds() {
		Describe("on a "+kind+" cluster", Label(kind), Ordered, ContinueOnFailure, func() {
			w := &world{}
			BeforeAll(func() { w.start(kind) })
			identitySpecs(w)
			tokenSpecs(w)
			foundingSpecs(w)
			accessSpecs(w)
			roleSpecs(w)
			refusalSpecs(w)
			if kind == compose {
				containerSpecs(w)
			}
			if kind == local { // containers reach the stack at an address of their own network
				loopbackSpecs(w)
			}
		})
	}
})
