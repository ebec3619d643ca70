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

// Cap returns the share f, in parts per billion, of y.
func Cap(f int64, y Int128) Int128 { return MulDiv(y, f, Scale) }

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
