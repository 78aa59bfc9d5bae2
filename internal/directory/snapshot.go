package directory

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
)

// line is one record of a snapshot: a line of JSON.
type line struct {
	Key   string          `json:"key"`
	Value json.RawMessage `json:"value"`
}

// Export writes the whole state, secrets included, as one JSON object a line in the order of keys. Sessions are not in it:
// they live as long as the sealing key.
func (d *Directory) Export(w io.Writer) error {
	out := bufio.NewWriter(w)
	encoder := json.NewEncoder(out)
	for _, e := range d.view.all() {
		value, err := json.Marshal(e)
		if err != nil {
			return fmt.Errorf("export %s: %w", e.recordKey(), err)
		}
		if err := encoder.Encode(line{e.recordKey(), value}); err != nil {
			return fmt.Errorf("export %s: %w", e.recordKey(), err)
		}
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("export the directory: %w", err)
	}
	return nil
}

// Import replaces the whole state by what Export wrote. The input is read and checked before anything is changed; the change
// itself is many transactions, so nobody should use the directory meanwhile.
func (d *Directory) Import(ctx context.Context, r io.Reader) error {
	imported, err := readSnapshot(r)
	if err != nil {
		return err
	}
	var gone []string
	for _, e := range d.view.all() {
		if imported[e.recordKey()] == nil {
			gone = append(gone, e.recordKey())
		}
	}
	changes := gone
	for key := range imported {
		changes = append(changes, key)
	}
	for batch := range slices.Chunk(changes, batchSize) {
		err := d.Update(ctx, func(tx *Tx) error {
			for _, key := range batch {
				tx.set(key, imported[key])
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("import a snapshot: %w", err)
		}
	}
	return nil
}

func readSnapshot(r io.Reader) (map[string]entity, error) {
	imported := map[string]entity{}
	decoder := json.NewDecoder(r)
	for n := 1; ; n++ {
		var l line
		err := decoder.Decode(&l)
		if errors.Is(err, io.EOF) {
			return imported, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read record %d of a snapshot: %w", n, err)
		}
		e, err := decode(l.Key, l.Value)
		if err != nil {
			return nil, fmt.Errorf("read record %d of a snapshot: %w", n, err)
		}
		if e.recordKey() != l.Key {
			return nil, fmt.Errorf("read record %d of a snapshot: key %q holds %q", n, l.Key, e.recordKey())
		}
		imported[l.Key] = e
	}
}

// all returns all entities in the order of their keys.
func (v *view) all() []entity {
	v.mu.RLock()
	defer v.mu.RUnlock()
	all := make([]entity, 0, len(v.entries))
	for _, e := range v.entries {
		all = append(all, e.entity)
	}
	slices.SortFunc(all, func(a, b entity) int { return cmp.Compare(a.recordKey(), b.recordKey()) })
	return all
}
