package main

import (
	"fmt"
	"slices"

	"github.com/eksauth/eksauth/internal/awswire/model"
)

// convert keeps the facts of the named operations (all of them when none is named) and of the shapes that they reach.
func (s *source) convert(id string, operations []string) (*model.File, error) {
	m := s.Metadata
	file := &model.File{
		ID: id, ServiceID: m.ServiceID, Protocol: m.Protocol, Version: m.APIVersion, SigningName: m.SigningName,
		TargetPrefix: m.TargetPrefix, JSONVersion: m.JSONVersion, Namespace: m.XMLNamespace,
		Operations: map[string]model.FileOperation{}, Shapes: map[string]model.FileShape{},
	}
	if file.SigningName == "" {
		file.SigningName = m.EndpointPrefix
	}
	for name, op := range s.Operations {
		if len(operations) > 0 && !slices.Contains(operations, name) {
			file.Others = append(file.Others, name)
			continue
		}
		if err := s.addOperation(file, name, op); err != nil {
			return nil, fmt.Errorf("operation %s: %w", name, err)
		}
	}
	slices.Sort(file.Others)
	return file, nil
}

func (s *source) addOperation(file *model.File, name string, op sourceOperation) error {
	file.Operations[name] = model.FileOperation{
		Method: op.HTTP.Method, URI: op.HTTP.RequestURI, Status: op.HTTP.ResponseCode,
		Input: op.Input.Shape, Output: op.Output.Shape, Wrapper: op.Output.ResultWrapper,
	}
	for _, ref := range append([]sourceRef{op.Input, op.Output}, op.Errors...) {
		if err := s.addShape(file, ref.Shape); err != nil {
			return err
		}
	}
	return nil
}

func (s *source) addShape(file *model.File, name string) error {
	if _, done := file.Shapes[name]; done || name == "" {
		return nil
	}
	in := s.Shapes[name]
	out, err := in.convert(name)
	if err != nil {
		return fmt.Errorf("shape %s: %w", name, err)
	}
	file.Shapes[name] = out
	for _, m := range in.references() {
		if err := s.addShape(file, m.Shape); err != nil {
			return err
		}
	}
	return nil
}

func (s sourceShape) references() []sourceMember {
	all := slices.Clone(s.Members)
	for _, m := range []*sourceMember{s.Key, s.Value, s.Member} {
		if m != nil {
			all = append(all, *m)
		}
	}
	return all
}

func (s sourceShape) convert(name string) (model.FileShape, error) {
	out := model.FileShape{
		Type: s.Type, Min: whole(s.Min), Max: whole(s.Max), Pattern: s.Pattern, Enum: s.Enum,
		Secret: s.Sensitive, Error: s.fault(name),
	}
	if err := s.refuse(); err != nil {
		return out, err
	}
	for _, m := range s.references() {
		if err := m.refuse(); err != nil {
			return out, fmt.Errorf("member %s %w", m.Name, err)
		}
	}
	if match := goPattern(s.Pattern); match != s.Pattern {
		out.Match = match
	}
	for _, m := range s.Members {
		out.Members = append(out.Members, m.convert(slices.Contains(s.Required, m.Name)))
	}
	out.Key, out.Elem = s.Key.optional(), s.Member.optional()
	if s.Value != nil {
		out.Elem = s.Value.optional()
	}
	return out, nil
}

// fault gives an error's code and status. Only the query protocols and EC2 have codes that differ from the shape's name.
func (s sourceShape) fault(name string) *model.FileError {
	if !s.Exception {
		return nil
	}
	f := &model.FileError{Code: name, Status: 400, Server: s.Fault}
	if s.Fault {
		f.Status = 500
	}
	if s.Error == nil {
		return f
	}
	if s.Error.Code != "" {
		f.Code = s.Error.Code
	}
	if s.Error.Status != 0 {
		f.Status = s.Error.Status
	}
	f.Server = f.Server || f.Status >= 500
	return f
}

func (m *sourceMember) optional() *model.FileMember {
	if m == nil {
		return nil
	}
	out := m.convert(false)
	return &out
}

func (m sourceMember) convert(required bool) model.FileMember {
	return model.FileMember{
		Name: m.Name, Shape: m.Shape, Required: required,
		Location: m.Location, LocationName: m.LocationName, QueryName: m.QueryName,
	}
}

// whole drops a limit that is no whole number; only shapes outside the generated ones have such.
func whole(limit *float64) *int64 {
	if limit == nil || *limit != float64(int64(*limit)) {
		return nil
	}
	n := int64(*limit)
	return &n
}
