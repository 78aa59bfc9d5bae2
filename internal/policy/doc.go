// Package policy is the IAM policy engine: it parses policy documents, refuses malformed ones with AWS's sentence, and
// decides whether a principal may do an action on a resource.
//
// It exists apart because every fake service asks the same question and must get the same answer, and because it knows
// nothing about who stores users, roles and documents: the caller brings the policies that apply, parsed once, and the
// facts of the request. It imports the standard library only.
//
// The specification is the IAM User Guide: the policy grammar (reference_policies_grammar), the elements
// (reference_policies_elements), the condition operators (reference_policies_elements_condition_operators), variables
// (reference_policies_variables) and the evaluation logic (reference_policies_evaluation-logic). Where it is silent, the
// engine takes the reading that lets nobody in whom AWS would keep out.
//
//	doc, err := policy.Parse(policy.Managed, text)       // once, when it is stored
//	d := policy.Evaluate(&policy.Request{…}, &policy.Set{Identity: []policy.Policy{{Doc: doc, Name: "p"}}})
//	if !d.Allowed() { return accessDenied(d.Sentence(&request)) }
package policy
