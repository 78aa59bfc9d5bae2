package kindconfig

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// PinnedImage is the image that kind's makers published for this version of kind and the minor version of Kubernetes that
// upstream/go.mod pins (https://github.com/kubernetes-sigs/kind/releases/tag/v0.33.0).
const PinnedImage = "kindest/node:v1.36.4@sha256:099e049362a1526b2db71494e1947aae99bd16290d7c895f2b7ea312e3cbfaed"

const (
	// buildScript builds a node image; its last line is the image's name.
	buildScript = "scripts/node-image-build.sh"
	// buildContainers is the script's variable for the command that gets the image.
	buildContainers = "EKSAUTH_CONTAINERS"
	// registryTimeout bounds how long a registry takes to answer at all.
	registryTimeout = 15 * time.Second
)

// ImageConfig says where a node image may come from.
type ImageConfig struct {
	// Runtime is as in [Config].
	Runtime string
	// Checkouts are folders that may be a checkout of this project, from which an image can be built; the first one is taken.
	Checkouts []string
	// Progress is told which image is taken and why.
	Progress func(step string)
}

// NodeImage returns the node image for a cluster: one that is on this machine already, else the pinned one from its
// registry, else one that it builds from Go modules and Debian packages, which takes minutes.
func NodeImage(ctx context.Context, cfg ImageConfig) (string, error) {
	runtime, err := findContainers(ctx, cfg.Runtime)
	if err != nil {
		return "", fmt.Errorf("choose a node image: %w", err)
	}
	if _, err := runtime.output(ctx, "image", "inspect", PinnedImage); err == nil {
		cfg.Progress("node image " + PinnedImage + " (here already)")
		return PinnedImage, nil
	}
	checkout, noCheckout := findCheckout(cfg.Checkouts)
	if noCheckout == nil {
		if image, err := runtime.runScript(ctx, checkout, func(string) {}, "--present"); err == nil {
			cfg.Progress("node image " + image + " (built before)")
			return image, nil
		}
	}
	unreached := runtime.pull(ctx, PinnedImage, cfg.Progress)
	if unreached == nil {
		cfg.Progress("node image " + PinnedImage + " (from its registry)")
		return PinnedImage, nil
	}
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	if noCheckout != nil {
		return "", fmt.Errorf("choose a node image: %w; %w", unreached, noCheckout)
	}
	cfg.Progress("no registry is reached: building a node image, which takes some minutes the first time")
	return runtime.build(ctx, checkout, cfg.Progress)
}

// BuildNodeImage returns the node image that is built from a checkout, and builds it if it is not there.
func BuildNodeImage(ctx context.Context, cfg ImageConfig) (string, error) {
	checkout, err := findCheckout(cfg.Checkouts)
	if err != nil {
		return "", fmt.Errorf("build a node image: %w", err)
	}
	runtime, err := findContainers(ctx, cfg.Runtime)
	if err != nil {
		return "", fmt.Errorf("build a node image: %w", err)
	}
	return runtime.build(ctx, checkout, cfg.Progress)
}

func (c containers) build(ctx context.Context, checkout string, progress func(string)) (string, error) {
	image, err := c.runScript(ctx, checkout, progress)
	if err != nil {
		return "", fmt.Errorf("build a node image: %w", err)
	}
	return image, nil
}

func findCheckout(folders []string) (string, error) {
	for _, folder := range folders {
		if _, err := os.Stat(filepath.Join(folder, buildScript)); err == nil {
			return folder, nil
		}
	}
	return "", fmt.Errorf("a node image is built from a checkout of eksauth, and none of %s is one: run this in a checkout", strings.Join(slices.Compact(folders), ", "))
}

// runScript runs the build's script, whose stderr is progress but for what it says at last when it fails.
func (c containers) runScript(ctx context.Context, checkout string, progress func(string), arguments ...string) (string, error) {
	cmd := exec.CommandContext(ctx, filepath.Join(checkout, buildScript), arguments...)
	cmd.Env = append(os.Environ(), buildContainers+"="+string(c))
	// An interrupted build removes what it has begun.
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	stderr, err := cmd.StderrPipe()
	if err != nil {
		return "", err
	}
	var stdout strings.Builder
	cmd.Stdout = &stdout
	if err := cmd.Start(); err != nil {
		return "", err
	}
	last := ""
	lines := bufio.NewScanner(stderr)
	for lines.Scan() {
		if last != "" {
			progress(last)
		}
		last = strings.TrimPrefix(lines.Text(), "node image: ")
	}
	if err := cmd.Wait(); err != nil {
		if ctx.Err() == nil && last != "" {
			err = errors.New(last)
		}
		return "", err
	}
	progress(last)
	return lastLine(stdout.String()), nil
}

// pull fetches an image. The error says that there is no registry to be reached.
func (c containers) pull(ctx context.Context, image string, progress func(string)) error {
	progress("asking for " + image)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	cmd := exec.CommandContext(ctx, string(c), "pull", image)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	// A registry that answers is named at once, whatever time the image then takes.
	impatient := time.AfterFunc(registryTimeout, cancel)
	_, _ = bufio.NewReader(stdout).ReadString('\n')
	impatient.Stop()
	_, _ = io.Copy(io.Discard, stdout)
	if err := cmd.Wait(); err != nil {
		return fmt.Errorf("pull %s: %w", image, errors.Join(err, errors.New(lastLine(stderr.String()))))
	}
	return nil
}
