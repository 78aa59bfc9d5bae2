package inventory

import (
	"encoding/json"
	"fmt"
	"time"
)

// moment is a time as the aws CLI prints it: version 2 as text, version 1 for EKS as seconds since 1970.
type moment struct{ time.Time }

// UnmarshalJSON reads either form.
func (m *moment) UnmarshalJSON(data []byte) error {
	var seconds float64
	if json.Unmarshal(data, &seconds) == nil {
		m.Time = time.UnixMilli(int64(seconds * 1000)).UTC()
		return nil
	}
	var written string
	if err := json.Unmarshal(data, &written); err != nil {
		return fmt.Errorf("%s is no time", data)
	}
	parsed, err := time.Parse(time.RFC3339, written)
	if err != nil {
		return fmt.Errorf("%q is no time: %w", written, err)
	}
	m.Time = parsed.UTC()
	return nil
}
