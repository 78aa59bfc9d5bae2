package fakeiam

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/eksauth/eksauth/internal/directory"
	"github.com/eksauth/eksauth/internal/policy"
)

// CreateAccountAlias replaces the account's alias, of which it has at most one; no two accounts have the same.
func (s *Service) CreateAccountAlias(ctx context.Context, in *iam.CreateAccountAliasInput) (*iam.CreateAccountAliasOutput, error) {
	alias := aws.ToString(in.AccountAlias)
	err := s.update(ctx, func(tx *directory.Tx) error {
		account := directory.Get(tx, directory.AccountKey(accountOf(ctx)))
		taken := directory.Get(tx, directory.AliasKey(alias))
		switch {
		case account.Alias == alias:
			return nil
		case taken != nil:
			return alreadyExists("The account alias %s already exists.", alias)
		case account.Alias != "":
			directory.Delete(tx, directory.AliasKey(account.Alias))
		}
		account.Alias = alias
		directory.Put(tx, account)
		directory.Put(tx, &directory.Alias{Name: alias, Account: account.ID})
		return nil
	})
	return &iam.CreateAccountAliasOutput{}, err
}

// DeleteAccountAlias frees the account's alias.
func (s *Service) DeleteAccountAlias(ctx context.Context, in *iam.DeleteAccountAliasInput) (*iam.DeleteAccountAliasOutput, error) {
	alias := aws.ToString(in.AccountAlias)
	err := s.update(ctx, func(tx *directory.Tx) error {
		account := directory.Get(tx, directory.AccountKey(accountOf(ctx)))
		if account.Alias == "" || account.Alias != alias {
			return noSuchEntity("The account alias %s does not exist.", alias)
		}
		account.Alias = ""
		directory.Put(tx, account)
		directory.Delete(tx, directory.AliasKey(alias))
		return nil
	})
	return &iam.DeleteAccountAliasOutput{}, err
}

// ListAccountAliases lists at most one.
func (s *Service) ListAccountAliases(ctx context.Context, _ *iam.ListAccountAliasesInput) (*iam.ListAccountAliasesOutput, error) {
	aliases := []string{}
	if account := directory.Get(s.dir, directory.AccountKey(accountOf(ctx))); account.Alias != "" {
		aliases = append(aliases, account.Alias)
	}
	return &iam.ListAccountAliasesOutput{AccountAliases: aliases}, nil
}

// GetAccountSummary counts the account's entities and tells the quotas
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html).
func (s *Service) GetAccountSummary(ctx context.Context, _ *iam.GetAccountSummaryInput) (*iam.GetAccountSummaryOutput, error) {
	summary := map[string]int32{
		"UsersQuota": 5000, "GroupsQuota": 300, "RolesQuota": 1000, "InstanceProfilesQuota": 1000, "PoliciesQuota": 1500,
		"GroupsPerUserQuota": groupsPerUser, "AccessKeysPerUserQuota": keysPerUser, "VersionsPerPolicyQuota": versionsPerPolicy,
		"AttachedPoliciesPerUserQuota": maxAttached, "AttachedPoliciesPerGroupQuota": maxAttached, "AttachedPoliciesPerRoleQuota": maxAttached,
		"UserPolicySizeQuota": policy.InlineUserQuota, "GroupPolicySizeQuota": policy.InlineGroupQuota,
		"RolePolicySizeQuota": policy.InlineRoleQuota, "PolicySizeQuota": policy.ManagedQuota,
		"AssumeRolePolicySizeQuota": policy.TrustQuota, "PolicyVersionsInUseQuota": 10000,
		"ServerCertificates": 0, "ServerCertificatesQuota": 20, "SigningCertificatesPerUserQuota": 2,
		"AccountMFAEnabled": 0, "AccountPasswordPresent": 0, "AccountSigningCertificatesPresent": 0,
		"GlobalEndpointTokenVersion": 1,
	}
	s.countEntities(accountOf(ctx), summary)
	return &iam.GetAccountSummaryOutput{SummaryMap: summary}, nil
}

func (s *Service) countEntities(account string, summary map[string]int32) {
	summary["Users"] = count(s.dir, directory.AllUsers(account))
	summary["Groups"] = count(s.dir, directory.AllGroups(account))
	summary["Roles"] = count(s.dir, directory.AllRoles(account))
	summary["InstanceProfiles"] = count(s.dir, directory.AllInstanceProfiles(account))
	summary["Providers"] = count(s.dir, directory.AllOIDCProviders(account))
	summary["AccountAccessKeysPresent"] = min(1, int32(len(directory.Get(s.dir, directory.AccountKey(account)).RootKeys)))
	for p := range directory.List(s.dir, directory.AllPolicies(account), "") {
		summary["Policies"]++
		summary["PolicyVersionsInUse"] += int32(len(p.Versions))
	}
	for device := range directory.List(s.dir, directory.AllMFADevices(account), "") {
		summary["MFADevices"]++
		if device.User != "" {
			summary["MFADevicesInUse"]++
		}
	}
}

func count[T any](d *directory.Directory, all directory.Range[T]) (n int32) {
	for range directory.List(d, all, "") {
		n++
	}
	return n
}
