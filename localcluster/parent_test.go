package localcluster

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"testing"
	"time"
)

// parentVariable names a folder to a run of the test program that shall be a parent.
const parentVariable = "LOCALCLUSTER_TEST_PARENT"

func TestMain(m *testing.M) {
	if dir := os.Getenv(parentVariable); dir != "" {
		beParent(dir)
	}
	os.Exit(m.Run())
}

// beParent starts a child under a supervisor, prints its PID and waits to be killed.
func beParent(dir string) {
	s := newSupervisor(nil, slog.New(slog.DiscardHandler))
	err := s.run(context.Background(), spec{
		name: "child", path: "/bin/sleep", args: []string{"600"}, dir: dir, logFile: dir + "/child.log", signal: syscall.SIGTERM,
		ready: func(context.Context, int64) error { return nil },
	})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(s.components()[0].PID)
	select {}
}

func TestKilledParentLeavesNoProcess(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux ends a child with its parent")
	}
	parent := exec.Command(os.Args[0])
	parent.Env = append(os.Environ(), parentVariable+"="+t.TempDir())
	output, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	var child int
	if _, err := fmt.Fscan(output, &child); err != nil {
		rest, _ := io.ReadAll(output)
		t.Fatalf("%v: %s", err, rest)
	}
	if syscall.Kill(child, 0) != nil {
		t.Fatalf("child %d does not run", child)
	}
	if err := parent.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = parent.Wait()
	eventually(t, 5*time.Second, func() bool { return errors.Is(syscall.Kill(child, 0), syscall.ESRCH) })
}
