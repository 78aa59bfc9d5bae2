package controlplane

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"
)

// Mode returns the authentication mode.
func (a *Authenticator) Mode() Mode {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.mode
}

// SetEntries replaces the access entries. It returns when they are in force, or, if the authenticator does not run, when
// they will be at its next start. In CONFIG_MAP mode they are kept but not in force.
func (a *Authenticator) SetEntries(ctx context.Context, entries []Mapping) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.entries = entries
	return a.putEntries(ctx)
}

// SetMode changes the authentication mode of the running cluster and returns when it is in force. Which changes AWS
// allows is for the caller to know.
func (a *Authenticator) SetMode(ctx context.Context, mode Mode) error {
	if !mode.Known() {
		return fmt.Errorf("set authentication mode: %q is none of %s, %s, %s", mode, ModeConfigMap, ModeAPIAndConfigMap, ModeAPI)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.mode == mode {
		return nil
	}
	marks, err := a.awsAuthMarks(ctx, mode)
	if err != nil {
		return fmt.Errorf("set authentication mode %s: %w", mode, err)
	}
	a.mode = mode
	since := a.logSize()
	if err := errors.Join(a.writeConfig(), a.modeFile.write(a.cfg.Now(), modeFields(mode))); err != nil {
		return err
	}
	if err := a.waitLoaded(ctx, &a.modeFile, since, "authentication mode "+string(mode), append(marks, a.modeFile.loadedMark())...); err != nil {
		return err
	}
	return a.putEntries(ctx)
}

// Undisturbed calls f, for the length of which mode and entries stay as they are.
func (a *Authenticator) Undisturbed(f func() error) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	return f()
}

// entriesInForce are none in CONFIG_MAP mode, though the authenticator has a place for them.
func (a *Authenticator) entriesInForce() []Mapping {
	if a.mode == ModeConfigMap {
		return nil
	}
	return a.entries
}

func (a *Authenticator) putEntries(ctx context.Context) error {
	since := a.logSize()
	if err := a.entriesFile.write(a.cfg.Now(), entriesFields(a.entriesInForce())); err != nil {
		return err
	}
	return a.waitLoaded(ctx, &a.entriesFile, since, "access entries", a.entriesFile.loadedMark())
}

func (a *Authenticator) logSize() int64 {
	info, err := os.Stat(a.cfg.Log())
	if err != nil {
		return 0
	}
	return info.Size()
}

// waitLoaded returns when the authenticator has logged all marks that the file leads to.
func (a *Authenticator) waitLoaded(ctx context.Context, file *accessFile, since int64, what string, marks ...string) error {
	ctx, cancel := context.WithTimeout(ctx, reloadTimeout)
	defer cancel()
	poll := time.NewTicker(pollInterval)
	defer poll.Stop()
	missed := time.NewTicker(missedAfter)
	defer missed.Stop()
	for a.cfg.Runs() {
		if Logged(a.cfg.Log(), since, marks...) {
			return nil
		}
		select {
		case <-poll.C:
		case <-missed.C:
			if err := file.store(); err != nil {
				return err
			}
		case <-ctx.Done():
			return fmt.Errorf("wait for the authenticator to load the %s: %w; see %s", what, ctx.Err(), a.cfg.Log())
		}
	}
	return nil
}
