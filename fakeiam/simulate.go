package fakeiam

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/eksauth/eksauth/internal/directory"
	"github.com/eksauth/eksauth/internal/policy"
)

// simulation is the question of both Simulate operations.
type simulation struct {
	actions, resources []string
	principal          policy.Principal
	owner              string // account of the resources
	context            []types.ContextEntry
	set                policy.Set
}

// SimulatePrincipalPolicy tells what a user, group or role may do, perhaps with more policies than it has.
func (s *Service) SimulatePrincipalPolicy(ctx context.Context, in *iam.SimulatePrincipalPolicyInput) (*iam.SimulatePrincipalPolicyOutput, error) {
	source, set, err := s.simulated(ctx, in.PolicySourceArn)
	if err != nil {
		return nil, err
	}
	if len(in.PolicyExclusionList) > 0 {
		return nil, invalidInput("eksauth does not offer PolicyExclusionList")
	}
	q := simulation{
		actions: in.ActionNames, resources: in.ResourceArns, context: in.ContextEntries, owner: ownerOf(in.ResourceOwner), set: set,
		principal: s.simulatedCaller(aws.ToString(in.CallerArn), source),
	}
	if err := q.add(in.PolicyInputList, in.PermissionsBoundaryPolicyInputList, in.ResourcePolicy); err != nil {
		return nil, err
	}
	results, next, err := slicePage(q.run(s), in.Marker, in.MaxItems)
	return &iam.SimulatePrincipalPolicyOutput{EvaluationResults: results, IsTruncated: next != nil, Marker: next}, err
}

// SimulateCustomPolicy tells what the given policies let do.
func (s *Service) SimulateCustomPolicy(_ context.Context, in *iam.SimulateCustomPolicyInput) (*iam.SimulateCustomPolicyOutput, error) {
	q := simulation{
		actions: in.ActionNames, resources: in.ResourceArns, context: in.ContextEntries, owner: ownerOf(in.ResourceOwner),
		principal: s.simulatedCaller(aws.ToString(in.CallerArn), nil),
	}
	if err := q.add(in.PolicyInputList, in.PermissionsBoundaryPolicyInputList, in.ResourcePolicy); err != nil {
		return nil, err
	}
	results, next, err := slicePage(q.run(s), in.Marker, in.MaxItems)
	return &iam.SimulateCustomPolicyOutput{EvaluationResults: results, IsTruncated: next != nil, Marker: next}, err
}

// simulated finds the user, group or role of the caller's account whose policies are asked about.
func (s *Service) simulated(ctx context.Context, arn *string) (any, policy.Set, error) {
	source := directory.EntityByARN(s.dir, aws.ToString(arn))
	if source == nil || resourceOf(source).Account != accountOf(ctx) {
		return nil, policy.Set{}, noSuchEntity("Entity %s cannot be found.", aws.ToString(arn))
	}
	set, err := s.dir.PoliciesOf(source)
	return source, set, err
}

// simulatedCaller is who acts: the one that the request names, else the entity itself.
func (s *Service) simulatedCaller(arn string, source any) policy.Principal {
	if arn != "" {
		source = directory.EntityByARN(s.dir, arn)
	}
	switch e := source.(type) {
	case *directory.User:
		return policy.Principal{Type: policy.User, Account: e.Account, ARN: e.ARN(), ID: e.ID}
	case *directory.Role:
		return policy.Principal{Type: policy.RoleSession, Account: e.Account, ARN: e.ARN(), Entity: e.ARN(), ID: e.ID}
	}
	if parts := strings.SplitN(arn, ":", 6); len(parts) == 6 {
		return policy.Principal{Type: policy.User, Account: parts[4], ARN: arn}
	}
	return policy.Principal{Type: policy.User}
}

func ownerOf(arn *string) string {
	if parts := strings.SplitN(aws.ToString(arn), ":", 6); len(parts) == 6 {
		return parts[4]
	}
	return ""
}

// add parses the policies of the request.
func (q *simulation) add(identity, boundary []string, resource *string) error {
	for i, text := range identity {
		p, err := given(policy.Managed, text, fmt.Sprintf("PolicyInputList.%d", i+1))
		if err != nil {
			return err
		}
		q.set.Identity = append(q.set.Identity, p)
	}
	if len(boundary) > 0 {
		p, err := given(policy.Managed, boundary[0], "PermissionsBoundaryPolicyInputList.1")
		if err != nil {
			return err
		}
		q.set.Boundary = &p
	}
	if resource == nil {
		return nil
	}
	p, err := given(policy.Resource, *resource, "ResourcePolicy")
	q.set.Resource = []policy.Policy{p}
	return err
}

