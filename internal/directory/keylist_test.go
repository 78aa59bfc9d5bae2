package directory

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestAKeyListIsASortedSet compares it with a plain slice over many random changes.
func TestAKeyListIsASortedSet(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, start := range []int{0, 1, 3000} {
		var want []string
		for i := range start {
			want = append(want, fmt.Sprintf("k%05d", i*3))
		}
		list := newKeyList(slices.Clone(want))
		for range 6000 {
			key := fmt.Sprintf("k%05d", random.IntN(9000))
			at, found := slices.BinarySearch(want, key)
			if random.IntN(3) == 0 {
				list.remove(key)
				if found {
					want = slices.Delete(want, at, at+1)
				}
				continue
			}
			list.add(key)
			if !found {
				want = slices.Insert(want, at, key)
			}
		}
		for _, first := range []string{"", "k00000", "k04500", "k08999", "z"} {
			at, _ := slices.BinarySearch(want, first)
			got := slices.Collect(list.from(first))
			if diff := cmp.Diff(slices.Clone(want[at:]), append([]string{}, got...)); diff != "" {
				t.Fatalf("from %q (-want +got):\n%s", first, diff)
			}
		}
		for _, key := range slices.Clone(want) {
			list.remove(key)
		}
		if len(list.runs) != 0 {
			t.Errorf("an empty list has %d runs", len(list.runs))
		}
	}
}
