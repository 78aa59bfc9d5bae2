//go:build unix && !linux

package localcluster

import "syscall"

// childAttributes puts a child into a process group of its own, so that Ctrl-C in a terminal reaches it only through us.
// Only Linux can tie a child's life to its parent's.
func childAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true}
}
