package managed

import (
	"embed"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/eksauth/eksauth/internal/policy"
)

//go:embed data/*.json
var data embed.FS

// Policy is an AWS managed policy in its default version.
type Policy struct {
	Name             string
	Path             string
	ARN              string
	ID               string // ANPA…, the same in every account
	DefaultVersionID string
	Created          time.Time
	Updated          time.Time // when the default version was made
	Document         *policy.Document
}

// Catalogue holds the managed policies of one partition. It does not change, and may be used from several goroutines.
type Catalogue struct {
	policies []Policy // by name
	byARN    map[string]*Policy
}

// Load reads the catalogue for a partition: aws, aws-cn or aws-us-gov. All ARNs, also those in the documents, are of that
// partition.
func Load(partition string) (*Catalogue, error) {
	files, err := data.ReadDir("data")
	if err != nil {
		return nil, fmt.Errorf("list the managed policies: %w", err)
	}
	c := &Catalogue{byARN: make(map[string]*Policy, len(files))}
	for _, file := range files {
		p, err := read("data/"+file.Name(), partition)
		if err != nil {
			return nil, fmt.Errorf("read managed policy %s: %w", file.Name(), err)
		}
		c.policies = append(c.policies, p)
	}
	for i := range c.policies {
		c.byARN[c.policies[i].ARN] = &c.policies[i]
	}
	return c, nil
}

// All returns the policies in the order of their names. The slice is the caller's not to change.
func (c *Catalogue) All() []Policy { return c.policies }

// ByARN finds a policy.
func (c *Catalogue) ByARN(arn string) (*Policy, bool) {
	p, ok := c.byARN[arn]
	return p, ok
}

// record is the form of a data file.
type record struct {
	Name           string          `json:"name"`
	ID             string          `json:"id"`
	Path           string          `json:"path"`
	DefaultVersion string          `json:"defaultVersion"`
	Created        time.Time       `json:"created"`
	Updated        time.Time       `json:"updated"`
	Document       json.RawMessage `json:"document"`
}

func read(name, partition string) (Policy, error) {
	b, err := data.ReadFile(name)
	if err != nil {
		return Policy{}, err
	}
	var r record
	if err := json.Unmarshal(b, &r); err != nil {
		return Policy{}, err
	}
	text := strings.ReplaceAll(string(r.Document), `"arn:aws:`, `"arn:`+partition+`:`)
	doc, err := policy.Parse(policy.AWSManaged, text)
	if err != nil {
		return Policy{}, err
	}
	return Policy{
		Name: r.Name, Path: r.Path, ID: r.ID, DefaultVersionID: r.DefaultVersion,
		ARN:     "arn:" + partition + ":iam::aws:policy" + r.Path + r.Name,
		Created: r.Created, Updated: r.Updated, Document: doc,
	}, nil
}
