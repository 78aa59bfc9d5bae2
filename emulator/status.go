package emulator

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"text/tabwriter"
	"time"

	"github.com/eksauth/eksauth/emulator/home"
	"github.com/eksauth/eksauth/internal/controlplane"
	"github.com/eksauth/eksauth/internal/fault"
)

// Status is the state of a running stack. Its JSON form is what eksauth status -o json prints and /_eksauth/status answers.
type Status struct {
	Name    string    `json:"name"`
	Version string    `json:"version"`
	Gateway string    `json:"gateway"`
	Home    string    `json:"home"`
	Region  string    `json:"region"`
	Started time.Time `json:"started"`
	// State says where identities are kept: etcd or memory; Healthy whether writes are taken.
	State   string `json:"state"`
	Healthy bool   `json:"healthy"`
	// Accounts are the numbers of the accounts.
	Accounts []string `json:"accounts"`
	// Components are the processes that all clusters share.
	Components []Component     `json:"components"`
	Clusters   []ClusterStatus `json:"clusters"`
	// Faults are what goes wrong on purpose.
	Faults []fault.Fault `json:"faults"`
}

// ClusterStatus is the state of one cluster.
type ClusterStatus struct {
	Name   string `json:"name"`
	Region string `json:"region"`
	// Creator is the ARN of the user or role that made the cluster, which EKS itself does not tell; CreatorIsAdministrator
	// whether it was let in by that.
	Creator                string `json:"creator"`
	CreatorIsAdministrator bool   `json:"creatorIsAdministrator"`
	// Endpoint is the address of the kube-apiserver.
	Endpoint string `json:"endpoint"`
	// CA is the PEM certificate of the cluster's authority, base64.
	CA         []byte      `json:"certificateAuthority"`
	Components []Component `json:"components"`
	// Files are those that explain who enters.
	Files controlplane.Files `json:"files"`
}

// Component is one process of a stack.
type Component struct {
	Name string `json:"name"`
	PID  int    `json:"pid"`
	// State is running, or says how the process has ended.
	State string `json:"state"`
	Log   string `json:"log"`
}

// fetchStatus asks the running stack.
func fetchStatus(ctx context.Context, h home.Home) (Status, error) {
	var status Status
	return status, callControl(ctx, h, http.MethodGet, statusRoute, nil, &status)
}

// print writes the status for people.
func (s Status) print(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "stack\t%s, version %s, up since %s\n", s.Name, s.Version, s.Started.Local().Format(time.DateTime))
	fmt.Fprintf(table, "gateway\t%s\n", s.Gateway)
	fmt.Fprintf(table, "home\t%s\n", s.Home)
	fmt.Fprintf(table, "state\t%s\n", s.stateText())
	for _, c := range s.Components {
		fmt.Fprintf(table, "  %s\t%s\n", c.Name, c.stateText())
	}
	for _, cluster := range s.Clusters {
		fmt.Fprintf(table, "cluster\t%s, %s\n", cluster.Name, cluster.Endpoint)
		for _, c := range cluster.Components {
			fmt.Fprintf(table, "  %s\t%s\n", c.Name, c.stateText())
		}
	}
	for _, f := range s.Faults {
		fmt.Fprintf(table, "fault\t%s\n", metText(f))
	}
	return table.Flush()
}

// stateText has the process ID of what is a process of this machine.
func (c Component) stateText() string {
	if c.PID == 0 {
		return c.State
	}
	return fmt.Sprintf("%s, pid %d", c.State, c.PID)
}

func (s Status) stateText() string {
	switch {
	case s.State == "memory":
		return "in memory: lost when the stack stops"
	case !s.Healthy:
		return "in etcd, which does not answer: reads go on, writes fail"
	}
	return "in etcd"
}
