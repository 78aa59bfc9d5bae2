//go:build !linux

package emulator

import "syscall"

// freeBind is of Linux alone.
func freeBind(_, _ string, _ syscall.RawConn) error { return nil }
