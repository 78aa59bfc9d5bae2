package kindconfig

import (
	"fmt"
	"log/slog"
	"strings"

	kindlog "sigs.k8s.io/kind/pkg/log"
)

// kindLog is where kind writes to: the steps of a creation are progress, and all the rest is for the log.
type kindLog struct {
	progress func(step string)
	log      *slog.Logger
}

var _ kindlog.Logger = (*kindLog)(nil)

// Warn logs a warning.
func (l *kindLog) Warn(message string) { l.log.Warn("kind: " + message) }

// Warnf logs a warning.
func (l *kindLog) Warnf(format string, args ...any) { l.Warn(fmt.Sprintf(format, args...)) }

// Error logs an error.
func (l *kindLog) Error(message string) { l.log.Error("kind: " + message) }

// Errorf logs an error.
func (l *kindLog) Errorf(format string, args ...any) { l.Error(fmt.Sprintf(format, args...)) }

// V returns what takes messages of a verbosity; 0 is what kind shows its users.
func (l *kindLog) V(level kindlog.Level) kindlog.InfoLogger { return kindInfo{l, level} }

type kindInfo struct {
	*kindLog
	level kindlog.Level
}

// Enabled tells whether messages of the verbosity are taken.
func (i kindInfo) Enabled() bool { return i.level == 0 }

// Info takes a message. kind begins each step with a bullet and ends it with three dots.
func (i kindInfo) Info(message string) {
	if !i.Enabled() {
		return
	}
	step, found := strings.CutPrefix(strings.TrimSpace(message), "• ")
	if !found {
		i.log.Debug("kind: " + strings.TrimSpace(message))
		return
	}
	i.progress(plain(strings.TrimSuffix(step, "...")))
}

// Infof takes a message.
func (i kindInfo) Infof(format string, args ...any) { i.Info(fmt.Sprintf(format, args...)) }

// plain leaves out kind's pictures, and the capital at the beginning.
func plain(step string) string {
	step = strings.TrimSpace(strings.Map(func(r rune) rune {
		if r > 0x7f {
			return -1
		}
		return r
	}, step))
	if step == "" {
		return step
	}
	return strings.ToLower(step[:1]) + step[1:]
}