func given(kind policy.Kind, text, name string) (policy.Policy, error) {
	doc, err := policy.Parse(kind, text)
	if refusal := refused(err); refusal != nil {
		return policy.Policy{}, &types.InvalidInputException{Message: aws.String(refusal.Error())}
	}
	return policy.Policy{Doc: doc, Name: name}, nil
}

// run answers for every action on every resource.
func (q *simulation) run(s *Service) []types.EvaluationResult {
	resources := q.resources
	if len(resources) == 0 {
		resources = []string{"*"}
	}
	var results []types.EvaluationResult
	for _, action := range q.actions {
		for _, resource := range resources {
			results = append(results, q.evaluate(s, action, resource))
		}
	}
	return results
}

func (q *simulation) evaluate(s *Service, action, resource string) types.EvaluationResult {
	keys := policy.Context{}
	keys.SetTime(s.now())
	if q.principal.ARN != "" {
		keys.SetPrincipal(&q.principal)
	}
	for _, entry := range q.context {
		keys.Set(aws.ToString(entry.ContextKeyName), entry.ContextKeyValues...)
	}
	request := policy.Request{
		Principal: q.principal, Action: action, Resource: resource, ResourceAccount: q.owner, Context: keys,
	}
	report := policy.Simulate(&request, &q.set)
	result := types.EvaluationResult{
		EvalActionName: aws.String(action), EvalResourceName: aws.String(resource),
		EvalDecision:      types.PolicyEvaluationDecisionType(report.Decision.Outcome.String()),
		MatchedStatements: each(report.Matches, matched), MissingContextValues: append([]string{}, report.Missing...),
	}
	if outcome, bounded := report.Layers[policy.BoundaryLayer]; bounded {
		result.PermissionsBoundaryDecisionDetail = &types.PermissionsBoundaryDecisionDetail{AllowedByPermissionsBoundary: outcome == policy.Allow}
	}
	if len(q.resources) > 0 {
		result.ResourceSpecificResults = []types.ResourceSpecificResult{{
			EvalResourceName: result.EvalResourceName, EvalResourceDecision: result.EvalDecision, MatchedStatements: result.MatchedStatements,
			MissingContextValues: result.MissingContextValues, PermissionsBoundaryDecisionDetail: result.PermissionsBoundaryDecisionDetail,
		}}
	}
	return result
}

func matched(m policy.Match) types.Statement {
	at := func(p policy.Position) *types.Position {
		return &types.Position{Line: int32(p.Line), Column: int32(p.Column)}
	}
	return types.Statement{
		SourcePolicyId: aws.String(m.Policy.Name), SourcePolicyType: "IAM Policy", StartPosition: at(m.Start), EndPosition: at(m.End),
	}
}

// GetContextKeysForCustomPolicy lists the condition keys that policies use.
func (s *Service) GetContextKeysForCustomPolicy(_ context.Context, in *iam.GetContextKeysForCustomPolicyInput) (*iam.GetContextKeysForCustomPolicyOutput, error) {
	var q simulation
	if err := q.add(in.PolicyInputList, nil, nil); err != nil {
		return nil, err
	}
	return &iam.GetContextKeysForCustomPolicyOutput{ContextKeyNames: q.keys()}, nil
}

// GetContextKeysForPrincipalPolicy lists the condition keys that a user's, group's or role's policies use.
func (s *Service) GetContextKeysForPrincipalPolicy(ctx context.Context, in *iam.GetContextKeysForPrincipalPolicyInput) (*iam.GetContextKeysForPrincipalPolicyOutput, error) {
	_, set, err := s.simulated(ctx, in.PolicySourceArn)
	if err != nil {
		return nil, err
	}
	q := simulation{set: set}
	if err := q.add(in.PolicyInputList, nil, nil); err != nil {
		return nil, err
	}
	return &iam.GetContextKeysForPrincipalPolicyOutput{ContextKeyNames: q.keys()}, nil
}

func (q *simulation) keys() []string {
	keys := []string{}
	for _, p := range q.set.Identity {
		keys = append(keys, p.Doc.ContextKeys()...)
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}
