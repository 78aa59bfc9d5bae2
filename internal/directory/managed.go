package directory

import (
	"fmt"
	"strings"
	"sync"

	"github.com/eksauth/eksauth/internal/policy"
	"github.com/eksauth/eksauth/internal/policy/managed"
)

// catalogues are AWS's own managed policies, read once a partition.
type catalogues struct {
	mu     sync.Mutex
	loaded map[string]*managed.Catalogue
}

func (c *catalogues) of(partition string) (*managed.Catalogue, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if found := c.loaded[partition]; found != nil {
		return found, nil
	}
	catalogue, err := managed.Load(partition)
	if err != nil {
		return nil, fmt.Errorf("read AWS's managed policies of partition %s: %w", partition, err)
	}
	if c.loaded == nil {
		c.loaded = map[string]*managed.Catalogue{}
	}
	c.loaded[partition] = catalogue
	return catalogue, nil
}

// AWSPolicies returns AWS's own managed policies of a partition, by name. They are shared and must not be changed.
func (d *Directory) AWSPolicies(partition string) ([]managed.Policy, error) {
	catalogue, err := d.aws.of(partition)
	if err != nil {
		return nil, err
	}
	return catalogue.All(), nil
}

// AWSPolicy returns AWS's own managed policy that has the ARN, or nil.
func (d *Directory) AWSPolicy(arn string) *managed.Policy {
	partition, rest, _ := strings.Cut(strings.TrimPrefix(arn, "arn:"), ":")
	if !strings.HasPrefix(rest, "iam::aws:policy/") || !partitions[partition] {
		return nil
	}
	catalogue, err := d.aws.of(partition)
	if err != nil {
		d.cfg.Log.Error("look up a managed policy", "arn", arn, "err", err)
		return nil
	}
	found, _ := catalogue.ByARN(arn)
	return found
}

var partitions = map[string]bool{"aws": true, "aws-cn": true, "aws-us-gov": true}

// ManagedPolicy returns the default version of a managed policy, AWS's or a customer's. It wraps ErrNotFound.
func (d *Directory) ManagedPolicy(arn string) (policy.Policy, error) {
	if found := d.AWSPolicy(arn); found != nil {
		return policy.Policy{Doc: found.Document, Name: found.Name, ARN: arn}, nil
	}
	p := PolicyByARN(d, arn)
	if p == nil {
		return policy.Policy{}, fmt.Errorf("managed policy %s: %w", arn, ErrNotFound)
	}
	doc, err := d.docs.parse(p.kind(), p.Version(p.Default).Document)
	if err != nil {
		return policy.Policy{}, fmt.Errorf("read managed policy %s: %w", arn, err)
	}
	return policy.Policy{Doc: doc, Name: p.Name, ARN: arn}, nil
}

// awsPolicyARN returns the ARN of AWS's managed policy with a name, which may lie under a path.
func (d *Directory) awsPolicyARN(partition, name string) (string, error) {
	all, err := d.AWSPolicies(partition)
	if err != nil {
		return "", err
	}
	for i := range all {
		if all[i].Name == name {
			return all[i].ARN, nil
		}
	}
	return "", fmt.Errorf("managed policy %s: %w", name, ErrNotFound)
}
