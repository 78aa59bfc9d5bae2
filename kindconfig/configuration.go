package kindconfig

import (
	"fmt"
	"path/filepath"

	"go.yaml.in/yaml/v3"
	"sigs.k8s.io/kind/pkg/apis/config/v1alpha4"

	"github.com/eksauth/eksauth/internal/controlplane"
)

const (
	loopback = "127.0.0.1"
	// serviceSubnet is EKS's default range of service addresses for a VPC that is not in 10.0.0.0/8
	// (https://docs.aws.amazon.com/eks/latest/APIReference/API_KubernetesNetworkConfigRequest.html).
	serviceSubnet = "10.100.0.0/16"

	// Folders of the control plane's node. What lies in nodeDir and nodeLogDir is in Dir and LogDir on this machine.
	nodeDir           = "/etc/eksauth"
	nodeLogDir        = "/var/log/eksauth"
	podLogDir         = "/var/log/pods"
	kubernetesPKI     = "/etc/kubernetes/pki"
	nodeAuthenticator = "/usr/local/bin/aws-iam-authenticator"

	auditLog = controlplane.AuditLog + ".log"
	// clusterInfo is what a node that joins by kubeadm reads before it has credentials.
	clusterInfo = "/api/v1/namespaces/kube-public/configmaps/cluster-info"
)

// patientKubeadm has kubeadm wait as long as a start may take at all, not the minute and the four of its defaults, which do not
// suffice where a machine has much else to do.
var patientKubeadm = fmt.Sprintf("timeouts: {kubernetesAPICall: %[1]s, controlPlaneComponentHealthCheck: %[1]s, tlsBootstrap: %[1]s}\n", readyTimeout)

// kindCluster is the configuration that kind gets.
func (cfg Config) kindCluster(port int) (*v1alpha4.Cluster, error) {
	patch, err := cfg.clusterPatch()
	if err != nil {
		return nil, err
	}
	cluster := &v1alpha4.Cluster{
		TypeMeta: v1alpha4.TypeMeta{Kind: "Cluster", APIVersion: "kind.x-k8s.io/v1alpha4"},
		Name:     cfg.KindName,
		Networking: v1alpha4.Networking{
			APIServerAddress: loopback, APIServerPort: int32(port), ServiceSubnet: serviceSubnet,
		},
		KubeadmConfigPatches: []string{
			patch,
			// A kubelet refuses cgroup v1 by default, and has no say where there is v2.
			"kind: KubeletConfiguration\nfailCgroupV1: false\n",
			"kind: InitConfiguration\n" + patientKubeadm, "kind: JoinConfiguration\n" + patientKubeadm,
		},
		Nodes: []v1alpha4.Node{{Role: v1alpha4.ControlPlaneRole, Image: cfg.Image, ExtraMounts: cfg.mounts()}},
	}
	for range cfg.Workers {
		cluster.Nodes = append(cluster.Nodes, v1alpha4.Node{Role: v1alpha4.WorkerRole, Image: cfg.Image})
	}
	return cluster, nil
}

// mounts are the files of this machine that the control plane's node sees. With the authority and the service accounts' keys
// there, kubeadm makes none of its own.
func (cfg Config) mounts() []v1alpha4.Mount {
	readOnly := func(host, node string) v1alpha4.Mount {
		return v1alpha4.Mount{HostPath: host, ContainerPath: node, Readonly: true}
	}
	return []v1alpha4.Mount{
		readOnly(cfg.file("node"), nodeDir),
		readOnly(cfg.file("pki", "ca.pem"), kubernetesPKI+"/ca.crt"),
		readOnly(cfg.file("pki", "ca-key.pem"), kubernetesPKI+"/ca.key"),
		readOnly(cfg.file("pki", "sa-key.pem"), kubernetesPKI+"/sa.key"),
		readOnly(cfg.file("pki", "sa-pub.pem"), kubernetesPKI+"/sa.pub"),
		readOnly(cfg.Authenticator, nodeAuthenticator),
		{HostPath: cfg.LogDir, ContainerPath: nodeLogDir},
		{HostPath: filepath.Join(cfg.LogDir, "pods"), ContainerPath: podLogDir},
	}
}

// clusterConfiguration is the part of kubeadm's ClusterConfiguration that differs from kind's
// (https://kubernetes.io/docs/reference/config-api/kubeadm-config.v1beta4/).
type clusterConfiguration struct {
	Kind      string
	APIServer struct {
		CertSANs     []string   `yaml:"certSANs,flow"`
		ExtraArgs    []argument `yaml:"extraArgs"`
		ExtraVolumes []volume   `yaml:"extraVolumes"`
	} `yaml:"apiServer"`
}

type argument struct{ Name, Value string }

type volume struct {
	Name      string
	HostPath  string `yaml:"hostPath"`
	MountPath string `yaml:"mountPath"`
	ReadOnly  bool   `yaml:"readOnly"`
	PathType  string `yaml:"pathType"`
}

func (cfg Config) clusterPatch() (string, error) {
	patch := clusterConfiguration{Kind: "ClusterConfiguration"}
	patch.APIServer.CertSANs = append([]string{"localhost", loopback}, cfg.ExtraSANs...)
	for _, a := range cfg.apiServer(false).Arguments() {
		patch.APIServer.ExtraArgs = append(patch.APIServer.ExtraArgs, argument(a))
	}
	patch.APIServer.ExtraVolumes = []volume{
		{"eksauth", nodeDir + "/apiserver", nodeDir + "/apiserver", true, "Directory"},
		{"eksauth-logs", nodeLogDir, nodeLogDir, false, "Directory"},
	}
	text, err := yaml.Marshal(patch)
	if err != nil {
		return "", fmt.Errorf("encode the configuration of kubeadm: %w", err)
	}
	return string(text), nil
}

// apiServer is the configuration of the API server.
func (cfg Config) apiServer(authorizer bool) controlplane.APIServer {
	return controlplane.APIServer{
		Dir: cfg.file("node", "apiserver"), Seen: nodeDir + "/apiserver",
		AuditLog: nodeLogDir + "/" + auditLog, Issuer: cfg.Issuer, CacheTTL: cfg.CacheTTL,
		AnonymousPaths: []string{clusterInfo}, Authorizer: authorizer,
	}
}
