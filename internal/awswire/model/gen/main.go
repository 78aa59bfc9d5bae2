// Command gen makes the data files of package model from the service models that botocore carries. Any installation
// of the aws CLI has them: version 1 in botocore/data, version 2 in awscli/botocore/data.
package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// services lists what is generated. An empty list means every operation.
var services = map[string][]string{
	"sts":      nil,
	"iam":      nil,
	"eks":      nil,
	"eks-auth": nil,
	"ec2": {
		"CreateTags", "DeleteTags", "DescribeAvailabilityZones", "DescribeIamInstanceProfileAssociations",
		"DescribeInstanceStatus", "DescribeInstances", "DescribeRegions", "DescribeSecurityGroups", "DescribeSubnets",
		"DescribeTags", "DescribeVpcs", "RunInstances", "TerminateInstances",
	},
	"cloudtrail": {"LookupEvents"},
	"logs":       {"DescribeLogGroups", "DescribeLogStreams", "FilterLogEvents", "GetLogEvents"},
}

func main() {
	from := flag.String("from", "", "botocore's data folder (default: the one that python3 or the aws CLI has)")
	out := flag.String("out", "data", "folder to write to")
	flag.Parse()
	if err := run(*from, *out); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(from, out string) error {
	if from == "" {
		found, err := find()
		if err != nil {
			return err
		}
		from = found
	}
	for id, operations := range services {
		if err := generate(id, operations, from, out); err != nil {
			return fmt.Errorf("service %s: %w", id, err)
		}
	}
	return nil
}

// find asks Python for botocore, then looks beside the aws CLI.
func find() (string, error) {
	ask := "import os, botocore; print(os.path.join(os.path.dirname(botocore.__file__), 'data'))"
	if answer, err := exec.CommandContext(context.Background(), "python3", "-c", ask).Output(); err == nil {
		return strings.TrimSpace(string(answer)), nil
	}
	if aws, err := exec.LookPath("aws"); err == nil {
		if real, err := filepath.EvalSymlinks(aws); err == nil {
			aws = real
		}
		near := filepath.Join(filepath.Dir(aws), "awscli", "botocore", "data")
		for _, dir := range []string{near, "/usr/lib/python3/dist-packages/awscli/botocore/data"} {
			if _, err := os.Stat(dir); err == nil {
				return dir, nil
			}
		}
	}
	return "", fmt.Errorf("find botocore's data folder: neither python3 nor aws has one; give it with -from")
}

func generate(id string, operations []string, from, out string) error {
	src, err := readSource(from, id)
	if err != nil {
		return err
	}
	file, err := src.convert(id, operations)
	if err != nil {
		return err
	}
	packed, err := pack(file)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(out, id+".json.gz"), packed, 0o644)
}

// readSource reads the newest version of a service's model.
func readSource(from, id string) (*source, error) {
	versions, err := filepath.Glob(filepath.Join(from, id, "*", "service-2.json*"))
	if err != nil || len(versions) == 0 {
		return nil, fmt.Errorf("no service-2.json under %s", filepath.Join(from, id))
	}
	newest := slices.Max(versions)
	raw, err := os.ReadFile(newest)
	if err != nil {
		return nil, err
	}
	if strings.HasSuffix(newest, ".gz") {
		if raw, err = unpack(raw); err != nil {
			return nil, fmt.Errorf("unpack %s: %w", newest, err)
		}
	}
	src := &source{}
	if err := json.Unmarshal(raw, src); err != nil {
		return nil, fmt.Errorf("decode %s: %w", newest, err)
	}
	return src, nil
}

func unpack(packed []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	var plain bytes.Buffer
	_, err = plain.ReadFrom(r)
	return plain.Bytes(), err
}

// pack is reproducible: the gzip header has no name and no time.
func pack(file any) ([]byte, error) {
	plain, err := json.Marshal(file)
	if err != nil {
		return nil, err
	}
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(plain); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return packed.Bytes(), nil
}
