package objects

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/eksauth/eksauth/emulator/inventory"
	"github.com/eksauth/eksauth/internal/controlplane"
)

// Written counts what Write has done.
type Written struct {
	// Objects is how many objects of the real cluster the local one has now.
	Objects int `json:"objects"`
	// Deleted is how many of an earlier import the real cluster has no more.
	Deleted int `json:"deleted"`
	// AWSAuth tells whether aws-auth was among the objects and was another one before.
	AWSAuth bool `json:"-"`
}

// atOnce is how many requests a kube-apiserver gets at once.
const atOnce = 8

// Write makes the cluster behind client hold objects. RBAC objects of an earlier import that are not among them go, if there is
// RBAC among them at all.
func Write(ctx context.Context, client *controlplane.Client, all []inventory.Object) (Written, error) {
	w := &writer{client: client, here: map[id]inventory.Object{}}
	if err := w.read(ctx); err != nil {
		return Written{}, err
	}
	if err := w.namespaces(ctx, all); err != nil {
		return Written{}, err
	}
	result := Written{Objects: len(all)}
	wanted := map[id]bool{}
	for _, o := range all {
		if kindNamed(o.Kind()) == nil {
			return Written{}, fmt.Errorf("%s %s: objects of this kind cannot be imported", o.Kind(), o.Name())
		}
		wanted[idOf(o)] = true
	}
	err := parallel(all, func(o inventory.Object) error { return w.write(ctx, o) })
	result.AWSAuth = w.awsAuth.Load()
	if err != nil || !slices.ContainsFunc(all, func(o inventory.Object) bool { return kindNamed(o.Kind()).root == rbacRoot }) {
		return result, err
	}
	gone := slices.SortedFunc(maps.Values(w.here), byID)
	gone = slices.DeleteFunc(gone, func(o inventory.Object) bool { return wanted[idOf(o)] || annotations(o)[imported] == nil })
	result.Deleted = len(gone)
	return result, parallel(gone, func(o inventory.Object) error { return client.Delete(ctx, kindNamed(o.Kind()).path(o)) })
}

// writer writes into one cluster.
type writer struct {
	client *controlplane.Client
	// here are the RBAC objects that the cluster has.
	here map[id]inventory.Object
	// awsAuth is set when aws-auth has been changed.
	awsAuth atomic.Bool
}

func (w *writer) read(ctx context.Context) error {
	for _, k := range kinds {
		if k.root != rbacRoot {
			continue
		}
		var found struct{ Items []inventory.Object }
		if err := w.get(ctx, k.all(), &found); err != nil {
			return err
		}
		for _, o := range found.Items {
			o["kind"] = k.name // a list does not repeat it
			w.here[idOf(o)] = o
		}
	}
	return nil
}

func (w *writer) get(ctx context.Context, path string, target any) error {
	status, err := w.client.Get(ctx, path, target)
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("%s answers %d", w.client.Endpoint+path, status)
	}
	if err != nil {
		return fmt.Errorf("read what the cluster has: %w", err)
	}
	return nil
}

// namespaces makes those that objects are in.
func (w *writer) namespaces(ctx context.Context, all []inventory.Object) error {
	named := map[string]bool{}
	for _, o := range all {
		named[o.Namespace()] = true
	}
	delete(named, "")
	for _, name := range slices.Sorted(maps.Keys(named)) {
		namespace := map[string]any{"apiVersion": "v1", "kind": "Namespace", "metadata": map[string]any{"name": name}}
		if _, err := w.client.Create(ctx, "/api/v1/namespaces", namespace); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) write(ctx context.Context, o inventory.Object) error {
	k := kindNamed(o.Kind())
	here := w.here[idOf(o)]
	if labels(here)[ofKubernetes] != nil {
		change, err := merged(k, here, o)
		if err != nil || change == nil {
			return err
		}
		_, err = w.client.Replace(ctx, k.path(o), change)
		return err
	}
	switch k.root {
	case coreRoot:
		return w.writeAWSAuth(ctx, k, o)
	case rbacRoot:
	default:
		return w.define(ctx, k, o)
	}
	annotate(o, imported, "true")
	return w.put(ctx, k, o)
}

// definedWithin is how long a kube-apiserver may take to serve a custom resource that it has got to know.
const definedWithin = 10 * time.Second

// define makes a custom resource known, and returns when it is served.
func (w *writer) define(ctx context.Context, k *kind, o inventory.Object) error {
	if err := w.client.Apply(ctx, k.path(o), o); err != nil {
		return err
	}
	err := controlplane.Poll(ctx, definedWithin, func() error {
		var made struct {
			Status struct {
				Conditions []struct{ Type, Status string }
			}
		}
		if err := w.get(ctx, k.path(o), &made); err != nil {
			return err
		}
		for _, c := range made.Status.Conditions {
			if c.Type == "Established" && c.Status == "True" {
				return nil
			}
		}
		return errors.New("it is not established")
	})
	if err != nil {
		return fmt.Errorf("wait for %s: %w", o.Name(), err)
	}
	return nil
}

func (w *writer) writeAWSAuth(ctx context.Context, k *kind, o inventory.Object) error {
	var here inventory.Object
	if _, err := w.client.Get(ctx, k.path(o), &here); err != nil {
		return fmt.Errorf("read aws-auth: %w", err)
	}
	if here != nil && reflect.DeepEqual(here[k.grants], o[k.grants]) {
		return nil
	}
	w.awsAuth.Store(true)
	return w.put(ctx, k, o)
}

// put creates an object or replaces it, if it must by a new one.
func (w *writer) put(ctx context.Context, k *kind, o inventory.Object) error {
	for range 2 {
		if made, err := w.client.Create(ctx, k.collection(o), o); made || err != nil {
			return err
		}
		if replaced, err := w.client.Replace(ctx, k.path(o), o); replaced || err != nil {
			return err
		}
		if err := w.client.Delete(ctx, k.path(o)); err != nil {
			return err
		}
	}
	return fmt.Errorf("%s %s: the kube-apiserver takes it neither as a new object nor in place of the old one", o.Kind(), o.Name())
}

// parallel does something with each object and reports every failure.
func parallel(all []inventory.Object, do func(inventory.Object) error) error {
	errs := make([]error, len(all))
	var working sync.WaitGroup
	slots := make(chan struct{}, atOnce)
	for i, o := range all {
		slots <- struct{}{}
		working.Go(func() {
			defer func() { <-slots }()
			errs[i] = do(o)
		})
	}
	working.Wait()
	return errors.Join(errs...)
}
