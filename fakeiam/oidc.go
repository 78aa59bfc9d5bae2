package fakeiam

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/eksauth/eksauth/internal/directory"
)

// clientIDsPerProvider is AWS's quota.
const clientIDsPerProvider = 100

// CreateOpenIDConnectProvider trusts an issuer of tokens. Nobody asks the issuer for its certificate: without thumbprints
// there are none.
func (s *Service) CreateOpenIDConnectProvider(ctx context.Context, in *iam.CreateOpenIDConnectProviderInput) (*iam.CreateOpenIDConnectProviderOutput, error) {
	issuer, err := url.Parse(aws.ToString(in.Url))
	if err != nil || issuer.Scheme != "https" || issuer.Host == "" || issuer.RawQuery != "" || issuer.Fragment != "" {
		return nil, invalidValue("Invalid Open ID Connect Provider URL")
	}
	tags, err := newTags(in.Tags)
	if err != nil {
		return nil, err
	}
	provider := &directory.OIDCProvider{}
	err = s.update(ctx, func(tx *directory.Tx) error {
		account, name := accountOf(ctx), strings.TrimSuffix(issuer.Host+issuer.Path, "/")
		if directory.Get(tx, directory.OIDCProviderKey(account, name)) != nil {
			return alreadyExists("Provider with url %s already exists.", aws.ToString(in.Url))
		}
		provider = &directory.OIDCProvider{ClientIDs: in.ClientIDList, Thumbprints: in.ThumbprintList}
		var err error
		provider.Resource, err = s.dir.NewResource(tx, directory.RoleID, account, name, "", tags)
		directory.Put(tx, provider)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &iam.CreateOpenIDConnectProviderOutput{OpenIDConnectProviderArn: aws.String(provider.ARN()), Tags: tagList(provider.Tags)}, nil
}

// GetOpenIDConnectProvider shows a provider; its URL has no scheme, as on AWS.
func (s *Service) GetOpenIDConnectProvider(ctx context.Context, in *iam.GetOpenIDConnectProviderInput) (*iam.GetOpenIDConnectProviderOutput, error) {
	p, err := s.provider(ctx, s.dir, in.OpenIDConnectProviderArn)
	if err != nil {
		return nil, err
	}
	return &iam.GetOpenIDConnectProviderOutput{
		Url: aws.String(p.Name), CreateDate: aws.Time(p.Created), ClientIDList: append([]string{}, p.ClientIDs...),
		ThumbprintList: append([]string{}, p.Thumbprints...), Tags: tagList(p.Tags),
	}, nil
}

// ListOpenIDConnectProviders lists all providers at once: AWS has no pages for them.
func (s *Service) ListOpenIDConnectProviders(ctx context.Context, _ *iam.ListOpenIDConnectProvidersInput) (*iam.ListOpenIDConnectProvidersOutput, error) {
	out := &iam.ListOpenIDConnectProvidersOutput{OpenIDConnectProviderList: []types.OpenIDConnectProviderListEntry{}}
	for p := range directory.List(s.dir, directory.AllOIDCProviders(accountOf(ctx)), "") {
		entry := types.OpenIDConnectProviderListEntry{Arn: aws.String(p.ARN())}
		out.OpenIDConnectProviderList = append(out.OpenIDConnectProviderList, entry)
	}
	return out, nil
}

// DeleteOpenIDConnectProvider removes a provider; roles that trust it are not looked at, as on AWS.
func (s *Service) DeleteOpenIDConnectProvider(ctx context.Context, in *iam.DeleteOpenIDConnectProviderInput) (*iam.DeleteOpenIDConnectProviderOutput, error) {
	err := s.update(ctx, func(tx *directory.Tx) error {
		p, err := s.provider(ctx, tx, in.OpenIDConnectProviderArn)
		if err != nil {
			return err
		}
		directory.Delete(tx, directory.OIDCProviderKey(p.Account, p.Name))
		return nil
	})
	return &iam.DeleteOpenIDConnectProviderOutput{}, err
}

// AddClientIDToOpenIDConnectProvider does nothing for an audience that is there.
func (s *Service) AddClientIDToOpenIDConnectProvider(ctx context.Context, in *iam.AddClientIDToOpenIDConnectProviderInput) (*iam.AddClientIDToOpenIDConnectProviderOutput, error) {
	return &iam.AddClientIDToOpenIDConnectProviderOutput{}, s.changeProvider(ctx, in.OpenIDConnectProviderArn, func(p *directory.OIDCProvider) error {
		if !slices.Contains(p.ClientIDs, aws.ToString(in.ClientID)) {
			p.ClientIDs = append(p.ClientIDs, aws.ToString(in.ClientID))
		}
		if len(p.ClientIDs) > clientIDsPerProvider {
			return quotaExceeded("ClientIdsPerOpenIdConnectProvider", clientIDsPerProvider)
		}
		return nil
	})
}

// RemoveClientIDFromOpenIDConnectProvider does nothing for an audience that is not there.
func (s *Service) RemoveClientIDFromOpenIDConnectProvider(ctx context.Context, in *iam.RemoveClientIDFromOpenIDConnectProviderInput) (*iam.RemoveClientIDFromOpenIDConnectProviderOutput, error) {
	return &iam.RemoveClientIDFromOpenIDConnectProviderOutput{}, s.changeProvider(ctx, in.OpenIDConnectProviderArn, func(p *directory.OIDCProvider) error {
		p.ClientIDs = slices.DeleteFunc(p.ClientIDs, func(id string) bool { return id == aws.ToString(in.ClientID) })
		return nil
	})
}

// UpdateOpenIDConnectProviderThumbprint replaces all thumbprints.
func (s *Service) UpdateOpenIDConnectProviderThumbprint(ctx context.Context, in *iam.UpdateOpenIDConnectProviderThumbprintInput) (*iam.UpdateOpenIDConnectProviderThumbprintOutput, error) {
	return &iam.UpdateOpenIDConnectProviderThumbprintOutput{}, s.changeProvider(ctx, in.OpenIDConnectProviderArn, func(p *directory.OIDCProvider) error {
		p.Thumbprints = in.ThumbprintList
		return nil
	})
}

func (s *Service) changeProvider(ctx context.Context, arn *string, change func(*directory.OIDCProvider) error) error {
	return s.update(ctx, func(tx *directory.Tx) error {
		p, err := s.provider(ctx, tx, arn)
		if err != nil {
			return err
		}
		if err := change(p); err != nil {
			return err
		}
		directory.Put(tx, p)
		return nil
	})
}

func (s *Service) provider(ctx context.Context, r directory.Reader, arn *string) (*directory.OIDCProvider, error) {
	_, name, _ := strings.Cut(aws.ToString(arn), ":oidc-provider/")
	p := directory.Get(r, directory.OIDCProviderKey(accountOf(ctx), name))
	if p == nil || p.ARN() != aws.ToString(arn) {
		return nil, noSuchEntity("OpenIDConnect Provider not found for arn %s", aws.ToString(arn))
	}
	return p, nil
}
