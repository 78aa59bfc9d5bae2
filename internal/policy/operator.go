package policy

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// operator compares a request's value with a policy's, both text, as one of the families below.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
type operator struct {
	negated bool
	null    bool
	dates   bool // values are dates, which are checked when the document is stored
	read    func(raw string, variables bool) operand
	match   func(o *operand, value string, ctx Context) (matched, resolved bool)
}

// operand is a policy's value, read once for its operator. One that is not valid matches nothing.
type operand struct {
	valid  bool
	text   template
	arn    arnPattern
	number float64
	time   time.Time
	flag   bool
	bytes  []byte
	prefix netip.Prefix
}

var operators = map[string]*operator{
	"StringEquals":              {read: readText, match: equalText},
	"StringNotEquals":           {read: readText, match: equalText, negated: true},
	"StringEqualsIgnoreCase":    {read: readText, match: equalFold},
	"StringNotEqualsIgnoreCase": {read: readText, match: equalFold, negated: true},
	"StringLike":                {read: readPattern, match: likeText},
	"StringNotLike":             {read: readPattern, match: likeText, negated: true},
	"NumericEquals":             {read: readNumber, match: number(func(c int) bool { return c == 0 })},
	"NumericNotEquals":          {read: readNumber, match: number(func(c int) bool { return c == 0 }), negated: true},
	"NumericLessThan":           {read: readNumber, match: number(func(c int) bool { return c < 0 })},
	"NumericLessThanEquals":     {read: readNumber, match: number(func(c int) bool { return c <= 0 })},
	"NumericGreaterThan":        {read: readNumber, match: number(func(c int) bool { return c > 0 })},
	"NumericGreaterThanEquals":  {read: readNumber, match: number(func(c int) bool { return c >= 0 })},
	"DateEquals":                {dates: true, read: readDate, match: date(func(c int) bool { return c == 0 })},
	"DateNotEquals":             {dates: true, read: readDate, match: date(func(c int) bool { return c == 0 }), negated: true},
	"DateLessThan":              {dates: true, read: readDate, match: date(func(c int) bool { return c < 0 })},
	"DateLessThanEquals":        {dates: true, read: readDate, match: date(func(c int) bool { return c <= 0 })},
	"DateGreaterThan":           {dates: true, read: readDate, match: date(func(c int) bool { return c > 0 })},
	"DateGreaterThanEquals":     {dates: true, read: readDate, match: date(func(c int) bool { return c >= 0 })},
	"Bool":                      {read: readBool, match: equalBool},
	"BinaryEquals":              {read: readBinary, match: equalBinary},
	"IpAddress":                 {read: readPrefix, match: withinPrefix},
	"NotIpAddress":              {read: readPrefix, match: withinPrefix, negated: true},
	"ArnEquals":                 {read: readARN, match: likeARN},
	"ArnLike":                   {read: readARN, match: likeARN},
	"ArnNotEquals":              {read: readARN, match: likeARN, negated: true},
	"ArnNotLike":                {read: readARN, match: likeARN, negated: true},
	"Null":                      {read: readBool, null: true},
}

func readText(raw string, variables bool) operand {
	return operand{valid: true, text: compiler{variables: variables}.template(raw)}
}

func readPattern(raw string, variables bool) operand {
	return operand{valid: true, text: compiler{wildcards: true, variables: variables}.template(raw)}
}

func readARN(raw string, variables bool) operand {
	return operand{valid: true, arn: compiler{wildcards: true, variables: variables}.arn(raw)}
}

func equalText(o *operand, value string, ctx Context) (bool, bool) {
	text, ok := o.text.expand(ctx)
	return ok && text == value, ok
}

func equalFold(o *operand, value string, ctx Context) (bool, bool) {
	text, ok := o.text.expand(ctx)
	return ok && strings.EqualFold(text, value), ok
}

func likeText(o *operand, value string, ctx Context) (bool, bool) {
	text, ok := o.text.expand(ctx)
	return ok && glob(text, value, false), ok
}

// likeARN serves the Equals and the Like operators alike: AWS documents that they behave the same.
func likeARN(o *operand, value string, ctx Context) (bool, bool) {
	parts, ok := splitARN(value)
	return o.arn.match(parts, ok, ctx)
}

// readNumber reads an integer or decimal; names like Inf, and hexadecimal, which Go would read too, are none.
func readNumber(raw string, _ bool) operand {
	if strings.Trim(raw, "0123456789+-.eE") != "" {
		return operand{}
	}
	n, err := strconv.ParseFloat(raw, 64)
	return operand{number: n, valid: err == nil}
}

func number(accept func(int) bool) func(*operand, string, Context) (bool, bool) {
	return func(o *operand, value string, _ Context) (bool, bool) {
		v := readNumber(value, false)
		return v.valid && o.valid && accept(cmp.Compare(v.number, o.number)), true
	}
}

func readBool(raw string, _ bool) operand {
	flag := strings.EqualFold(raw, "true")
	return operand{flag: flag, valid: flag || strings.EqualFold(raw, "false")}
}

func equalBool(o *operand, value string, _ Context) (bool, bool) {
	v := readBool(value, false)
	return v.valid && o.valid && v.flag == o.flag, true
}

func readBinary(raw string, _ bool) operand {
	b, err := base64.StdEncoding.DecodeString(raw)
	return operand{bytes: b, valid: err == nil}
}

func equalBinary(o *operand, value string, _ Context) (bool, bool) {
	v := readBinary(value, false)
	return v.valid && o.valid && bytes.Equal(v.bytes, o.bytes), true
}

// readPrefix reads an address range in CIDR form, or one address.
func readPrefix(raw string, _ bool) operand {
	if p, err := netip.ParsePrefix(raw); err == nil {
		return operand{prefix: p, valid: true}
	}
	a, err := netip.ParseAddr(raw)
	if err != nil {
		return operand{}
	}
	a = a.Unmap()
	return operand{prefix: netip.PrefixFrom(a, a.BitLen()), valid: true}
}

func withinPrefix(o *operand, value string, _ Context) (bool, bool) {
	a, err := netip.ParseAddr(value)
	return err == nil && o.valid && o.prefix.Contains(a.Unmap()), true
}
