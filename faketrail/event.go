package faketrail

import (
	"encoding/json"
	"strings"
	"time"
)

// Event is one event with what it is found by.
type Event struct {
	ID          string     `json:"id"`
	Name        string     `json:"name"`
	Source      string     `json:"source"` // such as eks.amazonaws.com
	At          time.Time  `json:"at"`
	ReadOnly    bool       `json:"readOnly"`
	Username    string     `json:"username,omitempty"`
	AccessKeyID string     `json:"accessKeyId,omitempty"`
	Resources   []Resource `json:"resources,omitempty"`
	// Account and Region are whose history it is in.
	Account string `json:"account"`
	Region  string `json:"region"`
	// Record is the whole event as CloudTrail delivers it, a JSON object.
	Record json.RawMessage `json:"record"`
}

// Resource is something that an event concerns.
type Resource struct {
	Type string `json:"type"` // such as AWS::EKS::Cluster
	Name string `json:"name"`
}

// record is the content of an event
// (https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html).
type record struct {
	Version            string         `json:"eventVersion"`
	Identity           userIdentity   `json:"userIdentity"`
	Time               string         `json:"eventTime"`
	Source             string         `json:"eventSource"`
	Name               string         `json:"eventName"`
	Region             string         `json:"awsRegion"`
	SourceIP           string         `json:"sourceIPAddress"`
	UserAgent          string         `json:"userAgent"`
	ErrorCode          string         `json:"errorCode,omitempty"`
	ErrorMessage       string         `json:"errorMessage,omitempty"`
	RequestParameters  map[string]any `json:"requestParameters"`
	ResponseElements   map[string]any `json:"responseElements"`
	RequestID          string         `json:"requestID,omitempty"`
	ID                 string         `json:"eventID"`
	ReadOnly           bool           `json:"readOnly"`
	Type               string         `json:"eventType"`
	ManagementEvent    bool           `json:"managementEvent"`
	RecipientAccountID string         `json:"recipientAccountId"`
	SharedEventID      string         `json:"sharedEventID,omitempty"`
	Category           string         `json:"eventCategory"`
}

const (
	recordVersion = "1.11"
	secondsFormat = "2006-01-02T15:04:05Z"
	callEvent     = "AwsApiCall"
)

// readVerbs begin the names of operations that change nothing; AssumeRole and its kin count among them in CloudTrail.
var readVerbs = []string{"Describe", "Get", "List", "Lookup", "Filter", "Simulate", "Decode", "Assume"}

func readsOnly(operation string) bool {
	for _, verb := range readVerbs {
		if strings.HasPrefix(operation, verb) {
			return true
		}
	}
	return false
}

// givesCredentials tells of the operations whose answer is recorded though they change nothing.
func givesCredentials(operation string) bool {
	return strings.HasPrefix(operation, "Assume") || operation == "GetSessionToken" || operation == "GetFederationToken"
}
