package edge

import (
	"runtime"
	"sort"
	"syscall"
	"testing"
)

func threadNs() int64 {
	var u syscall.Rusage
	_ = syscall.Getrusage(1, &u)
	return u.Utime.Nano() + u.Stime.Nano()
}

func TestZZ(t *testing.T) {
	runtime.LockOSThread()
	for _, symbols := range []int{1, 100} {
		quotes := w1Quotes(w1Count, symbols)
		var ts []int
		for range 15 {
			s := w1Session(t, symbols)
			a := threadNs()
			_, _, _ = s.Process(quotes)
			ts = append(ts, int((threadNs()-a)/1000))
		}
		sort.Ints(ts)
		t.Logf("S=%d cpu ns/quote min %d median %d", symbols, ts[0]/1000, ts[7]/1000)
	}
}
