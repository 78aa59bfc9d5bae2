package emulator

import (
	"encoding/json"
	"net/http"

	"github.com/gorilla/mux"
)

// NodeList is what the stack knows of nodes and where they can join.
type NodeList struct {
	Nodes    []Node          `json:"nodes"`
	Clusters []ClusterAccess `json:"clusters"`
}

// joinRequest names the cluster that a node is to join; it may be empty if there is but one.
type joinRequest struct {
	Cluster string `json:"cluster"`
	// Container asks for a container with a real kubelet.
	Container bool `json:"container,omitempty"`
}

// nodesRoute is where the control routes of nodes begin.
const nodesRoute = "/_eksauth/nodes"

// routes adds the control routes of nodes, to a router that asks for the control token.
func (n *nodes) routes(router *mux.Router) {
	router.HandleFunc(nodesRoute, n.serveList).Methods(http.MethodGet)
	router.HandleFunc(nodesRoute, n.serveRun).Methods(http.MethodPost)
	router.HandleFunc(nodesRoute+"/{id}", n.serveTerminate).Methods(http.MethodDelete)
	router.HandleFunc(nodesRoute+"/{id}/join", n.serveJoin).Methods(http.MethodPost)
}

func (n *nodes) serveList(w http.ResponseWriter, _ *http.Request) {
	list, err := n.list()
	answerNode(w, NodeList{Nodes: list, Clusters: n.clusters()}, err)
}

func (n *nodes) serveRun(w http.ResponseWriter, r *http.Request) {
	var o NodeRequest
	if !readControl(w, r, &o) {
		return
	}
	node, err := n.run(r.Context(), o)
	answerNode(w, node, err)
}

func (n *nodes) serveTerminate(w http.ResponseWriter, r *http.Request) {
	node, err := n.find(mux.Vars(r)["id"])
	if err == nil {
		err = n.env.ec2.Terminate(r.Context(), node.Account, node.Region, node.ID)
	}
	answerNode(w, node, err)
}

func (n *nodes) serveJoin(w http.ResponseWriter, r *http.Request) {
	var o joinRequest
	if !readControl(w, r, &o) {
		return
	}
	node, err := n.find(mux.Vars(r)["id"])
	var cluster ClusterAccess
	if err == nil {
		cluster, err = pickCluster(n.clusters(), o.Cluster)
	}
	switch {
	case err != nil:
	case o.Container:
		err = n.startContainer(r.Context(), node, cluster)
	default:
		err = n.join(r.Context(), node, cluster)
	}
	answerNode(w, node, explainJoin(err, node, cluster))
}

func readControl(w http.ResponseWriter, r *http.Request, into any) bool {
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxControlBody)).Decode(into); err != nil {
		http.Error(w, "the request is not what this route takes: "+err.Error(), http.StatusBadRequest)
		return false
	}
	return true
}

// answerNode answers with a value, or with an error as text.
func answerNode(w http.ResponseWriter, value any, err error) {
	if err != nil {
		http.Error(w, err.Error(), http.StatusUnprocessableEntity)
		return
	}
	answer(w, http.StatusOK, value)
}
