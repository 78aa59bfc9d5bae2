package home

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// Free is the space that the stack's disk has left for this user, in bytes.
func (h Home) Free() (uint64, error) {
	var stat unix.Statfs_t
	if err := unix.Statfs(h.Dir, &stat); err != nil {
		return 0, fmt.Errorf("ask how full the disk of %s is: %w", h.Dir, err)
	}
	return stat.Bavail * uint64(stat.Bsize), nil
}

// Require returns an error that names the fix unless the stack's disk has need bytes left.
func (h Home) Require(need uint64) error {
	free, err := h.Free()
	if err != nil || free >= need {
		return err
	}
	const mib = 1 << 20
	return fmt.Errorf("the disk of %s is full: %d MiB are free and %d MiB are needed: free some, or set EKSAUTH_HOME to a folder on another disk",
		h.Dir, free/mib, need/mib)
}
