package config

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strconv"

	"go.yaml.in/yaml/v3"
)

//go:embed default.yaml
var defaultYAML []byte

// DefaultYAML is the text of the built-in configuration.
func DefaultYAML() []byte { return bytes.Clone(defaultYAML) }

// Default is the built-in configuration.
func Default() *File {
	file, err := Parse("built-in configuration", defaultYAML)
	if err != nil {
		panic(err) // the file is part of the program, and a test reads it
	}
	return file
}

// Load reads and checks the configuration file at path.
func Load(path string) (*File, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the configuration: %w", err)
	}
	return Parse(path, data)
}

// Parse reads and checks a configuration. name stands for the file in messages. An error that concerns the content is
// *InvalidError, with all that is wrong.
func Parse(name string, data []byte) (*File, error) {
	var root yaml.Node
	if err := yaml.Unmarshal(data, &root); err != nil {
		return nil, &InvalidError{Name: name, List: []Problem{syntaxProblem(err.Error())}}
	}
	file, problems := decode(data)
	if file.Region == "" {
		file.Region = DefaultRegion
	}
	check := &checker{root: &root, problems: InvalidError{Name: name, List: problems}}
	check.file(file)
	if len(check.problems.List) > 0 {
		return nil, &check.problems
	}
	return file, nil
}

// decode reads what fits the types and reports what does not, so that the rest can be checked in the same pass.
func decode(data []byte) (*File, []Problem) {
	file := &File{}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	var mismatch *yaml.TypeError
	var problems []Problem
	switch err := decoder.Decode(file); {
	case errors.As(err, &mismatch):
		for _, text := range mismatch.Errors {
			problems = append(problems, syntaxProblem(text))
		}
	case err != nil && !errors.Is(err, io.EOF): // the checks say what an empty file lacks
		problems = append(problems, syntaxProblem(err.Error()))
	}
	return file, problems
}

// DefaultRegion is the region of a configuration that names none.
const DefaultRegion = "us-east-2"

// Marshal writes the configuration as YAML that Parse reads back.
func (f *File) Marshal() ([]byte, error) {
	data, err := yaml.Marshal(f)
	if err != nil {
		return nil, fmt.Errorf("write the configuration: %w", err)
	}
	return data, nil
}

var (
	lineText     = regexp.MustCompile(`^(?:yaml: )?line (\d+): (.*)$`)
	unknownField = regexp.MustCompile(`^field (\S+) not found in type config\.(\w+)$`)
	wrongType    = regexp.MustCompile("^cannot unmarshal !!(\\w+)(?: `(.*)`)? into \\W*(?:config\\.)?(\\w+)$")
)

// syntaxProblem turns the YAML library's words into ours.
func syntaxProblem(text string) Problem {
	problem := Problem{Text: text}
	if match := lineText.FindStringSubmatch(text); match != nil {
		problem.Line, _ = strconv.Atoi(match[1])
		problem.Text = match[2]
	}
	if match := unknownField.FindStringSubmatch(problem.Text); match != nil {
		problem.Text = fmt.Sprintf("unknown field %q: %s has %s", match[1], match[2], fieldNames(match[2]))
	} else if match := wrongType.FindStringSubmatch(problem.Text); match != nil {
		problem.Text = fmt.Sprintf("%q is of the wrong type: want %s, have %s", match[2], match[3], match[1])
	}
	return problem
}
