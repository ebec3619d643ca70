// Listening: addresses, the gRPC server with health and reflection.

package edge

import (
	"errors"
	"fmt"
	"net"
	"os"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/reflection"

	pb "quartet.dev/go_engine/gen/quartet/v1"
)

const (
	// MessageBytesMax bounds a message either way.
	MessageBytesMax = 256 << 20
	// socketPathMax is the longest path of a unix socket.
	socketPathMax = 107
	bufferBytes   = 1 << 20
	windowBytes   = 16 << 20
)

// Listen opens "unix:PATH" or "tcp:HOST:PORT".
func Listen(address string) (net.Listener, error) {
	network, place, found := strings.Cut(address, ":")
	switch {
	case found && network == "unix":
		if place == "" || len(place) > socketPathMax {
			return nil, fmt.Errorf("socket path has %d bytes, expected 1 to %d: %s", len(place), socketPathMax, place)
		}
		if err := removeDeadSocket(place); err != nil {
			return nil, err
		}
	case found && network == "tcp":
	default:
		return nil, fmt.Errorf("address %q is neither unix:PATH nor tcp:HOST:PORT", address)
	}
	listener, err := net.Listen(network, place)
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %s: %w", address, err)
	}
	if network == "unix" { // who may open the socket may trade
		if err := os.Chmod(place, 0o600); err != nil {
			return nil, errors.Join(err, listener.Close())
		}
	}
	return listener, nil
}

// removeDeadSocket removes a socket that nobody listens on any more.
func removeDeadSocket(path string) error {
	info, err := os.Stat(path)
	if err != nil || info.Mode()&os.ModeSocket == 0 {
		return nil // nothing there, or not a socket: listening says what is wrong
	}
	connection, err := net.Dial("unix", path)
	if err != nil {
		return os.Remove(path)
	}
	if err := connection.Close(); err != nil {
		return err
	}
	return fmt.Errorf("cannot listen on unix:%s: another process does", path)
}

// AddressOf returns a listener's address in the form that Listen takes.
func AddressOf(listener net.Listener) string {
	return listener.Addr().Network() + ":" + listener.Addr().String()
}

// NewServer returns a gRPC server of the session, with the standard health service.
func NewServer(session *Session, withReflection bool) (*grpc.Server, *health.Server) {
	server := grpc.NewServer(
		grpc.MaxRecvMsgSize(MessageBytesMax), grpc.MaxSendMsgSize(MessageBytesMax),
		grpc.ReadBufferSize(bufferBytes), grpc.WriteBufferSize(bufferBytes),
		grpc.InitialWindowSize(windowBytes), grpc.InitialConnWindowSize(windowBytes),
		grpc.ForceServerCodecV2(newCodec()),
	)
	server.RegisterService(directly(), NewService(session))
	checks := health.NewServer()
	checks.SetServingStatus(pb.TradingEngine_ServiceDesc.ServiceName, healthpb.HealthCheckResponse_SERVING)
	healthpb.RegisterHealthServer(server, checks)
	if withReflection {
		reflection.Register(server)
	}
	return server, checks
}
