package fakeec2_test

import (
	"regexp"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/google/go-cmp/cmp"

	"github.com/eksauth/eksauth/fakeec2"
)

func TestRunThenDescribe(t *testing.T) {
	w := newWorld(t)
	started, err := w.as("arseniy").RunInstances(t.Context(), request(1, "big"))
	if err != nil {
		t.Fatal(err)
	}
	if got := started.Instances[0].State.Name; got != types.InstanceStateNamePending {
		t.Errorf("a new instance is %s, want pending", got)
	}
	id := *started.Instances[0].InstanceId
	out, err := w.as("watcher").DescribeInstances(t.Context(), &ec2.DescribeInstancesInput{InstanceIds: []string{id}})
	if err != nil {
		t.Fatal(err)
	}
	i := out.Reservations[0].Instances[0]
	if !regexp.MustCompile(`^i-[0-9a-f]{17}$`).MatchString(id) {
		t.Errorf("instance ID %q", id)
	}
	if name := aws.ToString(i.PrivateDnsName); !regexp.MustCompile(`^ip-10-0-\d+-\d+\.us-east-2\.compute\.internal$`).MatchString(name) {
		t.Errorf("private DNS name %q", name)
	}
	if got, want := *i.IamInstanceProfile.Arn, "arn:aws:iam::534000000385:instance-profile/big"; got != want {
		t.Errorf("instance profile %s, want %s", got, want)
	}
	if i.State.Name != types.InstanceStateNameRunning || *i.State.Code != 16 {
		t.Errorf("state %v", i.State)
	}
	if diff := cmp.Diff([]string{id + " true"}, w.changed); diff != "" {
		t.Errorf("changes told (-want +got):\n%s", diff)
	}
}

func TestPrivateDNSName(t *testing.T) {
	tests := []struct{ region, want string }{
		{"us-east-1", "ip-10-0-1-23.ec2.internal"},
		{"us-east-2", "ip-10-0-1-23.us-east-2.compute.internal"},
		{"cn-north-1", "ip-10-0-1-23.cn-north-1.compute.internal"},
	}
	for _, tt := range tests {
		i := fakeec2.Instance{Region: tt.region, PrivateIP: "10.0.1.23"}
		if got := i.PrivateDNSName(); got != tt.want {
			t.Errorf("in %s: %s, want %s", tt.region, got, tt.want)
		}
	}
}

func TestRunNeedsPassRole(t *testing.T) {
	w := newWorld(t)
	if _, err := w.as("starter").RunInstances(t.Context(), request(1, "small")); err != nil {
		t.Errorf("the starter may pass on small: %v", err)
	}
	if _, err := w.as("starter").RunInstances(t.Context(), request(1, "")); err != nil {
		t.Errorf("without a profile no role is passed: %v", err)
	}
	_, err := w.as("starter").RunInstances(t.Context(), request(1, "big"))
	wantRefused(t, err, "UnauthorizedOperation", "You are not authorized to perform this operation. User: arn:aws:iam::534000000385:user/starter is not "+
		"authorized to perform: iam:PassRole on resource: arn:aws:iam::534000000385:role/team/big because no identity-based policy allows the iam:PassRole action")
	wantRefused(t, err, "UnauthorizedOperation", "Encoded authorization failure message: ")
}

func TestRunRefuses(t *testing.T) {
	w := newWorld(t)
	with := func(change func(*ec2.RunInstancesInput)) *ec2.RunInstancesInput {
		in := request(1, "")
		change(in)
		return in
	}
	tests := []struct {
		name       string
		user       string
		in         *ec2.RunInstancesInput
		code, text string
	}{
		{"somebody without permission", "nobody", request(1, ""), "UnauthorizedOperation", "is not authorized to perform: ec2:RunInstances on resource: arn:aws:ec2:us-east-2:534000000385:instance/*"},
		{"an unknown profile", "arseniy", request(1, "none"), "InvalidParameterValue", "Value (none) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name"},
		{"a profile's ARN that is not its own", "arseniy", with(func(in *ec2.RunInstancesInput) {
			in.IamInstanceProfile = &types.IamInstanceProfileSpecification{Arn: aws.String("arn:aws:iam::111122223333:instance-profile/big")}
		}), "InvalidParameterValue", "Invalid IAM Instance Profile ARN"},
		{"a profile by name and ARN", "arseniy", with(func(in *ec2.RunInstancesInput) {
			in.IamInstanceProfile = &types.IamInstanceProfileSpecification{Arn: aws.String("arn:a"), Name: aws.String("big")}
		}), "InvalidParameterCombination", "may not be used in combination"},
		{"no image", "arseniy", with(func(in *ec2.RunInstancesInput) { in.ImageId = nil }), "MissingParameter", "ImageId"},
		{"no instance", "arseniy", request(0, ""), "InvalidParameterValue", "minCount"},
		{"too many", "arseniy", request(1000, ""), "InstanceLimitExceeded", "1000"},
		{"a hop limit out of range", "arseniy", with(func(in *ec2.RunInstancesInput) {
			in.MetadataOptions = &types.InstanceMetadataOptionsRequest{HttpPutResponseHopLimit: aws.Int32(65)}
		}), "InvalidParameterValue", "HttpPutResponseHopLimit"},
		{"a dry run", "arseniy", with(func(in *ec2.RunInstancesInput) { in.DryRun = aws.Bool(true) }), "DryRunOperation", "Request would have succeeded"},
		{"a dry run by somebody without permission", "nobody", with(func(in *ec2.RunInstancesInput) { in.DryRun = aws.Bool(true) }), "UnauthorizedOperation", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := w.as(tt.user).RunInstances(t.Context(), tt.in)
			wantRefused(t, err, tt.code, tt.text)
		})
	}
	if running, err := w.service.Running(); err != nil || len(running) > 0 {
		t.Errorf("refused requests have left %d instances, %v", len(running), err)
	}
}

