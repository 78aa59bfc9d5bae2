package inventory

import (
	"encoding/json"
	"fmt"
	"time"
)

// creation is the making of a cluster as CloudTrail tells it: the one place where AWS names the creator.
type creation struct {
	account, region, cluster, creator string
	at                                time.Time
}

// trail reads an answer of aws cloudtrail lookup-events
// (https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html).
func (r *reader) trail(_ string, document json.RawMessage) error {
	var answer struct {
		Events []struct{ CloudTrailEvent string }
	}
	if err := json.Unmarshal(document, &answer); err != nil {
		return err
	}
	for _, event := range answer.Events {
		var record struct {
			EventName, ErrorCode, AWSRegion, RecipientAccountID string
			EventTime                                           moment
			RequestParameters                                   struct{ Name string }
			UserIdentity                                        struct {
				Type, ARN      string
				SessionContext struct {
					SessionIssuer struct{ ARN string }
				}
			}
		}
		if err := json.Unmarshal([]byte(event.CloudTrailEvent), &record); err != nil {
			return fmt.Errorf("an event has no CloudTrailEvent that can be read: %w", err)
		}
		if record.EventName != "CreateCluster" || record.ErrorCode != "" {
			continue
		}
		who := record.UserIdentity.ARN
		if role := record.UserIdentity.SessionContext.SessionIssuer.ARN; role != "" && record.UserIdentity.Type == "AssumedRole" {
			who = role
		}
		r.creators = append(r.creators, creation{record.RecipientAccountID, record.AWSRegion, record.RequestParameters.Name, who, record.EventTime.Time})
	}
	return nil
}

// creatorOf is the principal that made a cluster: by its last making, since a name can be used again. It is empty if no file
// tells.
func (r *reader) creatorOf(c *described) string {
	var last creation
	for _, made := range r.creators {
		if made.account == c.Account && made.region == c.Region && made.cluster == c.Name && !made.at.Before(last.at) {
			last = made
		}
	}
	return last.creator
}
