package kindconfig

import (
	"cmp"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/eksauth/eksauth/internal/controlplane"
)

// programs are those of the control plane, each a static pod of its name.
var programs = []string{
	"etcd", controlplane.APIServerComponent, controlplane.ControllerManagerComponent, "kube-scheduler", controlplane.AuthenticatorComponent,
}

// Components describes the programs of the control plane.
func (c *Cluster) Components() []controlplane.Component {
	c.mu.Lock()
	defer c.mu.Unlock()
	var list []controlplane.Component
	for _, name := range programs {
		state := cmp.Or(c.aside[name], controlplane.Running)
		switch {
		case c.stopping:
			state = controlplane.Stopped
		case !c.running:
			state = controlplane.Exited
		}
		list = append(list, controlplane.Component{Name: name, LogFile: c.podLog(name), State: state})
	}
	return list
}

// podLog is the newest log of a program; empty if there is none.
func (c *Cluster) podLog(component string) string {
	logs := LogFiles(c.cfg.LogDir, component)
	if len(logs) == 0 {
		return ""
	}
	return logs[len(logs)-1]
}

// LogFiles are the logs of a program of the control plane whose logs are in logDir, the oldest first: each start begins
// another.
func LogFiles(logDir, component string) []string {
	if component == controlplane.AuditLog {
		return []string{filepath.Join(logDir, auditLog)}
	}
	logs, err := filepath.Glob(filepath.Join(logDir, "pods", "kube-system_"+component+"-*", component, "*.log"))
	if err != nil {
		return nil
	}
	slices.SortFunc(logs, func(a, b string) int { return cmp.Or(modified(a).Compare(modified(b)), cmp.Compare(a, b)) })
	return logs
}

func modified(path string) time.Time {
	info, err := os.Stat(path)
	if err != nil {
		return time.Time{}
	}
	return info.ModTime()
}
