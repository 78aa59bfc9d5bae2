package scenario

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

const (
	// clusterWithin bounds the start and the end of a cluster, and clusterPoll is how often EKS is asked.
	clusterWithin = 2 * time.Minute
	clusterPoll   = 100 * time.Millisecond
)

// base is what each cluster has: developers may look at pods in the namespace default.
const base = `apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: developers, namespace: default}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects: [{apiGroup: rbac.authorization.k8s.io, kind: Group, name: developers}]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: aws-auth, namespace: kube-system}
`

// use sees to it that a cluster of a mode runs. There is one at a time, since each takes memory.
func (w *world) use(ctx context.Context, mode Mode) error {
	ctx, cancel := context.WithTimeout(ctx, clusterWithin)
	defer cancel()
	if w.cluster != "" {
		out, err := w.eks(w.keys["admin"]).DescribeCluster(ctx, &eks.DescribeClusterInput{Name: &w.cluster})
		if err == nil && string(out.Cluster.AccessConfig.AuthenticationMode) == string(mode) {
			return nil
		}
		if err := w.removeClusters(ctx); err != nil {
			return err
		}
	}
	name := "scenarios-" + strings.ReplaceAll(strings.ToLower(string(mode)), "_", "-")
	if err := w.createCluster(ctx, name, mode); err != nil {
		return fmt.Errorf("make the cluster %s: %w", name, err)
	}
	return w.prepare(ctx)
}

func (w *world) createCluster(ctx context.Context, name string, mode Mode) error {
	creator, err := w.creator(ctx)
	if err != nil {
		return err
	}
	client := w.eks(creator)
	_, err = client.CreateCluster(ctx, &eks.CreateClusterInput{
		Name: &name, RoleArn: aws.String(w.fill(roleARN("cluster"))),
		ResourcesVpcConfig: &types.VpcConfigRequest{SubnetIds: []string{"subnet-1", "subnet-2"}},
		AccessConfig: &types.CreateAccessConfigRequest{
			AuthenticationMode: types.AuthenticationMode(mode), BootstrapClusterCreatorAdminPermissions: aws.Bool(mode != apiOnly),
		},
	})
	if err != nil {
		return err
	}
	w.cluster = name
	return poll(ctx, func() (bool, error) {
		out, err := client.DescribeCluster(ctx, &eks.DescribeClusterInput{Name: &name})
		if err == nil && out.Cluster.Status == types.ClusterStatusFailed {
			err = fmt.Errorf("it has failed: see eksauth logs%s", w.fill("$STACK"))
		}
		return err == nil && out.Cluster.Status == types.ClusterStatusActive, err
	})
}

// creator is a session of the role that makes clusters; a scenario may have deleted the role.
func (w *world) creator(ctx context.Context) (aws.Credentials, error) {
	client := w.iam(w.keys["admin"])
	err := w.createRole(ctx, client, "creator", "/", trusting("admin"))
	if err != nil && !errors.As(err, new(*iamtypes.EntityAlreadyExistsException)) {
		return aws.Credentials{}, err
	}
	policy := administrator
	if _, err := client.AttachRolePolicy(ctx, &iam.AttachRolePolicyInput{RoleName: aws.String("creator"), PolicyArn: &policy}); err != nil {
		return aws.Credentials{}, err
	}
	role, session := w.fill(roleARN("creator")), "scenarios"
	out, err := w.sts(w.keys["admin"]).AssumeRole(ctx, &sts.AssumeRoleInput{RoleArn: &role, RoleSessionName: &session})
	if err != nil {
		return aws.Credentials{}, err
	}
	return aws.Credentials{
		AccessKeyID: *out.Credentials.AccessKeyId, SecretAccessKey: *out.Credentials.SecretAccessKey, SessionToken: *out.Credentials.SessionToken,
	}, nil
}

// prepare puts into a new cluster what all scenarios want of it.
func (w *world) prepare(ctx context.Context) error {
	var err error
	if w.files, err = w.Control.Cluster(ctx, w.cluster); err != nil {
		return err
	}
	if err := w.writeKubeconfig(); err != nil {
		return err
	}
	if err := os.WriteFile(w.file("base.yaml"), []byte(base), 0o600); err != nil {
		return fmt.Errorf("prepare the cluster %s: %w", w.cluster, err)
	}
	// The second command lets kubectl know the cluster's resources, as everybody's does after the first good call.
	done, err := w.shell(ctx, "kubectl --context admin apply -f base.yaml && kubectl --context admin get pods")
	if err == nil && done.code != 0 {
		err = errors.New(done.all)
	}
	if err != nil {
		return fmt.Errorf("prepare the cluster %s: %w", w.cluster, err)
	}
	return nil
}

// removeClusters deletes all clusters of the account, and waits until they are gone.
func (w *world) removeClusters(ctx context.Context) error {
	client := w.eks(w.keys["root"])
	w.cluster = ""
	return poll(ctx, func() (bool, error) {
		list, err := client.ListClusters(ctx, &eks.ListClustersInput{})
		if err != nil {
			return false, fmt.Errorf("list the clusters of the scenarios: %w", err)
		}
		for _, name := range list.Clusters {
			_, err := client.DeleteCluster(ctx, &eks.DeleteClusterInput{Name: &name})
			if err != nil && !errors.As(err, new(*types.ResourceInUseException)) && !errors.As(err, new(*types.ResourceNotFoundException)) {
				return false, fmt.Errorf("delete the cluster %s: %w", name, err)
			}
		}
		return len(list.Clusters) == 0, nil
	})
}

func (w *world) eks(keys aws.Credentials) *eks.Client {
	return eks.New(eks.Options{Region: w.Region, BaseEndpoint: &w.Gateway, Credentials: static(keys)})
}

// poll asks until it is so, or the context ends.
func poll(ctx context.Context, ask func() (bool, error)) error {
	for {
		if done, err := ask(); done || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(clusterPoll):
		}
	}
}
