# The manager and the command line in one static binary, without a shell.
FROM golang:1.26 AS build
ARG VERSION=v0.1.0
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -o /meshaudit \
	-ldflags="-s -w -X github.com/meshaudit/meshaudit/internal/cli.Version=$VERSION" .

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /meshaudit /meshaudit
USER 65532:65532
ENTRYPOINT ["/meshaudit"]
CMD ["manager"]
