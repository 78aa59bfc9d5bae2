package emulator

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/eksauth/eksauth/emulator/config"
	"github.com/eksauth/eksauth/emulator/container"
	"github.com/eksauth/eksauth/emulator/home"
	"github.com/eksauth/eksauth/localcluster"
)

// standInPatience bounds the wait for another container, which may be starting again.
const standInPatience = 30 * time.Second

// aliasPort is where the gateway answers under AWS's names, behind a relay from port 443.
const aliasPort = 4443

// standIn runs this binary under the name of a program that has a container of its own.
func standIn(ctx context.Context, name string) int {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	dir, err := os.Getwd()
	if err == nil {
		s := container.StandIn{
			Program: name, Dir: container.Sockets, Args: os.Args[1:], Env: os.Environ(), WorkDir: dir,
			Signals: signals, Output: os.Stderr, Patience: standInPatience,
		}
		var code int
		if code, err = s.Run(context.WithoutCancel(ctx)); err == nil {
			return code
		}
	}
	fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
	return exitFailure
}

func (p *Program) containerCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "container",
		Short:   "Run the parts of a stack in containers, as docker-compose.yaml does",
		Long:    "Run the parts of a stack in containers of their own. docker-compose.yaml calls these; nobody else needs them.",
		Example: "  docker compose up --wait",
		Args:    cobra.NoArgs,
		Hidden:  true,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(p.containerUpCommand(), p.containerRunCommand(), p.containerNetworkCommand(), p.containerHealthCommand())
	return cmd
}

func (p *Program) containerUpCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "up",
		Short:   "Run the stack, with its programs in other containers",
		Example: "  eksauth container up --port 4566 --api-server-port 6443",
		Args:    cobra.NoArgs,
	}
	stack := p.stackFlag(cmd)
	// Whatever the configuration says: there is no kind in a container.
	o := upOptions{cluster: config.RuntimeLocal, container: &Container{ListenTLS: net.JoinHostPort("127.0.0.1", strconv.Itoa(aliasPort))}}
	var port uint16
	cmd.Flags().StringVar(&o.config, "config", "", "configuration `file` (YAML); an empty one is as good as none")
	cmd.Flags().Uint16Var(&port, "port", 4566, "`port` of the gateway, the same inside and on the host")
	cmd.Flags().IntVar(&o.container.APIServerPort, "api-server-port", 6443, "`port` of the first cluster's kube-apiserver, the same inside and on the host")
	cmd.Flags().StringVar(&o.container.ClientDir, "client-dir", "", "`folder` for the client files of other containers")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		h, err := stack()
		if err != nil {
			return err
		}
		o.home, o.listen = h, net.JoinHostPort("127.0.0.1", strconv.Itoa(int(port)))
		o.container.HostDir = p.getenv(hostDirVariable)
		if !filled(o.config) {
			o.config = ""
		}
		here := *p
		here.Self = "docker compose exec -T eksauth eksauth"
		return here.upHere(cmd.Context(), o, here.progress(outputText))
	}
	return cmd
}

// filled tells whether a file has content. One that cannot be read has, so that its reader says why.
func filled(path string) bool {
	content, err := os.ReadFile(path)
	return path != "" && (err != nil || len(content) > 0)
}

func (p *Program) containerLog() *slog.Logger { return slog.New(slog.NewTextHandler(p.Stderr, nil)) }

func (p *Program) containerRunCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "run PROGRAM",
		Short:   "Run a program of the control plane whenever the stack asks for it",
		Example: "  eksauth container run kube-apiserver",
		Args:    cobra.MatchAll(cobra.ExactArgs(1), knownProgram),
		RunE: func(cmd *cobra.Command, args []string) error {
			self, err := os.Executable()
			if err != nil {
				return fmt.Errorf("find %s: %w", args[0], err)
			}
			r := container.Runner{
				Program: args[0], Path: filepath.Join(filepath.Dir(self), args[0]), Dir: container.Sockets, Output: p.Stdout, Log: p.containerLog(),
			}
			return r.Run(cmd.Context())
		},
	}
}

func knownProgram(_ *cobra.Command, args []string) error {
	if !container.Known(args[0]) {
		return fmt.Errorf("%q is no program of the control plane: use one of %v", args[0], container.Programs)
	}
	return nil
}

func (p *Program) containerNetworkCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "network PORT[:PORT]...",
		Short:   "Carry connections from the container's ports to the loopback address",
		Example: "  eksauth container network 4566 6443 443:" + strconv.Itoa(aliasPort),
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			relays := container.Relays{Log: p.containerLog()}
			for _, arg := range args {
				relay, err := container.ParseRelay(arg)
				if err != nil {
					return usageError{err}
				}
				relays.List = append(relays.List, relay)
			}
			var err error
			if relays.Addresses, err = container.OwnAddresses(); err != nil {
				return err
			}
			return relays.Run(cmd.Context())
		},
	}
}

func (p *Program) containerHealthCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "health [PROGRAM]",
		Short:   "Fail unless the stack, or the container of a program, is healthy",
		Example: "  eksauth container health\n  eksauth container health etcd",
		Args:    cobra.MaximumNArgs(1),
	}
	stack := p.stackFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) == 1 {
			return container.Health(cmd.Context(), container.Sockets, args[0])
		}
		h, err := stack()
		if err != nil {
			return err
		}
		return stackHealth(cmd.Context(), h)
	}
	return cmd
}

// stackHealth fails unless the stack has started and nothing of it has ended since.
func stackHealth(ctx context.Context, h home.Home) error {
	status, err := fetchStatus(ctx, h)
	if err != nil {
		return err
	}
	if !status.Healthy {
		return fmt.Errorf("the state is %s", status.stateText())
	}
	all := status.Components
	for _, cluster := range status.Clusters {
		all = append(all, cluster.Components...)
	}
	for _, component := range all {
		if component.State != string(localcluster.Running) {
			return fmt.Errorf("%s is %s: see eksauth logs %s", component.Name, component.State, component.Name)
		}
	}
	return nil
}
