package fakeeks

import (
	"encoding/base64"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"
)

// defaultPage is how many results a list gives without maxResults
// (https://docs.aws.amazon.com/eks/latest/APIReference/API_ListClusters.html).
const defaultPage = 100

// page cuts the part out of a sorted list that begins after the token's item, and returns the token of the next part.
// name tells an item's place in the order.
func page[T any](list []T, name func(T) string, token *string, maxResults *int32) (part []T, next *string, err error) {
	after, err := base64.StdEncoding.DecodeString(aws.ToString(token))
	if err != nil {
		return nil, nil, &types.InvalidParameterException{Message: aws.String("Invalid value for nextToken parameter")}
	}
	start := 0
	for token != nil && start < len(list) && name(list[start]) <= string(after) {
		start++
	}
	end := len(list)
	limit := int(aws.ToInt32(maxResults))
	if limit == 0 {
		limit = defaultPage
	}
	if end-start > limit {
		end = start + limit
		next = aws.String(base64.StdEncoding.EncodeToString([]byte(name(list[end-1]))))
	}
	part = make([]T, end-start) // an empty list is [] on the wire, not null
	copy(part, list[start:end])
	return part, next, nil
}

func itself(name string) string { return name }

func byName[T any](name func(T) string) func(a, b T) int {
	return func(a, b T) int { return strings.Compare(name(a), name(b)) }
}
