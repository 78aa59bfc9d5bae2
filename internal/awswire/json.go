package awswire

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"time"

	"github.com/eksauth/eksauth/internal/awswire/model"
)

// readJSON reads one JSON object; an empty body is an empty object, as SDKs send for operations without input.
func readJSON(body []byte) (map[string]any, *Error) {
	if len(bytes.TrimSpace(body)) == 0 {
		return map[string]any{}, nil
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var content any
	if err := d.Decode(&content); err != nil {
		return nil, refusef(codeMalformedInput, "Could not parse request body into json: %v", err)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, refusef(codeMalformedInput, "Could not parse request body into json: more than one value")
	}
	members, ok := content.(map[string]any)
	if !ok {
		return nil, refusef(codeMalformedInput, "Could not parse request body into json: not an object")
	}
	return members, nil
}

// toJSON turns a Go value into what encoding/json prints as AWS prints it: times as seconds since 1970, absent members
// left out. An operation's own lists (top) are there even when empty.
func toJSON(s *model.Shape, v reflect.Value, top bool) any {
	switch s.Type {
	case "structure":
		return structureJSON(s, v, top)
	case "list":
		items := make([]any, v.Len())
		for i := range items {
			items[i] = toJSON(s.Elem.Shape, reflect.Indirect(v.Index(i)), false)
		}
		return items
	case "map":
		entries := make(map[string]any, v.Len())
		for key, entry := range v.Seq2() {
			entries[key.String()] = toJSON(s.Elem.Shape, reflect.Indirect(entry), false)
		}
		return entries
	}
	return scalarJSON(v)
}

func structureJSON(s *model.Shape, v reflect.Value, top bool) map[string]any {
	members := make(map[string]any, len(s.Members))
	for _, f := range fieldsOf(s, v.Type()) {
		value, ok := present(v.Field(f.index), f.Shape)
		switch {
		case ok:
			members[f.Wire()] = toJSON(f.Shape, value, false)
		case f.Shape.Type == "list" && (top || f.Required):
			members[f.Wire()] = []any{}
		}
	}
	return members
}

func scalarJSON(v reflect.Value) any {
	switch v := v.Interface().(type) {
	case time.Time:
		return json.Number(strconv.FormatFloat(float64(v.UnixMilli())/1000, 'f', -1, 64))
	case []byte:
		return base64.StdEncoding.EncodeToString(v)
	}
	return v.Interface()
}

// printJSON has no HTML escapes, as AWS's has none.
func printJSON(content any) ([]byte, error) {
	var buf bytes.Buffer
	e := json.NewEncoder(&buf)
	e.SetEscapeHTML(false)
	if err := e.Encode(content); err != nil {
		return nil, fmt.Errorf("print JSON: %w", err)
	}
	return bytes.TrimSuffix(buf.Bytes(), []byte("\n")), nil
}

// quoteJSON prints a string, which cannot fail.
func quoteJSON(s string) string {
	quoted, err := printJSON(s)
	if err != nil {
		return `""`
	}
	return string(quoted)
}
