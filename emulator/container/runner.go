package container

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"sync"
)

// Runner starts one program as often as stand-ins ask for it.
type Runner struct {
	// Program is the program's name, Path its file.
	Program, Path string
	// Dir is the folder of the runner's socket.
	Dir string
	// Output gets what the programs print, beside the stand-ins.
	Output io.Writer
	Log    *slog.Logger

	mu sync.Mutex
	// fault says how the program ended by itself, until it is started again.
	fault string
	runs  sync.WaitGroup
}

// Run serves until ctx ends, and ends all programs then.
func (r *Runner) Run(ctx context.Context) error {
	if err := os.MkdirAll(r.Dir, 0o700); err != nil {
		return fmt.Errorf("make the folder of the sockets: %w", err)
	}
	path := socketPath(r.Dir, r.Program)
	// One that a killed container has left behind.
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("remove an old socket: %w", err)
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "unix", path)
	if err != nil {
		return fmt.Errorf("wait for the stack (are the volumes those of docker-compose.yaml?): %w", err)
	}
	stop := context.AfterFunc(ctx, func() { _ = listener.Close() })
	defer stop()
	defer r.runs.Wait()
	for {
		conn, err := listener.Accept()
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return fmt.Errorf("wait for the stack: %w", err)
		}
		r.runs.Go(func() { r.serve(ctx, conn) })
	}
}

// serve answers one stand-in or one question for health.
func (r *Runner) serve(ctx context.Context, conn net.Conn) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer conn.Close()
	requests, answers := json.NewDecoder(conn), newAnswers(conn)
	var first request
	if err := requests.Decode(&first); err != nil {
		return // somebody looked whether the socket is there
	}
	if first.Start == nil {
		answers.send(reply{Error: r.health()})
		return
	}
	r.setFault("")
	program, err := startProgram(r.Path, *first.Start, io.MultiWriter(answers, r.Output))
	if err != nil {
		r.Log.Error("the program cannot be started", "program", r.Program, "error", err)
		answers.send(reply{Ended: true, Error: err.Error()})
		return
	}
	defer context.AfterFunc(ctx, program.kill)()
	go program.obey(requests)
	code := program.wait()
	if !program.asked() {
		r.setFault(fmt.Sprintf("%s has ended by itself with exit status %d", r.Program, code))
	}
	answers.send(reply{Ended: true, Code: code})
}

func (r *Runner) setFault(text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.fault = text
}

func (r *Runner) health() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.fault
}

// Health asks the runner of a program whether all is well: it is until the program ends though nobody has asked it to.
func Health(ctx context.Context, dir, program string) error {
	conn, err := new(net.Dialer).DialContext(ctx, "unix", socketPath(dir, program))
	if err != nil {
		return fmt.Errorf("ask for the health of %s: %w", program, err)
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	var answer reply
	err = json.NewEncoder(conn).Encode(request{})
	if err == nil {
		err = json.NewDecoder(conn).Decode(&answer)
	}
	if err != nil {
		return fmt.Errorf("ask for the health of %s: %w", program, err)
	}
	if answer.Error != "" {
		return errors.New(answer.Error)
	}
	return nil
}

// answers sends replies, one at a time.
type answers struct {
	mu      sync.Mutex
	encoder *json.Encoder
}

func newAnswers(w io.Writer) *answers { return &answers{encoder: json.NewEncoder(w)} }

// send ignores a stand-in that has gone: its program is ended anyway.
func (a *answers) send(r reply) {
	a.mu.Lock()
	defer a.mu.Unlock()
	_ = a.encoder.Encode(r)
}

// Write sends output.
func (a *answers) Write(output []byte) (int, error) {
	a.send(reply{Output: output})
	return len(output), nil
}
