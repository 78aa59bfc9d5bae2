package directory

import (
	"bytes"
	"compress/flate"
	"fmt"
	"io"
	"sync"
)

// maxUnpacked bounds what a token may unpack to: 50 tags and 12,288 characters are far below.
const maxUnpacked = 1 << 20

// packWords begin most session policies and tags, so that even short ones are compressed.
const packWords = `iam:eks:ec2:s3:sts:DescribeClusterListGetaws:PrincipalTag/StringEqualsStringLike"Condition":{arn:aws:iam::` +
	`aws:policy/AmazonReadOnlyAccess"Sid":"","Principal":"NotAction"Deny{"Version":"2012-10-17","Statement":` +
	`[{"Effect":"Allow","Action":["*"],"Resource":["arn:aws:"*"}]}`

// Compressors are large, so they are used again. Both keep the dictionary when they are reset.
var (
	compressors = sync.Pool{New: func() any {
		w, err := flate.NewWriterDict(io.Discard, flate.BestCompression, []byte(packWords))
		if err != nil {
			panic(err) // only for a level that does not exist
		}
		return w
	}}
	decompressors = sync.Pool{New: func() any { return flate.NewReaderDict(bytes.NewReader(nil), []byte(packWords)) }}
)

func compress(plain []byte) ([]byte, error) {
	w := compressors.Get().(*flate.Writer)
	defer compressors.Put(w)
	var out bytes.Buffer
	w.Reset(&out)
	if _, err := w.Write(plain); err != nil {
		return nil, fmt.Errorf("compress a session: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("compress a session: %w", err)
	}
	return out.Bytes(), nil
}

func decompress(compressed []byte) ([]byte, error) {
	r := decompressors.Get().(io.ReadCloser)
	defer decompressors.Put(r)
	if err := r.(flate.Resetter).Reset(bytes.NewReader(compressed), []byte(packWords)); err != nil {
		return nil, fmt.Errorf("decompress a session: %w", err)
	}
	plain, err := io.ReadAll(io.LimitReader(r, maxUnpacked))
	if err != nil {
		return nil, fmt.Errorf("decompress a session: %w", err)
	}
	return plain, nil
}
