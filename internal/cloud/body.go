package cloud

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// maxBody bounds an answer, in bytes. AWS's largest are far smaller.
const maxBody = 8 << 20

type bodyKey struct{}

// withBody gives a context in which the body of an answer is kept, as AWS sent it.
func withBody(ctx context.Context) (context.Context, *[]byte) {
	body := new([]byte)
	return context.WithValue(ctx, bodyKey{}, body), body
}

// keepBody adds to a client's stack the step that keeps bodies. It stands
// nearest to the transport, so that it also sees what does not decode.
func keepBody(stack *middleware.Stack) error {
	return stack.Deserialize.Add(middleware.DeserializeMiddlewareFunc("KeepBody", handleBody), middleware.After)
}

func handleBody(
	ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler,
) (middleware.DeserializeOutput, middleware.Metadata, error) {
	out, metadata, err := next.HandleDeserialize(ctx, in)
	kept, keeps := ctx.Value(bodyKey{}).(*[]byte)
	answer, isHTTP := out.RawResponse.(*smithyhttp.Response)
	if err != nil || !keeps || !isHTTP {
		return out, metadata, err
	}
	read, err := readAll(answer.Body)
	if err != nil {
		return out, metadata, err
	}
	*kept = read
	answer.Body = io.NopCloser(bytes.NewReader(read))
	return out, metadata, nil
}

func readAll(body io.ReadCloser) ([]byte, error) {
	read, err := io.ReadAll(io.LimitReader(body, maxBody+1))
	if err := errors.Join(err, body.Close()); err != nil {
		return nil, fmt.Errorf("read the answer: %w", err)
	}
	if len(read) > maxBody {
		return nil, malformed("An answer is larger than %d bytes", maxBody)
	}
	return read, nil
}
