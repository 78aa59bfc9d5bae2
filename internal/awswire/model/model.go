package model

import "regexp"

// The protocols that the services offered here speak.
const (
	Query    = "query"     // form in, XML out: STS and IAM
	EC2Query = "ec2"       // EC2's dialect of it
	RESTJSON = "rest-json" // values in the path, the query string and a JSON body: EKS and EKS Auth
	JSON     = "json"      // X-Amz-Target names the operation, JSON both ways: CloudTrail and CloudWatch Logs
)

// Service is what AWS publishes about one service's API.
type Service struct {
	ID           string // the model's folder: "sts", "eks-auth"
	ServiceID    string // the name that SDKs print: "STS", "EKS Auth"
	Protocol     string
	Version      string // API version, the query protocols' Version parameter
	SigningName  string // the service in the credential scope
	Namespace    string // XML namespace of answers
	TargetPrefix string // what stands before the dot in X-Amz-Target
	JSONVersion  string
	Operations   map[string]*Operation

	errors map[string]*Shape
}

// Error returns the published shape of the error with this code, or nil.
func (s *Service) Error(code string) *Shape { return s.errors[code] }

// Operation is one API action.
type Operation struct {
	Name    string
	Known   bool // false: AWS has it, but its shapes are not in the data
	Method  string
	URI     string // with {label} where a member travels
	Status  int    // of a successful answer
	Input   *Shape // nil: takes nothing
	Output  *Shape // nil: gives nothing
	Wrapper string // the XML element around the output, for the query protocol
}

// Shape is one type of the API.
type Shape struct {
	Name     string
	Type     string // structure, list, map, string, integer, long, boolean, blob, timestamp, …
	Members  []*Member
	Key      *Member
	Elem     *Member // of a list or the values of a map
	Min, Max *int64
	Pattern  string // as AWS prints it, in Java's syntax
	Match    *regexp.Regexp
	Enum     []string
	Code     string // of an error
	Status   int    // of an error
	Secret   bool   // its values are not repeated in messages
	Server   bool   // the error is the server's fault
}

// Member is the use of a shape inside another.
type Member struct {
	Name         string
	Shape        *Shape
	Required     bool
	Location     string // "uri", "querystring" or empty for the body
	LocationName string
	QueryName    string
}

// Wire is the name that the member has outside EC2 requests.
func (m *Member) Wire() string {
	if m.LocationName != "" {
		return m.LocationName
	}
	return m.Name
}
