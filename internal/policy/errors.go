package policy

// Error says why a document is refused, in AWS's words. Code is the AWS error code: MalformedPolicyDocument or
// LimitExceeded.
type Error struct {
	Code    string
	Message string
}

func (e *Error) Error() string { return e.Code + ": " + e.Message }

func malformed(message string) *Error {
	return &Error{Code: "MalformedPolicyDocument", Message: message}
}

// The sentences below are IAM's own, as its API returns them.
const (
	syntaxErrors      = "Syntax errors in policy."
	legacyParsing     = "The policy failed legacy parsing"
	leadingSpaces     = "JSON strings must not have leading spaces"
	trustJSON         = "This policy contains invalid Json"
	sessionJSON       = "The policy is not in the valid JSON format."
	versionTooOld     = "Policy document must be version 2012-10-17 or greater."
	duplicateSid      = "Statement IDs (SID) in a single policy must be unique."
	sidCharacters     = "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*"
	noActions         = "Policy statement must contain actions."
	noResources       = "Policy statement must contain resources."
	principalGiven    = "Policy document should not specify a principal."
	vendorMissing     = "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."
	tooManyColons     = "Actions/Condition can contain only one colon."
	vendorWildcard    = "Resource vendor must be fully qualified and cannot contain regexes."
	trustActionsOnly  = "AssumeRole policy may only specify STS AssumeRole actions."
	federatedProvider = "Federated principals must be valid domain names or SAML metadata ARNs"
)

// notJSON is the sentence for text that is not JSON; each API has its own.
func (k Kind) notJSON() *Error {
	if k == Session {
		return malformed(sessionJSON)
	}
	return k.invalidSyntax()
}

// invalidSyntax is the sentence for JSON that does not follow the policy grammar.
func (k Kind) invalidSyntax() *Error {
	if k == Trust {
		return malformed(trustJSON)
	}
	return malformed(syntaxErrors)
}
