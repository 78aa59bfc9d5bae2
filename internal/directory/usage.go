package directory

import (
	"sync"
	"time"
)

// Use is when, where and for what an access key or a role was last used.
type Use struct {
	At      time.Time
	Region  string
	Service string
}

// usage remembers uses by access key ID or role ID. It is kept in memory only: a write a request would make every signed
// request as slow as a change, and AWS itself reports uses late.
type usage struct {
	mu   sync.Mutex
	last map[string]Use
}

func newUsage() *usage { return &usage{last: map[string]Use{}} }

// NoteUse remembers that a caller used its key (and its role) for a service in a region.
func (d *Directory) NoteUse(c *Caller, service, region string) {
	use := Use{At: d.now(), Region: region, Service: service}
	d.usage.mu.Lock()
	defer d.usage.mu.Unlock()
	if c.Session == nil {
		d.usage.last[c.AccessKeyID] = use
	}
	if c.Role != nil {
		d.usage.last[c.Role.ID] = use
	}
}

// LastUse returns the last use of a long-term access key or of a role, by its ID.
func (d *Directory) LastUse(id string) (Use, bool) {
	d.usage.mu.Lock()
	defer d.usage.mu.Unlock()
	use, ok := d.usage.last[id]
	return use, ok
}
