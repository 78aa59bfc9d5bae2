package scenario

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"
)

func shellWorld(t *testing.T) *world {
	t.Helper()
	return &world{Stack: Stack{Dir: t.TempDir(), Env: map[string]string{"PATH": os.Getenv("PATH"), "GREETING": "hello"}, Now: time.Now}}
}

func TestShell(t *testing.T) {
	got, err := shellWorld(t).shell(t.Context(), "echo $GREETING; echo trouble >&2; exit 3")
	if err != nil {
		t.Fatal(err)
	}
	if got.stdout != "hello\n" || !strings.Contains(got.all, "hello\n") || !strings.Contains(got.all, "trouble\n") || got.code != 3 {
		t.Errorf("got %+v", got)
	}
}

// TestShellSeesTheStackAlone holds that neither the home nor the AWS files of the user are read.
func TestShellSeesTheStackAlone(t *testing.T) {
	t.Setenv("AWS_PROFILE", "production")
	w := shellWorld(t)
	got, err := w.shell(t.Context(), `echo "$HOME $AWS_PROFILE $AWS_CONFIG_FILE $KUBECONFIG"; pwd`)
	if err != nil {
		t.Fatal(err)
	}
	if want := w.Dir + "  " + w.Dir + "/config " + w.Dir + "/kubeconfig\n" + w.Dir + "\n"; got.stdout != want {
		t.Errorf("got %q, want %q", got.stdout, want)
	}
}

// TestShellEndsWithItsChildren holds that nothing goes on when the run is interrupted.
func TestShellEndsWithItsChildren(t *testing.T) {
	w := shellWorld(t)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		for size(w.file("started")) == 0 {
			time.Sleep(logPoll)
		}
		cancel()
	}()
	_, err := w.shell(ctx, "(echo $$ > started; sleep 300) | cat")
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestFill(t *testing.T) {
	w := shellWorld(t)
	w.account, w.cluster, w.Region, w.Name = "111122223333", "dev", "eu-west-1", "mine"
	got := w.fill("$ACCOUNT $CLUSTER-b $REGION x$STACK $HOME $1 $(true)")
	if want := "111122223333 dev-b eu-west-1 x --name mine $HOME $1 $(true)"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestWithoutAWS(t *testing.T) {
	for script, want := range map[string]string{
		"":                     "no aws CLI is on the PATH",
		"echo Invalid choice":  "the aws CLI on the PATH is too old to know access entries",
		"echo --cluster-name;": "",
	} {
		w := shellWorld(t)
		w.Env["PATH"] = t.TempDir()
		if script != "" {
			if err := os.WriteFile(w.Env["PATH"]+"/aws", []byte("#!/bin/sh\n"+script+"\n"), 0o700); err != nil {
				t.Fatal(err)
			}
		}
		w.Env["PATH"] += ":/nowhere"
		if got, err := w.withoutAWS(t.Context()); err != nil || got != want {
			t.Errorf("%q: %q, %v, want %q", script, got, err, want)
		}
	}
}
