package emulator

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"text/tabwriter"
	"time"

	"github.com/eksauth/eksauth/emulator/home"
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
}

// ClusterStatus is the state of one cluster.
type ClusterStatus struct {
	Name string `json:"name"`
	// Endpoint is the address of the kube-apiserver.
	Endpoint   string      `json:"endpoint"`
	Components []Component `json:"components"`
}

// Component is one process of a stack.
type Component struct {
	Name string `json:"name"`
	PID  int    `json:"pid"`
	// State is running, or says how the process has ended.
	State string `json:"state"`
	Log   string `json:"log"`
}

// controlTimeout bounds a control request: the stack is on this machine.
const controlTimeout = 10 * time.Second

// fetchStatus asks the running stack.
func fetchStatus(ctx context.Context, h home.Home) (Status, error) {
	run, err := h.ReadRun()
	if errors.Is(err, home.ErrNotRunning) {
		return Status{}, notRunning(h)
	}
	if err != nil {
		return Status{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, controlTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+run.Listen+"/_eksauth/status", nil)
	if err != nil {
		return Status{}, fmt.Errorf("ask the stack for its status: %w", err)
	}
	// The stack is on this machine: a proxy of the environment, such as its own, is not asked.
	client := http.Client{Transport: &http.Transport{}}
	response, err := client.Do(request)
	if err != nil {
		return Status{}, fmt.Errorf("ask the stack for its status (see eksauth logs eksauth): %w", err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return Status{}, fmt.Errorf("read the stack's status: %w", err)
	}
	if response.StatusCode != http.StatusOK {
		return Status{}, fmt.Errorf("ask the stack for its status: %s: %s", response.Status, body)
	}
	var status Status
	if err := json.Unmarshal(body, &status); err != nil {
		return Status{}, fmt.Errorf("read the stack's status: %w", err)
	}
	return status, nil
}

// print writes the status for people.
func (s Status) print(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "stack\t%s, version %s, up since %s\n", s.Name, s.Version, s.Started.Local().Format(time.DateTime))
	fmt.Fprintf(table, "gateway\t%s\n", s.Gateway)
	fmt.Fprintf(table, "home\t%s\n", s.Home)
	fmt.Fprintf(table, "state\t%s\n", s.stateText())
	for _, c := range s.Components {
		fmt.Fprintf(table, "  %s\t%s, pid %d\n", c.Name, c.State, c.PID)
	}
	for _, cluster := range s.Clusters {
		fmt.Fprintf(table, "cluster\t%s, %s\n", cluster.Name, cluster.Endpoint)
		for _, c := range cluster.Components {
			fmt.Fprintf(table, "  %s\t%s, pid %d\n", c.Name, c.State, c.PID)
		}
	}
	return table.Flush()
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
