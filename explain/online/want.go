package online

// String writes a request as kubectl does.
func (q Want) String() string {
	if q.Path != "" {
		return q.Verb + " " + q.Path
	}
	text := q.Verb + " " + q.Kind()
	if q.Name != "" {
		text += " " + q.Name
	}
	if q.Namespace != "" {
		text += " -n " + q.Namespace
	}
	return text
}

// Kind is the resource with its group and subresource, as kubectl writes it: deployments.apps/scale.
func (q Want) Kind() string {
	text := q.Resource
	if q.Group != "" {
		text += "." + q.Group
	}
	if q.Subresource != "" {
		text += "/" + q.Subresource
	}
	return text
}

// review is the request as the spec of a SelfSubjectAccessReview or a SubjectAccessReview has it
// (https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/self-subject-access-review-v1/).
func (q Want) review() map[string]any {
	if q.Path != "" {
		return map[string]any{"nonResourceAttributes": map[string]string{"verb": q.Verb, "path": q.Path}}
	}
	return map[string]any{"resourceAttributes": map[string]string{
		"verb": q.Verb, "group": q.Group, "resource": q.Resource, "subresource": q.Subresource, "namespace": q.Namespace, "name": q.Name,
	}}
}
