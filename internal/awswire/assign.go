package awswire

import (
	"encoding/base64"
	"encoding/json"
	"reflect"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/eksauth/eksauth/internal/awswire/model"
)

// text is a value from a form, a path or a query string, whose type only the shape knows. What comes from a JSON body
// has its own type: string, bool, json.Number, []any, map[string]any.
type text string

// assign puts a decoded value into the Go value that has the shape s. The sentences are those of AWS's own
// deserializer, as SDK issue trackers show them.
func assign(s *model.Shape, from any, to reflect.Value) *Error {
	if from == nil {
		return nil
	}
	if to.Kind() == reflect.Pointer {
		to.Set(reflect.New(to.Type().Elem()))
		to = to.Elem()
	}
	switch s.Type {
	case "structure":
		return assignStructure(s, from, to)
	case "list":
		return assignList(s, from, to)
	case "map":
		return assignMap(s, from, to)
	}
	return assignScalar(s, from, to)
}

func assignStructure(s *model.Shape, from any, to reflect.Value) *Error {
	members, ok := from.(map[string]any)
	if !ok {
		return refusef(codeMalformedInput, "Unexpected value where a structure was expected: %s", s.Name)
	}
	for _, f := range fieldsOf(s, to.Type()) {
		if err := assign(f.Shape, members[f.Name], to.Field(f.index)); err != nil {
			return err
		}
	}
	return nil
}

func assignList(s *model.Shape, from any, to reflect.Value) *Error {
	items, ok := from.([]any)
	if !ok {
		return refusef(codeMalformedInput, "Unexpected value where a list was expected: %s", s.Name)
	}
	to.Set(reflect.MakeSlice(to.Type(), len(items), len(items)))
	for i, item := range items {
		if item == nil {
			return refusef(codeMalformedInput, "List %s has a null member", s.Name)
		}
		if err := assign(s.Elem.Shape, item, to.Index(i)); err != nil {
			return err
		}
	}
	return nil
}

func assignMap(s *model.Shape, from any, to reflect.Value) *Error {
	entries, ok := from.(map[string]any)
	if !ok {
		return refusef(codeMalformedInput, "Unexpected value where a map was expected: %s", s.Name)
	}
	to.Set(reflect.MakeMapWithSize(to.Type(), len(entries)))
	for key, entry := range entries {
		value := reflect.New(to.Type().Elem()).Elem()
		if err := assign(s.Elem.Shape, entry, value); err != nil {
			return err
		}
		to.SetMapIndex(reflect.ValueOf(key).Convert(to.Type().Key()), value)
	}
	return nil
}

func assignScalar(s *model.Shape, from any, to reflect.Value) *Error {
	switch from.(type) {
	case map[string]any:
		return refusef(codeMalformedInput, "Start of structure or map found where not expected.")
	case []any:
		return refusef(codeMalformedInput, "Start of list found where not expected")
	}
	switch s.Type {
	case "string":
		return assignString(from, to)
	case "boolean":
		return assignBool(from, to)
	case "integer", "long":
		return assignInteger(from, to)
	case "timestamp":
		return assignTime(from, to)
	}
	return assignBlob(from, to)
}

func assignString(from any, to reflect.Value) *Error {
	value, ok := from.(string)
	if t, isText := from.(text); isText {
		value, ok = string(t), true
	}
	if !ok {
		return mismatch(from, "String")
	}
	if !utf8.ValidString(value) {
		return refusef(codeMalformedInput, "Invalid UTF-8 in a string value")
	}
	to.SetString(value)
	return nil
}

func assignBool(from any, to reflect.Value) *Error {
	switch v := from.(type) {
	case bool:
		to.SetBool(v)
	case text:
		b, err := strconv.ParseBool(string(v))
		if err != nil {
			return refusef(codeMalformedInput, "%q is not a valid boolean", v)
		}
		to.SetBool(b)
	default:
		return mismatch(from, "Boolean")
	}
	return nil
}

func assignInteger(from any, to reflect.Value) *Error {
	var digits string
	switch v := from.(type) {
	case json.Number:
		digits = v.String()
	case text:
		digits = string(v)
	default:
		return mismatch(from, "Integer")
	}
	n, err := strconv.ParseInt(digits, 10, to.Type().Bits())
	if err != nil {
		return refusef(codeMalformedInput, "%q is not a valid integer", digits)
	}
	to.SetInt(n)
	return nil
}

func assignTime(from any, to reflect.Value) *Error {
	var at time.Time
	var err error
	switch v := from.(type) {
	case text:
		at, err = time.Parse(time.RFC3339Nano, string(v))
	case json.Number:
		at, err = parseEpoch(v)
	default:
		return mismatch(from, "Timestamp")
	}
	if err != nil {
		return refusef(codeMalformedInput, "timestamp must follow ISO8601") // SQS and CloudWatch say so
	}
	to.Set(reflect.ValueOf(at.UTC()))
	return nil
}

// parseEpoch reads seconds since 1970, to the millisecond.
func parseEpoch(n json.Number) (time.Time, error) {
	seconds, err := n.Float64()
	if err != nil {
		return time.Time{}, err
	}
	return time.UnixMilli(int64(seconds*1000 + 0.5)), nil
}

func assignBlob(from any, to reflect.Value) *Error {
	encoded, ok := from.(string)
	if t, isText := from.(text); isText {
		encoded, ok = string(t), true
	}
	if !ok {
		return mismatch(from, "Blob")
	}
	raw, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return refusef(codeMalformedInput, "Invalid base64 in a blob value")
	}
	to.SetBytes(raw)
	return nil
}

func mismatch(from any, want string) *Error {
	got := "NUMBER_VALUE"
	switch v := from.(type) {
	case string:
		got = "STRING_VALUE"
	case bool:
		got = "FALSE_VALUE"
		if v {
			got = "TRUE_VALUE"
		}
	}
	return refusef(codeMalformedInput, "%s cannot be converted to %s", got, want)
}
