package localcluster

import "syscall"

// childAttributes puts a child into a process group of its own, so that Ctrl-C in a terminal reaches it only through us,
// and has the kernel kill it when we die, even by SIGKILL.
func childAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
