package core

import (
	"math/big"
	"math/rand/v2"
	"testing"
)

// nearest is the integer nearest to n/d, ties to even, on magnitudes with the sign after.
func nearest(n, d *big.Int) *big.Int {
	quotient, remainder := new(big.Int).QuoRem(new(big.Int).Abs(n), d, new(big.Int))
	twice := remainder.Lsh(remainder, 1).Cmp(d)
	if twice > 0 || (twice == 0 && quotient.Bit(0) == 1) {
		quotient.Add(quotient, big.NewInt(1))
	}
	if n.Sign() < 0 {
		quotient.Neg(quotient)
	}
	return quotient
}

func TestMulDiv(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	for range 50000 {
		y, f := draw(random, 90), draw(random, 34).Int64()
		d := max(Abs64(draw(random, 40).Int64()), 1)
		if random.IntN(2) == 0 {
			d = 1 << random.IntN(20) // ties need even divisors
		}
		same(t, "mul_div", MulDiv(y, f, d), nearest(new(big.Int).Mul(wide(y), big.NewInt(f)), big.NewInt(d)))
	}
	same(t, "mul_div(3, 1, 2)", MulDiv(FromInt64(3), 1, 2), big.NewInt(2))
	same(t, "mul_div(-5, 1, 2)", MulDiv(FromInt64(-5), 1, 2), big.NewInt(-2))
	same(t, "cap", Cap(-1, FromInt64(1_500_000_000)), big.NewInt(-2))
}

// TestShares compares the short ways with the long one.
func TestShares(t *testing.T) {
	random := rand.New(rand.NewPCG(21, 22))
	for range 50000 {
		y, share := draw(random, 90), Abs64(draw(random, 37).Int64())
		expected := nearest(new(big.Int).Mul(wide(y), big.NewInt(share)), big.NewInt(Scale))
		same(t, "cap", Cap(share, y), expected)
		x, factor := draw(random, 90).Abs(), Abs64(draw(random, 37).Int64())
		left, right := new(big.Int).Mul(wide(x), big.NewInt(factor)), new(big.Int).Mul(wide(y.Abs()), big.NewInt(share))
		if ProductLessEqual(x, factor, y.Abs(), share) != (left.Cmp(right) <= 0) {
			t.Fatalf("%v times %d against %v times %d", x, factor, y.Abs(), share)
		}
	}
	same(t, "a tie to even", Cap(1, FromInt64(2_500_000_000)), big.NewInt(2))
	same(t, "a tie to odd", Cap(1, FromInt64(3_500_000_000)), big.NewInt(4))
	if !ProductLessEqual(FromInt64(2), 3, FromInt64(3), 2) || ProductLessEqual(FromInt64(2), 3, FromInt64(5), 1) {
		t.Error("six is within six and not within five")
	}
}

func TestHalfSum(t *testing.T) {
	for a := int64(-9); a <= 9; a++ {
		for b := int64(-9); b <= 9; b++ {
			if expected := nearest(big.NewInt(a+b), big.NewInt(2)).Int64(); HalfSum(a, b) != expected {
				t.Errorf("half of %d + %d is %d, expected %d", a, b, HalfSum(a, b), expected)
			}
		}
	}
}

func TestSteps(t *testing.T) {
	for p := int64(-13); p <= 13; p++ {
		for _, step := range []int64{1, 4, 5} {
			low, high := FloorTo(p, step), CeilTo(p, step)
			if low%step != 0 || high%step != 0 || low > p || high < p || high-low > step || p-low >= step || high-p >= step {
				t.Errorf("steps of %d around %d are %d and %d", step, p, low, high)
			}
			if FloorToWide(FromInt64(p), step) != low || CeilToWide(FromInt64(p), step) != high {
				t.Errorf("wide steps of %d around %d", step, p)
			}
			if FloorDiv(p, step) != low/step {
				t.Errorf("%d / %d is %d", p, step, FloorDiv(p, step))
			}
		}
	}
	if Rint(2.5) != 2 || Rint(-3.5) != -4 || Abs64(-3) != 3 {
		t.Error("rint or abs")
	}
}

func TestSessionCalendar(t *testing.T) {
	calendar := NewSessionCalendar(3_600_000_000_000)
	for _, now := range []int64{0, 3_599_999_999_999, 3_600_000_000_000, SessionNs, 5 * SessionNs, 2 * SessionNs, 0} {
		expected := FloorDiv(now-3_600_000_000_000, SessionNs)
		if actual := calendar.At(now); actual != expected {
			t.Errorf("session of %d is %d, expected %d", now, actual, expected)
		}
	}
}
