package localcluster

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// healthPort is where the authenticator serves /healthz on all interfaces; no flag moves it (Server.Run in its
// pkg/server/server.go). It only logs that it cannot.
const healthPort = 21363

// holdHealthPort binds the authenticator's health port on the loopback address, without listening, so that the
// authenticator's own attempt on all interfaces fails and nothing is reachable from outside. SO_REUSEPORT lets every
// cluster of this user hold it; the authenticator does not set it, so it is refused. A port that somebody else has is as
// good. Close the file to let go.
func holdHealthPort() (*os.File, error) {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM, 0)
	if err != nil {
		return nil, fmt.Errorf("hold port %d: %w", healthPort, err)
	}
	unix.CloseOnExec(fd)
	held := os.NewFile(uintptr(fd), "health port")
	err = errors.Join(
		unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_REUSEPORT, 1),
		unix.Bind(fd, &unix.SockaddrInet4{Port: healthPort, Addr: [4]byte{127, 0, 0, 1}}),
	)
	if err != nil && !errors.Is(err, unix.EADDRINUSE) {
		_ = held.Close()
		return nil, fmt.Errorf("hold port %d: %w", healthPort, err)
	}
	return held, nil
}
