// Output: the chunks of records that a call writes, and the context of the event at hand.

package core

import (
	"sync"
	"unsafe"
)

// Context is what every room knows of the event at hand; phase two sets it before the steps.
type Context struct {
	EventIndex uint64
	Now        int64 // ts_init
	TsEvent    int64
	Output     Output
	Counters   Counters
}

// chunkRecords is the room of one chunk of records: small enough to stay in a cache until it is sent.
const (
	chunkRecords = 512
	chunkBytes   = chunkRecords * RecordSize
)

// chunkPool keeps chunks that were given back, so that their pages stay warm.
var chunkPool = sync.Pool{New: func() any {
	chunk := make([]byte, chunkBytes)
	return &chunk
}}

// Output collects records back to back (spec 13.2).
type Output struct {
	room   *[chunkRecords][RecordSize]byte // the last chunk
	count  uint                            // of the records
	chunks []*[]byte
}

// Next returns the bytes of a new record; they hold what an older one was.
func (o *Output) Next() *[RecordSize]byte {
	at := o.count % chunkRecords
	if at == 0 {
		o.advance()
	}
	o.count++
	return &o.room[at]
}

// advance goes to the next chunk.
func (o *Output) advance() {
	chunk := chunkPool.Get().(*[]byte)
	*chunk = (*chunk)[:chunkBytes]
	o.chunks = append(o.chunks, chunk)
	o.room = (*[chunkRecords][RecordSize]byte)(unsafe.Pointer(unsafe.SliceData(*chunk)))
}

// Take hands over the records of a call and starts empty; room is an older call's, to be used again, or nil.
func (o *Output) Take(room Records) Records {
	taken := Records(o.chunks)
	if last := len(taken) - 1; last >= 0 {
		*taken[last] = (*taken[last])[:((o.count-1)%chunkRecords+1)*RecordSize]
	}
	o.room, o.count, o.chunks = nil, 0, room[:0]
	return taken
}

// Records are the records of a call, in chunks back to back.
type Records []*[]byte

// Len returns the bytes of all records.
func (r Records) Len() (bytes int) {
	for _, chunk := range r {
		bytes += len(*chunk)
	}
	return bytes
}

// Bytes returns the records in one piece.
func (r Records) Bytes() []byte {
	out := make([]byte, 0, r.Len())
	for _, chunk := range r {
		out = append(out, *chunk...)
	}
	return out
}

// Free gives the chunks back; nobody may look at the records any more.
func (r Records) Free() {
	for i, chunk := range r {
		FreeChunk(chunk)
		r[i] = nil
	}
}

// FreeChunk gives one chunk back.
func FreeChunk(chunk *[]byte) { chunkPool.Put(chunk) }
