package core

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

// draw returns a number of a random width, so that small and large ones come up.
func draw(random *rand.Rand, bits int) Int128 {
	x := Int128{int64(random.Uint64()), random.Uint64()}
	shift := uint(128 - 1 - random.IntN(bits))
	for ; shift >= 64; shift -= 64 {
		x = Int128{x.Hi >> 63, uint64(x.Hi)}
	}
	if shift > 0 {
		x = Int128{x.Hi >> shift, uint64(x.Hi)<<(64-shift) | x.Lo>>shift}
	}
	return x
}

func wide(x Int128) *big.Int {
	value := new(big.Int).Lsh(big.NewInt(x.Hi), 64)
	return value.Add(value, new(big.Int).SetUint64(x.Lo))
}

func same(t *testing.T, what string, actual Int128, expected *big.Int) {
	t.Helper()
	if wide(actual).Cmp(expected) != 0 {
		t.Fatalf("%s is %v, expected %v", what, wide(actual), expected)
	}
}

func TestInt128Arithmetic(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 20000 {
		a, b := draw(random, 120), draw(random, 120)
		x, y := draw(random, 62).Int64(), draw(random, 62).Int64()
		same(t, "a + b", a.Add(b), new(big.Int).Add(wide(a), wide(b)))
		same(t, "a - b", a.Sub(b), new(big.Int).Sub(wide(a), wide(b)))
		same(t, "-a", a.Neg(), new(big.Int).Neg(wide(a)))
		same(t, "|a|", a.Abs(), new(big.Int).Abs(wide(a)))
		same(t, "x * y", MulInt64(x, y), new(big.Int).Mul(big.NewInt(x), big.NewInt(y)))
		small := draw(random, 60)
		same(t, "a * x", small.Mul(x), new(big.Int).Mul(wide(small), big.NewInt(x)))
		if a.Less(b) != (wide(a).Cmp(wide(b)) < 0) || a.LessEqual(b) != (wide(a).Cmp(wide(b)) <= 0) {
			t.Fatalf("order of %v and %v", wide(a), wide(b))
		}
		if a.Positive() != (wide(a).Sign() > 0) || a.IsZero() != (wide(a).Sign() == 0) {
			t.Fatalf("sign of %v", wide(a))
		}
		var bytes [16]byte
		a.Put(bytes[:])
		if GetInt128(bytes[:]) != a {
			t.Fatalf("%v does not come back from its bytes", wide(a))
		}
	}
}

func TestInt128Division(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 20000 {
		a := draw(random, 126)
		d := max(draw(random, 62).Int64(), 1)
		floor, remainder := new(big.Int).DivMod(wide(a), big.NewInt(d), new(big.Int))
		same(t, "floor", a.FloorDiv(d), floor)
		if remainder.Sign() != 0 {
			floor.Add(floor, big.NewInt(1))
		}
		same(t, "ceil", a.CeilDiv(d), floor)
	}
}

func TestInt128ToFloat(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	for range 50000 {
		a := draw(random, 126)
		if random.IntN(2) == 0 {
			a.Lo &= ^uint64(0) << uint(random.IntN(64)) // ties come up only with trailing zeros
		}
		expected, _ := new(big.Float).SetInt(wide(a)).Float64()
		if actual := a.Float64(); actual != expected {
			t.Fatalf("%v is %v, expected %v", wide(a), actual, expected)
		}
	}
}

func TestInt128ToInt64IsHeld(t *testing.T) {
	for value, expected := range map[Int128]int64{
		{0, 5}: 5, {-1, math.MaxUint64}: -1, {0, 1 << 63}: math.MaxInt64, {-1, 1<<63 - 1}: math.MinInt64,
		{-1, 1 << 63}: math.MinInt64, {7, 0}: math.MaxInt64,
	} {
		if actual := value.Int64(); actual != expected {
			t.Errorf("%v is %d, expected %d", value, actual, expected)
		}
	}
}
