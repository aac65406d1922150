package v1beta2

// The protocols of a listener. A VirtualGateway has no TCP listener.
const (
	ProtocolGRPC  = "grpc"
	ProtocolHTTP  = "http"
	ProtocolHTTP2 = "http2"
	ProtocolTCP   = "tcp"
)

// PortMapping is a port and what is spoken on it.
type PortMapping struct {
	Port int64 `json:"port,omitempty"`
	// Protocol is one of the Protocol constants.
	Protocol string `json:"protocol,omitempty"`
}

// Listener is where a VirtualNode or VirtualGateway takes traffic. A
// VirtualGateway's has neither OutlierDetection nor Timeout.
type Listener struct {
	PortMapping      PortMapping       `json:"portMapping,omitzero"`
	HealthCheck      *HealthCheck      `json:"healthCheck,omitempty"`
	OutlierDetection *OutlierDetection `json:"outlierDetection,omitempty"`
	ConnectionPool   *ConnectionPool   `json:"connectionPool,omitempty"`
	TLS              *ListenerTLS      `json:"tls,omitempty"`
	Timeout          *ListenerTimeout  `json:"timeout,omitempty"`
}

// HealthCheck is an active check of the proxies' peers.
type HealthCheck struct {
	// HealthyThreshold is how many checks in a row must succeed, 2 to 10.
	HealthyThreshold int64 `json:"healthyThreshold,omitempty"`
	// IntervalMillis is the time between two checks, 5000 to 300000.
	IntervalMillis int64 `json:"intervalMillis,omitempty"`
	// Path is used by http and http2 only.
	Path string `json:"path,omitempty"`
	// Port is 0 for the listener's port.
	Port     int64  `json:"port,omitempty"`
	Protocol string `json:"protocol,omitempty"`
	// TimeoutMillis is how long an answer may take, 2000 to 60000.
	TimeoutMillis int64 `json:"timeoutMillis,omitempty"`
	// UnhealthyThreshold is how many checks in a row must fail, 2 to 10.
	UnhealthyThreshold int64 `json:"unhealthyThreshold,omitempty"`
}

// OutlierDetection takes failing endpoints out of load balancing for a while.
type OutlierDetection struct {
	MaxServerErrors      int64    `json:"maxServerErrors,omitempty"`
	Interval             Duration `json:"interval,omitzero"`
	BaseEjectionDuration Duration `json:"baseEjectionDuration,omitzero"`
	// MaxEjectionPercent is 0 to 100.
	MaxEjectionPercent int64 `json:"maxEjectionPercent,omitempty"`
}

// ConnectionPool limits connections or requests. At most one field may be set,
// and should be that of the listener's protocol.
type ConnectionPool struct {
	TCP   *TCPConnectionPool  `json:"tcp,omitempty"`
	HTTP  *HTTPConnectionPool `json:"http,omitempty"`
	HTTP2 *RequestPool        `json:"http2,omitempty"`
	GRPC  *RequestPool        `json:"grpc,omitempty"`
}

// TCPConnectionPool limits connections.
type TCPConnectionPool struct {
	MaxConnections int64 `json:"maxConnections,omitempty"`
}

// HTTPConnectionPool limits connections and the requests that wait for one.
type HTTPConnectionPool struct {
	MaxConnections int64 `json:"maxConnections,omitempty"`
	// MaxPendingRequests is missing for no limit.
	MaxPendingRequests *int64 `json:"maxPendingRequests,omitempty"`
}

// RequestPool limits requests in flight.
type RequestPool struct {
	MaxRequests int64 `json:"maxRequests,omitempty"`
}

// ListenerTimeout holds the timeouts by protocol.
type ListenerTimeout struct {
	TCP   *Timeout `json:"tcp,omitempty"`
	HTTP  *Timeout `json:"http,omitempty"`
	HTTP2 *Timeout `json:"http2,omitempty"`
	GRPC  *Timeout `json:"grpc,omitempty"`
}
