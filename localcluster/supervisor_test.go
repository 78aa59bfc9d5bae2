package localcluster

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eksauth/eksauth/internal/controlplane"
)

// shell describes a component that runs a shell script; it is ready once its log has the word "ready".
func shell(t *testing.T, dir, name, script string) spec {
	t.Helper()
	logFile := filepath.Join(dir, name+".log")
	return spec{
		name: name, path: "/bin/sh", args: []string{"-c", script}, dir: dir, logFile: logFile, signal: syscall.SIGTERM,
		ready: func(_ context.Context, since int64) error {
			if !controlplane.Logged(logFile, since, "it serves") {
				return errors.New("not ready")
			}
			return nil
		},
	}
}

func newTestSupervisor(t *testing.T, exited func(string, error)) *supervisor {
	t.Helper()
	s := newSupervisor(exited, testLog(t))
	t.Cleanup(func() {
		if err := s.stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestStartThatFailsQuotesTheLastLines(t *testing.T) {
	for name, test := range map[string]struct {
		script string
		want   []string
	}{
		"exit":        {"echo one; echo two >&2; exit 3", []string{"api ended by itself (exit status 3)", "  one\n  two"}},
		"silent exit": {"exit 0", []string{"exit status 0"}},
		"damaged":     {`printf 'no database\npanic: failed to open database\n\ngoroutine 7 [running]:\nmain.main()\n'; exit 2`, []string{"eksauth down --purge", "no database\n"}},
		"full disk":   {"echo 'write wal: no space left on device'; exit 1", []string{"the disk is full, make room"}},
		"taken port":  {"echo 'listen: address already in use'; exit 1", []string{"port was taken"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newTestSupervisor(t, nil)
			err := s.run(t.Context(), shell(t, t.TempDir(), "api", test.script))
			for _, want := range test.want {
				if err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("error %v does not say %q", err, want)
				}
			}
		})
	}
}

func TestMissingProgramNamesTheFix(t *testing.T) {
	s := newTestSupervisor(t, nil)
	missing := shell(t, t.TempDir(), "etcd", "")
	missing.path = "/nowhere/etcd"
	err := s.run(t.Context(), missing)
	if err == nil || !strings.Contains(err.Error(), "make upstream") || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("error %v does not name the fix", err)
	}
}

func TestDeathIsReportedOnceWithLastLines(t *testing.T) {
	reports := make(chan error, 2)
	s := newTestSupervisor(t, func(component string, err error) {
		if component != "api" {
			t.Errorf("component %q is reported", component)
		}
		reports <- err
	})
	if err := s.run(t.Context(), shell(t, t.TempDir(), "api", "echo it serves; echo my last words; exec sleep 60")); err != nil {
		t.Fatal(err)
	}
	if err := s.kill("api"); err != nil {
		t.Fatal(err)
	}
	if err := <-reports; !strings.Contains(err.Error(), "my last words") || !strings.Contains(err.Error(), "killed") {
		t.Errorf("report %v does not say how it ended", err)
	}
	got := s.components()
	want := []Component{{Name: "api", LogFile: got[0].LogFile, State: Exited}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("components (-want +got):\n%s", diff)
	}
	if err := s.restart(t.Context(), "api"); err != nil {
		t.Fatal(err)
	}
	if got := s.components()[0]; got.State != Running || got.PID == 0 {
		t.Errorf("after the restart: %+v", got)
	}
	if len(reports) > 0 {
		t.Errorf("a second report: %v", <-reports)
	}
}

func TestStopReversesTheOrderAndReportsNoDeath(t *testing.T) {
	dir := t.TempDir()
	s := newSupervisor(func(component string, err error) { t.Errorf("%s is reported: %v", component, err) }, testLog(t))
	for _, name := range []string{"first", "second"} {
		script := "trap 'echo " + name + " >>order; exit' TERM; echo it serves; while :; do sleep 0.01; done"
		if err := s.run(t.Context(), shell(t, dir, name, script)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.restart(t.Context(), "first"); !errors.Is(err, errStopped) {
		t.Errorf("a restart after the stop: error %v", err)
	}
	order, err := os.ReadFile(filepath.Join(dir, "order"))
	if err != nil || string(order) != "second\nfirst\n" {
		t.Errorf("stopped in order %q, error %v", order, err)
	}
}

func TestCancelledStartLeavesNoProcess(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s := newTestSupervisor(t, nil)
	never := shell(t, t.TempDir(), "api", "exec sleep 60")
	never.ready = func(context.Context, int64) error {
		cancel()
		return errors.New("not ready")
	}
	if err := s.run(ctx, never); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v is not that of the context", err)
	}
	if got := s.components()[0]; got.PID != 0 || got.State != Stopped {
		t.Errorf("after the cancelled start: %+v", got)
	}
}

func TestLogsOfTwoRunsAreKept(t *testing.T) {
	dir := t.TempDir()
	for _, script := range []string{"echo first; echo it serves", "echo second; echo it serves"} {
		s := newSupervisor(nil, testLog(t))
		if err := s.run(t.Context(), shell(t, dir, "api", script+"; exec sleep 60")); err != nil {
			t.Fatal(err)
		}
		if err := s.stop(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	for file, want := range map[string]string{"api.log": "second", "api.log.1": "first"} {
		if !controlplane.Logged(filepath.Join(dir, file), 0, want) {
			t.Errorf("%s lacks %q", file, want)
		}
	}
	info, err := os.Stat(filepath.Join(dir, "api.log"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("log has mode %v, error %v", info.Mode(), err)
	}
}
