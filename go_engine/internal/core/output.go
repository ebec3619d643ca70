// Output: the buffer of records, and the context of the event at hand.

package core

// Context is what every room knows of the event at hand; phase two sets it before the steps.
type Context struct {
	EventIndex uint64
	Now        int64 // ts_init
	TsEvent    int64
	Output     Output
	Counters   Counters
}

// chunkBytes is the room of one chunk of records.
const chunkBytes = 2048 * RecordSize

// Output collects records back to back (spec 13.2), in chunks that are used again by the next call.
type Output struct {
	current []byte // the chunk being filled
	used    int    // bytes of it
	chunks  [][]byte
	full    int // chunks before current
}

// Next returns the bytes of a new record, all zero.
func (o *Output) Next() []byte {
	if o.used == len(o.current) {
		o.advance()
	}
	record := o.current[o.used : o.used+RecordSize]
	o.used += RecordSize
	clear(record)
	return record
}

// advance goes to the next chunk.
func (o *Output) advance() {
	if o.current != nil {
		o.full++
	}
	if o.full == len(o.chunks) {
		o.chunks = append(o.chunks, make([]byte, chunkBytes))
	}
	o.current, o.used = o.chunks[o.full], 0
}

// Take returns the records in one piece and starts empty.
func (o *Output) Take() []byte {
	taken := make([]byte, 0, o.full*chunkBytes+o.used)
	for _, chunk := range o.chunks[:o.full] {
		taken = append(taken, chunk...)
	}
	taken = append(taken, o.current[:o.used]...)
	o.current, o.used, o.full = nil, 0, 0
	return taken
}
