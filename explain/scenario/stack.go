package scenario

import (
	"context"
	"io"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// Stack is the running stack that scenarios run on. They have an account and a cluster of their own there.
type Stack struct {
	// Name is the stack's, empty for the one that needs no name.
	Name string
	// Gateway is the URL of the gateway, Region the region of the clusters.
	Gateway, Region string
	// Program is the path of eksauth, and Env has the variables that lead clients to the stack.
	Program string
	Env     map[string]string
	// Dir is the folder of the files that scenarios write. It goes when they end.
	Dir     string
	Control Control
	Now     func() time.Time
	// Settle is how long something may take to come into force; 0 takes ten seconds.
	Settle time.Duration
	// Out is told of each step as it happens; nil tells nobody.
	Out io.Writer
}

// Control is what only the stack itself can do.
type Control interface {
	// CreateAccount makes an account and returns its number and the keys of its root user.
	CreateAccount(ctx context.Context) (id string, root aws.Credentials, err error)
	DeleteAccount(ctx context.Context, id string) error
	// Cluster finds the files of a cluster that runs.
	Cluster(ctx context.Context, name string) (Files, error)
}

// Files are those of a running cluster.
type Files struct {
	// Admin is a kubeconfig that may do everything, Log what the authenticator logs and ServerLog what the kube-apiserver does.
	Admin, Log, ServerLog string
}
