package emulator

import (
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"

	"github.com/gorilla/mux"

	"github.com/eksauth/eksauth/internal/directory"
)

// Routes of the program itself, on the gateway.
const (
	statusRoute   = "/_eksauth/status"
	accountsRoute = "/_eksauth/accounts"
	snapshotRoute = "/_eksauth/snapshot"
	// tokenHeader carries the control token, which only those have who may read the stack's folder. A web page cannot send
	// it to another origin unasked.
	tokenHeader = "X-Eksauth-Token"
)

// account is an account with its root user's key, as the control routes give it.
type account struct {
	ID              string `json:"id"`
	Alias           string `json:"alias,omitempty"`
	AccessKeyID     string `json:"accessKeyId,omitempty"`
	SecretAccessKey string `json:"secretAccessKey,omitempty"`
}

// control serves the routes of the program itself.
func (e *Environment) control() http.Handler {
	router := mux.NewRouter()
	router.HandleFunc(statusRoute, e.answerStatus).Methods(http.MethodGet)
	guarded := router.NewRoute().Subrouter()
	guarded.Use(e.requireToken)
	guarded.HandleFunc(accountsRoute, e.answerAccounts).Methods(http.MethodGet)
	guarded.HandleFunc(accountsRoute, e.createAccount).Methods(http.MethodPost)
	guarded.HandleFunc(accountsRoute+"/{id}", e.deleteAccount).Methods(http.MethodDelete)
	guarded.HandleFunc(snapshotRoute, e.answerSnapshot).Methods(http.MethodGet)
	guarded.HandleFunc(eventsRoute, e.answerEvents).Methods(http.MethodGet)
	e.nodes.routes(guarded)
	e.importRoutes(guarded)
	e.faults.routes(guarded)
	return router
}

func (e *Environment) requireToken(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if subtle.ConstantTimeCompare([]byte(r.Header.Get(tokenHeader)), []byte(e.token)) != 1 {
			http.Error(w, "the control token is missing or wrong: it is in run.json of the stack's folder", http.StatusUnauthorized)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// answer writes a value as JSON; a client that has gone is nobody's error.
func answer(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = printJSON(w, value)
}

func (e *Environment) answerStatus(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, e.status())
}

func (e *Environment) answerAccounts(w http.ResponseWriter, _ *http.Request) {
	list := []account{}
	for a := range directory.List(e.directory, directory.AllAccounts(), "") {
		list = append(list, account{ID: a.ID, Alias: a.Alias})
	}
	answer(w, http.StatusOK, list)
}

// maxControlBody bounds the body of a control request, in bytes.
const maxControlBody = 64 << 10

func (e *Environment) createAccount(w http.ResponseWriter, r *http.Request) {
	var wanted account
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxControlBody)).Decode(&wanted); err != nil {
		http.Error(w, fmt.Sprintf("read the account: %v", err), http.StatusBadRequest)
		return
	}
	made, err := e.newAccount(r.Context(), wanted)
	switch {
	case errors.Is(err, directory.ErrExists):
		http.Error(w, err.Error(), http.StatusConflict)
	case err != nil:
		http.Error(w, err.Error(), http.StatusBadRequest)
	default:
		answer(w, http.StatusCreated, made)
	}
}

func (e *Environment) deleteAccount(w http.ResponseWriter, r *http.Request) {
	err := e.directory.DeleteAccount(r.Context(), mux.Vars(r)["id"])
	if err == nil {
		err = e.rewriteClientFiles(r.Context()) // an imported account had profiles
	}
	switch {
	case errors.Is(err, directory.ErrNotFound):
		http.Error(w, err.Error(), http.StatusNotFound)
	case err != nil:
		http.Error(w, err.Error(), http.StatusInternalServerError)
	default:
		w.WriteHeader(http.StatusNoContent)
	}
}

// answerSnapshot makes the whole snapshot before it sends any of it, so that a failure has a status of its own.
func (e *Environment) answerSnapshot(w http.ResponseWriter, r *http.Request) {
	file, err := os.CreateTemp(e.o.Home.Dir, ".snapshot-*")
	if err != nil {
		http.Error(w, fmt.Sprintf("save the stack: %v", err), http.StatusInternalServerError)
		return
	}
	defer os.Remove(file.Name())
	defer file.Close()
	if err := e.saveSnapshot(r.Context(), file); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/gzip")
	http.ServeContent(w, r, "", e.o.Now(), file)
}
