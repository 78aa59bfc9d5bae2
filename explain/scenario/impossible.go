package scenario

// impossible are the causes that a local stack does not produce.
func impossible() []Scenario {
	return []Scenario{
		{Cause: 47, Title: "a session of the global endpoint in an opt-in region",
			Impossible: "the emulated STS gives one kind of session token, which counts in every region"},
		{Cause: 54, Title: "the webhook is not wired",
			Impossible: "the kube-apiserver of a stack is always started with the flag, as EKS starts its own, and nothing changes that"},
	}
}
