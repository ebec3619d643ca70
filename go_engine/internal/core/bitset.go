// Bitset: sets of symbol ids that are walked in ascending order.

package core

import "math/bits"

// Bitset is a fixed-size set of small numbers.
type Bitset []uint64

// NewBitset returns an empty set for the numbers below n.
func NewBitset(n int) Bitset { return make(Bitset, (n+63)/64) }

// Set adds i.
func (b Bitset) Set(i int) { b[i>>6] |= 1 << (uint(i) & 63) }

// Clear removes i.
func (b Bitset) Clear(i int) { b[i>>6] &^= 1 << (uint(i) & 63) }

// Has tells whether i is in the set.
func (b Bitset) Has(i int) bool { return b[i>>6]&(1<<(uint(i)&63)) != 0 }

// Next returns the smallest member that is at least i, or -1.
func (b Bitset) Next(i int) int {
	word := i >> 6
	if word >= len(b) {
		return -1
	}
	current := b[word] &^ (1<<(uint(i)&63) - 1)
	for current == 0 {
		word++
		if word == len(b) {
			return -1
		}
		current = b[word]
	}
	return word<<6 + bits.TrailingZeros64(current)
}

// Reset empties the set.
func (b Bitset) Reset() {
	for i := range b {
		b[i] = 0
	}
}
