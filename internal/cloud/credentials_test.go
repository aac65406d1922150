package cloud

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/config"

	"github.com/meshaudit/meshaudit/internal/cloud/awstest"
	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// barren leaves the environment without anything of AWS, save a region and a
// metadata service that counts who asks it.
func barren(t *testing.T) *atomic.Int64 {
	t.Helper()
	var asked atomic.Int64
	imds := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	t.Cleanup(imds.Close)
	for _, pair := range os.Environ() {
		if name, _, _ := strings.Cut(pair, "="); strings.HasPrefix(name, "AWS_") {
			t.Setenv(name, "")
		}
	}
	t.Setenv("AWS_REGION", awstest.Region)
	t.Setenv("AWS_CONFIG_FILE", "/dev/null")
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
	t.Setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", imds.URL)
	t.Setenv("AWS_EC2_METADATA_DISABLED", "false")
	t.Setenv("AWS_DEFAULTS_MODE", "auto")
	return &asked
}

// play with the credentials of the environment.
func playWithEnvironment(t *testing.T, c Config) *scene {
	t.Helper()
	s := play(t, c)
	s.world.SDK = []func(*config.LoadOptions) error{awstest.Hasty}
	t.Setenv("AWS_ENDPOINT_URL", s.aws.URL)
	return s
}

// Without credentials nothing is asked: not AWS, and never the metadata service.
func TestNoCredentials(t *testing.T) {
	imds := barren(t)
	for _, region := range []string{awstest.Region, ""} {
		t.Setenv("AWS_REGION", region)
		s := playWithEnvironment(t, Config{Certificates: true})
		s.round()
		expect(t, "calls", len(s.aws.Calls()), 0)
		expect(t, "state", s.state(), "Off Off")
		for _, source := range s.world.Sources() {
			expect(t, source.Name, source.Class, ClassOff)
		}
	}
	s := playWithEnvironment(t, Config{Mode: Required, Region: awstest.Region})
	s.round()
	expect(t, "required", s.state(), "SourceUnavailable SourceUnavailable")
	expect(t, "class", s.world.Sources()[0].Class, ClassDenied)
	expect(t, "calls of the metadata service", imds.Load(), 0)
}

// A profile that names the metadata service does not bring it back.
func TestProfileOfTheMetadataService(t *testing.T) {
	imds := barren(t)
	file := filepath.Join(t.TempDir(), "config")
	write(t, file, "[default]\nrole_arn = arn:aws:iam::1:role/a\ncredential_source = Ec2InstanceMetadata\n")
	t.Setenv("AWS_CONFIG_FILE", file)
	s := playWithEnvironment(t, Config{})
	s.round()
	expect(t, "calls of the metadata service", imds.Load(), 0)
	expect(t, "state", s.state(), "Off Off")
}

// Static keys, web identity and Pod Identity work; none of their secrets is told.
func TestCredentialsOfTheEnvironment(t *testing.T) {
	for name, set := range map[string]func(*testing.T, *scene){"static": static, "web identity": web, "Pod Identity": pod} {
		t.Run(name, func(t *testing.T) {
			imds := barren(t)
			s := playWithEnvironment(t, Config{})
			set(t, s)
			s.round()
			expect(t, "resources", s.resources(), whole)
			s.aws.Fail(awstest.Refusal(403, "SignatureDoesNotMatch", canonicalRequest))
			s.round()
			if said := fmt.Sprint(s.world.Sources()); strings.Contains(said, "SECRET") {
				t.Errorf("a secret is told: %s", said)
			}
			expect(t, "calls of the metadata service", imds.Load(), 0)
		})
	}
}

func static(t *testing.T, _ *scene) {
	t.Helper()
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "SECRET")
}

// web exchanges a token at the endpoint of STS that the policy names.
func web(t *testing.T, s *scene) {
	t.Helper()
	sts := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("Action") == "GetCallerIdentity" {
			http.Redirect(w, r, s.aws.URL, http.StatusTemporaryRedirect)
			return
		}
		fmt.Fprint(w, `<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials>`+
			`<AccessKeyId>ASIA</AccessKeyId><SecretAccessKey>SECRET</SecretAccessKey><SessionToken>SECRET</SessionToken>`+
			`<Expiration>2126-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleWithWebIdentityResult>`+
			`</AssumeRoleWithWebIdentityResponse>`)
	}))
	t.Cleanup(sts.Close)
	token := filepath.Join(t.TempDir(), "token")
	write(t, token, "SECRET")
	t.Setenv("AWS_WEB_IDENTITY_TOKEN_FILE", token)
	t.Setenv("AWS_ROLE_ARN", "arn:aws:iam::111122223333:role/audit")
	s.world.config.Endpoints = map[string]string{SourceSTS: sts.URL}
}

func pod(t *testing.T, _ *scene) {
	t.Helper()
	agent := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") == "SECRET" {
			fmt.Fprint(w, `{"AccessKeyId": "ASIA", "SecretAccessKey": "SECRET", "Token": "SECRET", "Expiration": "2126-01-01T00:00:00Z"}`)
		}
	}))
	t.Cleanup(agent.Close)
	token := filepath.Join(t.TempDir(), "token")
	write(t, token, "SECRET")
	t.Setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", agent.URL)
	t.Setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", token)
}

// Credentials that cannot be had any longer make what was read stale, not gone.
func TestCredentialsGo(t *testing.T) {
	barren(t)
	s := playWithEnvironment(t, Config{})
	agent := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"AccessKeyId": "ASIA", "SecretAccessKey": "S", "Token": "T", "Expiration": "2020-01-01T00:00:00Z"}`)
	}))
	t.Setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", agent.URL)
	s.round()
	s.round()
	agent.Close()
	s.round()
	expect(t, "state", s.state(), "SourceUnavailable SourceUnavailable")
	expect(t, "resources", s.resources(), whole)
	expect(t, "identity", s.store.State(kinds.AWSIdentities.Name, ""), inventory.SourceUnavailable)
	if c := s.class(SourceAppMesh); c == ClassAvailable || c == ClassOff {
		t.Errorf("the class is %s", c)
	}
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
