package e2e

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// reply is an answer as it came over the wire.
type reply struct {
	Status      int
	ContentType string
	Body        string
}

// code is the error code in an answer of the query protocol, empty if there is none.
func (r reply) code() string {
	var refusal struct {
		Error struct{ Code string }
	}
	if xml.Unmarshal([]byte(r.Body), &refusal) != nil {
		return "no XML: " + r.Body
	}
	return refusal.Error.Code
}

const formType = "application/x-www-form-urlencoded; charset=utf-8"

// post sends a form to IAM that no SDK would send, with a good signature.
func (s *service) post(ctx context.Context, k keyPair, contentType, form string) reply {
	GinkgoHelper()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.address+"/", strings.NewReader(form))
	Expect(err).NotTo(HaveOccurred())
	request.Header.Set("Content-Type", contentType)
	hash := sha256.Sum256([]byte(form))
	credentials, err := k.provider().Retrieve(ctx)
	Expect(err).NotTo(HaveOccurred())
	Expect(v4.NewSigner().SignHTTP(ctx, credentials, request, hex.EncodeToString(hash[:]), "iam", "us-east-1", time.Now())).To(Succeed())
	return send(request)
}

func send(request *http.Request) reply {
	GinkgoHelper()
	response, err := http.DefaultClient.Do(request)
	Expect(err).NotTo(HaveOccurred())
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	Expect(err).NotTo(HaveOccurred())
	return reply{Status: response.StatusCode, ContentType: response.Header.Get("Content-Type"), Body: string(body)}
}

var _ = Describe("Bad input to IAM", Label("iam"), Ordered, ContinueOnFailure, func() {
	const version, user = "&Version=2010-05-08", "Action=CreateUser&Version=2010-05-08&UserName="
	var s *service
	var root keyPair
	BeforeAll(func() {
		s = startService(GinkgoT().TempDir())
		made, err := s.newAccount()
		Expect(err).NotTo(HaveOccurred())
		root = made.root()
	})

	DescribeTable("is refused in AWS's shape, and nothing is done",
		func(ctx SpecContext, contentType, form string, status int, code string) {
			got := s.post(ctx, root, contentType, form)
			Expect(got.Status).To(Equal(status), got.Body)
			Expect(got.code()).To(Equal(code))
			Expect(got.ContentType).To(Equal("text/xml"))
			users, err := s.iam(root).ListUsers(ctx, &iam.ListUsersInput{})
			Expect(err).NotTo(HaveOccurred())
			Expect(users.Users).To(BeEmpty())
		},
		Entry("another content type", "text/plain", user+"bad", 400, "MissingAction"),
		Entry("JSON", "application/x-amz-json-1.1", `{"UserName":"bad"}`, 400, "MissingAction"),
		Entry("a parameter twice", formType, user+"bad&UserName=worse", 404, "MalformedQueryString"),
		Entry("a list with a hole", formType, user+"bad&Tags.member.1.Key=a&Tags.member.1.Value=a&Tags.member.3.Key=b&Tags.member.3.Value=b", 400, "MalformedInput"),
		Entry("a list of a billion", formType, user+"bad&Tags.member.1000000000.Key=a", 400, "MalformedInput"),
		Entry("invalid UTF-8", formType, user+"%ff%fe", 400, "MalformedInput"),
		Entry("half an escape", formType, user+"%", 404, "MalformedQueryString"),
		Entry("a name like an element", formType, user+"%3Cb%3E%26", 400, "ValidationError"),
		Entry("a name with a null byte", formType, user+"a%00b", 400, "ValidationError"),
		Entry("a path like an entity", formType, user+"bad&Path=%2F%26lt%3B", 400, "ValidationError"),
		Entry("10 MB", formType, user+"bad&Path="+strings.Repeat("x", 10<<20), 413, "RequestEntityTooLarge"),
		Entry("no such action", formType, "Action=MakeUser"+version, 400, "InvalidAction"),
		Entry("an old version", formType, "Action=CreateUser&Version=2009-01-01&UserName=bad", 400, "InvalidAction"),
		Entry("an action that is not offered", formType, "Action=CreateLoginProfile"+version+"&UserName=bad&Password=x", 501, "NotImplemented"),
	)

	It("is ignored where AWS ignores it: parameters that the operation does not have", func(ctx SpecContext) {
		got := s.post(ctx, root, formType, "Action=ListUsers"+version+"&Color=red&Tags.member.3.Key=a&A.B.C.D=1")
		Expect(got.Status).To(Equal(http.StatusOK), got.Body)
	})

	It("is refused without a signature, whatever it asks", func(ctx SpecContext) {
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.address+"/", strings.NewReader("Action=ListUsers"+version))
		Expect(err).NotTo(HaveOccurred())
		request.Host = "iam.amazonaws.com"
		request.Header.Set("Content-Type", formType)
		got := send(request)
		Expect(fmt.Sprint(got.Status, " ", got.code())).To(Equal("403 MissingAuthenticationToken"))
	})

	It("is kept to the letter where it is allowed: text that XML has to escape", func(ctx SpecContext) {
		const awkward = "tab\there, line\nthere, return\r\nand <b>&amp;\"']]> ÿ"
		_, err := s.iam(root).CreateRole(ctx, &iam.CreateRoleInput{
			RoleName: aws.String("awkward"), Description: aws.String(awkward), AssumeRolePolicyDocument: aws.String(
				`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}`),
		})
		Expect(err).NotTo(HaveOccurred())
		role, err := s.iam(root).GetRole(ctx, &iam.GetRoleInput{RoleName: aws.String("awkward")})
		Expect(err).NotTo(HaveOccurred())
		Expect(aws.ToString(role.Role.Description)).To(Equal(awkward))
		_, err = s.iam(root).DeleteRole(ctx, &iam.DeleteRoleInput{RoleName: aws.String("awkward")})
		Expect(err).NotTo(HaveOccurred())
	})
})
