package directory

import (
	"iter"
	"slices"
	"strings"
)

// runLength is how many keys one run of a list may have: few enough that making room in it costs nothing to speak of.
const runLength = 512

// keyList is a sorted list of record keys, cut into runs, so that a change costs the same with any number of keys.
type keyList struct{ runs [][]string }

// newKeyList returns the list of keys, which must be sorted and differ.
func newKeyList(keys []string) *keyList {
	return &keyList{runs: slices.Collect(slices.Chunk(keys, runLength/2))}
}

// run returns the position of the run that has the key, or would have it.
func (l *keyList) run(key string) int {
	i, found := slices.BinarySearchFunc(l.runs, key, func(run []string, key string) int { return strings.Compare(run[0], key) })
	if found || i == 0 {
		return i
	}
	return i - 1
}

// add inserts a key, unless it is there.
func (l *keyList) add(key string) {
	if len(l.runs) == 0 {
		l.runs = [][]string{{key}}
		return
	}
	i := l.run(key)
	at, found := slices.BinarySearch(l.runs[i], key)
	if found {
		return
	}
	l.runs[i] = slices.Insert(l.runs[i], at, key)
	if run := l.runs[i]; len(run) > runLength {
		half := len(run) / 2
		l.runs[i] = slices.Clone(run[:half])
		l.runs = slices.Insert(l.runs, i+1, slices.Clone(run[half:]))
	}
}

// remove takes a key out, if it is there.
func (l *keyList) remove(key string) {
	i := l.run(key)
	if i == len(l.runs) {
		return
	}
	at, found := slices.BinarySearch(l.runs[i], key)
	if !found {
		return
	}
	l.runs[i] = slices.Delete(l.runs[i], at, at+1)
	if len(l.runs[i]) == 0 {
		l.runs = slices.Delete(l.runs, i, i+1)
	}
}

// from walks the keys that are not less than first.
func (l *keyList) from(first string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for i := l.run(first); i < len(l.runs); i++ {
			at, _ := slices.BinarySearch(l.runs[i], first)
			for _, key := range l.runs[i][at:] {
				if !yield(key) {
					return
				}
			}
		}
	}
}
