package fakeeks

import (
	"context"
	"encoding/json"
	"maps"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"

	"github.com/eksauth/eksauth/internal/callers"
	"github.com/eksauth/eksauth/internal/directory"
)

// maxTags is how many tags a resource may have
// (https://docs.aws.amazon.com/eks/latest/userguide/eks-using-tags.html#tag-restrictions).
const maxTags = 50

// tagged is what has tags.
type tagged struct {
	tags map[string]string
	// keep records other tags.
	keep func(tx *directory.Tx, tags map[string]string) error
}

// findTagged finds what an ARN of the account names, or nothing.
func (s *Service) findTagged(r directory.Reader, account, arn string) (*tagged, error) {
	fields := strings.SplitN(arn, ":", 6)
	if len(fields) < 6 || fields[2] != "eks" || fields[4] != account {
		return nil, nil
	}
	sc := scope{account, fields[3]}
	words := strings.Split(fields[5], "/")
	if words[0] == "cluster" && len(words) == 2 {
		return taggedCluster(r, sc, words[1])
	}
	if words[0] == "access-entry" && len(words) > 2 {
		return s.taggedEntry(r, sc, words[1], arn)
	}
	for _, m := range metadataKinds {
		if words[0] == m.resource && len(words) == 4 {
			return taggedPart(r, sc, m, words[1], words[2], arn)
		}
	}
	return nil, nil
}

func taggedCluster(r directory.Reader, sc scope, name string) (*tagged, error) {
	cluster, err := load[Cluster](r, sc, clusterKind, name)
	if err != nil || cluster == nil {
		return nil, err
	}
	return &tagged{cluster.Tags, func(tx *directory.Tx, tags map[string]string) error {
		cluster.Tags = tags
		return save(tx, sc, clusterKind, name, cluster)
	}}, nil
}

func (s *Service) taggedEntry(r directory.Reader, sc scope, clusterName, arn string) (*tagged, error) {
	cluster, err := load[Cluster](r, sc, clusterKind, clusterName)
	if err != nil || cluster == nil {
		return nil, err
	}
	for item := range s.parts(sc, entryKind, clusterName) {
		entry, err := load[accessEntry](r, sc, entryKind, item.Name)
		if err != nil {
			return nil, err
		}
		if entry != nil && entry.arn(cluster) == arn {
			return &tagged{entry.Tags, func(tx *directory.Tx, tags map[string]string) error {
				entry.Tags = tags
				return saveEntry(tx, cluster, entry)
			}}, nil
		}
	}
	return nil, nil
}

func taggedPart(r directory.Reader, sc scope, m metadata, clusterName, name, arn string) (*tagged, error) {
	record, err := load[made[json.RawMessage]](r, sc, m.kind, part(clusterName, name))
	if err != nil || record == nil || record.ARN != arn {
		return nil, err
	}
	return &tagged{record.Tags, func(tx *directory.Tx, tags map[string]string) error {
		record.Tags = tags
		return save(tx, sc, m.kind, part(clusterName, name), record)
	}}, nil
}

// tagsOf are the tags of what an ARN names.
func (s *Service) tagsOf(account, arn string) map[string]string {
	found, err := s.findTagged(s.cfg.Directory, account, arn)
	if err != nil || found == nil {
		return nil
	}
	return found.tags
}

// editTags changes the tags of what an ARN names.
func (s *Service) editTags(ctx context.Context, arn string, edit func(tags map[string]string)) error {
	account := callers.From(ctx).Account
	return s.cfg.Directory.Update(ctx, func(tx *directory.Tx) error {
		found, err := s.findTagged(tx, account, arn)
		if err != nil {
			return err
		}
		if found == nil {
			return untaggable(arn)
		}
		tags := maps.Clone(tagsOrEmpty(found.tags))
		edit(tags)
		if len(tags) > maxTags {
			return &types.BadRequestException{Message: aws.String("The resource cannot have more than 50 tags")}
		}
		return found.keep(tx, tags)
	})
}

func untaggable(arn string) error {
	return &types.NotFoundException{Message: aws.String("Resource was not found: " + arn)}
}

// TagResource adds tags and replaces those with the same keys
// (https://docs.aws.amazon.com/eks/latest/APIReference/API_TagResource.html).
func (s *Service) TagResource(ctx context.Context, in *eks.TagResourceInput) (*eks.TagResourceOutput, error) {
	err := s.editTags(ctx, aws.ToString(in.ResourceArn), func(tags map[string]string) { maps.Copy(tags, in.Tags) })
	if err != nil {
		return nil, err
	}
	return &eks.TagResourceOutput{}, nil
}

// UntagResource removes tags; those that are not there do not matter
// (https://docs.aws.amazon.com/eks/latest/APIReference/API_UntagResource.html).
func (s *Service) UntagResource(ctx context.Context, in *eks.UntagResourceInput) (*eks.UntagResourceOutput, error) {
	err := s.editTags(ctx, aws.ToString(in.ResourceArn), func(tags map[string]string) {
		for _, key := range in.TagKeys {
			delete(tags, key)
		}
	})
	if err != nil {
		return nil, err
	}
	return &eks.UntagResourceOutput{}, nil
}

// ListTagsForResource lists the tags of a resource
// (https://docs.aws.amazon.com/eks/latest/APIReference/API_ListTagsForResource.html).
func (s *Service) ListTagsForResource(ctx context.Context, in *eks.ListTagsForResourceInput) (*eks.ListTagsForResourceOutput, error) {
	arn := aws.ToString(in.ResourceArn)
	found, err := s.findTagged(s.cfg.Directory, callers.From(ctx).Account, arn)
	if err != nil {
		return nil, err
	}
	if found == nil {
		return nil, untaggable(arn)
	}
	return &eks.ListTagsForResourceOutput{Tags: tagsOrEmpty(found.tags)}, nil
}
