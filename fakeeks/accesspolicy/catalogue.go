package accesspolicy

import (
	"bytes"
	"cmp"
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"
)

// Policy is one access policy.
type Policy struct {
	Name string `yaml:"name"`
	// Source says what the rules are taken from: a "table" of the documentation or its "words". "none" is a policy that
	// AWS lists without documented permissions: it allows nothing.
	Source string `yaml:"source"`
	// Page is where the policy is documented, if that is not the page of all access policies
	// (https://docs.aws.amazon.com/eks/latest/userguide/access-policy-permissions.html).
	Page string `yaml:"page"`
	// ServiceLinkedOnly marks a policy that only service-linked roles may have.
	ServiceLinkedOnly bool   `yaml:"serviceLinkedOnly"`
	Rules             []Rule `yaml:"rules"`
}

var (
	//go:embed policies.yaml
	ofEKS []byte
	//go:embed services.yaml
	ofServices []byte
)

// catalogue reads the data once.
var catalogue = sync.OnceValue(func() []*Policy {
	policies := append(read(ofEKS), read(ofServices)...)
	slices.SortFunc(policies, func(a, b *Policy) int { return cmp.Compare(a.Name, b.Name) })
	return policies
})

func read(data []byte) []*Policy {
	var policies []*Policy
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	if err := decoder.Decode(&policies); err != nil {
		panic(fmt.Errorf("read the access policies: %w", err)) // the data are part of the program, and a test reads them
	}
	return policies
}

// All lists the policies by name. What it returns is shared and must not be changed.
func All() []*Policy { return catalogue() }

// ARN returns the policy's ARN in a partition.
func (p *Policy) ARN(partition string) string { return arnPrefix(partition) + p.Name }

// Find returns the policy that an ARN names in a partition, or nil. Letter case counts.
func Find(partition, arn string) *Policy {
	name, ours := strings.CutPrefix(arn, arnPrefix(partition))
	if !ours {
		return nil
	}
	i := slices.IndexFunc(catalogue(), func(p *Policy) bool { return p.Name == name })
	if i < 0 {
		return nil
	}
	return catalogue()[i]
}

func arnPrefix(partition string) string {
	return "arn:" + partition + ":eks::aws:cluster-access-policy/"
}
