package shell

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
)

// Shell knows how to say export and unset.
type Shell struct {
	name  string
	set   func(name, value string) string
	unset func(name string) string
	// eval is how a user evaluates the output of a command.
	eval func(command string) string
}

var shells = []Shell{
	{"bash", func(n, v string) string { return fmt.Sprintf("export %s=%s", n, Quote(v)) },
		func(n string) string { return "unset " + n },
		func(c string) string { return `eval "$(` + c + `)"` }},
	{"fish", func(n, v string) string { return fmt.Sprintf("set -gx %s %s;", n, quoteFish(v)) },
		func(n string) string { return "set -e " + n + ";" },
		func(c string) string { return c + " --shell fish | source" }},
	{"powershell", func(n, v string) string { return fmt.Sprintf("$Env:%s = %s", n, quotePowerShell(v)) },
		func(n string) string {
			return "Remove-Item -ErrorAction SilentlyContinue Env:" + n
		},
		func(c string) string { return c + " --shell powershell | Out-String | Invoke-Expression" }},
}

// Names lists the shells that are known.
func Names() []string {
	names := make([]string, len(shells))
	for i, s := range shells {
		names[i] = s.name
	}
	return names
}

// Named returns the shell called name: bash (also for sh, zsh and dash, which read the same words), fish or powershell
// (also pwsh).
func Named(name string) (Shell, error) {
	switch name {
	case "sh", "zsh", "dash", "ksh":
		name = "bash"
	case "pwsh":
		name = "powershell"
	}
	for _, s := range shells {
		if s.name == name {
			return s, nil
		}
	}
	return Shell{}, fmt.Errorf("shell %q is unknown: use one of %s", name, strings.Join(Names(), ", "))
}

// Detect names the shell that $SHELL says the user has; bash if it is none of ours.
func Detect(shellPath string) Shell {
	s, err := Named(filepath.Base(shellPath))
	if err != nil {
		return shells[0]
	}
	return s
}

// Eval returns the line that makes this shell evaluate the output of command.
func (s Shell) Eval(command string) string { return s.eval(command) }

// Saved is the variable that carries the values from before, so that they can be put back.
const Saved = "EKSAUTH_SAVED"

// Export writes vars for the shell, and in Saved what lookup (os.LookupEnv) had for them before. A second Export in the
// same shell keeps what the first one saved.
func (s Shell) Export(vars map[string]string, lookup func(string) (string, bool)) (string, error) {
	before, err := saved(lookup)
	if err != nil {
		return "", err
	}
	for name := range vars {
		if _, known := before[name]; !known {
			before[name] = nil
			if value, ok := lookup(name); ok {
				before[name] = &value
			}
		}
	}
	text, err := json.Marshal(before)
	if err != nil {
		return "", fmt.Errorf("save the variables: %w", err)
	}
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(vars)) {
		fmt.Fprintln(&b, s.set(name, vars[name]))
	}
	fmt.Fprintln(&b, s.set(Saved, base64.StdEncoding.EncodeToString(text)))
	return b.String(), nil
}

// Restore writes what puts back the values from before Export.
func (s Shell) Restore(lookup func(string) (string, bool)) (string, error) {
	before, err := saved(lookup)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(before)) {
		if value := before[name]; value != nil {
			fmt.Fprintln(&b, s.set(name, *value))
		} else {
			fmt.Fprintln(&b, s.unset(name))
		}
	}
	fmt.Fprintln(&b, s.unset(Saved))
	return b.String(), nil
}

// saved reads the values from before an earlier Export; a nil value is a variable that was not set.
func saved(lookup func(string) (string, bool)) (map[string]*string, error) {
	before := map[string]*string{}
	text, ok := lookup(Saved)
	if !ok || text == "" {
		return before, nil
	}
	data, err := base64.StdEncoding.DecodeString(text)
	if err == nil {
		err = json.Unmarshal(data, &before)
	}
	if err != nil {
		return nil, fmt.Errorf("read %s, which an earlier eksauth env has set (unset it and open a new shell): %w", Saved, err)
	}
	return before, nil
}

// Quote makes one word of v in sh and its kin.
func Quote(v string) string { return "'" + strings.ReplaceAll(v, "'", `'\''`) + "'" }

func quoteFish(v string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(v) + "'"
}

func quotePowerShell(v string) string { return "'" + strings.ReplaceAll(v, "'", "''") + "'" }
