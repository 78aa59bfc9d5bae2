package fakeec2_test

import (
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/google/go-cmp/cmp"
)

func instanceIDs(reservations []types.Reservation) []string {
	ids := []string{}
	for _, r := range reservations {
		for _, i := range r.Instances {
			ids = append(ids, *i.InstanceId)
		}
	}
	slices.Sort(ids)
	return ids
}

func TestFilters(t *testing.T) {
	w := newWorld(t)
	tagged := request(1, "small")
	tagged.TagSpecifications = []types.TagSpecification{{ResourceType: types.ResourceTypeInstance, Tags: []types.Tag{
		{Key: aws.String("Name"), Value: aws.String("node-1")}, {Key: aws.String("star"), Value: aws.String("a*b")},
	}}}
	one, two := w.run(t, tagged)[0], w.run(t, request(1, ""))[0]
	if _, err := w.as("arseniy").TerminateInstances(t.Context(), &ec2.TerminateInstancesInput{InstanceIds: []string{two}}); err != nil {
		t.Fatal(err)
	}
	described, err := w.as("watcher").DescribeInstances(t.Context(), &ec2.DescribeInstancesInput{InstanceIds: []string{one}})
	if err != nil {
		t.Fatal(err)
	}
	name := *described.Reservations[0].Instances[0].PrivateDnsName
	filter := func(name string, values ...string) types.Filter {
		return types.Filter{Name: aws.String(name), Values: values}
	}
	tests := []struct {
		name    string
		filters []types.Filter
		want    []string
	}{
		{"none", nil, []string{one, two}},
		{"by private DNS name", []types.Filter{filter("private-dns-name", name)}, []string{one}},
		{"by state", []types.Filter{filter("instance-state-name", "running")}, []string{one}},
		{"by state's number", []types.Filter{filter("instance-state-code", "48")}, []string{two}},
		{"by either of two values", []types.Filter{filter("instance-state-name", "terminated", "running")}, []string{one, two}},
		{"by two filters", []types.Filter{filter("instance-state-name", "running"), filter("instance-id", two)}, nil},
		{"by tag", []types.Filter{filter("tag:Name", "node-1")}, []string{one}},
		{"by tag's key", []types.Filter{filter("tag-key", "Name")}, []string{one}},
		{"by wildcard", []types.Filter{filter("tag:Name", "node-?")}, []string{one}},
		{"by wildcard of another length", []types.Filter{filter("tag:Name", "node?")}, nil},
		{"by escaped wildcard", []types.Filter{filter("tag:star", `a\*b`)}, []string{one}},
		{"by letter case", []types.Filter{filter("tag:Name", "NODE-1")}, nil},
		{"by profile", []types.Filter{filter("iam-instance-profile.arn", "*:instance-profile/small")}, []string{one}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out, err := w.as("watcher").DescribeInstances(t.Context(), &ec2.DescribeInstancesInput{Filters: tt.filters})
			if err != nil {
				t.Fatal(err)
			}
			want := append([]string{}, tt.want...)
			slices.Sort(want)
			if diff := cmp.Diff(want, instanceIDs(out.Reservations)); diff != "" {
				t.Errorf("instances (-want +got):\n%s", diff)
			}
		})
	}
	_, err = w.as("watcher").DescribeInstances(t.Context(), &ec2.DescribeInstancesInput{Filters: []types.Filter{filter("colour", "red")}})
	wantRefused(t, err, "InvalidParameterValue", "The filter 'colour' is invalid")
}

func TestPages(t *testing.T) {
	w := newWorld(t)
	want := w.run(t, request(12, ""))
	slices.Sort(want)
	var got []string
	var sizes []int
	pages := ec2.NewDescribeInstancesPaginator(w.as("watcher"), &ec2.DescribeInstancesInput{MaxResults: aws.Int32(5)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		ids := instanceIDs(page.Reservations)
		sizes = append(sizes, len(ids))
		got = append(got, ids...)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("instances (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]int{5, 5, 2}, sizes); diff != "" {
		t.Errorf("sizes of pages (-want +got):\n%s", diff)
	}
}

func TestDescribeRefuses(t *testing.T) {
	w := newWorld(t)
	id := w.run(t, request(1, ""))[0]
	tests := []struct {
		name, user string
		in         *ec2.DescribeInstancesInput
		code, text string
	}{
		{"somebody without permission", "nobody", &ec2.DescribeInstancesInput{}, "UnauthorizedOperation",
			"You are not authorized to perform this operation. User: arn:aws:iam::534000000385:user/nobody is not authorized to perform: ec2:DescribeInstances"},
		{"an unknown ID", "watcher", &ec2.DescribeInstancesInput{InstanceIds: []string{id, "i-11111111111111111"}}, "InvalidInstanceID.NotFound", "The instance ID 'i-11111111111111111' does not exist"},
		{"unknown IDs", "watcher", &ec2.DescribeInstancesInput{InstanceIds: []string{"i-11111111", "i-22222222"}}, "InvalidInstanceID.NotFound", "The instance IDs 'i-11111111, i-22222222' do not exist"},
		{"no ID", "watcher", &ec2.DescribeInstancesInput{InstanceIds: []string{"EKSGetTokenAuth"}}, "InvalidInstanceID.Malformed", `Invalid id: "EKSGetTokenAuth"`},
		{"a small page", "watcher", &ec2.DescribeInstancesInput{MaxResults: aws.Int32(4)}, "InvalidParameterValue", "Value ( 4 ) for parameter maxResults is invalid"},
		{"pages of IDs", "watcher", &ec2.DescribeInstancesInput{MaxResults: aws.Int32(5), InstanceIds: []string{id}}, "InvalidParameterCombination", "instancesSet"},
		{"a token of somebody else", "watcher", &ec2.DescribeInstancesInput{NextToken: aws.String("bm8=")}, "InvalidNextToken", "bm8="},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := w.as(tt.user).DescribeInstances(t.Context(), tt.in)
			wantRefused(t, err, tt.code, tt.text)
		})
	}
}

func TestRegionsAreApart(t *testing.T) {
	w := newWorld(t)
	w.run(t, request(1, ""))
	out, err := w.in("watcher", "eu-west-1").DescribeInstances(t.Context(), &ec2.DescribeInstancesInput{})
	if err != nil {
		t.Fatal(err)
	}
	if got := instanceIDs(out.Reservations); len(got) > 0 {
		t.Errorf("another region shows %v", got)
	}
}
