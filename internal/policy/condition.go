package policy

import "strings"

// quantifier is the set operator in front of a condition operator.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
type quantifier int

const (
	singleValue quantifier = iota
	forAllValues
	forAnyValue
)

// condition is one key of one operator in a Condition element.
type condition struct {
	op         *operator
	quantifier quantifier
	ifExists   bool
	name       string // as written
	key        string // lower case
	operands   []operand
}

// parseOperator reads `ForAnyValue:StringLikeIfExists` and the like. Null takes no IfExists.
func parseOperator(name string) (c condition, ok bool) {
	if rest, found := strings.CutPrefix(name, "ForAllValues:"); found {
		c.quantifier, name = forAllValues, rest
	} else if rest, found := strings.CutPrefix(name, "ForAnyValue:"); found {
		c.quantifier, name = forAnyValue, rest
	}
	name, c.ifExists = strings.CutSuffix(name, "IfExists")
	c.op = operators[name]
	return c, c.op != nil && !(c.op.null && c.ifExists)
}

// holds tells whether the condition is true of the request. allow says that the statement would allow, so that whatever
// AWS leaves open is read as false; in a Deny it is read as true.
func (c *condition) holds(ctx Context, allow bool) bool {
	values := ctx[c.key]
	if c.op.null {
		return c.isNull(len(values) == 0)
	}
	if len(values) == 0 {
		return c.absent()
	}
	all := c.quantifier == forAllValues || c.quantifier == singleValue && allow
	for _, value := range values {
		if c.accepts(value, ctx, allow) != all {
			return !all
		}
	}
	return all
}

// absent is the verdict on a key that the request does not have.
func (c *condition) absent() bool {
	switch {
	case c.ifExists:
		return true
	case c.quantifier == forAllValues:
		return true
	case c.quantifier == forAnyValue:
		return false
	default:
		return c.op.negated
	}
}

func (c *condition) isNull(absent bool) bool {
	for i := range c.operands {
		if c.operands[i].valid && c.operands[i].flag == absent {
			return true
		}
	}
	return false
}

// accepts compares one value of the request with all values of the policy: any of them must match, or none if the
// operator is negated. A variable without value matches nothing; an Allow must not live on that.
func (c *condition) accepts(value string, ctx Context, allow bool) bool {
	unresolved := false
	for i := range c.operands {
		matched, resolved := c.op.match(&c.operands[i], value, ctx)
		if matched {
			return !c.op.negated
		}
		unresolved = unresolved || !resolved
	}
	if unresolved && allow {
		return false
	}
	return c.op.negated
}
