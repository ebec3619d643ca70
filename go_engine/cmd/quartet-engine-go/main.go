// Command quartet-engine-go serves the Go engine: one process, one engine, one gRPC address.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"google.golang.org/grpc"

	"quartet.dev/go_engine/internal/core"
	"quartet.dev/go_engine/internal/edge"
)

const (
	exitFailure  = 1
	exitCannot   = 2 // the address cannot be served
	parentLooks  = 500 * time.Millisecond
	drainAtMost  = 5 * time.Second
	orphanDrain  = time.Second // nobody is left to wait for the answers
	usageHeading = "quartet-engine-go serves the Go engine by gRPC.\n"
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run is main with its streams; it returns the exit code.
func run(arguments []string, stdin io.Reader, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("quartet-engine-go", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		_, _ = io.WriteString(stderr, usageHeading)
		flags.PrintDefaults()
	}
	version := flags.Bool("version", false, "print the version, the hash of the contract and the build")
	address := flags.String("listen", "tcp:127.0.0.1:0", "address: unix:PATH or tcp:HOST:PORT")
	watch := flags.Bool("parent-watch", false, "end when standard input closes or the parent process goes away")
	reflects := flags.Bool("reflection", true, "offer gRPC server reflection")
	if err := flags.Parse(arguments); err != nil {
		return exitCannot
	}
	if *version {
		_, _ = fmt.Fprintln(stdout, core.Version, core.ContractHash, edge.Build())
		return 0
	}
	listener, err := edge.Listen(*address)
	if err != nil {
		_, _ = fmt.Fprintln(stderr, "quartet-engine-go:", err)
		return exitCannot
	}
	session := edge.NewSession()
	server, checks := edge.NewServer(session, *reflects)
	ending := make(chan time.Duration, 3) // how long calls may take to end
	notice := make(chan os.Signal, 1)
	signal.Notify(notice, syscall.SIGTERM, os.Interrupt)
	go func() {
		<-notice
		ending <- drainAtMost
	}()
	if *watch {
		go watchInput(stdin, ending)
		go watchParent(ending)
	}
	go func() {
		patience := <-ending
		checks.Shutdown()
		drain(server, patience)
	}()
	ready := struct {
		Address      string `json:"address"`
		ContractHash string `json:"contract_hash"`
		Version      string `json:"version"`
	}{edge.AddressOf(listener), core.ContractHash, core.Version}
	if err := json.NewEncoder(stdout).Encode(ready); err != nil {
		_, _ = fmt.Fprintln(stderr, "quartet-engine-go:", err)
		return exitFailure
	}
	// The end may come before the server has begun.
	if err := server.Serve(listener); err != nil && !errors.Is(err, grpc.ErrServerStopped) {
		_, _ = fmt.Fprintln(stderr, "quartet-engine-go:", err)
		return exitFailure
	}
	return 0
}

// drain lets calls end, but not for ever.
func drain(server *grpc.Server, patience time.Duration) {
	late := time.AfterFunc(patience, server.Stop)
	defer late.Stop()
	server.GracefulStop()
}

// watchInput ends the process when standard input closes.
func watchInput(stdin io.Reader, ending chan<- time.Duration) {
	_, _ = io.Copy(io.Discard, stdin)
	ending <- orphanDrain
}

// watchParent ends the process when its parent is another one than at the start.
func watchParent(ending chan<- time.Duration) {
	parent := os.Getppid()
	for os.Getppid() == parent {
		time.Sleep(parentLooks)
	}
	ending <- orphanDrain
}
