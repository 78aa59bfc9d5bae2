package fakests

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"

	"github.com/eksauth/eksauth/internal/directory"
	"github.com/eksauth/eksauth/internal/policy"
)

// setPolicies checks the session policies of a request.
func (s *Service) setPolicies(session *directory.Session, arns []types.PolicyDescriptorType) error {
	if session.Policy != "" {
		if _, err := policy.Parse(policy.Session, session.Policy); err != nil {
			return refusedDocument(err)
		}
	}
	for _, p := range arns {
		arn := aws.ToString(p.Arn)
		if _, err := s.dir.ManagedPolicy(arn); err != nil {
			return invalidValue("The specified managed policy ARN is not valid: %s", arn)
		}
		session.PolicyARNs = append(session.PolicyARNs, arn)
	}
	return nil
}

// setTags joins a request's session tags with the transitive tags of the session that makes it, which it cannot change
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_role-chaining).
func setTags(session *directory.Session, caller *directory.Caller, tags []types.Tag, transitive []string) error {
	inherit(session, caller)
	inherited := len(session.Tags)
	for _, t := range tags {
		key := aws.ToString(t.Key)
		if _, taken := directory.TagValue(session.Tags[:inherited], key); taken {
			return invalidRequest("One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.")
		}
		if _, twice := directory.TagValue(session.Tags, key); twice {
			return invalidRequest("Duplicate tag keys found. Please note that Tag keys are case insensitive.")
		}
		if strings.HasPrefix(strings.ToLower(key), "aws:") {
			return invalidRequest("Tag keys that begin with aws: are reserved: " + key)
		}
		session.Tags = append(session.Tags, directory.Tag{Key: key, Value: aws.ToString(t.Value)})
	}
	for _, key := range transitive {
		if _, known := directory.TagValue(session.Tags, key); !known {
			return invalidRequest("The specified transitive tag key must be included in the requested tags.")
		}
		session.Transitive = append(session.Transitive, key)
	}
	return nil
}

func inherit(session *directory.Session, caller *directory.Caller) {
	if caller.Session == nil {
		return
	}
	for _, key := range caller.Session.Transitive {
		value, _ := directory.TagValue(caller.Session.Tags, key)
		session.Tags = append(session.Tags, directory.Tag{Key: key, Value: value})
		session.Transitive = append(session.Transitive, key)
	}
}
