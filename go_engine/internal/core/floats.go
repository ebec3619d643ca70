// Binary64 rules: NaN bits, selects, prices as floats (spec 1.3, 1.4).

package core

import "math"

// CanonicalNaN are the bits with which every NaN is written (spec 1.4).
const CanonicalNaN = 0x7FF8000000000000

// NaN is the quiet NaN of the contract.
var NaN = math.Float64frombits(CanonicalNaN)

// FloatBits returns the bits of x as they are written.
func FloatBits(x float64) uint64 {
	if x != x {
		return CanonicalNaN
	}
	return math.Float64bits(x)
}

// Canonical returns x with the contract's NaN.
func Canonical(x float64) float64 {
	if x != x {
		return NaN
	}
	return x
}

// PriceFloat returns an integer in 1e-9 as a float; one rounding each (spec 1.3).
func PriceFloat(p int64) float64 { return float64(p) / 1e9 }

// Min2 is min of spec 1.4: a where neither is smaller, NaN where one is NaN.
func Min2(a, b float64) float64 {
	if a != a || b != b {
		return NaN
	}
	if b < a {
		return b
	}
	return a
}

// Max2 is max of spec 1.4.
func Max2(a, b float64) float64 {
	if a != a || b != b {
		return NaN
	}
	if a < b {
		return b
	}
	return a
}

// IsFinite tells whether x is neither NaN nor infinite.
func IsFinite(x float64) bool { return x-x == 0 }
