package cli

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/meshaudit/meshaudit/internal/cloud"
)

// awsSnapshotFlags are the words of the command line.
type awsSnapshotFlags struct {
	awsFlags

	policy string
	region string
	meshes []string
	output string
}

const awsSnapshotLong = `Save what AWS says of App Mesh, for meshaudit analyze --aws-snapshot FILE.

Credentials come from the environment, as for any program of AWS, but never
from the metadata service of a node. Only lists and descriptions are read; the
file holds what aws appmesh describe-... prints, and no secret.

Exit codes: 0 everything was read; 1 internal error; 2 bad usage; 4 something
could not be read: the file says what.`

func newAWSSnapshotCommand(s Streams) *cobra.Command {
	f := &awsSnapshotFlags{}
	c := &cobra.Command{
		Use:   "aws-snapshot",
		Short: "Save what AWS says of App Mesh, to audit it later or elsewhere",
		Long:  awsSnapshotLong,
		Example: `  meshaudit aws-snapshot --output aws.json
  meshaudit analyze --file manifests/ --aws-snapshot aws.json`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error { return f.run(c.Context(), s) },
	}
	flags := c.Flags()
	flags.StringVar(&f.policy, "policy", "", "file with a MeshAuditPolicy, whose appMesh.aws says what to read and where")
	flags.StringVar(&f.region, "region", "", "region of the meshes (default: the policy's, else the environment's)")
	flags.StringArrayVar(&f.meshes, "mesh", nil, "read this mesh alone; repeatable")
	flags.StringVarP(&f.output, "output", "o", "-", "file to write, - for standard output")
	f.register(flags, "")
	return c
}

// run reads AWS and writes the file, also of a part.
func (f *awsSnapshotFlags) run(ctx context.Context, s Streams) error {
	if err := f.validate(""); err != nil {
		return err
	}
	c, err := f.config(s)
	if err != nil {
		return err
	}
	batch, sources, err := f.read(ctx, c)
	tellUnanswered(s.Err, sources)
	if ctx.Err() != nil {
		return fmt.Errorf("read AWS: %w", ctx.Err())
	}
	if err != nil && len(unanswered(sources)) == 0 {
		return fmt.Errorf("read AWS: %w", err)
	}
	text, err := encodeAWS(batch, sources)
	if err == nil {
		err = f.write(s, text)
	}
	if err != nil {
		return fmt.Errorf("write the snapshot: %w", err)
	}
	if n := len(unanswered(sources)); n > 0 {
		return &exit{code: exitIncomplete, message: "incomplete: not all of AWS could be read"}
	}
	return nil
}

func (f *awsSnapshotFlags) config(s Streams) (cloud.Config, error) {
	settings, err := (&inputFlags{policy: f.policy}).settings(s.Err)
	if err != nil {
		return cloud.Config{}, err
	}
	c := settings.AWS
	if f.region != "" {
		c.Region = strings.TrimSpace(f.region)
	}
	if len(f.meshes) > 0 {
		c.Meshes = f.meshes
	}
	return c, nil
}

func (f *awsSnapshotFlags) write(s Streams, text []byte) error {
	if f.output == "-" {
		_, err := s.Out.Write(text)
		return err
	}
	return os.WriteFile(f.output, text, 0o600)
}
