package emulator

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/eksauth/eksauth/emulator/profile"
	"github.com/eksauth/eksauth/internal/controlplane"
	"github.com/eksauth/eksauth/internal/fault"
)

// faultServices are the services whose requests faults can meet: all of the gateway's.
var faultServices = []string{"cloudtrail", "ec2", "eks", "iam", "logs", "sts"}

// faults is what goes wrong on purpose in a stack, and the doing of it. They are kept in memory: no fault outlives its stack.
type faults struct {
	env *Environment
	set *fault.Set
	// mu lets one cluster be broken or mended at a time.
	mu sync.Mutex
}

func newFaults(env *Environment) *faults {
	return &faults{env: env, set: fault.New(faultServices, env.o.Now)}
}

// FaultRequest is a fault to set.
type FaultRequest struct {
	fault.Fault
	// Profile is the profile whose requests alone meet the fault, in place of Caller.
	Profile string `json:"profile,omitempty"`
}

// errNoFault says that a fault which is to be cleared is not set.
var errNoFault = errors.New("no such fault")

// breakTimeout bounds the breaking or mending of a cluster.
const breakTimeout = 45 * time.Second

// add sets a fault and returns it as it is.
func (f *faults) add(ctx context.Context, wanted FaultRequest) (fault.Fault, error) {
	if wanted.Profile != "" {
		arn, err := f.callerOf(wanted)
		if err != nil {
			return fault.Fault{}, err
		}
		wanted.Caller = arn
	}
	if !wanted.OfCluster() {
		return f.start(wanted.Fault)
	}
	ctx, cancel := context.WithTimeout(ctx, breakTimeout)
	defer cancel()
	return f.addToCluster(ctx, wanted.Fault)
}

func (f *faults) callerOf(wanted FaultRequest) (string, error) {
	i := slices.IndexFunc(f.env.profiles, func(p profile.Profile) bool { return p.Name == wanted.Profile })
	switch {
	case wanted.Caller != "":
		return "", errors.New("name a profile or a caller, not both")
	case i < 0:
		return "", fmt.Errorf("profile %q is not in the stack", wanted.Profile)
	}
	return f.env.profiles[i].ARN, nil
}

// start puts a fault into the set, and lets it end by itself.
func (f *faults) start(wanted fault.Fault) (fault.Fault, error) {
	set, err := f.set.Add(wanted)
	if err != nil {
		return fault.Fault{}, err
	}
	f.env.o.Log.Info("a fault is set", "fault", faultText(set))
	if set.For > 0 {
		f.env.background.start(func(ctx context.Context) { f.end(ctx, set) })
	}
	return set, nil
}

// end clears a fault when its time is over, if nobody has before.
func (f *faults) end(ctx context.Context, set fault.Fault) {
	select {
	case <-ctx.Done():
		return
	case <-time.After(time.Duration(set.For)):
	}
	if _, err := f.clear(ctx, set.ID); err != nil && !errors.Is(err, errNoFault) {
		f.env.o.Log.Error("a fault is over and is not cleared", "fault", faultText(set), "error", err)
	}
}

// clear ends the faults that are named by ID or kind, or all. It returns those that it has ended.
func (f *faults) clear(ctx context.Context, names ...string) ([]fault.Fault, error) {
	ctx, cancel := context.WithTimeout(ctx, breakTimeout)
	defer cancel()
	named := slices.DeleteFunc(f.set.List(), func(set fault.Fault) bool {
		return len(names) > 0 && !slices.Contains(names, set.ID) && !slices.Contains(names, set.Kind)
	})
	for _, name := range names {
		if !slices.ContainsFunc(named, func(set fault.Fault) bool { return set.ID == name || set.Kind == name }) {
			return nil, fmt.Errorf("clear %q: %w: see eksauth fault list", name, errNoFault)
		}
	}
	cleared := []fault.Fault{}
	var errs []error
	for _, set := range named {
		if err := f.remove(ctx, set); err != nil {
			errs = append(errs, err)
			continue
		}
		cleared = append(cleared, set)
		f.env.o.Log.Info("a fault is cleared", "fault", faultText(set))
	}
	return cleared, errors.Join(errs...)
}

