package logs

import (
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
)

// File is the log of one component.
type File struct {
	// Component is the process, such as kube-apiserver.
	Component string
	// Cluster is the cluster that the component belongs to; empty for what all clusters share.
	Cluster string
	// Path is the file.
	Path string
}

// Find lists the logs below dir. component chooses by the component's name or the end of it, so that "authenticator" means
// aws-iam-authenticator; cluster chooses a cluster; empty means all.
func Find(dir, component, cluster string) ([]File, error) {
	all, err := list(dir)
	if err != nil {
		return nil, err
	}
	var found []File
	for _, file := range all {
		if matches(file.Component, component) && (cluster == "" || file.Cluster == cluster) {
			found = append(found, file)
		}
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("no log of %s: there are logs of %s", describe(component, cluster), strings.Join(components(all), ", "))
	}
	return found, nil
}

func matches(have, want string) bool {
	return want == "" || have == want || strings.HasSuffix(have, "-"+want)
}

func describe(component, cluster string) string {
	if component == "" {
		component = "any component"
	}
	if cluster != "" {
		return fmt.Sprintf("%s in cluster %q", component, cluster)
	}
	return component
}

func list(dir string) ([]File, error) {
	var files []File
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".log" {
			return err
		}
		relative, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		files = append(files, fileAt(path, filepath.ToSlash(relative)))
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list the logs: %w", err)
	}
	return files, nil
}

// fileAt tells whose log lies at path: COMPONENT.log, CLUSTER/COMPONENT.log, or in a cluster of containers what a kubelet
// writes, CLUSTER/pods/POD/CONTAINER/RESTARTS.log.
func fileAt(path, relative string) File {
	parts := strings.Split(relative, "/")
	file := File{Component: strings.TrimSuffix(parts[len(parts)-1], ".log"), Path: path}
	if len(parts) > 1 {
		file.Cluster = parts[0]
	}
	if len(parts) == 5 && parts[1] == "pods" {
		file.Component = parts[3]
	}
	return file
}

func components(files []File) []string {
	var names []string
	for _, file := range files {
		if !slices.Contains(names, file.Component) {
			names = append(names, file.Component)
		}
	}
	if len(names) == 0 {
		return []string{"nothing yet"}
	}
	return names
}
