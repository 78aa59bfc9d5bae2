package emulator

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/spf13/cobra"

	"github.com/eksauth/eksauth/emulator/home"
	"github.com/eksauth/eksauth/explain/online"
)

// processAnswer is what a credential_process prints
// (https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html).
type processAnswer struct {
	Version         int
	AccessKeyID     string `json:"AccessKeyId"`
	SecretAccessKey string
	SessionToken    string     `json:",omitempty"`
	Expiration      *time.Time `json:",omitempty"`
}

// credentialsCommand is the credential_process of imported roles.
func (p *Program) credentialsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "credentials --as ARN",
		Short: "Print credentials of a user or role of the stack, for credential_process",
		Long: `Print credentials of a user or role of the running stack, in the form of credential_process. A role's session is issued
whoever may assume the role: on AWS that may be somebody whom the stack does not have, such as an identity provider. The
profiles of imported roles call this.`,
		Example: `  eksauth credentials --as arn:aws:iam::111122223333:role/dev/x
  eksauth credentials --as arn:aws:sts::111122223333:assumed-role/x/anna`,
		Args: cobra.NoArgs,
	}
	stack := p.stackFlag(cmd)
	var wanted sessionRequest
	cmd.Flags().StringVar(&wanted.ARN, "as", "", "`ARN` of the user, role or role session")
	cmd.Flags().StringVar(&wanted.SessionName, "session-name", "", "`name` of the role's session")
	dir := cmd.Flags().String("home", "", "`folder` of the stack, in place of --name")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if wanted.ARN == "" {
			return usageError{errors.New("say whose credentials: --as ARN")}
		}
		h, err := stack()
		if err != nil {
			return err
		}
		if *dir != "" {
			h.Dir = *dir
		}
		issued, err := fetchSession(cmd.Context(), h, wanted)
		if err != nil {
			return err
		}
		printed := processAnswer{Version: 1, AccessKeyID: issued.AccessKeyID, SecretAccessKey: issued.SecretAccessKey, SessionToken: issued.SessionToken}
		if !issued.Expires.IsZero() {
			printed.Expiration = &issued.Expires
		}
		return printJSON(p.Stdout, printed)
	}
	return cmd
}

func fetchSession(ctx context.Context, h home.Home, wanted sessionRequest) (session, error) {
	var issued session
	return issued, callControl(ctx, h, http.MethodPost, sessionsRoute, wanted, &issued)
}

// sessionProfile is the profile of whom --as names.
func sessionProfile(ctx context.Context, h home.Home, o explainOptions) (*online.Profile, error) {
	issued, err := fetchSession(ctx, h, sessionRequest{ARN: o.as, SessionName: o.sessionName})
	if err != nil {
		return nil, err
	}
	return &online.Profile{Name: "of " + o.as, Keys: aws.Credentials{
		AccessKeyID: issued.AccessKeyID, SecretAccessKey: issued.SecretAccessKey, SessionToken: issued.SessionToken,
	}}, nil
}
