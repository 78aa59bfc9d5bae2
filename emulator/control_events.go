package emulator

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"

	"github.com/eksauth/eksauth/internal/events"
)

const (
	eventsRoute = "/_eksauth/events"
	// eventStream is the media type of server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html).
	eventStream = "text/event-stream"
)

// answerEvents gives the events that the flight recorder keeps as JSON, or to whoever accepts a stream also those to come.
func (e *Environment) answerEvents(w http.ResponseWriter, r *http.Request) {
	since, filter, err := readEventsQuery(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if since > e.recorder.Last() {
		since = 0 // the number is of an earlier run of the stack
	}
	if r.Header.Get("Accept") == eventStream {
		e.streamEvents(w, r, since, filter)
		return
	}
	chosen := []events.Event{}
	for _, event := range e.recorder.Since(since) {
		if filter.Matches(event) {
			chosen = append(chosen, event)
		}
	}
	answer(w, http.StatusOK, chosen)
}

// readEventsQuery reads which events are wanted. A client that comes back names the last event it has had in a header.
func readEventsQuery(r *http.Request) (since uint64, filter events.Filter, err error) {
	query := r.URL.Query()
	filter.Cluster = query.Get("cluster")
	if since, err = number("since", cmp.Or(r.Header.Get("Last-Event-ID"), query.Get("since"))); err == nil {
		filter.Attempt, err = number("attempt", query.Get("attempt"))
	}
	return since, filter, err
}

func number(name, text string) (uint64, error) {
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%s must be a number, and is %q", name, text)
	}
	return n, nil
}

func (e *Environment) streamEvents(w http.ResponseWriter, r *http.Request, since uint64, filter events.Filter) {
	w.Header().Set("Content-Type", eventStream)
	w.Header().Set("Cache-Control", "no-store")
	out := http.NewResponseController(w)
	if err := out.Flush(); err != nil {
		return // the client has gone
	}
	for event := range e.recorder.Follow(r.Context(), since) {
		if !filter.Matches(event) {
			continue
		}
		data, err := json.Marshal(event)
		if err != nil {
			e.o.Log.Error("an event cannot be encoded", "error", err)
			return
		}
		if _, err := fmt.Fprintf(w, "id: %d\ndata: %s\n\n", event.Sequence, data); err != nil {
			return
		}
		if err := out.Flush(); err != nil {
			return
		}
	}
}
