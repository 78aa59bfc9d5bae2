package policy

import (
	"strconv"
	"time"
)

// dateLayouts are the W3C forms of ISO 8601 that IAM takes. https://www.w3.org/TR/NOTE-datetime
var dateLayouts = []string{
	"2006-01-02T15:04:05.999999999Z07:00",
	"2006-01-02T15:04Z07:00",
	"2006-01-02T15:04:05Z0700",
	"2006-01-02T15:04:05",
	"2006-01-02",
	"2006-01",
}

// parseDate reads a date, or seconds since 1970: the date operators compare both forms with each other. A year alone
// looks like seconds, and is read as such.
func parseDate(raw string) (time.Time, bool) {
	if seconds, err := strconv.ParseInt(raw, 10, 64); err == nil {
		return time.Unix(seconds, 0), seconds >= 0
	}
	for _, layout := range dateLayouts {
		if t, err := time.Parse(layout, raw); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

func readDate(raw string, _ bool) operand {
	t, ok := parseDate(raw)
	return operand{time: t, valid: ok}
}

func date(accept func(int) bool) func(*operand, string, Context) (bool, bool) {
	return func(o *operand, value string, _ Context) (bool, bool) {
		t, ok := parseDate(value)
		return ok && o.valid && accept(t.Compare(o.time)), true
	}
}
