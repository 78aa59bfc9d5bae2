package emulator

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/eksauth/eksauth/emulator/home"
	"github.com/eksauth/eksauth/emulator/profile"
	"github.com/eksauth/eksauth/emulator/shell"
	"github.com/spf13/cobra"
)

type envOptions struct {
	profile string
	shell   string
	unset   bool
	format  output
}

func (p *Program) envCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "env",
		Short: "Print the variables that lead AWS clients and kubectl to the stack",
		Long: `Print the variables that lead AWS clients and kubectl to the stack, for your shell to evaluate.

They are HTTPS_PROXY, NO_PROXY, AWS_CA_BUNDLE, AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE, AWS_REGION, KUBECONFIG and
PATH; --unset takes them back. Nothing outside this shell changes: ~/.aws and ~/.kube are never touched.`,
		Example: `  eval "$(eksauth env)"
  eval "$(eksauth env --profile yaroslav)"
  eval "$(eksauth env --unset)"
  eksauth env --shell fish | source
  eksauth env -o json`,
		Args: cobra.NoArgs,
	}
	stack := p.stackFlag(cmd)
	format := outputFlag(cmd)
	var o envOptions
	cmd.Flags().StringVar(&o.profile, "profile", "", "also set AWS_PROFILE to this `profile`")
	cmd.Flags().StringVar(&o.shell, "shell", "", "`shell` to write for: "+strings.Join(shell.Names(), ", ")+" (default: what $SHELL says)")
	cmd.Flags().BoolVar(&o.unset, "unset", false, "put back the values from before")
	cmd.RunE = func(*cobra.Command, []string) error {
		h, err := stack()
		if err != nil {
			return err
		}
		o.format = *format
		return p.env(h, o)
	}
	return cmd
}

func (p *Program) env(h home.Home, o envOptions) error {
	if dir := p.getenv(hostDirVariable); dir != "" {
		return p.hostEnv(h, dir, o)
	}
	sh := shell.Detect(p.getenv("SHELL"))
	if o.shell != "" {
		var err error
		if sh, err = shell.Named(o.shell); err != nil {
			return usageError{err}
		}
	}
	if o.unset {
		return p.print(sh.Restore(p.LookupEnv))
	}
	vars, err := p.stackEnv(h, o.profile)
	if err != nil {
		return err
	}
	p.warnOfOverrides(o.profile)
	if o.format == outputJSON {
		return printJSON(p.Stdout, vars)
	}
	return p.print(sh.Export(vars, p.LookupEnv))
}

func (p *Program) print(text string, err error) error {
	if err != nil {
		return err
	}
	_, err = fmt.Fprint(p.Stdout, text)
	return err
}

// stackEnv returns the variables that lead clients to the running stack.
func (p *Program) stackEnv(h home.Home, profileName string) (map[string]string, error) {
	run, err := h.ReadRun()
	if errors.Is(err, home.ErrNotRunning) {
		return nil, notRunning(h)
	}
	if err != nil {
		return nil, err
	}
	vars := clientFiles(h).Env(run.Listen, run.Region, p.getenv("NO_PROXY"))
	for _, name := range []string{"HTTPS_PROXY", "NO_PROXY"} {
		// Clients such as curl and Python's prefer the lower case, which must not win with another value.
		if lower := strings.ToLower(name); p.getenv(lower) != "" {
			vars[lower] = vars[name]
		}
	}
	vars["KUBECONFIG"] = h.Kubeconfig()
	vars["PATH"] = prependPath(run.Tools, p.getenv("PATH"))
	if profileName != "" {
		if err := knownProfile(h, profileName); err != nil {
			return nil, err
		}
		vars["AWS_PROFILE"] = profileName
	}
	return vars, nil
}

func clientFiles(h home.Home) profile.Files {
	return profile.Files{Config: h.AWSConfig(), Credentials: h.AWSCredentials(), CA: h.CACert()}
}

func knownProfile(h home.Home, name string) error {
	data, err := os.ReadFile(h.AWSConfig())
	if err != nil {
		return fmt.Errorf("read the stack's profiles: %w", err)
	}
	names := profile.Names(data)
	if !slices.Contains(names, name) {
		return usageError{fmt.Errorf("profile %q is not in the stack %q: use one of %s", name, h.Name, strings.Join(names, ", "))}
	}
	return nil
}

// prependPath puts the folders that are not there yet before the others.
func prependPath(dirs []string, path string) string {
	list := filepath.SplitList(path)
	missing := slices.DeleteFunc(slices.Clone(dirs), func(dir string) bool { return slices.Contains(list, dir) })
	return strings.Join(append(missing, list...), string(os.PathListSeparator))
}

// warnOfOverrides names variables that AWS clients put before a profile, so that nobody wonders whose calls they are.
func (p *Program) warnOfOverrides(profileName string) {
	for _, name := range []string{"AWS_ACCESS_KEY_ID", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL_IAM", "AWS_ENDPOINT_URL_EKS"} {
		if p.getenv(name) != "" {
			fmt.Fprintf(p.Stderr, "eksauth: warning: %s is set and stands before the stack's profiles: unset %s\n", name, name)
		}
	}
	if have := p.getenv("AWS_PROFILE"); have != "" && profileName == "" {
		fmt.Fprintf(p.Stderr, "eksauth: note: AWS_PROFILE is %q: give --profile to eksauth env or to aws to choose one of the stack's\n", have)
	}
}