func TestClientTokenRunsOnce(t *testing.T) {
	w := newWorld(t)
	in := request(2, "")
	in.ClientToken = aws.String("once")
	first, second := w.run(t, in), w.run(t, in)
	if diff := cmp.Diff(map[string]bool{first[0]: true, first[1]: true}, map[string]bool{second[0]: true, second[1]: true}); diff != "" {
		t.Errorf("instances (-first +second):\n%s", diff)
	}
}

func TestTerminate(t *testing.T) {
	w := newWorld(t)
	ids := w.run(t, request(2, "small"))
	out, err := w.as("arseniy").TerminateInstances(t.Context(), &ec2.TerminateInstancesInput{InstanceIds: ids[:1]})
	if err != nil {
		t.Fatal(err)
	}
	change := out.TerminatingInstances[0]
	if change.PreviousState.Name != types.InstanceStateNameRunning || change.CurrentState.Name != types.InstanceStateNameShuttingDown {
		t.Errorf("from %s to %s", change.PreviousState.Name, change.CurrentState.Name)
	}
	described, err := w.as("arseniy").DescribeInstances(t.Context(), &ec2.DescribeInstancesInput{InstanceIds: ids[:1]})
	if err != nil {
		t.Fatal(err)
	}
	if i := described.Reservations[0].Instances[0]; i.State.Name != types.InstanceStateNameTerminated || *i.PrivateDnsName != "" {
		t.Errorf("afterwards it is %s and is called %q", i.State.Name, *i.PrivateDnsName)
	}
	if running, err := w.service.Running(); err != nil || len(running) != 1 || running[0].ID != ids[1] {
		t.Errorf("running: %v, %v", running, err)
	}
}

func TestTerminatedInstancesAreForgotten(t *testing.T) {
	w := newWorld(t)
	now := w.now
	w.now = now.Add(-61 * time.Minute)
	instance, err := w.service.Launch(t.Context(), fakeec2.Instance{Account: account, Partition: "aws", Region: region})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.service.Terminate(t.Context(), account, region, instance.ID); err != nil {
		t.Fatal(err)
	}
	w.now = now
	_, err = w.as("arseniy").DescribeInstances(t.Context(), &ec2.DescribeInstancesInput{InstanceIds: []string{instance.ID}})
	wantRefused(t, err, "InvalidInstanceID.NotFound", "The instance ID '"+instance.ID+"' does not exist")
}

func TestTerminateRefuses(t *testing.T) {
	w := newWorld(t)
	blue := request(1, "")
	blue.TagSpecifications = []types.TagSpecification{{ResourceType: types.ResourceTypeInstance, Tags: []types.Tag{{Key: aws.String("team"), Value: aws.String("blue")}}}}
	ids := append(w.run(t, request(1, "")), w.run(t, blue)...)
	terminate := func(user string, ids ...string) error {
		_, err := w.as(user).TerminateInstances(t.Context(), &ec2.TerminateInstancesInput{InstanceIds: ids})
		return err
	}
	wantRefused(t, terminate("starter", ids[0]), "UnauthorizedOperation", "ec2:TerminateInstances on resource: arn:aws:ec2:us-east-2:534000000385:instance/"+ids[0])
	wantRefused(t, terminate("arseniy", ids[0], "i-00000000000000000"), "InvalidInstanceID.NotFound", "i-00000000000000000")
	wantRefused(t, terminate("arseniy", "nonsense"), "InvalidInstanceID.Malformed", `Invalid id: "nonsense"`)
	if running, err := w.service.Running(); err != nil || len(running) != 2 {
		t.Errorf("refused requests have left %d of 2 instances, %v", len(running), err)
	}
	if err := terminate("starter", ids[1]); err != nil {
		t.Errorf("the tag lets the starter: %v", err)
	}
}
