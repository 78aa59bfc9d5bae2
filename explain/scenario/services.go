package scenario

// services are about STS and the authenticator when they do not work, on purpose.
func services() []Scenario {
	boris := users(entryOf("userarn", userARN("boris")))
	const token = "AWS_PROFILE=scenario-boris aws-iam-authenticator token -i $CLUSTER | "
	ofSTS := func(cause int, title, fault, logged string) Scenario {
		return Scenario{
			Cause: cause, Title: title, Break: []Step{boris, setFault(fault + " --caller $BORIS_KEY")},
			Attempt: fails("kubectl --context boris get pods"), Logged: []string{logged},
			Variables: token, Explain: "--token - -- get pods -n default", Hop: "H6", Repair: []Step{clearFault(fault)}, Undo: noFault(fault),
		}
	}
	return []Scenario{
		ofSTS(51, "STS does not answer", "sts-reset", "error during GET"),
		ofSTS(52, "STS is throttled", "sts-throttle", "sts getCallerIdentity was throttled"),
		{
			Cause: 35, Title: "the session has expired", Break: []Step{olga(), setFault("session-expiry --after 2s"), login("")},
			Attempt: refused("olga-session"), Logged: []string{"ExpiredToken"}, Explain: explain("olga-session"), Hop: "H1",
			Repair: []Step{clearFault("session-expiry"), login("")}, Undo: noFault("session-expiry"),
		},
		{
			Cause: 45, Title: "STS is not active in the region", Break: []Step{dev(), setFault("sts-region-disabled --region ap-east-1")},
			Attempt:   fails("AWS_REGION=ap-east-1 kubectl --context dev get pods", "RegionDisabledException", "STS is not activated in this region"),
			Variables: "AWS_PROFILE=scenario-dev AWS_REGION=ap-east-1 ", Explain: "--environment -- get pods -n default", Hop: "H3",
			Repair: []Step{clearFault("sts-region-disabled")}, Undo: noFault("sts-region-disabled"),
		},
		{
			Cause: 53, Title: "the webhook has another certificate", Break: []Step{boris, setFault("webhook-certificate --cluster $CLUSTER")},
			Attempt: refused("boris"), Logged: []string{"Unable to authenticate the request", "x509: certificate signed by unknown authority"},
			Explain: explain("boris"), Hop: "H4",
			Repair: []Step{clearFault("webhook-certificate")}, Undo: noFault("webhook-certificate"),
		},
	}
}

// setFault sets a fault that ends by itself, should the scenario be killed.
func setFault(fault string) Step { return run("eksauth fault set$STACK " + fault + " --for 1m") }

func clearFault(fault string) Step { return run("eksauth fault clear$STACK " + fault) }

// noFault clears a fault that the scenario may have cleared already.
func noFault(fault string) []Step {
	return []Step{run("if eksauth fault list$STACK | grep -q " + fault + "; then eksauth fault clear$STACK " + fault + "; fi")}
}
