package sigv4

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"strconv"
)

// DefaultMaxBody is the limit of a body where Verifier.MaxBody is 0: 1 MiB. The largest inputs of the services that are
// signed this way are policy documents and user data of some tens of kilobytes.
const DefaultMaxBody = 1 << 20

const emptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

// hashPayload reads the body up to limit bytes, puts it back for the handler, and gives its SHA-256 in hexadecimal.
func hashPayload(r *http.Request, limit int64) (string, error) {
	if r.Body == nil || r.Body == http.NoBody {
		return emptyHash, nil
	}
	if limit <= 0 {
		limit = DefaultMaxBody
	}
	if r.ContentLength > limit {
		return "", tooLarge(limit)
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, limit+1))
	if err != nil {
		return "", fmt.Errorf("read the request body: %w", err)
	}
	if int64(len(body)) > limit {
		return "", tooLarge(limit)
	}
	r.Body = restored{Reader: bytes.NewReader(body), Closer: r.Body}
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:]), nil
}

func tooLarge(limit int64) *Error {
	return &Error{
		Code:    CodeRequestTooLarge,
		Message: "The request body is larger than " + strconv.FormatInt(limit, 10) + " bytes.",
		Status:  http.StatusRequestEntityTooLarge,
	}
}

// restored is a body that was read and can be read once more; closing it closes the original.
type restored struct {
	io.Reader
	io.Closer
}
