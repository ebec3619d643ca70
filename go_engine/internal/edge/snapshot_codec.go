// Snapshot codec: little-endian fields without padding (spec 14.1).

package edge

import (
	"encoding/binary"
	"encoding/hex"
	"math"

	"quartet.dev/go_engine/internal/core"
)

const snapshotMagic = "QRTSNAP1"

// contractHash is the hash of the build's contract.
var contractHash = func() []byte {
	hash, err := hex.DecodeString(core.ContractHash)
	if err != nil {
		panic("the generated contract hash is not hexadecimal")
	}
	return hash
}()

// writer appends fields.
type writer struct{ out []byte }

func (w *writer) u8(v uint8)   { w.out = append(w.out, v) }
func (w *writer) u16(v uint16) { w.out = binary.LittleEndian.AppendUint16(w.out, v) }
func (w *writer) u32(v uint32) { w.out = binary.LittleEndian.AppendUint32(w.out, v) }
func (w *writer) u64(v uint64) { w.out = binary.LittleEndian.AppendUint64(w.out, v) }
func (w *writer) i64(v int64)  { w.u64(uint64(v)) }
func (w *writer) f64(v float64) {
	w.u64(core.FloatBits(v))
}

func (w *writer) i128(v core.Int128) {
	w.u64(v.Lo)
	w.i64(v.Hi)
}

func (w *writer) flag(v bool) {
	if v {
		w.u8(1)
	} else {
		w.u8(0)
	}
}

func (w *writer) blob(v []byte) {
	w.u64(uint64(len(v)))
	w.out = append(w.out, v...)
}

// reader takes fields; after the first failure every field is zero.
type reader struct {
	in      []byte
	at      int
	failure string
}

func (r *reader) fail(reason string) {
	if r.failure == "" {
		r.failure = reason
	}
	r.at = len(r.in)
}

// take returns the next n bytes, zeros where the snapshot is cut short.
func (r *reader) take(n int) []byte {
	if n > len(r.in)-r.at {
		r.fail("it is cut short")
		return make([]byte, min(n, 16))
	}
	taken := r.in[r.at : r.at+n]
	r.at += n
	return taken
}

func (r *reader) u8() uint8   { return r.take(1)[0] }
func (r *reader) u16() uint16 { return binary.LittleEndian.Uint16(r.take(2)) }
func (r *reader) u32() uint32 { return binary.LittleEndian.Uint32(r.take(4)) }
func (r *reader) u64() uint64 { return binary.LittleEndian.Uint64(r.take(8)) }
func (r *reader) i64() int64  { return int64(r.u64()) }
func (r *reader) f64() float64 {
	return math.Float64frombits(r.u64())
}
func (r *reader) i128() core.Int128 { return core.GetInt128(r.take(16)) }

// flag reads a byte that is 0 or 1.
func (r *reader) flag() bool {
	v := r.u8()
	if v > 1 {
		r.fail("a mark is neither 0 nor 1")
	}
	return v == 1
}

// blob reads a length and its bytes.
func (r *reader) blob() []byte {
	length := r.u64()
	if length > uint64(len(r.in)-r.at) {
		r.fail("it is cut short")
		return nil
	}
	return append([]byte(nil), r.take(int(length))...)
}

// count reads the number of entries that follow, of at least size bytes each and at most most.
func (r *reader) count(size int, most uint64) int {
	count := r.u32()
	if uint64(count) > most || uint64(count)*uint64(size) > uint64(len(r.in)-r.at) {
		r.fail("a count is impossible")
		return 0
	}
	return int(count)
}

// enumOf reads an enum's number.
func enumOf[E interface {
	~uint8
	Valid() bool
}](r *reader) E {
	value := E(r.u8())
	if !value.Valid() && r.failure == "" {
		r.fail("a number is in no table")
	}
	return value
}

// optionalEnum reads an enum's number, or 0 where the value is absent.
func optionalEnum[E interface {
	~uint8
	Valid() bool
}](r *reader, present bool) E {
	if present {
		return enumOf[E](r)
	}
	if r.u8() != 0 {
		r.fail("an absent value is not zero")
	}
	return 0
}
