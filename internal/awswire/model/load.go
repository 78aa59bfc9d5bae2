package model

import (
	"compress/gzip"
	"embed"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"sync"
)

//go:embed data/*.json.gz
var data embed.FS

var loaded struct {
	sync.Mutex
	services map[string]*Service
}

// Load returns the model of the service with this ID ("sts", "iam", "eks", "eks-auth", "ec2", "cloudtrail", "logs").
// It is read once and shared; nobody may change it.
func Load(id string) (*Service, error) {
	loaded.Lock()
	defer loaded.Unlock()
	if s := loaded.services[id]; s != nil {
		return s, nil
	}
	f, err := read(id)
	if err != nil {
		return nil, fmt.Errorf("load API model %q: %w", id, err)
	}
	s, err := join(f)
	if err != nil {
		return nil, fmt.Errorf("load API model %q: %w", id, err)
	}
	if loaded.services == nil {
		loaded.services = map[string]*Service{}
	}
	loaded.services[id] = s
	return s, nil
}

func read(id string) (*File, error) {
	packed, err := data.Open("data/" + id + ".json.gz")
	if err != nil {
		return nil, err
	}
	defer packed.Close()
	plain, err := gzip.NewReader(packed)
	if err != nil {
		return nil, err
	}
	f := &File{}
	return f, json.NewDecoder(plain).Decode(f)
}

func join(f *File) (*Service, error) {
	s := &Service{
		ID: f.ID, ServiceID: f.ServiceID, Protocol: f.Protocol, Version: f.Version, SigningName: f.SigningName,
		Namespace: f.Namespace, TargetPrefix: f.TargetPrefix, JSONVersion: f.JSONVersion,
		Operations: make(map[string]*Operation, len(f.Operations)+len(f.Others)),
		errors:     map[string]*Shape{},
	}
	j := joiner{xml: f.Protocol == Query || f.Protocol == EC2Query, shapes: make(map[string]*Shape, len(f.Shapes)), patterns: map[string]*regexp.Regexp{}}
	if err := j.all(f.Shapes); err != nil {
		return nil, err
	}
	for _, shape := range j.shapes {
		if shape.Code != "" {
			s.errors[shape.Code] = shape
		}
	}
	for _, name := range f.Others {
		s.Operations[name] = &Operation{Name: name}
	}
	for name, o := range f.Operations {
		op := &Operation{
			Name: name, Known: true, Method: o.Method, URI: o.URI, Status: o.Status,
			Input: j.shapes[o.Input], Output: j.shapes[o.Output], Wrapper: o.Wrapper,
		}
		if op.Status == 0 {
			op.Status = http.StatusOK
		}
		s.Operations[name] = op
	}
	return s, nil
}

// xmlPattern stands in where the model of a service that answers in XML has no pattern: what XML 1.0 can carry
// (https://www.w3.org/TR/xml/#charsets), so that nothing is accepted that could not be given back.
const (
	xmlPattern = `[\u0009\u000A\u000D\u0020-\uD7FF\uE000-\uFFFD\u10000-\u10FFFF]*`
	xmlMatch   = `[\x{9}\x{A}\x{D}\x{20}-\x{D7FF}\x{E000}-\x{FFFD}\x{10000}-\x{10FFFF}]*`
)

type joiner struct {
	xml      bool // the service answers in XML
	shapes   map[string]*Shape
	patterns map[string]*regexp.Regexp // many shapes share few patterns
}

func (j *joiner) all(in map[string]FileShape) error {
	for name := range in {
		j.shapes[name] = &Shape{Name: name}
	}
	for name, f := range in {
		if err := j.fill(j.shapes[name], f); err != nil {
			return fmt.Errorf("shape %s: %w", name, err)
		}
	}
	return nil
}

func (j *joiner) fill(s *Shape, f FileShape) (err error) {
	s.Type, s.Min, s.Max, s.Pattern, s.Enum, s.Secret = f.Type, f.Min, f.Max, f.Pattern, f.Enum, f.Secret
	if f.Error != nil {
		s.Code, s.Status, s.Server = f.Error.Code, f.Error.Status, f.Error.Server
	}
	if j.xml && f.Type == "string" && f.Pattern == "" && len(f.Enum) == 0 {
		s.Pattern, f.Match = xmlPattern, xmlMatch
	}
	if s.Match, err = j.pattern(f); err != nil {
		return err
	}
	if f.Key != nil {
		s.Key = j.member(*f.Key)
	}
	if f.Elem != nil {
		s.Elem = j.member(*f.Elem)
	}
	for _, m := range f.Members {
		s.Members = append(s.Members, j.member(m))
	}
	return nil
}

// pattern compiles a shape's pattern so that it must match the whole value, as Java's Matcher.matches does.
func (j *joiner) pattern(f FileShape) (*regexp.Regexp, error) {
	source := f.Match
	if source == "" {
		source = f.Pattern
	}
	if source == "" {
		return nil, nil
	}
	if re := j.patterns[source]; re != nil {
		return re, nil
	}
	re, err := regexp.Compile(`^(?:` + source + `)\z`)
	j.patterns[source] = re
	return re, err
}

func (j *joiner) member(f FileMember) *Member {
	return &Member{
		Name: f.Name, Shape: j.shapes[f.Shape], Required: f.Required,
		Location: f.Location, LocationName: f.LocationName, QueryName: f.QueryName,
	}
}