func (f *faults) remove(ctx context.Context, set fault.Fault) error {
	if set.OfCluster() {
		return f.mend(ctx, set)
	}
	f.set.Remove(set.ID)
	return nil
}

// stop ends the faults of requests before the gateway ends, so that no delay holds it up. Clusters are stopped as they are.
func (f *faults) stop(context.Context) error {
	for _, set := range f.set.List() {
		f.set.Remove(set.ID)
	}
	return nil
}

// addToCluster breaks a cluster. One at a time: how two would come apart again, nobody could tell.
func (f *faults) addToCluster(ctx context.Context, wanted fault.Fault) (fault.Fault, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	cluster, err := f.cluster(wanted.Cluster)
	if err != nil {
		return fault.Fault{}, err
	}
	wanted.Cluster = cluster.name
	for _, other := range f.set.List() {
		if other.OfCluster() && other.Cluster == wanted.Cluster {
			return fault.Fault{}, fmt.Errorf("cluster %q has the fault %s already: clear it first", other.Cluster, other.Kind)
		}
	}
	if err := wanted.Check(faultServices); err != nil {
		return fault.Fault{}, err
	}
	if err := breakWebhook(ctx, cluster, wanted.Kind); err != nil {
		err = fmt.Errorf("break the webhook of cluster %q: %w", cluster.name, err)
		return fault.Fault{}, errors.Join(err, mendWebhook(ctx, cluster, wanted.Kind))
	}
	return f.start(wanted)
}

func (f *faults) mend(ctx context.Context, set fault.Fault) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if cluster, err := f.cluster(set.Cluster); err == nil { // one that has been deleted needs no mending
		if err := mendWebhook(ctx, cluster, set.Kind); err != nil {
			return fmt.Errorf("mend the webhook of cluster %q, of which fault %s stays: %w", set.Cluster, set.ID, err)
		}
	}
	f.set.Remove(set.ID)
	return nil
}

// cluster finds a running cluster by its name or ARN; without either the only one.
func (f *faults) cluster(name string) (*controlPlane, error) {
	list := f.env.planes.list()
	if name == "" && len(list) == 1 {
		return list[0], nil
	}
	var names []string
	for _, running := range list {
		if name != "" && (name == running.name || name == running.arn) {
			return running, nil
		}
		names = append(names, running.name)
	}
	if name == "" {
		return nil, fmt.Errorf("say which cluster: the stack runs %s", cmp.Or(strings.Join(names, ", "), "none"))
	}
	return nil, fmt.Errorf("no cluster %q runs: the stack runs %s", name, cmp.Or(strings.Join(names, ", "), "none"))
}

func breakWebhook(ctx context.Context, cluster Cluster, kind string) error {
	switch kind {
	case fault.WebhookStopped:
		return cluster.Halt(ctx, controlplane.AuthenticatorComponent)
	case fault.AuthenticatorKilled:
		return cluster.Kill(controlplane.AuthenticatorComponent)
	}
	return cluster.CertifyWebhook(ctx, false)
}

func mendWebhook(ctx context.Context, cluster Cluster, kind string) error {
	if kind == fault.WebhookCertificate {
		return cluster.CertifyWebhook(ctx, true)
	}
	return cluster.Restart(ctx, controlplane.AuthenticatorComponent)
}

// faultText is a fault in one line.
func faultText(f fault.Fault) string {
	text := f.ID + " " + f.Kind
	if details := f.Details(); details != "" {
		text += ": " + details
	}
	return text
}

// metText is a fault in one line with how often it was met, if that counts.
func metText(f fault.Fault) string {
	switch {
	case !f.Counts():
		return faultText(f)
	case f.Met == 1:
		return faultText(f) + " (1 request has met it)"
	}
	return fmt.Sprintf("%s (%d requests have met it)", faultText(f), f.Met)
}
