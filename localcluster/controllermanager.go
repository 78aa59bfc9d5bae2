package localcluster

import (
	"context"
	"fmt"
	"path/filepath"
	"syscall"

	"github.com/eksauth/eksauth/internal/controlplane"
)

// ControllerManagerComponent is the name of kube-controller-manager among the components.
const ControllerManagerComponent = controlplane.ControllerManagerComponent

func (c *Cluster) controllerManagerSpec() spec {
	kubeconfig := c.file("controller-manager.kubeconfig")
	return spec{
		name: ControllerManagerComponent,
		path: c.cfg.Binaries.ControllerManager,
		args: []string{
			"--kubeconfig=" + kubeconfig,
			"--cluster-name=" + c.cfg.Name,
			// It serves nothing that is needed here; 0 is off.
			"--secure-port=0",
			"--bind-address=" + loopback,
			// One alone needs no election.
			"--leader-elect=false",
			"--use-service-account-credentials=true",
			// The first start makes some fifty service accounts; at the default rate that takes four seconds.
			"--kube-api-qps=500",
			"--kube-api-burst=500",
			"--service-account-private-key-file=" + c.certs.file("sa-key.pem"),
			"--root-ca-file=" + c.certs.file("ca.pem"),
			// EKS signs kubelets' serving certificates and never a client certificate, which would be a way in beside IAM
			// (https://docs.aws.amazon.com/eks/latest/userguide/cert-signing.html).
			"--cluster-signing-kubelet-serving-cert-file=" + c.certs.file("ca.pem"),
			"--cluster-signing-kubelet-serving-key-file=" + c.certs.file("ca-key.pem"),
			"--profiling=false",
		},
		env:     []string{"HOME=" + c.cfg.Dir},
		dir:     c.cfg.Dir,
		logFile: filepath.Join(c.cfg.LogDir, ControllerManagerComponent+".log"),
		signal:  syscall.SIGTERM,
		ready:   c.rolesAggregated,
	}
}

// rolesAggregated tells whether the controller manager has filled the built-in roles, without which no binding to `view`,
// `edit` or `admin` allows anything.
func (c *Cluster) rolesAggregated(ctx context.Context, _ int64) error {
	for _, name := range []string{"view", "edit", "admin"} {
		var role struct{ Rules []any }
		status, err := c.admin.Get(ctx, "/apis/rbac.authorization.k8s.io/v1/clusterroles/"+name, &role)
		if err != nil {
			return err
		}
		if len(role.Rules) == 0 {
			return fmt.Errorf("cluster role %s is empty still (status %d)", name, status)
		}
	}
	return nil
}
