package scenario

import (
	"slices"
	"strings"
)

// Scenario is one cause of the catalogue (docs/CAUSES.md) as commands of real clients. In its texts $ACCOUNT, $REGION, $CLUSTER
// and $STACK stand for the account, the region, the cluster, and the flag that names the stack.
type Scenario struct {
	// Cause is the number in the catalogue.
	Cause int `json:"cause"`
	// Title says what is wrong.
	Title string `json:"title"`
	// Impossible says why no local stack produces the cause; such a scenario has no steps.
	Impossible string `json:"impossible,omitempty"`
	// Mode is the authentication mode of the cluster.
	Mode Mode `json:"mode,omitempty"`

	// Break is what goes wrong, Attempt what the user does then and meets.
	Break   []Step `json:"break,omitempty"`
	Attempt Step   `json:"attempt,omitzero"`
	// Logged is what the authenticator, or the kube-apiserver, logs of the attempt or of the break, as Step.Shows has it.
	Logged []string `json:"logged,omitempty"`
	// Explain is the eksauth explain that is to name the cause, and Hop where it has the refusal; without a hop nothing is
	// refused.
	Explain string `json:"explain,omitempty"`
	// Variables stand before eksauth explain, so that it sees what the client saw.
	Variables string `json:"variables,omitempty"`
	Hop       string `json:"hop,omitempty"`
	// Harmless is a cause that is blamed, but that no explanation may name: everything works.
	Harmless bool `json:"harmless,omitempty"`
	// Repair makes it right and Access shows that it is; without one the attempt is made again.
	Repair []Step `json:"repair,omitempty"`
	Access Step   `json:"access,omitzero"`
	// Undo takes back what else was made, whatever happened before; its failures are told, too.
	Undo []Step `json:"undo,omitempty"`
}

// Step is one command, and before it perhaps a file.
type Step struct {
	// File is written with Text.
	File string `json:"file,omitempty"`
	Text string `json:"text,omitempty"`
	// Run is a command of the shell, Fails whether it has to fail, and Shows what it has to print; … stands for any text.
	Run   string   `json:"run,omitempty"`
	Fails bool     `json:"fails,omitempty"`
	Shows []string `json:"shows,omitempty"`

	// token is what the file has, instead of a text.
	token *token
}

// Mode is the authentication mode that a scenario wants of its cluster.
type Mode string

// The modes. A cluster is made for those scenarios that want its mode, and they run one after the other.
const (
	// configMap has the cluster's creator hidden, bothWays is what most clusters have, and apiOnly has no creator within.
	configMap Mode = "CONFIG_MAP"
	bothWays  Mode = "API_AND_CONFIG_MAP"
	apiOnly   Mode = "API"
)

// All lists the scenarios in the order of the catalogue.
func All() []Scenario {
	all := slices.Concat(roleMappings(), listMappings(), harmlessMappings(), creators(), entries(), clients(), assumedRoles(), tokens(),
		services(), nodes(), rights(), impossible())
	for i := range all {
		if all[i].Mode == "" && all[i].Impossible == "" {
			all[i].Mode = bothWays
		}
	}
	slices.SortFunc(all, func(a, b Scenario) int { return a.Cause - b.Cause })
	return all
}

// wantsAWS tells whether the scenario runs the aws CLI.
func (s Scenario) wantsAWS() bool {
	return slices.ContainsFunc(slices.Concat(s.Break, []Step{s.Attempt, s.Access}, s.Repair), func(step Step) bool {
		return strings.Contains(step.Run, "aws --profile ")
	})
}

// inOrder sorts scenarios so that each cluster is made once.
func inOrder(list []Scenario) []Scenario {
	modes := []Mode{"", configMap, bothWays, apiOnly}
	return slices.SortedStableFunc(slices.Values(list), func(a, b Scenario) int {
		return slices.Index(modes, a.Mode) - slices.Index(modes, b.Mode)
	})
}
