package controlplane

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"
)

// accessFile is a file that the authenticator reloads when it changes (its pkg/fileutil).
type accessFile struct {
	path string
	// kind and serial make up the version that the authenticator logs, by which we see that it has loaded it.
	kind   string
	serial int
	// content is the text of the last version, padded.
	content []byte
}

func (f *accessFile) version() string { return f.kind + "-" + strconv.Itoa(f.serial) }

// loadedMark is how the version looks in the authenticator's log, where the file's text is quoted.
func (f *accessFile) loadedMark() string { return `\"` + f.version() + `\"` }

// write stores a new version of the file.
func (f *accessFile) write(now time.Time, fields map[string]any) error {
	f.serial++
	fields["LastUpdatedDateTime"] = strconv.FormatInt(now.Unix(), 10)
	fields["Version"] = f.version()
	var err error
	if f.content, err = json.Marshal(fields); err != nil {
		return fmt.Errorf("encode %s: %w", f.path, err)
	}
	return f.store()
}

// store writes the content over the old text and in one call, padded with blanks so that nothing of the old is left. It
// does not replace the file: the authenticator would then miss every change until it had looked again, a second later.
// What is stored between its reading of the file and its beginning to watch it, it misses too; then storing it once more
// helps.
func (f *accessFile) store() error {
	file, err := os.OpenFile(f.path, os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("write for the authenticator: %w", err)
	}
	info, err := file.Stat()
	if err == nil {
		f.content = append(f.content, strings.Repeat(" ", max(0, int(info.Size())-len(f.content)))...)
		_, err = file.WriteAt(f.content, 0)
	}
	if err := errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("write for the authenticator: %w", err)
	}
	return nil
}

// entriesFields are the contents of the authenticator's DynamicFile.
func entriesFields(entries []Mapping) map[string]any {
	roles, users := authenticatorMappings(entries)
	return map[string]any{"mapRoles": roles, "mapUsers": users}
}

func modeFields(mode Mode) map[string]any {
	return map[string]any{"backendMode": strings.Join(backends[mode], " ")}
}

// Logged tells whether the log has each of the texts at or after offset; a log that has become shorter was begun anew.
func Logged(path string, offset int64, texts ...string) bool {
	file, err := os.Open(path)
	if err != nil {
		return false
	}
	defer file.Close()
	if info, err := file.Stat(); err == nil && info.Size() < offset {
		offset = 0
	}
	content, err := io.ReadAll(io.NewSectionReader(file, offset, 1<<20))
	if err != nil {
		return false
	}
	for _, text := range texts {
		if !bytes.Contains(content, []byte(text)) {
			return false
		}
	}
	return true
}
