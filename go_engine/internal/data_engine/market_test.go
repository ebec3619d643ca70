package dataengine

import (
	"testing"

	"quartet.dev/go_engine/internal/core"
)

func TestMarketQuoteAndBook(t *testing.T) {
	markets := NewMarkets(2)
	market := &markets.Tops[1]
	market.TakenBid, market.TakenAsk = 3, 4
	if market.SetQuote(100, 101, 5, 0) || market.TakenBid != 0 || market.TakenAsk != 0 {
		t.Error("a quote without an ask has no mark and forgets what was taken")
	}
	if _, present := market.Best(core.SideSell); present || len(markets.Levels(1, core.SideSell)) != 0 {
		t.Error("the ask is absent")
	}
	batch := oneEvent(core.EventKindBook)
	if !markets.SetBook(1, batch, 0) || len(markets.Levels(1, core.SideBuy)) != 2 || markets.Levels(1, core.SideSell)[1].Price != 102*unit {
		t.Errorf("book is %+v", market)
	}
	*market.Taken(core.SideSell) = 7
	if market.TakenAsk != 7 || *market.Taken(core.SideBuy) != 0 {
		t.Error("taken sizes are mixed up")
	}
}

func TestMarketFlags(t *testing.T) {
	market := Market{}
	market.SeenQuote(uint32(core.FlagGap|core.FlagHalt), 9)
	if !market.Stale || !market.Halted || !market.HasData || market.LastTs != 9 || !market.Frozen() {
		t.Errorf("after flags: %+v", market)
	}
	market.Seen(0, 10)
	if !market.Stale || market.Halted {
		t.Error("a trade clears the halt, not the stale mark")
	}
	market.SeenQuote(0, 11)
	if market.Stale || market.Frozen() {
		t.Error("a book clears the stale mark")
	}
	market.Status = uint8(core.StatusClosed)
	if !market.Frozen() {
		t.Error("a closed market is frozen")
	}
}

func TestSides(t *testing.T) {
	if Opposite(core.SideBuy) != core.SideSell || Opposite(core.SideSell) != core.SideBuy {
		t.Error("opposite side")
	}
	if !Reaches(core.SideBuy, 5, 5) || Reaches(core.SideBuy, 4, 5) || !Reaches(core.SideSell, 4, 5) || Reaches(core.SideSell, 6, 5) {
		t.Error("reach")
	}
}
