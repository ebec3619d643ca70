package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"quartet.dev/go_engine/internal/core"
	"quartet.dev/go_engine/internal/signal_engine"
)

// serve runs the command and returns what it says when ready, and its exit code to come.
func serve(t *testing.T, stdin io.Reader, arguments ...string) (ready map[string]string, exit chan int) {
	t.Helper()
	reading, writing := io.Pipe()
	exit = make(chan int, 1)
	go func() { exit <- run(arguments, stdin, writing, io.Discard) }()
	line, err := bufio.NewReader(reading).ReadBytes('\n')
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(line, &ready); err != nil {
		t.Fatal(err)
	}
	return ready, exit
}

func await(t *testing.T, exit chan int) {
	t.Helper()
	select {
	case code := <-exit:
		if code != 0 {
			t.Errorf("exit code %d", code)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("it does not end")
	}
}

func TestServesUntilItsInputCloses(t *testing.T) {
	reading, writing := io.Pipe()
	path := filepath.Join(t.TempDir(), "e.sock")
	ready, exit := serve(t, reading, "--listen", "unix:"+path, "--parent-watch")
	if ready["address"] != "unix:"+path || ready["contract_hash"] != core.ContractHash || ready["version"] != core.Version {
		t.Errorf("it says %v", ready)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the socket is %v, %v", info, err)
	}
	if err := writing.Close(); err != nil {
		t.Fatal(err)
	}
	await(t, exit)
}

func TestServesUntilItIsTerminated(t *testing.T) {
	ready, exit := serve(t, nil, "--listen", "tcp:127.0.0.1:0", "--reflection=false")
	connection, err := net.Dial("tcp", strings.TrimPrefix(ready["address"], "tcp:"))
	if err != nil {
		t.Fatal(err)
	}
	if err := connection.Close(); err != nil {
		t.Error(err)
	}
	if err := syscall.Kill(os.Getpid(), syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	await(t, exit)
}

func TestCannotServe(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := taken.Close(); err != nil {
			t.Error(err)
		}
	}()
	for _, address := range []string{
		"tcp:" + taken.Addr().String(), "unix:" + filepath.Join(t.TempDir(), strings.Repeat("x", 110)), "nowhere",
	} {
		var stderr bytes.Buffer
		if code := run([]string{"--listen", address}, nil, io.Discard, &stderr); code != exitCannot {
			t.Errorf("%s: exit code %d", address, code)
		}
		if strings.Count(stderr.String(), "\n") != 1 {
			t.Errorf("%s: says %q", address, stderr.String())
		}
	}
	if code := run([]string{"--nonsense"}, nil, io.Discard, io.Discard); code != exitCannot {
		t.Errorf("an unknown flag: exit code %d", code)
	}
}

func TestFlagsOfTheEngine(t *testing.T) {
	for _, item := range []struct {
		says      string
		arguments []string
	}{
		{"-threads is 0", []string{"-threads", "0"}},
		{"-mode is", []string{"-mode", "fast"}},
		{"-simd is", []string{"-simd", "avx"}},
	} {
		var stderr bytes.Buffer
		code := run(item.arguments, nil, io.Discard, &stderr)
		if text := stderr.String(); code != exitCannot || !strings.Contains(text, "BAD_CONFIG") || !strings.Contains(text, item.says) {
			t.Errorf("%v: exit code %d, says %q", item.arguments, code, text)
		}
	}
	options, err := engineOptions(2, "block", "scalar")
	if err != nil || options.Threads != 2 || options.Mode != signalengine.ModeBlock {
		t.Errorf("options are %+v, %v", options, err)
	}
}

func TestVersion(t *testing.T) {
	var stdout bytes.Buffer
	if code := run([]string{"--version"}, nil, &stdout, io.Discard); code != 0 {
		t.Errorf("exit code %d", code)
	}
	if fields := strings.Fields(stdout.String()); len(fields) < 3 || fields[0] != core.Version || fields[1] != core.ContractHash {
		t.Errorf("it says %q", stdout.String())
	}
}
