package cloud

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	acmtypes "github.com/aws/aws-sdk-go-v2/service/acm/types"
	appmeshtypes "github.com/aws/aws-sdk-go-v2/service/appmesh/types"
	"github.com/aws/smithy-go"
)

// failure is an error of a source, judged.
type failure struct {
	class Class
	// absent: the source said that what was asked for does not exist. It is no
	// failure of the source.
	absent bool
	// none: there is no way to ask: no region or no credentials.
	none    bool
	message string // see [Status]
}

func (f *failure) Error() string { return f.message }

// malformed is an answer that is not what the service promises.
func malformed(format string, args ...any) error {
	return &failure{class: ClassUnknown, message: fmt.Sprintf(format, args...)}
}

// judge is the failure that an error is.
func judge(err error) *failure {
	if err == nil {
		return nil
	}
	if f, ok := errors.AsType[*failure](err); ok {
		return f
	}
	return &failure{class: classify(err), absent: absent(err), message: describe(err)}
}

// absent tells whether the error says that the thing does not exist: the typed
// error with the status that goes with it. ACM's protocol has no 404.
func absent(err error) bool {
	if _, ok := errors.AsType[*appmeshtypes.NotFoundException](err); ok {
		return status(err) == http.StatusNotFound
	}
	if _, ok := errors.AsType[*acmtypes.ResourceNotFoundException](err); ok {
		return status(err) == http.StatusBadRequest
	}
	return false
}

// status is the HTTP status of the answer that an error is of, 0 if there was none.
func status(err error) int {
	if r, ok := errors.AsType[*awshttp.ResponseError](err); ok && r.Response != nil && r.Response.Response != nil {
		return r.HTTPStatusCode()
	}
	return 0
}

// code is the code of AWS's error, empty if the answer held none.
func code(err error) string {
	if e, ok := errors.AsType[smithy.APIError](err); ok && e.ErrorCode() != "UnknownError" {
		return e.ErrorCode()
	}
	return ""
}

// codes are the errors whose status says too little. The status decides about
// all others.
var codes = map[string]Class{
	"Throttling":                  ClassThrottled,
	"ThrottlingException":         ClassThrottled,
	"ThrottledException":          ClassThrottled,
	"TooManyRequestsException":    ClassThrottled,
	"RequestLimitExceeded":        ClassThrottled,
	"AccessDenied":                ClassDenied,
	"AccessDeniedException":       ClassDenied,
	"ExpiredToken":                ClassDenied,
	"ExpiredTokenException":       ClassDenied,
	"InvalidIdentityToken":        ClassDenied,
	"InvalidClientTokenId":        ClassDenied,
	"UnrecognizedClientException": ClassDenied,
	"IncompleteSignature":         ClassDenied,
	"OptInRequired":               ClassDenied,
}

// classify judges an error by what came back: AWS's code, else the status of
// the answer, else what the network did.
func classify(err error) Class {
	if class, ok := codes[code(err)]; ok {
		return class
	}
	switch s := status(err); {
	case s == http.StatusTooManyRequests:
		return ClassThrottled
	case s == http.StatusUnauthorized, s == http.StatusForbidden:
		return ClassDenied
	case s == http.StatusGone:
		return ClassWithdrawn
	case s >= http.StatusInternalServerError, s == 0 && offline(err), broken(err):
		return ClassUnreachable
	}
	return ClassUnknown
}

// offline tells whether no answer came, for a reason of the network.
func offline(err error) bool {
	_, isNet := errors.AsType[net.Error](err)
	return isNet || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded) ||
		errors.Is(err, io.EOF)
}

// broken tells whether an answer ended in its midst.
func broken(err error) bool { return errors.Is(err, io.ErrUnexpectedEOF) }
