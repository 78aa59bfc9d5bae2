package emulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"

	"github.com/gorilla/mux"

	"github.com/eksauth/eksauth/fakeeks"
	"github.com/eksauth/eksauth/internal/directory"
)

// Routes by which a stack is made to hold what runs on AWS.
const (
	importAccountRoute = "/_eksauth/import/account"
	importClusterRoute = "/_eksauth/import/cluster"
)

// maxImport bounds the body of an import, in bytes: some 50,000 roles.
const maxImport = 256 << 20

// clusterImport is a cluster to import, but for the objects in it.
type clusterImport struct {
	Cluster fakeeks.Cluster         `json:"cluster"`
	Entries []fakeeks.ImportedEntry `json:"entries"`
}

// importedCluster is a cluster that was imported and runs.
type importedCluster struct {
	// Folder is what the cluster's folders are called below the stack's.
	Folder string `json:"folder"`
	// Version is the minor version of Kubernetes that runs.
	Version string            `json:"version"`
	LeftOut []fakeeks.LeftOut `json:"leftOut"`
}

func (e *Environment) importRoutes(guarded *mux.Router) {
	guarded.HandleFunc(importAccountRoute, e.importAccount).Methods(http.MethodPost)
	guarded.HandleFunc(importClusterRoute, e.importCluster).Methods(http.MethodPost)
	guarded.HandleFunc(sessionsRoute, e.issueSession).Methods(http.MethodPost)
}

// readImport reads the body of an import; it has answered if that is not ok.
func readImport(w http.ResponseWriter, r *http.Request, into any) (ok bool) {
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxImport)).Decode(into); err != nil {
		http.Error(w, fmt.Sprintf("read what is to be imported: %v", err), http.StatusBadRequest)
		return false
	}
	return true
}

func (e *Environment) importAccount(w http.ResponseWriter, r *http.Request) {
	var in directory.Import
	if !readImport(w, r, &in) {
		return
	}
	e.nameProfiles(&in)
	done, err := e.directory.Import(r.Context(), &in)
	if err == nil {
		err = e.rewriteClientFiles(r.Context())
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	answer(w, http.StatusOK, done)
	debug.FreeOSMemory() // a large account takes more to read than to keep
}

func (e *Environment) importCluster(w http.ResponseWriter, r *http.Request) {
	var in clusterImport
	if !readImport(w, r, &in) {
		return
	}
	leftOut, err := e.eks.Import(r.Context(), &in.Cluster, in.Entries)
	if err == nil {
		err = errors.Join(e.recordClusters(r.Context()), e.rewriteClientFiles(r.Context()))
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	record, err := e.eks.Get(in.Cluster.Account, in.Cluster.Region, in.Cluster.Name)
	if err != nil || record == nil {
		http.Error(w, fmt.Sprintf("cluster %q is gone: %v", in.Cluster.Name, err), http.StatusConflict)
		return
	}
	answer(w, http.StatusOK, importedCluster{Folder: e.folder(record), Version: record.Version, LeftOut: leftOut})
}
