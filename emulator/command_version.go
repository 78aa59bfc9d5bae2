package emulator

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// version is set by the build (-ldflags -X); without it the module's own version counts.
var version string

// Version is the program's version.
func Version() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}

func (p *Program) versionCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "version",
		Short:   "Print the program's version",
		Example: "  eksauth version\n  eksauth version -o json",
		Args:    cobra.NoArgs,
	}
	format := outputFlag(cmd)
	cmd.RunE = func(*cobra.Command, []string) error {
		platform := runtime.GOOS + "/" + runtime.GOARCH
		if *format == outputJSON {
			return printJSON(p.Stdout, map[string]string{"version": Version(), "go": runtime.Version(), "platform": platform})
		}
		_, err := fmt.Fprintf(p.Stdout, "eksauth %s (%s, %s)\n", Version(), runtime.Version(), platform)
		return err
	}
	return cmd
}
