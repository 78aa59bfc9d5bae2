package events

import (
	"encoding/binary"
	"time"
)

// tape keeps the last events in one piece of memory without pointers, so that however many are kept, no collection of garbage
// looks at them. The oldest is dropped for the newest.
type tape struct {
	// bytes grows up to limit; before that, nothing goes round.
	bytes []byte
	limit int
	// end is where the next event goes, and frames is where those from first to last are.
	end         int
	frames      []frame
	first, last uint64
	// scratch has the event that is being put on the tape.
	scratch []byte
}

// frame is the place of an event.
type frame struct{ offset, length uint32 }

// longest is more than any event takes: all of its fields at their limits.
const longest = maxText + (20+maxGroups)*(maxField+8)

func newTape(size, bytes int) tape {
	return tape{limit: max(bytes, longest), frames: make([]frame, size), first: 1}
}

func (t *tape) frame(sequence uint64) *frame { return &t.frames[sequence%uint64(len(t.frames))] }

// put adds the event after the last.
func (t *tape) put(e *Event) {
	t.scratch = e.encode(t.scratch[:0])
	length := len(t.scratch)
	t.grow(t.end + length)
	if t.end+length > len(t.bytes) {
		for t.first <= t.last && int(t.frame(t.first).offset) >= t.end {
			t.first++ // what lies behind would be the oldest no more
		}
		t.end = 0
	}
	for t.first <= t.last && (t.overlaps(t.end+length) || t.last-t.first+1 >= uint64(len(t.frames))) {
		t.first++
	}
	t.last++
	*t.frame(t.last) = frame{uint32(t.end), uint32(length)}
	t.end += copy(t.bytes[t.end:], t.scratch)
}

// grow makes room for an end, as far as the limit lets it.
func (t *tape) grow(end int) {
	if end <= len(t.bytes) || len(t.bytes) == t.limit {
		return
	}
	grown := make([]byte, min(max(2*len(t.bytes), end), t.limit))
	copy(grown, t.bytes)
	t.bytes = grown
}

// overlaps tells whether the oldest event lies between the end and where it will be.
func (t *tape) overlaps(end int) bool {
	oldest := t.frame(t.first)
	return int(oldest.offset) < end && int(oldest.offset+oldest.length) > t.end
}

// get returns an event that is kept.
func (t *tape) get(sequence uint64) Event {
	f := t.frame(sequence)
	e := decode(t.bytes[f.offset : f.offset+f.length])
	e.Sequence = sequence
	return e
}

// numbers are the fields that are no texts.
func (e *Event) numbers() [4]int64 {
	explanation := int64(0)
	if e.Explanation {
		explanation = 1
	}
	return [...]int64{e.Time.UnixNano(), int64(e.Attempt), int64(e.Status)<<1 | explanation, int64(e.Took)}
}

func (e *Event) encode(out []byte) []byte {
	for _, number := range e.numbers() {
		out = binary.AppendVarint(out, number)
	}
	text := func(s string) { out = append(binary.AppendUvarint(out, uint64(len(s))), s...) }
	for _, field := range []string{string(e.Source), string(e.Outcome), e.Hop, e.Text} {
		text(field)
	}
	for _, field := range e.free() {
		text(*field)
	}
	for _, field := range e.ours() {
		text(*field)
	}
	out = binary.AppendUvarint(out, uint64(len(e.Groups)))
	for _, group := range e.Groups {
		text(group)
	}
	return out
}

func decode(in []byte) (e Event) {
	var numbers [4]int64
	for i := range numbers {
		n, size := binary.Varint(in)
		numbers[i], in = n, in[size:]
	}
	length := func() int {
		n, size := binary.Uvarint(in)
		in = in[size:]
		return int(n)
	}
	text := func() string {
		n := length()
		s := string(in[:n])
		in = in[n:]
		return s
	}
	e.Time, e.Attempt, e.Took = time.Unix(0, numbers[0]).UTC(), uint64(numbers[1]), time.Duration(numbers[3])
	e.Status, e.Explanation = int(numbers[2]>>1), numbers[2]&1 == 1
	e.Source, e.Outcome, e.Hop, e.Text = Source(text()), Outcome(text()), text(), text()
	for _, field := range e.free() {
		*field = text()
	}
	for _, field := range e.ours() {
		*field = text()
	}
	for range length() {
		e.Groups = append(e.Groups, text())
	}
	return e
}
