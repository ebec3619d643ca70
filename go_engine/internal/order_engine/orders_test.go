package orderengine

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// walked returns the ids of all open orders, and of a symbol's.
func walked(s *Slab, symbol uint32) (all, own []uint64) {
	for index := s.First(); index != 0; index = s.Next(index) {
		all = append(all, s.At(index).ID)
	}
	for index := s.FirstOf(symbol); index != 0; index = s.NextOf(index) {
		own = append(own, s.At(index).ID)
	}
	return all, own
}

func TestSlabKeepsAscendingIDs(t *testing.T) {
	for _, external := range []bool{false, true} {
		random := rand.New(rand.NewPCG(23, 24))
		slab := NewSlab(50, 3, external)
		type entry struct {
			id     uint64
			symbol uint32
			index  int32
		}
		var open []entry
		for id := uint64(1); id < 5000; id++ {
			if len(open) == 50 || (len(open) > 0 && random.IntN(2) == 0) {
				k := random.IntN(len(open))
				slab.Remove(open[k].index)
				if slab.Open(open[k].index, open[k].id) != nil || slab.Find(open[k].id) != 0 {
					t.Fatal("a removed order is still open")
				}
				open = slices.Delete(open, k, k+1)
			}
			symbol := uint32(random.IntN(3))
			index := slab.Add(&Order{ID: id, Symbol: symbol})
			open = append(open, entry{id, symbol, index})
			if slab.Find(id) != index || slab.Open(index, id) == nil {
				t.Fatal("a new order is not found")
			}
			var all, own []uint64
			for _, e := range open {
				all = append(all, e.id)
				if e.symbol == symbol {
					own = append(own, e.id)
				}
			}
			if a, o := walked(&slab, symbol); !slices.Equal(a, all) || !slices.Equal(o, own) {
				t.Fatalf("orders are %v and %v, expected %v and %v", a, o, all, own)
			}
		}
	}
}
