package fakeiam

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/eksauth/eksauth/internal/directory"
)

// tagsPerResource is AWS's quota
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html#id_tags_rules_creating).
const tagsPerResource = 50

// newTags checks the tags of a request.
func newTags(tags []types.Tag) ([]directory.Tag, error) {
	var out []directory.Tag
	for _, t := range tags {
		key := aws.ToString(t.Key)
		if _, twice := directory.TagValue(out, key); twice {
			return nil, invalidInput("Duplicate tag keys found. Please note that Tag keys are case insensitive.")
		}
		if strings.HasPrefix(strings.ToLower(key), "aws:") {
			return nil, invalidInput("User-defined tag keys can't start with aws:, which is reserved for system tags: %s", key)
		}
		out = append(out, directory.Tag{Key: key, Value: aws.ToString(t.Value)})
	}
	return out, nil
}

// tagList is nil for no tags, which IAM leaves out of an entity's description.
func tagList(tags []directory.Tag) []types.Tag {
	if len(tags) == 0 {
		return nil
	}
	return each(tags, func(t directory.Tag) types.Tag {
		return types.Tag{Key: aws.String(t.Key), Value: aws.String(t.Value)}
	})
}

// addTags replaces tags of the same key, letter case apart, and adds the others.
func addTags(tags *[]directory.Tag, added []directory.Tag) error {
	for _, t := range added {
		removeTags(tags, []string{t.Key})
		*tags = append(*tags, t)
	}
	if len(*tags) > tagsPerResource {
		return quotaExceeded("TagsPerResource", tagsPerResource)
	}
	return nil
}

func removeTags(tags *[]directory.Tag, keys []string) {
	*tags = slices.DeleteFunc(*tags, func(t directory.Tag) bool {
		return slices.ContainsFunc(keys, func(key string) bool { return strings.EqualFold(key, t.Key) })
	})
}
