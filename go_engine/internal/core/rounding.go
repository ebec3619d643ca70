// Rounding of integers: half to even, shares in parts per billion, steps (spec 1.2).

package core

import (
	"math"
	"math/bits"
)

// HalfSum returns half_even(a + b, 2) for |a|, |b| < 2^62.
func HalfSum(a, b int64) int64 {
	sum := a + b
	half := sum >> 1
	if sum&1 != 0 {
		half += half & 1
	}
	return half
}

// MulDiv returns the integer nearest to y*f/d, d > 0, ties to the even result (spec 1.2).
func MulDiv(y Int128, f, d int64) Int128 {
	negative := (y.Hi < 0) != (f < 0)
	magnitude := y.Abs()
	factor := uint64(f)
	if f < 0 {
		factor = -factor
	}
	divisor := uint64(d)
	quotientHi, quotientLo, rest := divMod(uint64(magnitude.Hi), magnitude.Lo, divisor)
	productHi, productLo := bits.Mul64(rest, factor)
	part, remainder := bits.Div64(productHi, productLo, divisor) // rest < d keeps the quotient within 64 bits
	hi, lo := bits.Mul64(quotientLo, factor)
	hi += quotientHi * factor
	lo, carry := bits.Add64(lo, part, 0)
	hi += carry
	if remainder > divisor-remainder || (remainder == divisor-remainder && lo&1 != 0) {
		lo, carry = bits.Add64(lo, 1, 0)
		hi += carry
	}
	result := Int128{int64(hi), lo}
	if negative {
		return result.Neg()
	}
	return result
}

// narrowShare bounds the shares for which a remainder's share fits 64 bits.
const narrowShare = 1 << 34

// Cap returns the share f, in parts per billion, of y.
func Cap(f int64, y Int128) Int128 {
	if f == 0 {
		return Int128{}
	}
	if y.Hi < 0 || uint64(f) >= narrowShare {
		return MulDiv(y, f, Scale)
	}
	if y.Hi == 0 {
		if hi, lo := bits.Mul64(y.Lo, uint64(f)); hi < Scale/2 {
			return FromUint64(nearestShare(hi, lo))
		}
	}
	wholeHi, rest := uint64(y.Hi)/Scale, uint64(y.Hi)%Scale
	whole, rest := bits.Div64(rest, y.Lo, Scale)
	share := uint64(f)
	hi, lo := bits.Mul64(whole, share)
	part := rest * share // below 2^64
	lo, carry := bits.Add64(lo, part/Scale, 0)
	hi += wholeHi*share + carry
	if rest = part % Scale; 2*rest > Scale || (2*rest == Scale && lo&1 != 0) {
		lo, carry = bits.Add64(lo, 1, 0)
		hi += carry
	}
	return Int128{int64(hi), lo}
}

// nearestShare divides the 128-bit number hi:lo by Scale, ties to even; hi is below half of it.
func nearestShare(hi, lo uint64) uint64 {
	quotient, rest := lo/Scale, lo%Scale
	if hi != 0 {
		quotient, rest = bits.Div64(hi, lo, Scale)
	}
	if 2*rest > Scale || (2*rest == Scale && quotient&1 != 0) {
		quotient++
	}
	return quotient
}

// ProductLessEqual tells whether x*a <= y*b, exactly, for numbers that are not negative.
func ProductLessEqual(x Int128, a int64, y Int128, b int64) bool {
	high, middle, low := mulWide(x, uint64(a))
	otherHigh, otherMiddle, otherLow := mulWide(y, uint64(b))
	_, borrow := bits.Sub64(otherLow, low, 0)
	_, borrow = bits.Sub64(otherMiddle, middle, borrow)
	_, borrow = bits.Sub64(otherHigh, high, borrow)
	return borrow == 0
}

// mulWide returns the 192 bits of x * b, x not negative.
func mulWide(x Int128, b uint64) (high, middle, low uint64) {
	middle, low = bits.Mul64(x.Lo, b)
	high, part := bits.Mul64(uint64(x.Hi), b)
	middle, carry := bits.Add64(middle, part, 0)
	return high + carry, middle, low
}

// FloorTo returns the multiple of step next to p towards minus infinity.
func FloorTo(p, step int64) int64 {
	remainder := p % step
	if remainder < 0 {
		remainder += step
	}
	return p - remainder
}

// CeilTo returns the multiple of step next to p towards plus infinity.
func CeilTo(p, step int64) int64 {
	remainder := p % step
	if remainder > 0 {
		remainder -= step
	}
	return p - remainder
}

// FloorDiv returns a / d towards minus infinity, d > 0.
func FloorDiv(a, d int64) int64 {
	quotient := a / d
	if a%d < 0 {
		quotient--
	}
	return quotient
}

// FloorToWide is FloorTo for wide numbers, held to the range of int64.
func FloorToWide(x Int128, step int64) int64 { return x.FloorDiv(step).Mul(step).Int64() }

// CeilToWide is CeilTo for wide numbers, held to the range of int64.
func CeilToWide(x Int128, step int64) int64 { return x.CeilDiv(step).Mul(step).Int64() }

// Abs64 returns |a| for a > -2^63.
func Abs64(a int64) int64 {
	if a < 0 {
		return -a
	}
	return a
}

// Rint returns the integer nearest to x, ties to even, for |x| < 2^63.
func Rint(x float64) int64 { return int64(math.RoundToEven(x)) }
