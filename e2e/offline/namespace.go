package offline

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"unsafe"
)

// inside marks the environment of the program in its namespace.
const inside = "E2E_OFFLINE"

// ErrUnavailable says that this machine does not let the caller make a network namespace.
var ErrUnavailable = errors.New("no network namespace to be had")

// Inside tells whether the program runs in the namespace that Rerun made.
func Inside() bool { return os.Getenv(inside) != "" }

// Rerun runs the program again, with the same arguments, in a network namespace of its own, and returns its exit status. The
// error is ErrUnavailable if the machine allows no namespace; then nothing has run.
func Rerun(ctx context.Context) (int, error) {
	self, err := os.Executable()
	if err != nil {
		return 0, fmt.Errorf("find the test program: %w", err)
	}
	cmd := exec.CommandContext(ctx, self, os.Args[1:]...)
	cmd.Args[0] = os.Args[0]
	cmd.Env = append(os.Environ(), inside+"=1")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.SysProcAttr = namespace(os.Getuid(), os.Getgid())
	// A terminal sends Ctrl-C to both; the inner program cleans up, and this one waits for it.
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt)
	defer signal.Stop(signals)
	if err := cmd.Start(); err != nil {
		return 0, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	var exit *exec.ExitError
	if err := cmd.Wait(); err != nil && !errors.As(err, &exit) {
		return 0, fmt.Errorf("run the test program offline: %w", err)
	}
	return cmd.ProcessState.ExitCode(), nil
}

// namespace asks for a network namespace; whoever is not root needs a user namespace around it, in which he counts as root.
func namespace(uid, gid int) *syscall.SysProcAttr {
	attr := &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET}
	if uid != 0 {
		attr.Cloneflags |= syscall.CLONE_NEWUSER
		attr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: uid, Size: 1}}
		attr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: gid, Size: 1}}
	}
	return attr
}

// Prepare brings the loopback interface of a new namespace up and checks the instrument: an attempt to reach an address
// that is reserved for documentation (RFC 5737, RFC 3849) must fail and must be counted.
func Prepare(ctx context.Context) error {
	if err := loopbackUp(); err != nil {
		return err
	}
	for _, address := range []string{"192.0.2.1:443", "[2001:db8::1]:443"} {
		if err := checkCounter(ctx, address); err != nil {
			return err
		}
	}
	return nil
}

func checkCounter(ctx context.Context, address string) error {
	before, err := Attempts()
	if err != nil {
		return err
	}
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", address)
	if err == nil {
		conn.Close()
		return fmt.Errorf("the namespace is not offline: %s was reached", address)
	}
	if errors.Is(err, syscall.EAFNOSUPPORT) || errors.Is(err, syscall.EADDRNOTAVAIL) {
		return nil // a kernel without IPv6 has nothing to count
	}
	after, err := Attempts()
	if err != nil {
		return err
	}
	if after != before+1 {
		return fmt.Errorf("the kernel counted %d attempts to reach %s: it must count one", after-before, address)
	}
	return nil
}

// loopbackUp sets the flag IFF_UP of the interface lo (netdevice(7)).
func loopbackUp() error {
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_DGRAM, 0)
	if err != nil {
		return fmt.Errorf("open a socket to bring the loopback interface up: %w", err)
	}
	defer syscall.Close(fd)
	var request struct {
		name  [syscall.IFNAMSIZ]byte
		flags uint16
		_     [22]byte
	}
	copy(request.name[:], "lo")
	request.flags = syscall.IFF_UP | syscall.IFF_RUNNING
	_, _, errno := syscall.Syscall(syscall.SYS_IOCTL, uintptr(fd), syscall.SIOCSIFFLAGS, uintptr(unsafe.Pointer(&request)))
	if errno != 0 {
		return fmt.Errorf("bring the loopback interface up: %w", errno)
	}
	return nil
}
