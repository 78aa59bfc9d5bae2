package kindconfig

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"sigs.k8s.io/kind/pkg/exec"
)

// cures tell by a part of what docker or kind says what to do about it.
var cures = []struct{ said, cure string }{
	{"executable file not found", "install Docker, or run scripts/docker-up.sh"},
	{"Cannot connect to the Docker daemon", "start the daemon, or run scripts/docker-up.sh"},
	{"permission denied while trying to connect", "add your user to the group docker and log in again"},
	{"unable to apply caps", "this machine withholds a capability from containers: restart its daemon by scripts/docker-up.sh, which copes with that"},
	{"port is already allocated", "another program has the API server's port: end it (ss -ltnp shows it), or forget the stack (eksauth down --purge), whose next start takes another"},
	{"address already in use", "another program has the API server's port: end it (ss -ltnp shows it), or forget the stack (eksauth down --purge), whose next start takes another"},
	{"no space left on device", "the disk is full: free some space (docker system df shows what Docker takes)"},
	{"non-overlapping", "all of Docker's address ranges are taken or overlap: remove unused networks (docker network prune)"},
	{"Pool overlaps", "another network has the same addresses: remove unused networks (docker network prune)"},
	{"Too many open files", "the nodes of all kind clusters share one allowance: raise it with sysctl -w fs.inotify.max_user_instances=1024"},
	{"No such image", "build the node image with eksauth node-image build"},
	{"failed to pull image", "no registry is reached: build the node image with eksauth node-image build"},
}

// reason is the line of an output that says most: the last that speaks of an error, since kubeadm ends with a stack, else the last.
func reason(output string) string {
	lines := strings.Split(strings.TrimSpace(output), "\n")
	for _, line := range slices.Backward(lines) {
		if errorLine.MatchString(line) {
			return strings.TrimSpace(line)
		}
	}
	return lines[len(lines)-1]
}

// errorLine does not match a line of a stack, nor the heading "errors:".
var errorLine = regexp.MustCompile(`(?i)^[^\t/]*(\berror\b|invalid|denied|failed|cannot).*[^:]$`)

// explain adds to an error what the command behind it said and what to do about it.
func explain(err error) error {
	said := err.Error()
	if run := exec.RunErrorForError(err); run != nil {
		if reason := reason(string(run.Output)); reason != "" {
			err = fmt.Errorf("%w: %s", err, reason)
		}
		said += string(run.Output)
	}
	for _, c := range cures {
		if strings.Contains(said, c.said) {
			return errors.Join(err, errors.New(c.cure))
		}
	}
	return err
}
