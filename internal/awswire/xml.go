package awswire

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/eksauth/eksauth/internal/awswire/model"
)

// xmlWriter prints one element a line, indented, as STS, IAM and EC2 do.
type xmlWriter struct {
	buf        bytes.Buffer
	open       []string
	timeFormat string
	item       string // element of a list whose model names none
}

func (w *xmlWriter) start(name string, attributes ...string) {
	w.indent()
	w.buf.WriteString("<" + name)
	for i := 0; i+1 < len(attributes); i += 2 {
		w.buf.WriteString(" " + attributes[i] + `="` + attributes[i+1] + `"`)
	}
	w.buf.WriteString(">\n")
	w.open = append(w.open, name)
}

func (w *xmlWriter) end() {
	name := w.open[len(w.open)-1]
	w.open = w.open[:len(w.open)-1]
	w.indent()
	w.buf.WriteString("</" + name + ">\n")
}

// leaf prints a value. What XML 1.0 cannot carry becomes U+FFFD: an answer must stay readable whatever is in it.
func (w *xmlWriter) leaf(name, value string) {
	w.indent()
	w.buf.WriteString("<" + name + ">")
	_ = xml.EscapeText(&w.buf, []byte(value)) // a bytes.Buffer takes everything
	w.buf.WriteString("</" + name + ">\n")
}

func (w *xmlWriter) empty(name string) {
	w.indent()
	w.buf.WriteString("<" + name + "/>\n")
}

func (w *xmlWriter) indent() {
	for range w.open {
		w.buf.WriteString("  ")
	}
}

// output prints the members of an operation's answer. Its lists are printed even when empty, as AWS does.
func (w *xmlWriter) output(s *model.Shape, v reflect.Value) {
	for _, f := range fieldsOf(s, v.Type()) {
		w.member(f.Member, v.Field(f.index), f.Required || f.Shape.Type == "list")
	}
}

func (w *xmlWriter) member(m *model.Member, v reflect.Value, always bool) {
	v, ok := present(v, m.Shape)
	switch {
	case ok:
		w.value(m.Wire(), m.Shape, v)
	case always && m.Shape.Type == "list":
		w.empty(m.Wire())
	}
}

func (w *xmlWriter) value(name string, s *model.Shape, v reflect.Value) {
	switch s.Type {
	case "structure":
		w.start(name)
		for _, f := range fieldsOf(s, v.Type()) {
			w.member(f.Member, v.Field(f.index), f.Required)
		}
		w.end()
	case "list":
		w.list(name, s, v)
	case "map":
		w.entries(name, s, v)
	default:
		w.leaf(name, scalarText(v, w.timeFormat))
	}
}

func (w *xmlWriter) list(name string, s *model.Shape, v reflect.Value) {
	if v.Len() == 0 {
		w.empty(name)
		return
	}
	item := w.item
	if s.Elem.LocationName != "" {
		item = s.Elem.LocationName
	}
	w.start(name)
	for i := range v.Len() {
		w.value(item, s.Elem.Shape, v.Index(i))
	}
	w.end()
}

func (w *xmlWriter) entries(name string, s *model.Shape, v reflect.Value) {
	w.start(name)
	for _, key := range sortedKeys(v) {
		w.start("entry")
		w.leaf("key", key)
		entry := v.MapIndex(reflect.ValueOf(key).Convert(v.Type().Key()))
		w.value("value", s.Elem.Shape, entry)
		w.end()
	}
	w.end()
}

func sortedKeys(v reflect.Value) []string {
	keys := map[string]bool{}
	for _, key := range v.MapKeys() {
		keys[key.String()] = true
	}
	return slices.Sorted(maps.Keys(keys))
}

func scalarText(v reflect.Value, timeFormat string) string {
	switch v := v.Interface().(type) {
	case time.Time:
		return v.UTC().Format(timeFormat)
	case []byte:
		return base64.StdEncoding.EncodeToString(v)
	}
	switch v.Kind() {
	case reflect.Bool:
		return strconv.FormatBool(v.Bool())
	case reflect.Int32, reflect.Int64:
		return strconv.FormatInt(v.Int(), 10)
	}
	return strings.ToValidUTF8(v.String(), "\uFFFD")
}
