package emulator

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/eksauth/eksauth/emulator/home"
	"github.com/spf13/cobra"
)

// stackFlag adds --name and returns the function that finds the stack it names.
func (p *Program) stackFlag(cmd *cobra.Command) func() (home.Home, error) {
	name := cmd.Flags().String("name", home.DefaultName, "name of the `stack`; several can run side by side")
	return func() (home.Home, error) {
		h, err := home.Locate(*name, p.getenv)
		if err != nil {
			return home.Home{}, usageError{err}
		}
		return h, nil
	}
}

// output is the value of -o.
type output string

const (
	outputText output = "text"
	outputJSON output = "json"
)

// String, Set and Type make output a flag's value.
func (o *output) String() string { return string(*o) }

// Set takes text or json.
func (o *output) Set(value string) error {
	if value != string(outputText) && value != string(outputJSON) {
		return fmt.Errorf("must be text or json")
	}
	*o = output(value)
	return nil
}

// Type names the value in help.
func (o *output) Type() string { return "format" }

// outputFlag adds -o.
func outputFlag(cmd *cobra.Command) *output {
	o := outputText
	cmd.Flags().VarP(&o, "output", "o", "output format: text or json")
	return &o
}

// printJSON writes value for scripts.
func printJSON(w io.Writer, value any) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return fmt.Errorf("write the output: %w", err)
	}
	return nil
}

// notRunning says what to do about a stack that does not run.
func notRunning(h home.Home) error {
	return fmt.Errorf("%w: start %q with eksauth up%s --detach", home.ErrNotRunning, h.Name, nameArg(h))
}

// nameArg is what must stand behind a command to mean h.
func nameArg(h home.Home) string {
	if h.Name == home.DefaultName {
		return ""
	}
	return " --name " + h.Name
}
