package awswire

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/eksauth/eksauth/internal/awswire/model"
)

// checker collects every way in which an input breaks the constraints of the model, in AWS's sentences:
// https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html (ValidationError) and
// https://github.com/aws/aws-sdk-java-v2/issues/6129 for the wording.
type checker struct {
	violations []string
}

// check returns nil for an input that AWS's model allows.
func check(s *model.Shape, input reflect.Value) *Error {
	var c checker
	c.structure(s, input, "")
	switch n := len(c.violations); n {
	case 0:
		return nil
	case 1:
		return refusef(codeValidation, "1 validation error detected: %s", c.violations[0])
	default:
		return refusef(codeValidation, "%d validation errors detected: %s", n, strings.Join(c.violations, "; "))
	}
}

func (c *checker) structure(s *model.Shape, v reflect.Value, path string) {
	for _, f := range fieldsOf(s, v.Type()) {
		at := path + lowerFirst(f.Name)
		value, ok := present(v.Field(f.index), f.Shape)
		switch {
		case ok:
			c.value(f.Shape, value, at)
		case f.Required:
			c.violations = append(c.violations, fmt.Sprintf(
				"Value null at '%s' failed to satisfy constraint: Member must not be null", at))
		}
	}
}

func (c *checker) value(s *model.Shape, v reflect.Value, at string) {
	for _, broken := range brokenBy(s, v) {
		c.report(s, v, at, broken)
	}
	switch s.Type {
	case "structure":
		c.structure(s, v, at+".")
	case "list":
		c.list(s, v, at)
	case "map":
		c.mapping(s, v, at)
	}
}

func (c *checker) list(s *model.Shape, v reflect.Value, at string) {
	elem := s.Elem.Shape
	if elem.Type == "structure" || elem.Type == "list" {
		for i := range v.Len() {
			c.value(elem, v.Index(i), at+"."+strconv.Itoa(i+1)+".member")
		}
		return
	}
	for i := range v.Len() {
		if len(brokenBy(elem, v.Index(i))) > 0 {
			c.report(s, v, at, "Member must satisfy constraint: ["+strings.Join(constraintsOf(elem), ", ")+"]")
			return
		}
	}
}

func (c *checker) mapping(s *model.Shape, v reflect.Value, at string) {
	for _, key := range sortedKeys(v) {
		if len(brokenBy(s.Key.Shape, reflect.ValueOf(key))) > 0 {
			c.report(s, v, at, "Map keys must satisfy constraint: ["+strings.Join(constraintsOf(s.Key.Shape), ", ")+"]")
		}
		entry := v.MapIndex(reflect.ValueOf(key).Convert(v.Type().Key()))
		if len(brokenBy(s.Elem.Shape, entry)) > 0 {
			c.report(s, v, at, "Map value must satisfy constraint: ["+strings.Join(constraintsOf(s.Elem.Shape), ", ")+"]")
		}
	}
}

// report names the value, unless it is a secret; AWS leaves those out ("Value at 'password' failed …").
func (c *checker) report(s *model.Shape, v reflect.Value, at, constraint string) {
	value := "Value"
	if !s.Secret {
		value = "Value '" + show(s, v) + "'"
	}
	c.violations = append(c.violations, fmt.Sprintf("%s at '%s' failed to satisfy constraint: %s", value, at, constraint))
}

// brokenBy lists the shape's own constraints that the value breaks.
func brokenBy(s *model.Shape, v reflect.Value) (broken []string) {
	if s.Match != nil && !s.Match.MatchString(v.String()) {
		broken = append(broken, "Member must satisfy regular expression pattern: "+s.Pattern)
	}
	size, countable := sizeOf(v)
	if countable && s.Max != nil && size > *s.Max {
		broken = append(broken, limit(s, "less", *s.Max))
	}
	if countable && s.Min != nil && size < *s.Min {
		broken = append(broken, limit(s, "greater", *s.Min))
	}
	if len(s.Enum) > 0 && !slices.Contains(s.Enum, v.String()) {
		broken = append(broken, "Member must satisfy enum value set: ["+strings.Join(s.Enum, ", ")+"]")
	}
	return broken
}

// constraintsOf lists the constraints themselves, as AWS does for the members of a list.
func constraintsOf(s *model.Shape) (all []string) {
	if s.Max != nil {
		all = append(all, limit(s, "less", *s.Max))
	}
	if s.Min != nil {
		all = append(all, limit(s, "greater", *s.Min))
	}
	if s.Match != nil {
		all = append(all, "Member must satisfy regular expression pattern: "+s.Pattern)
	}
	if len(s.Enum) > 0 {
		all = append(all, "Member must satisfy enum value set: ["+strings.Join(s.Enum, ", ")+"]")
	}
	return all
}

func limit(s *model.Shape, side string, n int64) string {
	measure := "length"
	if s.Type == "integer" || s.Type == "long" {
		measure = "value"
	}
	return fmt.Sprintf("Member must have %s %s than or equal to %d", measure, side, n)
}

// sizeOf measures as Java does: a string's length is in UTF-16 code units.
func sizeOf(v reflect.Value) (int64, bool) {
	switch v.Kind() {
	case reflect.String:
		return int64(len(utf16.Encode([]rune(v.String())))), true
	case reflect.Slice, reflect.Map:
		return int64(v.Len()), true
	case reflect.Int32, reflect.Int64:
		return v.Int(), true
	}
	return 0, false
}

// show prints a value as Java prints it: [a, b] for a list, Tag(key=a, value=b) for a structure, {a=b} for a map.
func show(s *model.Shape, v reflect.Value) string {
	var parts []string
	switch s.Type {
	case "structure":
		for _, f := range fieldsOf(s, v.Type()) {
			if value, ok := present(v.Field(f.index), f.Shape); ok && !f.Shape.Secret {
				parts = append(parts, lowerFirst(f.Name)+"="+show(f.Shape, value))
			}
		}
		return s.Name + "(" + strings.Join(parts, ", ") + ")"
	case "list":
		for i := range v.Len() {
			parts = append(parts, show(s.Elem.Shape, v.Index(i)))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case "map":
		for _, key := range sortedKeys(v) {
			entry := v.MapIndex(reflect.ValueOf(key).Convert(v.Type().Key()))
			parts = append(parts, key+"="+show(s.Elem.Shape, entry))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	}
	return scalarText(v, time.RFC3339)
}

func lowerFirst(s string) string { return strings.ToLower(s[:1]) + s[1:] }
