package fakeiam

import (
	"encoding/base64"
	"iter"
	"strconv"
)

// defaultItems is IAM's page size where a request does not say.
const defaultItems = 100

// marker opens the marker of a request: the name of the last item of the page before.
func marker(opaque *string) (string, error) {
	if opaque == nil {
		return "", nil
	}
	name, err := base64.RawURLEncoding.DecodeString(*opaque)
	if err != nil {
		return "", invalidValue("Invalid Marker: %s", *opaque)
	}
	return string(name), nil
}

func seal(name string) *string {
	opaque := base64.RawURLEncoding.EncodeToString([]byte(name))
	return &opaque
}

func pageSize(maxItems *int32) int {
	if maxItems == nil {
		return defaultItems
	}
	return int(*maxItems)
}

// page takes the first items of a sequence that begins after the marker; next is the marker of the following page, nil if
// there is none.
func page[T any](all iter.Seq[T], maxItems *int32, name func(T) string) (items []T, next *string) {
	items = []T{}
	for item := range all {
		if len(items) == pageSize(maxItems) {
			return items, seal(name(items[len(items)-1]))
		}
		items = append(items, item)
	}
	return items, nil
}

// slicePage is page for a list that is short and in memory; its markers are positions.
func slicePage[T any](all []T, opaque *string, maxItems *int32) (items []T, next *string, err error) {
	text, err := marker(opaque)
	if err != nil {
		return nil, nil, err
	}
	from := 0
	if text != "" {
		if from, err = strconv.Atoi(text); err != nil || from < 0 {
			return nil, nil, invalidValue("Invalid Marker: %s", *opaque)
		}
	}
	from = min(from, len(all))
	to := min(from+pageSize(maxItems), len(all))
	if to < len(all) {
		next = seal(strconv.Itoa(to))
	}
	return append([]T{}, all[from:to]...), next, nil
}

// where keeps what a filter accepts.
func where[T any](all iter.Seq[T], accepts func(T) bool) iter.Seq[T] {
	return func(yield func(T) bool) {
		for item := range all {
			if accepts(item) && !yield(item) {
				return
			}
		}
	}
}

func each[T, U any](all []T, convert func(T) U) []U {
	out := make([]U, len(all))
	for i, item := range all {
		out[i] = convert(item)
	}
	return out
}
