package emulator

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/eksauth/eksauth/emulator/config"
	"github.com/eksauth/eksauth/emulator/profile"
	"github.com/eksauth/eksauth/internal/directory"
)

// partitionOf returns the partition of a region
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html).
func partitionOf(region string) string {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov"
	}
	return "aws"
}

// seedAccounts turns the configured accounts into those that the directory makes.
func seedAccounts(file *config.File) ([]directory.SeedAccount, error) {
	partition := partitionOf(file.Region)
	accounts := make([]directory.SeedAccount, len(file.Accounts))
	for i, a := range file.Accounts {
		account := directory.SeedAccount{ID: a.ID, Partition: partition}
		for _, u := range a.Users {
			account.Users = append(account.Users, directory.SeedUser{
				Name: u.Name, Path: u.Path, Policies: u.Policies, Tags: tagsOf(u.Tags), AccessKeyID: u.AccessKeyID, SecretAccessKey: u.SecretAccessKey,
			})
		}
		for _, r := range a.Roles {
			trust, err := trustPolicy(a, r, partition)
			if err != nil {
				return nil, err
			}
			account.Roles = append(account.Roles, directory.SeedRole{Name: r.Name, Path: r.Path, Policies: r.Policies, Tags: tagsOf(r.Tags), Trust: trust})
		}
		accounts[i] = account
	}
	return accounts, nil
}

func tagsOf(tags map[string]string) []directory.Tag {
	var list []directory.Tag
	for key, value := range tags {
		list = append(list, directory.Tag{Key: key, Value: value})
	}
	return list
}

// trustPolicy writes the trust policy of a role.
func trustPolicy(account config.Account, role config.Role, partition string) (string, error) {
	if role.Trust.Policy != "" {
		return role.Trust.Policy, nil
	}
	principal := map[string]any{}
	if role.Trust.Service != "" {
		principal["Service"] = role.Trust.Service
	} else {
		var arns []string
		for _, ref := range role.Trust.AWS {
			arns = append(arns, principalARN(account, ref, partition))
		}
		principal["AWS"] = arns
	}
	document, err := json.Marshal(map[string]any{
		"Version":   "2012-10-17",
		"Statement": []any{map[string]any{"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}},
	})
	if err != nil {
		return "", fmt.Errorf("write the trust policy of role %q: %w", role.Name, err)
	}
	return string(document), nil
}

// principalARN returns the ARN behind user/NAME or role/NAME of an account; anything else is returned as it is.
func principalARN(account config.Account, ref, partition string) string {
	kind, name, _ := strings.Cut(ref, "/")
	path := "/"
	switch kind {
	case "user":
		for _, u := range account.Users {
			if u.Name == name && u.Path != "" {
				path = u.Path
			}
		}
	case "role":
		for _, r := range account.Roles {
			if r.Name == name && r.Path != "" {
				path = r.Path
			}
		}
	default:
		return ref
	}
	return fmt.Sprintf("arn:%s:iam::%s:%s%s%s", partition, account.ID, kind, path, name)
}

// profiles lists the configured profiles with the keys that the directory has given their users.
// Sessions of roles are called session.
func profiles(file *config.File, keys []directory.SeededKey, session string) []profile.Profile {
	partition := partitionOf(file.Region)
	var list []profile.Profile
	for _, a := range file.Accounts {
		for _, u := range a.Users {
			for _, key := range keys {
				if u.Profile != "" && key.Account == a.ID && key.User == u.Name {
					list = append(list, profile.Profile{
						Name: u.Profile, ARN: principalARN(a, "user/"+u.Name, partition), Region: file.Region,
						AccessKeyID: key.AccessKeyID, SecretAccessKey: key.SecretAccessKey,
					})
				}
			}
		}
	}
	for _, a := range file.Accounts {
		for _, r := range a.Roles {
			if r.Profile != "" {
				arn := principalARN(a, "role/"+r.Name, partition)
				list = append(list, profile.Profile{Name: r.Profile, ARN: arn, Region: file.Region, RoleARN: arn, Source: r.SourceProfile, Session: session})
			}
		}
	}
	return list
}
