package localcluster

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"syscall"

	"github.com/eksauth/eksauth/internal/controlplane"
)

// State is what a component is doing.
type State = controlplane.State

// The states of a component.
const (
	Starting = controlplane.Starting
	Running  = controlplane.Running
	// Exited is the state of a component that ended though nobody stopped it.
	Exited  = controlplane.Exited
	Stopped = controlplane.Stopped
)

// Component describes one supervised process.
type Component = controlplane.Component

// supervisor starts processes in order, tells when one dies, and stops them in reverse order. It is safe for concurrent
// use.
type supervisor struct {
	forker *forker
	exited func(component string, err error)
	log    *slog.Logger

	mu       sync.Mutex
	children []*child
	stopping bool
}

type child struct {
	process *process
	state   State
}

func newSupervisor(exited func(string, error), log *slog.Logger) *supervisor {
	return &supervisor{forker: newForker(), exited: exited, log: log}
}

// run starts a component for the first time and returns when it is ready.
func (s *supervisor) run(ctx context.Context, sp spec) error {
	if err := rotateLog(sp.logFile); err != nil {
		return fmt.Errorf("start %s: %w", sp.name, err)
	}
	return s.launch(ctx, &child{}, sp)
}

// launch starts one run of a component and returns when it is ready; one that never gets there is ended.
func (s *supervisor) launch(ctx context.Context, c *child, sp spec) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("start %s: %w", sp.name, context.Cause(ctx))
	}
	p, err := startProcess(s.forker, sp)
	if err != nil {
		return err
	}
	err = s.register(c, p)
	if err == nil {
		err = p.waitReady(ctx)
	}
	if err != nil {
		s.setState(c, p, Stopped)
		_ = p.send(syscall.SIGKILL)
		<-p.done
		return err
	}
	s.setState(c, p, Running)
	s.log.Debug("component is ready", "component", sp.name, "pid", p.cmd.Process.Pid)
	go s.watch(c, p)
	return nil
}

// register takes up a new run, so that stop ends it, or refuses it if stop has begun.
func (s *supervisor) register(c *child, p *process) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopping {
		return fmt.Errorf("start %s: %w", p.spec.name, errStopped)
	}
	c.process, c.state = p, Starting
	if !slices.Contains(s.children, c) {
		s.children = append(s.children, c)
	}
	return nil
}

// watch reports the end of a running process unless it was asked to end.
func (s *supervisor) watch(c *child, p *process) {
	<-p.done
	s.mu.Lock()
	unexpected := c.process == p && c.state == Running
	if unexpected {
		c.state = Exited
	}
	s.mu.Unlock()
	if !unexpected {
		return
	}
	err := p.exitError()
	s.log.Error("component ended by itself", "component", p.spec.name, "status", p.cmd.ProcessState.String(), "log", p.spec.logFile)
	if s.exited != nil {
		s.exited(p.spec.name, err)
	}
}

func (s *supervisor) setState(c *child, p *process, state State) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.process == p {
		c.state = state
	}
}

// stop ends all components in reverse order and the supervisor with them. Stopping twice does no harm.
func (s *supervisor) stop(ctx context.Context) error {
	s.mu.Lock()
	s.stopping = true
	children := slices.Clone(s.children)
	s.mu.Unlock()
	var errs []error
	for _, c := range slices.Backward(children) {
		errs = append(errs, s.end(ctx, c))
	}
	s.forker.close()
	return errors.Join(errs...)
}

func (s *supervisor) end(ctx context.Context, c *child) error {
	s.mu.Lock()
	p := c.process
	c.state = Stopped
	s.mu.Unlock()
	if p.ended() {
		return nil
	}
	killed, err := p.stop(ctx)
	if killed {
		s.log.Warn("component did not stop in time and was killed", "component", p.spec.name)
	}
	return err
}

// components lists the components in the order of their start.
func (s *supervisor) components() []Component {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]Component, 0, len(s.children))
	for _, c := range s.children {
		component := Component{Name: c.process.spec.name, LogFile: c.process.spec.logFile, State: c.state}
		if !c.process.ended() {
			component.PID = c.process.cmd.Process.Pid
		}
		list = append(list, component)
	}
	return list
}

func (s *supervisor) find(name string) (*child, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.children {
		if c.process.spec.name == name {
			return c, nil
		}
	}
	return nil, fmt.Errorf("no component is called %q", name)
}

// restart ends a component if it runs and starts it again, with its log continued.
func (s *supervisor) restart(ctx context.Context, name string) error {
	c, err := s.find(name)
	if err != nil {
		return err
	}
	if err := s.end(ctx, c); err != nil {
		return err
	}
	return s.launch(ctx, c, c.process.spec)
}

// halt ends a component if it runs; restart starts it again.
func (s *supervisor) halt(ctx context.Context, name string) error {
	c, err := s.find(name)
	if err != nil {
		return err
	}
	return s.end(ctx, c)
}

// kill ends a component as a crash would: it is reported like one.
func (s *supervisor) kill(name string) error {
	c, err := s.find(name)
	if err != nil {
		return err
	}
	s.mu.Lock()
	p := c.process
	s.mu.Unlock()
	if err := p.send(syscall.SIGKILL); err != nil {
		return err
	}
	<-p.done
	return nil
}
