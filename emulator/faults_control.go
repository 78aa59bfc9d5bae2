package emulator

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"github.com/gorilla/mux"

	"github.com/eksauth/eksauth/emulator/home"
	"github.com/eksauth/eksauth/internal/fault"
)

// faultsRoute is where the control routes of faults begin: GET lists them, POST sets one, DELETE clears all, or below it
// those of one ID or kind.
const faultsRoute = "/_eksauth/faults"

// routes adds the control routes of faults, to a router that asks for the control token.
func (f *faults) routes(router *mux.Router) {
	router.HandleFunc(faultsRoute, f.serveList).Methods(http.MethodGet)
	router.HandleFunc(faultsRoute, f.serveSet).Methods(http.MethodPost)
	router.HandleFunc(faultsRoute, f.serveClear).Methods(http.MethodDelete)
	router.HandleFunc(faultsRoute+"/{name}", f.serveClear).Methods(http.MethodDelete)
}

func (f *faults) serveList(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, f.set.List())
}

// serveSet goes on when the client has gone, as serveClear does: no cluster is left half broken.
func (f *faults) serveSet(w http.ResponseWriter, r *http.Request) {
	var wanted FaultRequest
	if !readControl(w, r, &wanted) {
		return
	}
	set, err := f.add(context.WithoutCancel(r.Context()), wanted)
	if err != nil {
		http.Error(w, err.Error(), http.StatusUnprocessableEntity)
		return
	}
	answer(w, http.StatusCreated, set)
}

func (f *faults) serveClear(w http.ResponseWriter, r *http.Request) {
	var names []string
	if name := mux.Vars(r)["name"]; name != "" {
		names = append(names, name)
	}
	cleared, err := f.clear(context.WithoutCancel(r.Context()), names...)
	switch {
	case errors.Is(err, errNoFault):
		http.Error(w, err.Error(), http.StatusNotFound)
	case err != nil:
		http.Error(w, err.Error(), http.StatusInternalServerError)
	default:
		answer(w, http.StatusOK, cleared)
	}
}

// setFault sets a fault in the running stack h and returns it with its ID.
func setFault(ctx context.Context, h home.Home, wanted FaultRequest) (fault.Fault, error) {
	var set fault.Fault
	err := callControlWithin(ctx, breakTimeout, h, http.MethodPost, faultsRoute, wanted, &set)
	return set, err
}

// clearFaults clears the faults of an ID or kind in the running stack h, or all if name is empty, and returns them.
func clearFaults(ctx context.Context, h home.Home, name string) ([]fault.Fault, error) {
	route := faultsRoute
	if name != "" {
		route += "/" + url.PathEscape(name)
	}
	var cleared []fault.Fault
	err := callControlWithin(ctx, breakTimeout, h, http.MethodDelete, route, nil, &cleared)
	return cleared, err
}

// listFaults lists the faults that are set in the running stack h.
func listFaults(ctx context.Context, h home.Home) ([]fault.Fault, error) {
	var list []fault.Fault
	err := callControl(ctx, h, http.MethodGet, faultsRoute, nil, &list)
	return list, err
}
