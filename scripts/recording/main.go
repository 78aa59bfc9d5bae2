package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"time"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintf(os.Stderr, "recording: %v\n", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if len(args) != 2 {
		return fmt.Errorf("want run SESSION or draw CAST, got %q", args)
	}
	base := strings.TrimSuffix(args[1], filepath.Ext(args[1]))
	switch args[0] {
	case "run":
		if err := record(ctx, args[1], base+".cast"); err != nil {
			return err
		}
	case "draw":
	default:
		return fmt.Errorf("want run or draw, got %q", args[0])
	}
	return draw(base+".cast", base+".svg")
}

func record(ctx context.Context, from, to string) error {
	source, err := os.ReadFile(from)
	if err != nil {
		return fmt.Errorf("read the session: %w", err)
	}
	s, err := parse(string(source))
	if err != nil {
		return fmt.Errorf("%s: %w", from, err)
	}
	c := &cast{Version: 2, Width: columns, Title: s.title, Env: map[string]string{digestName: digest(source), "SHELL": "/bin/bash"}}
	if err := s.play(ctx, c, time.Now); err != nil {
		return fmt.Errorf("%s: %w", from, err)
	}
	c.Height = len(c.rows())
	return os.WriteFile(to, c.encode(), 0o644)
}

func draw(from, to string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return fmt.Errorf("read the cast: %w", err)
	}
	c, err := decode(data)
	if err != nil {
		return fmt.Errorf("%s: %w", from, err)
	}
	return os.WriteFile(to, c.svg(), 0o644)
}
