package awswire

import (
	"reflect"
	"strings"
	"sync"

	"github.com/eksauth/eksauth/internal/awswire/model"
)

// field joins a member of a structure to the Go field that holds it.
type field struct {
	*model.Member
	index int
}

type planKey struct {
	shape *model.Shape
	typ   reflect.Type
}

// plans keeps the fields of each structure that was met, so that names are looked up once.
var plans sync.Map // planKey → []field

// fieldsOf lists the members that the Go type has too. A model that is newer than the SDK may name more; they travel
// nowhere, as they would with that SDK.
func fieldsOf(s *model.Shape, t reflect.Type) []field {
	key := planKey{s, t}
	if known, ok := plans.Load(key); ok {
		return known.([]field)
	}
	fields := make([]field, 0, len(s.Members))
	for _, m := range s.Members {
		if f, ok := t.FieldByName(goName(m.Name)); ok {
			fields = append(fields, field{m, f.Index[0]})
		}
	}
	plans.Store(key, fields)
	return fields
}

func goName(member string) string { return strings.ToUpper(member[:1]) + member[1:] }

// present strips a pointer and says whether there is a value: a nil pointer, slice or map is none, and so is an empty
// enumeration, which the SDK holds without a pointer.
func present(v reflect.Value, s *model.Shape) (reflect.Value, bool) {
	switch v.Kind() {
	case reflect.Pointer:
		return v.Elem(), !v.IsNil()
	case reflect.Slice, reflect.Map:
		return v, !v.IsNil()
	case reflect.String:
		return v, len(s.Enum) == 0 || v.Len() > 0
	}
	return v, true
}
