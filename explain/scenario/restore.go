package scenario

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

// restore puts back what scenarios change of people and of who may enter, so that they cannot disturb each other.
func (w *world) restore(ctx context.Context) error {
	return errors.Join(w.writeProfiles(), w.restorePeople(ctx), w.removeEntries(ctx))
}

func (w *world) restorePeople(ctx context.Context) error {
	client := w.iam(w.keys["root"])
	trust, name, key := w.fill(trusting("admin")), "temporary", w.keys["boris"].AccessKeyID
	_, err := client.UpdateAssumeRolePolicy(ctx, &iam.UpdateAssumeRolePolicyInput{RoleName: aws.String("closed"), PolicyDocument: &trust})
	if err != nil {
		return fmt.Errorf("close the role again: %w", err)
	}
	_, err = client.UpdateAccessKey(ctx, &iam.UpdateAccessKeyInput{UserName: aws.String("boris"), AccessKeyId: &key, Status: types.StatusTypeActive})
	if err != nil {
		return fmt.Errorf("activate the key again: %w", err)
	}
	_, err = client.DeleteRole(ctx, &iam.DeleteRoleInput{RoleName: &name})
	if err != nil && !errors.As(err, new(*types.NoSuchEntityException)) {
		return fmt.Errorf("delete the role %s: %w", name, err)
	}
	return nil
}

// removeEntries deletes all access entries but the creator's.
func (w *world) removeEntries(ctx context.Context) error {
	client := w.eks(w.keys["root"])
	described, err := client.DescribeCluster(ctx, &eks.DescribeClusterInput{Name: &w.cluster})
	if err != nil {
		return fmt.Errorf("look at the cluster: %w", err)
	}
	mode := Mode(described.Cluster.AccessConfig.AuthenticationMode)
	if mode == configMap {
		return nil // it has none
	}
	list, err := client.ListAccessEntries(ctx, &eks.ListAccessEntriesInput{ClusterName: &w.cluster})
	if err != nil {
		return fmt.Errorf("list the access entries: %w", err)
	}
	for _, principal := range list.AccessEntries {
		if mode != apiOnly && strings.HasSuffix(principal, ":role/creator") {
			continue
		}
		if _, err := client.DeleteAccessEntry(ctx, &eks.DeleteAccessEntryInput{ClusterName: &w.cluster, PrincipalArn: &principal}); err != nil {
			return fmt.Errorf("delete the access entry of %s: %w", principal, err)
		}
	}
	return nil
}
