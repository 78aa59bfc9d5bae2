package emulator

import (
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"eksauth": func() { os.Exit(Main()) }})
}

// TestCommands runs the program as a user does, without the real Kubernetes programs.
func TestCommands(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(env *testscript.Env) error {
			env.Setenv("EKSAUTH_HOME", env.WorkDir+"/state")
			env.Setenv("SHELL", "/bin/bash")
			return nil
		},
	})
}
