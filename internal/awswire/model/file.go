package model

// File is a data file as it lies on disk: a Service whose shapes are named and not yet joined.
type File struct {
	ID           string                   `json:"id"`
	ServiceID    string                   `json:"serviceId"`
	Protocol     string                   `json:"protocol"`
	Version      string                   `json:"version"`
	SigningName  string                   `json:"signingName"`
	Namespace    string                   `json:"namespace,omitempty"`
	TargetPrefix string                   `json:"targetPrefix,omitempty"`
	JSONVersion  string                   `json:"jsonVersion,omitempty"`
	Operations   map[string]FileOperation `json:"operations"`
	Shapes       map[string]FileShape     `json:"shapes"`
	Others       []string                 `json:"others,omitempty"` // operations known by name alone
}

// FileOperation is an Operation in a File.
type FileOperation struct {
	Method  string `json:"method"`
	URI     string `json:"uri"`
	Status  int    `json:"status,omitempty"`
	Input   string `json:"in,omitempty"`
	Output  string `json:"out,omitempty"`
	Wrapper string `json:"wrapper,omitempty"`
}

// FileShape is a Shape in a File.
type FileShape struct {
	Type    string       `json:"type"`
	Members []FileMember `json:"members,omitempty"`
	Key     *FileMember  `json:"key,omitempty"`
	Elem    *FileMember  `json:"elem,omitempty"`
	Min     *int64       `json:"min,omitempty"`
	Max     *int64       `json:"max,omitempty"`
	Pattern string       `json:"pattern,omitempty"` // as AWS prints it
	Match   string       `json:"match,omitempty"`   // in Go's syntax where that differs
	Enum    []string     `json:"enum,omitempty"`
	Secret  bool         `json:"secret,omitempty"`
	Error   *FileError   `json:"error,omitempty"`
}

// FileError is what makes a FileShape an error.
type FileError struct {
	Code   string `json:"code"`
	Status int    `json:"status"`
	Server bool   `json:"server,omitempty"`
}

// FileMember is a Member in a File.
type FileMember struct {
	Name         string `json:"name,omitempty"`
	Shape        string `json:"shape"`
	Required     bool   `json:"required,omitempty"`
	Location     string `json:"loc,omitempty"`
	LocationName string `json:"locName,omitempty"`
	QueryName    string `json:"queryName,omitempty"`
}
