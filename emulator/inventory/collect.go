package inventory

import (
	_ "embed"
	"fmt"
	"io"
	"text/template"

	"github.com/eksauth/eksauth/emulator/shell"
)

// Collection says which account and which clusters commands are to describe.
type Collection struct {
	// Cluster is the name of one cluster; empty means all of the region.
	Cluster string
	// Region and Profile are for the aws CLI; empty means what it takes by itself.
	Region, Profile string
}

//go:embed collect.sh.tmpl
var collectText string

var collectTemplate = template.Must(template.New("collect").Funcs(template.FuncMap{"quote": shell.Quote}).Parse(collectText))

// Script writes a shell script whose commands only read and put what they read into a folder, of which Read makes an
// inventory.
func (c Collection) Script(w io.Writer) error {
	if err := collectTemplate.Execute(w, c); err != nil {
		return fmt.Errorf("write the commands: %w", err)
	}
	return nil
}
