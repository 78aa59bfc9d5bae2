package emulator

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/eksauth/eksauth/emulator/kubelet"
)

// pickCluster finds a cluster by name, or the only one.
func pickCluster(clusters []ClusterAccess, name string) (ClusterAccess, error) {
	var names []string
	for _, c := range clusters {
		if c.Name == name || name == "" && len(clusters) == 1 {
			return c, nil
		}
		names = append(names, c.Name)
	}
	slices.Sort(names)
	switch {
	case len(names) == 0:
		return ClusterAccess{}, errors.New("no cluster runs in this stack: start one with eksauth up")
	case name == "":
		return ClusterAccess{}, fmt.Errorf("choose a cluster with --cluster: %s", strings.Join(names, ", "))
	}
	return ClusterAccess{}, fmt.Errorf("there is no cluster %q: there is %s", name, strings.Join(names, ", "))
}

// pickNode finds an instance by ID or private DNS name, or the only one. It says false if there is none at all.
func pickNode(list []Node, name string) (Node, bool, error) {
	if name == "" && len(list) < 2 {
		if len(list) == 0 {
			return Node{}, false, nil
		}
		return list[0], true, nil
	}
	for _, node := range list {
		if name != "" && (node.ID == name || node.Name == name) {
			return node, true, nil
		}
	}
	if name == "" {
		return Node{}, false, errors.New("several instances run: name one, as eksauth node list shows them")
	}
	return Node{}, false, fmt.Errorf("no instance %s runs: see eksauth node list", name)
}

// explainJoin says what a node that was refused lacks.
func explainJoin(err error, node Node, cluster ClusterAccess) error {
	if !errors.Is(err, kubelet.ErrUnauthorized) {
		return err
	}
	return fmt.Errorf("%w: the cluster %q did not accept the token of role %s, most likely because the role is not mapped: give it an access entry of type "+
		"EC2_LINUX, or in aws-auth the username system:node:{{EC2PrivateDNSName}} and the groups system:bootstrappers and system:nodes "+
		"(eksauth logs authenticator has the reason)", err, cluster.Name, node.Role)
}
