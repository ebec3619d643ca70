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
	"runtime/debug"
	"syscall"
	"time"

	"google.golang.org/grpc"

	"quartet.dev/go_engine/internal/core"
	"quartet.dev/go_engine/internal/edge"
	"quartet.dev/go_engine/internal/engine"
	"quartet.dev/go_engine/internal/signal_engine"
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
	threads := flags.Int("threads", 1, "2 or more: the program of the next block runs beside the orders of the present one")
	mode := flags.String("mode", "auto", "how the program runs, auto: by the size of a batch, event: least latency, block: most throughput")
	simd := flags.String("simd", "auto", "vector instructions, auto or scalar; this engine has scalar code only")
	gcPercent := flags.Int("gc-percent", 400, "growth of the heap between collections, in percent; GOGC goes before it")
	memoryMiB := flags.Int64("memory-limit-mb", 0, "soft limit of memory, in MiB, 0: none; GOMEMLIMIT goes before it")
	if err := flags.Parse(arguments); err != nil {
		return exitCannot
	}
	options, err := engineOptions(*threads, *mode, *simd)
	if err != nil {
		_, _ = fmt.Fprintln(stderr, "quartet-engine-go:", err)
		return exitCannot
	}
	if *version {
		_, _ = fmt.Fprintln(stdout, core.Version, core.ContractHash, edge.Build())
		return 0
	}
	options.GCPercent = limitMemory(*gcPercent, *memoryMiB)
	listener, err := edge.Listen(*address)
	if err != nil {
		_, _ = fmt.Fprintln(stderr, "quartet-engine-go:", err)
		return exitCannot
	}
	session := edge.NewSession(options)
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

// limitMemory sets the collector, unless the environment has, and returns the percentage that it set, else 0.
func limitMemory(gcPercent int, memoryMiB int64) int {
	if os.Getenv("GOMEMLIMIT") == "" && memoryMiB > 0 {
		debug.SetMemoryLimit(memoryMiB << 20)
	}
	if os.Getenv("GOGC") != "" {
		return 0
	}
	debug.SetGCPercent(gcPercent)
	return gcPercent
}

// engineOptions checks the flags that say how the engine runs.
func engineOptions(threads int, mode, simd string) (engine.Options, error) {
	modes := map[string]signalengine.Mode{
		"auto": signalengine.ModeAuto, "event": signalengine.ModeEvent, "block": signalengine.ModeBlock,
	}
	chosen, known := modes[mode]
	switch {
	case threads < 1:
		return engine.Options{}, core.Errorf(core.ErrorCodeBadConfig, "-threads is %d, expected at least 1", threads)
	case !known:
		return engine.Options{}, core.Errorf(core.ErrorCodeBadConfig, "-mode is %q, expected auto, event or block", mode)
	case simd != "auto" && simd != "scalar":
		return engine.Options{}, core.Errorf(core.ErrorCodeBadConfig, "-simd is %q, expected auto or scalar", simd)
	}
	return engine.Options{Threads: threads, Mode: chosen}, nil
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
