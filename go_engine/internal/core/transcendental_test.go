package core

import (
	"math"
	"math/rand/v2"
	"testing"
)

// closeTo fails where two values differ by more than a few units in the last place.
func closeTo(t *testing.T, what string, x, actual, expected float64) {
	t.Helper()
	if actual == expected || (actual != actual && expected != expected) {
		return
	}
	if math.Abs(actual-expected) > 4e-16*math.Abs(expected)*4 && math.Abs(actual-expected) > 1e-300 {
		t.Fatalf("%s(%v) is %v, expected about %v", what, x, actual, expected)
	}
}

func TestTranscendental(t *testing.T) {
	random := rand.New(rand.NewPCG(9, 10))
	for range 50000 {
		x := (random.Float64() - 0.5) * 1400
		closeTo(t, "exp", x, Exp(x), math.Exp(x))
		y := math.Ldexp(random.Float64(), random.IntN(2000)-1050)
		if y >= 0x1p-1022 {
			closeTo(t, "log", y, Log(y), math.Log(y))
		} else if y > 0 {
			closeTo(t, "log", y, Log(y), math.Log(y*0x1p54)-54*math.Ln2)
		}
		z := (random.Float64() - 0.5) * 8
		closeTo(t, "tanh", z, Tanh(z), math.Tanh(z))
	}
}

func TestTranscendentalSpecials(t *testing.T) {
	inf := math.Inf(1)
	for _, item := range []struct {
		name             string
		actual, expected float64
	}{
		{"exp(0)", Exp(0), 1},
		{"exp(710)", Exp(710), inf},
		{"exp(-746)", Exp(-746), 0},
		{"exp(inf)", Exp(inf), inf},
		{"exp(-inf)", Exp(-inf), 0},
		{"log(1)", Log(1), 0},
		{"log(0)", Log(0), -inf},
		{"log(-0)", Log(math.Copysign(0, -1)), -inf},
		{"log(inf)", Log(inf), inf},
		{"tanh(30)", Tanh(30), 1},
		{"tanh(-30)", Tanh(-30), -1},
		{"tanh(inf)", Tanh(inf), 1},
	} {
		if item.actual != item.expected {
			t.Errorf("%s is %v, expected %v", item.name, item.actual, item.expected)
		}
	}
	for _, x := range []float64{Exp(NaN), Log(NaN), Log(-1), Tanh(NaN)} {
		if math.Float64bits(x) != CanonicalNaN {
			t.Errorf("NaN is %x", math.Float64bits(x))
		}
	}
	if !math.Signbit(Tanh(math.Copysign(0, -1))) {
		t.Error("tanh(-0.0) lost its sign")
	}
	if got := Log(5e-324); math.Abs(got+744.4400719213812) > 1e-12 {
		t.Errorf("log of the smallest number is %v", got)
	}
}

func TestSelects(t *testing.T) {
	negativeZero := math.Copysign(0, -1)
	if !math.Signbit(Min2(negativeZero, 0)) || math.Signbit(Max2(0, negativeZero)) {
		t.Error("min and max keep their first argument where neither is smaller")
	}
	if Min2(1, NaN) == Min2(1, NaN) || Max2(NaN, 1) == Max2(NaN, 1) {
		t.Error("min and max of NaN are NaN")
	}
	if Min2(2, 1) != 1 || Max2(1, 2) != 2 || IsFinite(math.Inf(-1)) || IsFinite(NaN) || !IsFinite(1) {
		t.Error("min, max or IsFinite")
	}
	if FloatBits(-NaN) != CanonicalNaN || math.Float64bits(Canonical(-NaN)) != CanonicalNaN {
		t.Error("a NaN with a sign is not written as the contract's")
	}
}
