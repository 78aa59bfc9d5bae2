package main

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// source is the part of botocore's service-2.json that matters here.
type source struct {
	Metadata struct {
		APIVersion     string `json:"apiVersion"`
		EndpointPrefix string `json:"endpointPrefix"`
		JSONVersion    string `json:"jsonVersion"`
		Protocol       string `json:"protocol"`
		ServiceID      string `json:"serviceId"`
		SigningName    string `json:"signingName"`
		TargetPrefix   string `json:"targetPrefix"`
		XMLNamespace   string `json:"xmlNamespace"`
	} `json:"metadata"`
	Operations map[string]sourceOperation `json:"operations"`
	Shapes     map[string]sourceShape     `json:"shapes"`
}

type sourceOperation struct {
	HTTP struct {
		Method       string `json:"method"`
		RequestURI   string `json:"requestUri"`
		ResponseCode int    `json:"responseCode"`
	} `json:"http"`
	Input  sourceRef   `json:"input"`
	Output sourceRef   `json:"output"`
	Errors []sourceRef `json:"errors"`
}

type sourceRef struct {
	Shape         string `json:"shape"`
	ResultWrapper string `json:"resultWrapper"`
}

type sourceShape struct {
	Type      string        `json:"type"`
	Required  []string      `json:"required"`
	Members   sourceMembers `json:"members"`
	Member    *sourceMember `json:"member"`
	Key       *sourceMember `json:"key"`
	Value     *sourceMember `json:"value"`
	Min       *float64      `json:"min"`
	Max       *float64      `json:"max"`
	Pattern   string        `json:"pattern"`
	Enum      []string      `json:"enum"`
	Sensitive bool          `json:"sensitive"`
	Exception bool          `json:"exception"`
	Fault     bool          `json:"fault"`
	Error     *sourceFault  `json:"error"`
	traits
}

type sourceFault struct {
	Code   string `json:"code"`
	Status int    `json:"httpStatusCode"`
	Sender *bool  `json:"senderFault"`
}

type sourceMember struct {
	Name         string `json:"-"`
	Shape        string `json:"shape"`
	Location     string `json:"location"`
	LocationName string `json:"locationName"`
	QueryName    string `json:"queryName"`
	traits
}

// sourceMembers keeps the order of the model, in which AWS prints members and lists violations.
type sourceMembers []sourceMember

func (m *sourceMembers) UnmarshalJSON(raw []byte) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	if _, err := d.Token(); err != nil {
		return err
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return err
		}
		member := sourceMember{Name: fmt.Sprint(name)}
		if err := d.Decode(&member); err != nil {
			return err
		}
		*m = append(*m, member)
	}
	return nil
}

// traits are those that change how a value travels and that package awswire does not interpret. A service that starts
// to use one must fail here and not on the wire.
type traits struct {
	Payload     any `json:"payload"`
	Streaming   any `json:"streaming"`
	EventStream any `json:"eventstream"`
	Document    any `json:"document"`
	Union       any `json:"union"`
	Flattened   any `json:"flattened"`
	Timestamp   any `json:"timestampFormat"`
	JSONValue   any `json:"jsonvalue"`
	Attribute   any `json:"xmlAttribute"`
	HostLabel   any `json:"hostLabel"`
}

func (t traits) refuse() error {
	if t != (traits{}) {
		return fmt.Errorf("has a trait that package awswire does not interpret: %+v", t)
	}
	return nil
}
