// exp, log and tanh in the contract's own order of operations (spec 1.5 to 1.7).
// Every product that feeds a sum is wrapped in float64, so that no architecture fuses it.

package core

import "math"

const (
	log2Hi = 0.6931471803691238
	log2Lo = 1.9082149292705877e-10
)

// exponentialTerms are c14 ... c2 of spec 1.5: the doubles nearest to 1/i!.
var exponentialTerms = [13]float64{
	1.0 / 87178291200.0, 1.0 / 6227020800.0, 1.0 / 479001600.0, 1.0 / 39916800.0, 1.0 / 3628800.0,
	1.0 / 362880.0, 1.0 / 40320.0, 1.0 / 5040.0, 1.0 / 720.0, 1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 1.0 / 2.0,
}

// logarithmTerms are 1/23, 1/21, ... 1/3 of spec 1.6.
var logarithmTerms = [11]float64{
	1.0 / 23.0, 1.0 / 21.0, 1.0 / 19.0, 1.0 / 17.0, 1.0 / 15.0, 1.0 / 13.0, 1.0 / 11.0, 1.0 / 9.0, 1.0 / 7.0,
	1.0 / 5.0, 1.0 / 3.0,
}

// powerOfTwo returns 2^k for a normal result.
func powerOfTwo(k int64) float64 { return math.Float64frombits(uint64(k+1023) << 52) }

// Exp is exp of spec 1.5.
func Exp(x float64) float64 {
	switch {
	case x != x:
		return NaN
	case x > 709.782712893384:
		return math.Inf(1)
	case x < -745.1332191019412:
		return 0
	}
	k := math.RoundToEven(x * 1.4426950408889634)
	r := (x - float64(k*log2Hi)) - float64(k*log2Lo)
	p := exponentialTerms[0]
	for _, term := range exponentialTerms[1:] {
		p = float64(p*r) + term
	}
	p = float64(p*r) + 1.0
	p = float64(p*r) + 1.0
	exponent := int64(k)
	a := exponent >> 1
	return float64(p*powerOfTwo(a)) * powerOfTwo(exponent-a)
}

// Log is log of spec 1.6.
func Log(x float64) float64 {
	switch {
	case x != x || x < 0:
		return NaN
	case x == 0:
		return math.Inf(-1)
	case x > math.MaxFloat64:
		return x
	}
	shift := int64(0)
	if x < 0x1p-1022 {
		x *= 0x1p54
		shift = 54
	}
	bits := math.Float64bits(x)
	exponent := int64(bits>>52) - 1023 - shift
	m := math.Float64frombits(bits&(1<<52-1) | 1023<<52)
	if m > 1.4142135623730951 {
		m *= 0.5
		exponent++
	}
	s := (m - 1.0) / (m + 1.0)
	z := s * s
	p := logarithmTerms[0]
	for _, term := range logarithmTerms[1:] {
		p = float64(p*z) + term
	}
	p = float64(p*z) + 1.0
	e := float64(exponent)
	return (float64(e*log2Lo) + float64(float64(2.0*s)*p)) + float64(e*log2Hi)
}

// Tanh is tanh of spec 1.7.
func Tanh(x float64) float64 {
	if x != x {
		return NaN
	}
	magnitude := math.Abs(x)
	if magnitude > 20 {
		return math.Copysign(1, x)
	}
	if magnitude < 0.625 {
		z := x * x
		t := 19.0
		for d := 17.0; d >= 1.0; d -= 2.0 {
			t = d + z/t
		}
		return x / t
	}
	y := 1.0 - 2.0/(Exp(2.0*magnitude)+1.0)
	return math.Copysign(y, x)
}
