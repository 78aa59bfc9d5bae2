package emulator

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/eksauth/eksauth/emulator/home"
	"github.com/eksauth/eksauth/internal/events"
)

// eventsPath is the control route of the events that a filter chooses.
func eventsPath(filter events.Filter) string {
	query := url.Values{}
	if filter.Attempt != 0 {
		query.Set("attempt", strconv.FormatUint(filter.Attempt, 10))
	}
	if filter.Cluster != "" {
		query.Set("cluster", filter.Cluster)
	}
	return eventsRoute + "?" + query.Encode()
}

// fetchEvents asks the running stack for the events that it keeps.
func fetchEvents(ctx context.Context, h home.Home, filter events.Filter) ([]events.Event, error) {
	var kept []events.Event
	return kept, callControl(ctx, h, http.MethodGet, eventsPath(filter), nil, &kept)
}

// followEvents shows the events that the stack keeps and those to come, until ctx or the stack ends.
func followEvents(ctx context.Context, h home.Home, filter events.Filter, show func(events.Event) error) error {
	request, err := controlRequest(ctx, h, http.MethodGet, eventsPath(filter), nil)
	if err != nil {
		return err
	}
	request.Header.Set("Accept", eventStream)
	response, err := doControl(h, request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	lines := bufio.NewScanner(response.Body)
	lines.Buffer(nil, maxControlBody)
	for lines.Scan() {
		data, isData := strings.CutPrefix(lines.Text(), "data: ")
		if !isData {
			continue
		}
		var event events.Event
		if err := json.Unmarshal([]byte(data), &event); err != nil {
			return fmt.Errorf("read an event: %w", err)
		}
		if err := show(event); err != nil {
			return err
		}
	}
	if err := lines.Err(); err != nil && ctx.Err() == nil {
		return fmt.Errorf("follow the events of the stack %q: %w", h.Name, err)
	}
	return nil
}
