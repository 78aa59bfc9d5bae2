package emulator

import (
	"errors"
	"syscall"
)

// ipFreeBind lets a socket have an address that no interface has yet (ip(7)): podman makes the bridge of a network when its
// first container starts, and the nodes' containers are given the stack's address before.
const ipFreeBind = 15 // linux/in.h

func freeBind(_, _ string, socket syscall.RawConn) error {
	var failed error
	err := socket.Control(func(fd uintptr) {
		failed = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_IP, ipFreeBind, 1)
	})
	return errors.Join(err, failed)
}
