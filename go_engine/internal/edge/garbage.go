// Garbage: the collector counts in shares of the heap; of a large engine most is state, which lives as long as it.

package edge

import (
	"runtime"
	"runtime/debug"
)

const (
	// largeConfig is the size of a configuration of some thousand symbols.
	largeConfig = 1 << 16
	// garbageBytes may lie about beside a large engine.
	garbageBytes = 12 << 20
)

// limitGarbage gives back what reading a large configuration has left, and keeps what calls leave from growing with the
// state.
func (s *Session) limitGarbage() {
	wasLarge := s.isLarge
	if s.isLarge = len(s.configBlob) >= largeConfig; !s.isLarge && !wasLarge {
		return
	}
	runtime.GC() // pools keep what they have for one collection
	debug.FreeOSMemory()
	if s.options.GCPercent == 0 {
		return
	}
	stats := runtime.MemStats{}
	runtime.ReadMemStats(&stats)
	debug.SetGCPercent(int(min(uint64(s.options.GCPercent), garbageBytes*100/max(stats.HeapAlloc, 1)+1)))
}
