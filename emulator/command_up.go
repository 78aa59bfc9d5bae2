package emulator

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"

	"github.com/eksauth/eksauth/emulator/config"
	"github.com/eksauth/eksauth/emulator/home"
	"github.com/eksauth/eksauth/internal/store"
	"github.com/eksauth/eksauth/kindconfig"
	"github.com/eksauth/eksauth/localcluster"
)

// defaultListen is the gateway's address: the port that local AWS emulators share by convention.
const defaultListen = "127.0.0.1:4566"

type upOptions struct {
	home   home.Home
	config string
	listen string
	detach bool
	format output
	// reportFD is the pipe to the process that starts this stack in the background; 0 if none does.
	reportFD int
	// fakesOnly leaves out the clusters.
	fakesOnly bool
	// cluster is the runtime of the clusters, empty for what the configuration says; workers is nil for that.
	cluster string
	workers *int
	retain  bool
	// etcd keeps the state of the services alone; nil is memory.
	etcd *store.EtcdConfig
	// container is set if the programs run in containers of their own.
	container *Container
}

func (p *Program) upCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "up",
		Short: "Start the stack",
		Long: `Start the stack: the gateway with STS, IAM and EKS, and each configured cluster as a real control plane.

Without --config the stack's own configuration counts: that of its last start, or at the first start a built-in one with
one cluster, its hidden creator arseniy, and yaroslav, whom the cluster does not know yet.`,
		Example: `  eksauth up                        # in the foreground, until Ctrl-C
  eksauth up --detach               # in the background
  eksauth up --cluster kind --detach  # the same in containers
  eksauth up --config team.yaml --name team --listen 127.0.0.1:4600 --detach`,
		Args: cobra.NoArgs,
	}
	stack := p.stackFlag(cmd)
	format := outputFlag(cmd)
	var o upOptions
	cmd.Flags().StringVar(&o.config, "config", "", "configuration `file` (YAML)")
	cmd.Flags().StringVar(&o.listen, "listen", defaultListen, "`address` of the gateway; port 0 takes a free one")
	cmd.Flags().StringVar(&o.cluster, "cluster", "", "`runtime` of the clusters: local (processes, the default) or kind (containers)")
	workers := cmd.Flags().Int("workers", 0, "`number` of worker nodes of a kind cluster")
	cmd.Flags().BoolVar(&o.retain, "retain", false, "keep the nodes of a kind cluster that does not start, to look into them")
	cmd.Flags().BoolVar(&o.detach, "detach", false, "start in the background and return when the stack runs")
	cmd.Flags().IntVar(&o.reportFD, "report-fd", 0, "")
	if err := cmd.Flags().MarkHidden("report-fd"); err != nil {
		panic(err)
	}
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		h, err := stack()
		if err != nil {
			return err
		}
		o.home, o.format = h, *format
		if cmd.Flags().Changed("workers") {
			o.workers = workers
		}
		return p.up(cmd.Context(), o)
	}
	return cmd
}

func (p *Program) up(ctx context.Context, o upOptions) error {
	if o.reportFD > 0 {
		return p.upReporting(ctx, o)
	}
	if o.detach {
		return p.upDetached(ctx, o)
	}
	return p.upHere(ctx, o, p.progress(o.format))
}

func (p *Program) progress(format output) progress {
	if format == outputJSON {
		return jsonProgress{out: p.Stdout}
	}
	return textProgress{out: p.Stdout, start: time.Now(), now: time.Now}
}

// upHere runs the stack in this process until ctx ends or one of its parts dies.
func (p *Program) upHere(ctx context.Context, o upOptions, report progress) error {
	started := time.Now()
	file, err := loadConfig(o)
	if err != nil {
		return err
	}
	if err := o.home.Create(); err != nil {
		return err
	}
	lock, err := o.home.Acquire()
	if errors.Is(err, home.ErrRunning) {
		return alreadyRunning(o.home)
	}
	if err != nil {
		return err
	}
	defer lock.Release()
	if err := o.home.RemoveRun(); err != nil { // of a process that was killed: nobody may take it for this one's
		return err
	}
	env, err := StartEnvironment(ctx, p.environmentOptions(o, file, report))
	if err != nil {
		return err
	}
	summary, err := env.Summary(ctx, p.Self)
	if err == nil {
		summary.Seconds = time.Since(started).Seconds()
		err = report.ready(summary)
	}
	debug.FreeOSMemory() // what the start has used is not needed again
	if err == nil {
		err = env.Wait(ctx)
	}
	return errors.Join(err, env.Stop(ctx))
}

func (p *Program) environmentOptions(o upOptions, file *config.File, report progress) Options {
	aws, err := exec.LookPath("aws")
	if err != nil {
		aws = ""
	}
	return Options{
		Home: o.home, Config: file, Listen: o.listen, FakesOnly: o.fakesOnly, Etcd: o.etcd, Container: o.container, Retain: o.retain,
		Containers: p.getenv(kindconfig.RuntimeVariable),
		Assets:     p.getenv(localcluster.AssetsVariable), Folders: p.programFolders(),
		AWS: aws, Step: report.step, Log: slog.New(slog.NewTextHandler(p.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})), Now: time.Now,
	}
}

// programFolders are where the real programs lie: beside this one, as make upstream puts them.
func (p *Program) programFolders() []string {
	self, err := os.Executable()
	if err != nil {
		return nil
	}
	return []string{filepath.Join(filepath.Dir(self), "upstream"), filepath.Dir(self)}
}

// loadConfig finds the configuration: the file that the user names, else that of the stack's last start, else the built-in;
// flags stand before what it says.
func loadConfig(o upOptions) (*config.File, error) {
	file, err := readConfig(o)
	if err != nil {
		return nil, err
	}
	if o.cluster != "" && o.cluster != config.RuntimeLocal && o.cluster != config.RuntimeKind {
		return nil, usageError{fmt.Errorf("--cluster %q is unknown: use %s or %s", o.cluster, config.RuntimeLocal, config.RuntimeKind)}
	}
	if o.cluster != "" {
		file.Runtime = o.cluster
	}
	if o.workers != nil {
		if file.Runtime != config.RuntimeKind {
			return nil, usageError{fmt.Errorf("--workers goes with --cluster %s", config.RuntimeKind)}
		}
		file.Workers = *o.workers
	}
	return file, nil
}

func readConfig(o upOptions) (*config.File, error) {
	if o.config != "" {
		return config.Load(o.config)
	}
	file, err := config.Load(o.home.Config())
	if errors.Is(err, os.ErrNotExist) {
		return config.Default(), nil
	}
	return file, err
}

// alreadyRunning says what to do about a stack that runs.
func alreadyRunning(h home.Home) error {
	return fmt.Errorf("%w: stop %q with eksauth down%s, or start another with --name and --listen", home.ErrRunning, h.Name, nameArg(h))
}
