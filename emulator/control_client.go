package emulator

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/eksauth/eksauth/emulator/home"
)

// controlTimeout bounds a control request that has a short answer: the stack is on this machine.
const controlTimeout = 10 * time.Second

// callControl asks the running stack: it sends in as JSON, if not nil, and reads the answer into out, if not nil.
func callControl(ctx context.Context, h home.Home, method, path string, in, out any) error {
	return callControlWithin(ctx, controlTimeout, h, method, path, in, out)
}

// callControlWithin is callControl for what takes longer.
func callControlWithin(ctx context.Context, timeout time.Duration, h home.Home, method, path string, in, out any) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	var body io.Reader
	if in != nil {
		data, err := json.Marshal(in)
		if err != nil {
			return fmt.Errorf("encode the request: %w", err)
		}
		body = bytes.NewReader(data)
	}
	response, err := sendControl(ctx, h, method, path, body)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if out == nil {
		return nil
	}
	if err := json.NewDecoder(response.Body).Decode(out); err != nil {
		return fmt.Errorf("read the answer of the stack %q: %w", h.Name, err)
	}
	return nil
}

// sendControl sends one control request. An answer that refuses is an error with what it says.
func sendControl(ctx context.Context, h home.Home, method, path string, body io.Reader) (*http.Response, error) {
	request, err := controlRequest(ctx, h, method, path, body)
	if err != nil {
		return nil, err
	}
	return doControl(h, request)
}

// controlRequest makes a request to the stack that runs, with the control token.
func controlRequest(ctx context.Context, h home.Home, method, path string, body io.Reader) (*http.Request, error) {
	run, err := h.ReadRun()
	if errors.Is(err, home.ErrNotRunning) {
		return nil, notRunning(h)
	}
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, method, "http://"+run.Listen+path, body)
	if err != nil {
		return nil, fmt.Errorf("ask the stack %q: %w", h.Name, err)
	}
	request.Header.Set(tokenHeader, run.Token)
	return request, nil
}

func doControl(h home.Home, request *http.Request) (*http.Response, error) {
	// The stack is on this machine: a proxy of the environment, such as its own, is not asked.
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Do(request)
	if err != nil {
		return nil, fmt.Errorf("ask the stack %q (see eksauth logs eksauth): %w", h.Name, err)
	}
	if response.StatusCode < http.StatusBadRequest {
		return response, nil
	}
	defer response.Body.Close()
	text, err := io.ReadAll(io.LimitReader(response.Body, maxControlBody))
	if err != nil {
		return nil, fmt.Errorf("read the answer of the stack %q: %w", h.Name, err)
	}
	return nil, errors.New(strings.TrimSpace(string(text)))
}
