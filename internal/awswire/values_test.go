package awswire

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"time"

	"github.com/eksauth/eksauth/internal/awswire/model"
)

// generator fills SDK types with values that the model allows.
type generator struct {
	*rand.Rand
	hostile bool // strings may have anything that XML can carry
}

func (g generator) fill(s *model.Shape, v reflect.Value, depth int) {
	switch s.Type {
	case "structure":
		for _, f := range fieldsOf(s, v.Type()) {
			if f.Required || depth < 6 {
				g.fillField(f, v.Field(f.index), depth)
			}
		}
	case "list":
		n := max(g.IntN(3), 1, lower(s))
		if s.Max != nil {
			n = min(n, int(*s.Max))
		}
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for i := range n {
			g.fill(s.Elem.Shape, v.Index(i), depth+1)
		}
	case "map":
		v.Set(reflect.MakeMap(v.Type()))
		for range max(1, lower(s)) {
			key, entry := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			g.fill(s.Key.Shape, key, depth+1)
			g.fill(s.Elem.Shape, entry, depth+1)
			v.SetMapIndex(key, entry)
		}
	default:
		g.scalar(s, v)
	}
}

func (g generator) fillField(f field, v reflect.Value, depth int) {
	if v.Kind() == reflect.Pointer {
		v.Set(reflect.New(v.Type().Elem()))
		v = v.Elem()
	}
	g.fill(f.Shape, v, depth+1)
}

func (g generator) scalar(s *model.Shape, v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(g.text(s))
	case reflect.Bool:
		v.SetBool(g.IntN(2) == 1)
	case reflect.Int32, reflect.Int64:
		v.SetInt(int64(lower(s) + g.IntN(5)))
	case reflect.Slice:
		v.SetBytes([]byte(g.text(s)))
	default:
		v.Set(reflect.ValueOf(time.Unix(1_700_000_000+int64(g.IntN(1e6)), 0).UTC()))
	}
}

func lower(s *model.Shape) int {
	if s.Min == nil {
		return 0
	}
	return int(*s.Min)
}

var examples = []string{
	"plain", "/", "/division/", "123456789012", "arn:aws:iam::123456789012:role/r", "v1", "AKIAIOSFODNN7EXAMPLE", "123456",
	"https://x", "Abcdef_1", "o-1234567890", "r-12ab", "ou-1234-12345678", "eyJ.eyJ.x-_", "a.b.c", "1.30",
	"o-exampleorgid/r-examplerootid/ou-examplerootid-exampleouid/", "aaaa:bbbb", "p-12345678", "ABCDEFGHIJKLMNOPQRSTUVWX",
}

// text gives a string that keeps the shape's constraints.
func (g generator) text(s *model.Shape) string {
	if len(s.Enum) > 0 {
		return s.Enum[g.IntN(len(s.Enum))]
	}
	candidates := examples
	if g.hostile {
		candidates = append([]string{"<&>\"' é漢\U0001F600 +%2F/\r\n\t;=~ "}, examples...)
	}
	for _, candidate := range candidates {
		for _, padded := range []string{candidate, candidate + strings.Repeat("a", max(0, lower(s)-len(candidate)))} {
			if len(brokenBy(s, reflect.ValueOf(padded))) == 0 {
				return padded
			}
		}
	}
	panic(fmt.Sprintf("no example satisfies %s: %s, length %d", s.Name, s.Pattern, lower(s)))
}
