package emulator

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/eksauth/eksauth/emulator/home"
	"github.com/eksauth/eksauth/emulator/shell"
)

// hostDirVariable names the folder on the host for the client files of a stack that runs in containers.
const hostDirVariable = "EKSAUTH_CLIENT_DIR"

// hostEnv prints what leads clients on the host to a stack in containers. The host cannot read the stack's folder, so the
// shell there writes the files as well.
func (p *Program) hostEnv(h home.Home, dir string, o envOptions) error {
	if o.shell != "" {
		if sh, err := shell.Named(o.shell); err != nil || sh.Eval("") != shell.Detect("").Eval("") {
			return usageError{fmt.Errorf("a stack in containers leads bash, zsh and sh only, not %q", o.shell)}
		}
	}
	run, err := h.ReadRun()
	if errors.Is(err, home.ErrNotRunning) {
		return notRunning(h)
	}
	if err != nil {
		return err
	}
	carry := shell.Carry{
		Dir: dir, Vars: filesIn(dir).Env(run.Listen, run.Region, ""), Lower: []string{"HTTPS_PROXY", "NO_PROXY"}, Choose: "KUBECONFIG",
	}
	for _, plugin := range hostPlugins {
		carry.Choices = append(carry.Choices, shell.Choice{Program: plugin, File: hostKubeconfig(plugin)})
	}
	if o.unset {
		return p.print(carry.Undo(), nil)
	}
	if o.profile != "" {
		if err := knownProfile(h, o.profile); err != nil {
			return err
		}
		carry.Vars["AWS_PROFILE"] = o.profile
	}
	if o.format == outputJSON {
		carry.Vars["KUBECONFIG"] = filepath.Join(dir, hostKubeconfig(hostPlugins[0]))
		return printJSON(p.Stdout, carry.Vars)
	}
	if carry.Files, err = readFiles(h.HostDir()); err != nil {
		return err
	}
	return p.print(carry.Script(), nil)
}

// readFiles reads the files of a folder, by name.
func readFiles(dir string) (map[string][]byte, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("read the client files: %w", err)
	}
	files := map[string][]byte{}
	for _, entry := range entries {
		if files[entry.Name()], err = os.ReadFile(filepath.Join(dir, entry.Name())); err != nil {
			return nil, fmt.Errorf("read the client files: %w", err)
		}
	}
	return files, nil
}
