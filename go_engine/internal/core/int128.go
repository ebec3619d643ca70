// Int128: signed 128-bit integers for money (spec 1.1).

package core

import (
	"encoding/binary"
	"math"
	"math/bits"
)

// Int128 is a signed 128-bit integer in two's complement; its arithmetic wraps.
type Int128 struct {
	Hi int64
	Lo uint64
}

// FromInt64 widens v.
func FromInt64(v int64) Int128 { return Int128{v >> 63, uint64(v)} }

// FromUint64 widens v.
func FromUint64(v uint64) Int128 { return Int128{0, v} }

// MulInt64 returns the exact product of a and b.
func MulInt64(a, b int64) Int128 {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	return Int128{int64(hi) - ((a >> 63) & b) - ((b >> 63) & a), lo}
}

// GetInt128 reads 16 little-endian bytes.
func GetInt128(b []byte) Int128 {
	_ = b[15]
	return Int128{int64(binary.LittleEndian.Uint64(b[8:])), binary.LittleEndian.Uint64(b)}
}

// Put writes the value into 16 little-endian bytes.
func (x Int128) Put(b []byte) {
	_ = b[15]
	binary.LittleEndian.PutUint64(b, x.Lo)
	binary.LittleEndian.PutUint64(b[8:], uint64(x.Hi))
}

// Add returns x + y.
func (x Int128) Add(y Int128) Int128 {
	lo, carry := bits.Add64(x.Lo, y.Lo, 0)
	hi, _ := bits.Add64(uint64(x.Hi), uint64(y.Hi), carry)
	return Int128{int64(hi), lo}
}

// Sub returns x - y.
func (x Int128) Sub(y Int128) Int128 {
	lo, borrow := bits.Sub64(x.Lo, y.Lo, 0)
	hi, _ := bits.Sub64(uint64(x.Hi), uint64(y.Hi), borrow)
	return Int128{int64(hi), lo}
}

// Neg returns -x.
func (x Int128) Neg() Int128 { return Int128{}.Sub(x) }

// NegateIf returns -x where the condition holds, else x; there is no branch in it.
func (x Int128) NegateIf(condition bool) Int128 {
	mask := uint64(0)
	if condition {
		mask = math.MaxUint64
	}
	flipped := Int128{x.Hi ^ int64(mask), x.Lo ^ mask}
	return flipped.Sub(Int128{int64(mask), mask})
}

// Abs returns the magnitude of x.
func (x Int128) Abs() Int128 {
	if x.Hi < 0 {
		return x.Neg()
	}
	return x
}

// WithinBits tells whether |x| < 2^bits, for 64 <= bits < 127.
func (x Int128) WithinBits(bits uint) bool { return uint64(x.Abs().Hi)>>(bits-64) == 0 }

// Mul returns the low 128 bits of x * b.
func (x Int128) Mul(b int64) Int128 {
	hi, lo := bits.Mul64(x.Lo, uint64(b))
	hi += uint64(x.Hi) * uint64(b)
	if b < 0 {
		hi -= x.Lo
	}
	return Int128{int64(hi), lo}
}

// Less tells whether x < y.
func (x Int128) Less(y Int128) bool { return x.Hi < y.Hi || (x.Hi == y.Hi && x.Lo < y.Lo) }

// LessEqual tells whether x <= y.
func (x Int128) LessEqual(y Int128) bool { return !y.Less(x) }

// IsZero tells whether x is 0.
func (x Int128) IsZero() bool { return x.Hi == 0 && x.Lo == 0 }

// Positive tells whether x > 0.
func (x Int128) Positive() bool { return x.Hi > 0 || (x.Hi == 0 && x.Lo != 0) }

// Int64 returns x held to the range of int64.
func (x Int128) Int64() int64 {
	if x.Hi == int64(x.Lo)>>63 {
		return int64(x.Lo)
	}
	if x.Hi < 0 {
		return math.MinInt64
	}
	return math.MaxInt64
}

// Float64 converts with one rounding to nearest even (spec 1.3).
func (x Int128) Float64() float64 {
	magnitude := x.Abs()
	hi, lo := uint64(magnitude.Hi), magnitude.Lo
	var value float64
	if hi == 0 {
		value = float64(lo)
	} else {
		shift := 64 - uint(bits.LeadingZeros64(hi))
		top := hi<<(64-shift) | lo>>shift
		if lo<<(64-shift) != 0 {
			top |= 1 // sticky bit: far below the rounding position
		}
		value = float64(top) * math.Float64frombits(uint64(1023+shift)<<52)
	}
	if x.Hi < 0 {
		return -value
	}
	return value
}

// divMod divides the unsigned 128-bit number hi:lo by d > 0.
func divMod(hi, lo, d uint64) (quotientHi, quotientLo, remainder uint64) {
	if hi != 0 {
		quotientHi, hi = hi/d, hi%d
	}
	quotientLo, remainder = bits.Div64(hi, lo, d)
	return quotientHi, quotientLo, remainder
}

// FloorDiv returns x / d towards minus infinity, d > 0.
func (x Int128) FloorDiv(d int64) Int128 {
	magnitude := x.Abs()
	hi, lo, remainder := divMod(uint64(magnitude.Hi), magnitude.Lo, uint64(d))
	quotient := Int128{int64(hi), lo}
	if x.Hi >= 0 {
		return quotient
	}
	quotient = quotient.Neg()
	if remainder != 0 {
		quotient = quotient.Sub(Int128{0, 1})
	}
	return quotient
}

// CeilDiv returns x / d towards plus infinity, d > 0.
func (x Int128) CeilDiv(d int64) Int128 { return x.Neg().FloorDiv(d).Neg() }
