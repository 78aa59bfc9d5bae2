package container

import (
	"path/filepath"
	"slices"
)

// Sockets is the folder of the runners' sockets, which all containers of a stack share.
const Sockets = "/run/eksauth"

// Programs are the names of the programs that can have a container of their own.
var Programs = []string{"etcd", "kube-apiserver", "kube-controller-manager", "aws-iam-authenticator"}

// Known tells whether a program of this name can have a container of its own.
func Known(program string) bool { return slices.Contains(Programs, program) }

func socketPath(dir, program string) string { return filepath.Join(dir, program+".sock") }

// request is one message to a runner. The first one on a connection has Start or asks for health; signals follow a start.
type request struct {
	Start  *start `json:"start,omitempty"`
	Signal int    `json:"signal,omitempty"`
}

// start is what a program is started with.
type start struct {
	Args []string `json:"args"`
	Env  []string `json:"env"`
	Dir  string   `json:"dir"`
}

// reply is one message of a runner: output, or the end of the program, or its health.
type reply struct {
	Output []byte `json:"output,omitempty"`
	// Ended says that the program has ended with the exit status Code, or could not be started, if Error says why.
	Ended bool   `json:"ended,omitempty"`
	Code  int    `json:"code,omitempty"`
	Error string `json:"error,omitempty"`
}
