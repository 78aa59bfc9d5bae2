package shell

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
)

// Carry is what a POSIX shell on another machine or outside a container needs: files that it writes, and variables.
type Carry struct {
	// Dir is the folder of the files, as the shell sees it; Files are their contents by name.
	Dir   string
	Files map[string][]byte
	Vars  map[string]string
	// Lower are variables that are set in lower case too where the shell has such a one already.
	Lower []string
	// Choose is a variable whose value, the path of a file, depends on which of the programs the shell finds first.
	Choose  string
	Choices []Choice
}

// Choice is a file for those who have a program.
type Choice struct{ Program, File string }

// Script writes the files and sets the variables, for eval in bash, zsh, dash or ksh.
func (c Carry) Script() string {
	var b strings.Builder
	fmt.Fprintf(&b, "( umask 077 && mkdir -p %s || exit 1\n", Quote(c.Dir))
	for _, name := range slices.Sorted(maps.Keys(c.Files)) {
		fmt.Fprintf(&b, "printf %%s %s >%s || exit 1\n", Quote(string(c.Files[name])), Quote(filepath.Join(c.Dir, name)))
	}
	b.WriteString(")\n")
	for _, name := range slices.Sorted(maps.Keys(c.Vars)) {
		fmt.Fprintf(&b, "export %s=%s\n", name, Quote(c.Vars[name]))
	}
	for _, name := range c.Lower {
		fmt.Fprintf(&b, "if [ \"${%[1]s:-}\" ]; then export %[1]s=%[2]s; fi\n", strings.ToLower(name), Quote(c.Vars[name]))
	}
	c.writeChoices(&b)
	return b.String()
}

func (c Carry) writeChoices(b *strings.Builder) {
	word := "if"
	var programs []string
	for _, choice := range c.Choices {
		fmt.Fprintf(b, "%s command -v %s >/dev/null; then export %s=%s\n", word, choice.Program, c.Choose, Quote(filepath.Join(c.Dir, choice.File)))
		word, programs = "elif", append(programs, choice.Program)
	}
	fmt.Fprintf(b, "else echo 'eksauth: none of %s is installed here: install one and evaluate this again' >&2\nfi\n", strings.Join(programs, ", "))
}

// Undo unsets what Script has set. What was there before is not known here, and the files stay.
func (c Carry) Undo() string {
	names := append(slices.Sorted(maps.Keys(c.Vars)), c.Choose)
	return "unset " + strings.Join(names, " ") + "\n"
}
