package faketrail

import (
	"strconv"

	"github.com/eksauth/eksauth/internal/directory"
)

// userIdentity says who made a call
// (https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html).
type userIdentity struct {
	Type           string          `json:"type"`
	PrincipalID    string          `json:"principalId,omitempty"`
	ARN            string          `json:"arn,omitempty"`
	AccountID      string          `json:"accountId,omitempty"`
	AccessKeyID    string          `json:"accessKeyId,omitempty"`
	UserName       string          `json:"userName,omitempty"`
	SessionContext *sessionContext `json:"sessionContext,omitempty"`
	InvokedBy      string          `json:"invokedBy,omitempty"`
}

type sessionContext struct {
	Issuer         *sessionIssuer    `json:"sessionIssuer,omitempty"`
	Attributes     sessionAttributes `json:"attributes"`
	SourceIdentity string            `json:"sourceIdentity,omitempty"`
}

type sessionIssuer struct {
	Type        string `json:"type"`
	PrincipalID string `json:"principalId"`
	ARN         string `json:"arn"`
	AccountID   string `json:"accountId"`
	UserName    string `json:"userName,omitempty"`
}

type sessionAttributes struct {
	CreationDate     string `json:"creationDate"`
	MFAAuthenticated string `json:"mfaAuthenticated"`
}

// identityOf describes a caller, and gives the name by which the event history lists it.
func identityOf(c *directory.Caller) (identity userIdentity, username string) {
	identity = userIdentity{PrincipalID: c.UserID, ARN: c.ARN, AccountID: c.Account, AccessKeyID: c.AccessKeyID}
	if c.Session != nil {
		identity.SessionContext = &sessionContext{
			Attributes: sessionAttributes{
				CreationDate: c.Session.Issued.UTC().Format(secondsFormat), MFAAuthenticated: strconv.FormatBool(!c.Session.MFA.IsZero()),
			},
			SourceIdentity: c.Session.SourceIdentity,
		}
	}
	switch c.Kind {
	case directory.UserCaller:
		identity.Type, identity.UserName, username = "IAMUser", c.User.Name, c.User.Name
	case directory.RootCaller:
		identity.Type, username = "Root", "root"
	case directory.RoleCaller:
		identity.Type, username = "AssumedRole", c.Session.Name
		identity.SessionContext.Issuer = &sessionIssuer{"Role", c.Role.ID, c.Role.ARN(), c.Role.Account, c.Role.Name}
	case directory.FederatedCaller:
		identity.Type, username = "FederatedUser", c.Session.Name
		identity.SessionContext.Issuer = federator(c)
	}
	return identity, username
}

// federator is the user who made a federated user, or the root user.
func federator(c *directory.Caller) *sessionIssuer {
	if c.User == nil {
		return &sessionIssuer{"Root", c.Account, "arn:" + c.Partition + ":iam::" + c.Account + ":root", c.Account, ""}
	}
	return &sessionIssuer{"IAMUser", c.User.ID, c.User.ARN(), c.Account, c.User.Name}
}

// fromOutside is how the account of a role sees a caller of another account.
func fromOutside(c *directory.Caller) userIdentity {
	return userIdentity{Type: "AWSAccount", PrincipalID: c.UserID, AccountID: c.Account}
}

// awsService is a service that acts by itself.
func awsService(name string) userIdentity { return userIdentity{Type: "AWSService", InvokedBy: name} }
