package emulator

import (
	"crypto/sha256"
	"encoding/hex"
	"path/filepath"

	"github.com/eksauth/eksauth/fakeeks"
	"github.com/eksauth/eksauth/faketrail/logs"
)

// newLogs makes CloudWatch Logs over the clusters' log files.
func (e *Environment) newLogs() (*logs.Service, error) {
	return logs.New(logs.Config{Directory: e.directory, Groups: e.logGroups, Now: e.o.Now, Log: e.o.Log, Observe: e.observe})
}

// logStreams are the control plane logs of EKS that there are, by the prefix of the stream's name
// (https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html), with the file of each.
var logStreams = []struct{ prefix, file string }{
	{"authenticator-", "aws-iam-authenticator.log"},
	{"kube-apiserver-", "kube-apiserver.log"},
	{"kube-apiserver-audit-", "kube-apiserver-audit.log"},
	{"kube-controller-manager-", "kube-controller-manager.log"},
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
	dir := e.o.Home.ClusterLogDir(e.folder(cluster))
	streams := make([]logs.Stream, len(logStreams))
	for i, s := range logStreams {
		path := filepath.Join(dir, s.file)
		// The log of the run before lies beside the present one.
		streams[i] = logs.Stream{Name: s.prefix + hex.EncodeToString(instance[:16]), Files: []string{path + ".1", path}}
	}
	return streams
}
