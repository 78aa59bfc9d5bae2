package container

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"
	"time"
)

// StandIn takes the place of a program that runs in another container.
type StandIn struct {
	// Program is the program's name, Dir the folder of its runner's socket.
	Program, Dir string
	// Args, Env and WorkDir are what the program is started with.
	Args, Env []string
	WorkDir   string
	// Signals are passed on to the program.
	Signals <-chan os.Signal
	Output  io.Writer
	// Patience bounds the wait for the runner.
	Patience time.Duration
}

// dialInterval is the time between two attempts to reach the runner.
const dialInterval = 50 * time.Millisecond

// Run has the program run and returns its exit status when it ends.
func (s StandIn) Run(ctx context.Context) (code int, err error) {
	conn, err := s.dial(ctx)
	if err != nil {
		return 0, fmt.Errorf("reach the container of %s (is it up?): %w", s.Program, err)
	}
	defer conn.Close()
	requests := json.NewEncoder(conn)
	if err := requests.Encode(request{Start: &start{Args: s.Args, Env: s.Env, Dir: s.WorkDir}}); err != nil {
		return 0, fmt.Errorf("start %s in its container: %w", s.Program, err)
	}
	done := make(chan struct{})
	defer close(done)
	go s.passSignals(requests, done)
	return s.follow(json.NewDecoder(conn))
}

// dial waits for the runner, whose container may start at the same time.
func (s StandIn) dial(ctx context.Context) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, s.Patience)
	defer cancel()
	poll := time.NewTicker(dialInterval)
	defer poll.Stop()
	for {
		conn, err := new(net.Dialer).DialContext(ctx, "unix", socketPath(s.Dir, s.Program))
		if err == nil {
			return conn, nil
		}
		select {
		case <-ctx.Done():
			return nil, err
		case <-poll.C:
		}
	}
}

func (s StandIn) passSignals(requests *json.Encoder, done <-chan struct{}) {
	for {
		select {
		case got := <-s.Signals:
			if signal, ok := got.(syscall.Signal); ok {
				_ = requests.Encode(request{Signal: int(signal)}) // a runner that has gone is seen by follow
			}
		case <-done:
			return
		}
	}
}

func (s StandIn) follow(replies *json.Decoder) (int, error) {
	for {
		var next reply
		if err := replies.Decode(&next); err != nil {
			return 0, fmt.Errorf("the container of %s has gone: %w", s.Program, err)
		}
		if _, err := s.Output.Write(next.Output); err != nil {
			return 0, fmt.Errorf("pass on the output of %s: %w", s.Program, err)
		}
		if next.Error != "" {
			return 0, errors.New(next.Error)
		}
		if next.Ended {
			return next.Code, nil
		}
	}
}
