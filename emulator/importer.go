package emulator

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/eksauth/eksauth/emulator/home"
	"github.com/eksauth/eksauth/emulator/inventory"
	"github.com/eksauth/eksauth/emulator/objects"
	"github.com/eksauth/eksauth/fakeeks"
	"github.com/eksauth/eksauth/internal/controlplane"
	"github.com/eksauth/eksauth/internal/directory"
	"github.com/eksauth/eksauth/localcluster"
)

// importTimeout bounds one step of an import: the slowest is the start of a kind cluster whose image has to be built.
const importTimeout = 15 * time.Minute

// ImportSummary is what an import has done. Its JSON form is what eksauth import -o json prints.
type ImportSummary struct {
	Accounts []ImportedAccount `json:"accounts"`
	Clusters []ImportedCluster `json:"clusters"`
	// LeftOut is what could not be taken over, and why.
	LeftOut []fakeeks.LeftOut `json:"leftOut"`
}

// ImportedAccount is an account with how many it has of each kind.
type ImportedAccount struct {
	ID               string `json:"id"`
	Users            int    `json:"users"`
	Groups           int    `json:"groups"`
	Roles            int    `json:"roles"`
	Policies         int    `json:"policies"`
	InstanceProfiles int    `json:"instanceProfiles"`
	// Imported says how many of them are new, changed and as they were.
	directory.Imported
}

// ImportedCluster is a cluster that runs here as it does on AWS.
type ImportedCluster struct {
	Name               string `json:"name"`
	ARN                string `json:"arn"`
	AuthenticationMode string `json:"authenticationMode"`
	Creator            string `json:"creator,omitempty"`
	AccessEntries      int    `json:"accessEntries"`
	objects.Written
}

// importer makes a stack hold what an inventory has.
type importer struct {
	home   home.Home
	report func(text string)
	done   ImportSummary
}

func (im *importer) account(ctx context.Context, in *directory.Import) error {
	done := ImportedAccount{
		ID: in.Account, Users: len(in.Users), Groups: len(in.Groups), Roles: len(in.Roles), Policies: len(in.Policies), InstanceProfiles: len(in.InstanceProfiles),
	}
	if err := callControlWithin(ctx, importTimeout, im.home, http.MethodPost, importAccountRoute, in, &done.Imported); err != nil {
		return err
	}
	im.report(fmt.Sprintf("account %s: users %d, roles %d", in.Account, done.Users, done.Roles))
	im.done.Accounts = append(im.done.Accounts, done)
	return nil
}

func (im *importer) cluster(ctx context.Context, in *inventory.Cluster) error {
	im.report("cluster " + in.Name + ": its control plane starts")
	var made importedCluster
	wanted := clusterImport{Cluster: in.Cluster, Entries: in.Entries}
	if err := callControlWithin(ctx, importTimeout, im.home, http.MethodPost, importClusterRoute, wanted, &made); err != nil {
		return err
	}
	im.done.LeftOut = append(im.done.LeftOut, made.LeftOut...)
	if in.Version != "" && in.Version != made.Version {
		im.done.LeftOut = append(im.done.LeftOut, fakeeks.LeftOut{
			What: "version of cluster " + in.Name, Why: fmt.Sprintf("it is %s, and the control plane here %s: rights that Kubernetes itself gives may differ", in.Version, made.Version),
		})
	}
	written, err := im.write(ctx, made.Folder, in)
	if err != nil {
		return err
	}
	im.report(fmt.Sprintf("cluster %s: access entries %d, objects %d", in.Name, len(in.Entries), written.Objects))
	im.done.Clusters = append(im.done.Clusters, ImportedCluster{
		Name: in.Name, ARN: in.ARN(), AuthenticationMode: string(in.Mode), Creator: in.CreatorARN, AccessEntries: len(in.Entries), Written: written,
	})
	return nil
}

// write puts aws-auth and RBAC into the cluster, and returns when the authenticator has read aws-auth.
func (im *importer) write(ctx context.Context, folder string, in *inventory.Cluster) (objects.Written, error) {
	config, err := clientcmd.BuildConfigFromFlags("", filepath.Join(im.home.ClusterDir(folder), "admin.kubeconfig"))
	if err != nil {
		return objects.Written{}, fmt.Errorf("read the cluster's administrator: %w", err)
	}
	client, err := rest.HTTPClientFor(config)
	if err != nil {
		return objects.Written{}, err
	}
	log := filepath.Join(im.home.ClusterLogDir(folder), localcluster.AuthenticatorComponent+".log")
	before := sizeOf(log)
	written, err := objects.Write(ctx, &controlplane.Client{Endpoint: config.Host, HTTP: client}, in.Objects)
	if err != nil || !written.AWSAuth || controlplane.Mode(in.Mode) == controlplane.ModeAPI {
		return written, err
	}
	im.awaitAWSAuth(ctx, log, before)
	return written, nil
}

// awsAuthWithin is how long the authenticator may take to read a new aws-auth. Where its log cannot be seen, it is waited for.
const awsAuthWithin = 2 * time.Second

func (im *importer) awaitAWSAuth(ctx context.Context, log string, since int64) {
	_ = controlplane.Poll(ctx, awsAuthWithin, func() error { // it reads it all the same
		if !controlplane.Logged(log, since, controlplane.AWSAuthMark) {
			return fmt.Errorf("%s has no new aws-auth", log)
		}
		return nil
	})
}

func sizeOf(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}

// write writes the summary for people.
func (s *ImportSummary) write(w io.Writer, self string, h home.Home) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table)
	for _, a := range s.Accounts {
		fmt.Fprintf(table, "account %s\tusers %d, groups %d, roles %d, policies %d: %d new, %d changed\n", a.ID, a.Users, a.Groups, a.Roles, a.Policies, a.Made, a.Changed)
	}
	for _, c := range s.Clusters {
		fmt.Fprintf(table, "cluster %s\t%s, access entries %d, objects %d\n", c.Name, c.AuthenticationMode, c.AccessEntries, c.Objects)
	}
	if err := table.Flush(); err != nil {
		return fmt.Errorf("write the summary: %w", err)
	}
	var b strings.Builder
	if len(s.LeftOut) > 0 {
		b.WriteString("\nLeft out:\n")
	}
	for _, left := range s.LeftOut {
		fmt.Fprintf(&b, "  %s: %s\n", left.What, left.Why)
	}
	b.WriteString("\nNext:\n")
	if len(s.Clusters) > 0 {
		fmt.Fprintf(&b, "  %s explain%s --cluster %s --as ARN -- get pods -n NAMESPACE\n", self, nameArg(h), s.Clusters[0].Name)
		fmt.Fprintf(&b, "  AWS_PROFILE=NAME kubectl --context %s get pods\n", s.Clusters[0].Name)
	} else {
		b.WriteString("  aws --profile NAME sts get-caller-identity\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}
