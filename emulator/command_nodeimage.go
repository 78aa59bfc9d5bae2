package emulator

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/eksauth/eksauth/kindconfig"
)

func (p *Program) nodeImageCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "node-image",
		Short:   "Choose or build the node image of kind clusters",
		Example: "  eksauth node-image build",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(p.nodeImageBuildCommand())
	return cmd
}

func (p *Program) nodeImageBuildCommand() *cobra.Command {
	var runtime string
	cmd := &cobra.Command{
		Use:   "build",
		Short: "Build a node image from Go modules and Debian packages, and print its name",
		Long: `Build a node image for kind from Go modules and Debian packages alone, where no image can be pulled.

It is built from a checkout of eksauth: the one that this program lies in, or the working directory. What has been built
before, and still is what would be built, is not built again.`,
		Example: "  eksauth node-image build\n  kind create cluster --image \"$(eksauth node-image build)\"",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			image, err := kindconfig.BuildNodeImage(cmd.Context(), kindconfig.ImageConfig{
				Runtime: runtime, Checkouts: checkouts(), Progress: func(step string) { fmt.Fprintln(p.Stderr, step) },
			})
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(p.Stdout, image)
			return err
		},
	}
	cmd.Flags().StringVar(&runtime, "runtime", "", "`command` that runs containers: docker or podman (default: the one that answers)")
	return cmd
}

// checkouts are where a checkout of this project may be: around the program in its bin, or the working directory.
func checkouts() []string {
	var folders []string
	if self, err := os.Executable(); err == nil {
		folders = append(folders, filepath.Dir(filepath.Dir(self)))
	}
	if here, err := os.Getwd(); err == nil {
		folders = append(folders, here)
	}
	return folders
}
