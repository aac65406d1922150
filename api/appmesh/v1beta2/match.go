package v1beta2

// HTTPMatch selects requests of an HTTP or HTTP/2 route. Conditions are
// combined with and.
type HTTPMatch struct {
	Prefix string     `json:"prefix,omitempty"`
	Path   *PathMatch `json:"path,omitempty"`
	// Hostname exists on a GatewayRoute only.
	Hostname        *HostnameMatch   `json:"hostname,omitempty"`
	Headers         []HeaderMatch    `json:"headers,omitempty"`
	QueryParameters []QueryParameter `json:"queryParameters,omitempty"`
	Method          string           `json:"method,omitempty"`
	// Scheme exists on a VirtualRouter's route only: http or https.
	Scheme string `json:"scheme,omitempty"`
	// Port is missing for any port of the listener's owner.
	Port *int64 `json:"port,omitempty"`
}

// GRPCMatch selects requests of a gRPC route. Conditions are combined with and.
type GRPCMatch struct {
	ServiceName string `json:"serviceName,omitempty"`
	// MethodName exists on a VirtualRouter's route only.
	MethodName string `json:"methodName,omitempty"`
	// Hostname exists on a GatewayRoute only.
	Hostname *HostnameMatch `json:"hostname,omitempty"`
	Metadata []HeaderMatch  `json:"metadata,omitempty"`
	// Port is missing for any port of the listener's owner.
	Port *int64 `json:"port,omitempty"`
}

// PathMatch matches the whole path, exactly or by a regular expression.
type PathMatch struct {
	Exact string `json:"exact,omitempty"`
	Regex string `json:"regex,omitempty"`
}

// HostnameMatch matches the host of a request, exactly or by its end.
type HostnameMatch struct {
	Exact  string `json:"exact,omitempty"`
	Suffix string `json:"suffix,omitempty"`
}

// HeaderMatch matches an HTTP header or an entry of gRPC metadata.
type HeaderMatch struct {
	Name string `json:"name,omitempty"`
	// Match is missing where only the presence counts.
	Match *ValueMatch `json:"match,omitempty"`
	// Invert selects what does not match.
	Invert bool `json:"invert,omitempty"`
}

// ValueMatch matches a value. One field is set.
type ValueMatch struct {
	Exact  *string     `json:"exact,omitempty"`
	Prefix *string     `json:"prefix,omitempty"`
	Suffix *string     `json:"suffix,omitempty"`
	Regex  *string     `json:"regex,omitempty"`
	Range  *MatchRange `json:"range,omitempty"`
}

// MatchRange matches the whole numbers from Start to End, without End itself.
type MatchRange struct {
	Start int64 `json:"start,omitempty"`
	End   int64 `json:"end,omitempty"`
}

// QueryParameter matches a parameter of the query.
type QueryParameter struct {
	Name string `json:"name,omitempty"`
	// Match is missing where only the presence counts.
	Match *QueryMatch `json:"match,omitempty"`
}

// QueryMatch matches the value of a parameter.
type QueryMatch struct {
	Exact *string `json:"exact,omitempty"`
}
