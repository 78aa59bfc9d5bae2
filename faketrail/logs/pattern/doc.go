// Package pattern matches log lines with CloudWatch Logs' filter patterns
// (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html): terms, quoted phrases, regular
// expressions between percent signs, and selectors of JSON. Patterns for space-delimited fields, in square brackets, are
// refused.
//
// It stands apart because it is a language of its own and knows nothing of logs and AWS.
package pattern
