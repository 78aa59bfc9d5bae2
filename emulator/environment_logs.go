package emulator

import (
	"crypto/sha256"
	"encoding/hex"

	"github.com/eksauth/eksauth/fakeeks"
	"github.com/eksauth/eksauth/faketrail/logs"
	"github.com/eksauth/eksauth/internal/controlplane"
)

// newLogs makes CloudWatch Logs over the clusters' log files.
func (e *Environment) newLogs() (*logs.Service, error) {
	return logs.New(logs.Config{Directory: e.directory, Groups: e.logGroups, Now: e.o.Now, Log: e.o.Log, Observe: e.observe})
}

// logStreams are the control plane logs of EKS that there are, by the prefix of the stream's name
// (https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html), with the program of each.
var logStreams = []struct{ prefix, component string }{
	{"authenticator-", controlplane.AuthenticatorComponent},
	{"kube-apiserver-", controlplane.APIServerComponent},
	{"kube-apiserver-audit-", controlplane.AuditLog},
	{"kube-controller-manager-", controlplane.ControllerManagerComponent},
}

// logGroups has one group a cluster. EKS fills it only where the cluster's logging is enabled; here it is always full,
// since the processes write their logs in any case.
func (e *Environment) logGroups() []logs.Group {
	clusters, err := e.eks.Clusters()
	if err != nil {
		e.o.Log.Error("the clusters' logs cannot be listed", "error", err)
		return nil
	}
	groups := make([]logs.Group, len(clusters))
	for i, cluster := range clusters {
		groups[i] = logs.Group{
			Account: cluster.Account, Region: cluster.Region, Name: "/aws/eks/" + cluster.Name + "/cluster", Created: cluster.Created,
			Streams: e.streams(cluster),
		}
	}
	return groups
}

func (e *Environment) streams(cluster *fakeeks.Cluster) []logs.Stream {
	instance := sha256.Sum256([]byte(cluster.ID))
	streams := make([]logs.Stream, len(logStreams))
	for i, s := range logStreams {
		streams[i] = logs.Stream{Name: s.prefix + hex.EncodeToString(instance[:16]), Files: e.planes.runtime.logFiles(cluster, s.component)}
	}
	return streams
}
