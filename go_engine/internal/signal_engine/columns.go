// Columns: quotes go through the program node by node, a strip of them at a time; a column holds a node's values by quote.

package signalengine

import (
	"quartet.dev/go_engine/internal/core"
	"quartet.dev/go_engine/internal/data_engine"
)

// The columns of a program take an eighth of a mebibyte at most, a part of a second-level cache, unless it is very long.
const (
	columnWords   = 1 << 14
	columnRowsMin = 64
	columnRowsMax = 1024
)

// columns are the columns of a program, and where each symbol's last quote is.
type columns struct {
	rows   int               // of a column
	values [][]float64       // by node
	last   []lastQuote       // of the symbols in the strip, whose values are in the columns alone
	older  []lastQuote       // of those in the strip before
	quotes dataengine.Quotes // of the strip
	seen   []uint32          // by symbol, the number of the last strip it was in
	strip  uint32
	shares map[int32][]mergeShare // by node, of STD, VAR and ZSCORE
}

// lastQuote is the row of a symbol's last quote in the strip.
type lastQuote struct {
	symbol uint32
	row    int32
}

// newColumns returns the columns of a program; constants are filled once.
func newColumns(program *Program, symbols int) columns {
	nodes := len(program.nodes)
	c := columns{
		rows:   min(max(columnWords/nodes, columnRowsMin), columnRowsMax),
		values: make([][]float64, nodes),
		last:   make([]lastQuote, 0, min(symbols, columnRowsMax)),
		older:  make([]lastQuote, 0, min(symbols, columnRowsMax)),
		seen:   make([]uint32, symbols),
		shares: make(map[int32][]mergeShare),
	}
	for k := range program.nodes {
		c.values[k] = make([]float64, c.rows)
		if program.nodes[k].op == core.OpConst {
			fill(c.values[k], program.nodes[k].p)
		}
		switch program.nodes[k].op {
		case core.OpStd, core.OpVar, core.OpZscore:
			c.shares[int32(k)] = mergeShares(program.nodes[k].n)
		}
	}
	return c
}

// run computes every node that ticks at quotes and judges. The values and market data of a symbol stay in the columns until
// a strip comes without it, or someone wants to see them: Settle. The strip begins at quote at of the block.
func (c *columns) run(p *PhaseOne, batch *dataengine.Batch, quotes dataengine.Quotes, at int, out *Block) {
	program := p.Program
	count := len(quotes.Symbol)
	c.older, c.last = c.last, c.older[:0]
	c.findLast(quotes.Symbol)
	for _, last := range c.older {
		if c.seen[last.symbol] != c.strip {
			p.keep(last)
		}
	}
	c.quotes = quotes
	if program.scoreTicks[core.EventKindQuote] { // the score is computed where phase two reads it
		c.values[program.score] = out.Score[at:][:count]
	}
	for _, place := range program.reads[core.EventKindQuote] {
		p.keptColumn(int(place.at), quotes.Symbol, c.values[place.node][:count])
	}
	ticks := program.ticks[core.EventKindQuote]
	for k := range ticks {
		if nd := &ticks[k]; !p.runColumn(nd, &quotes) {
			p.eachQuote(ticks[k:k+1], batch, &quotes, out.First+at)
		}
	}
	if program.scoreTicks[core.EventKindQuote] {
		p.judgeColumns(at, count, out)
		return
	}
	out.ones, out.nans = 0, 0
	for i := at; i < at+count; i++ {
		out.Verdict[i] = core.VerdictNone
		out.Score[i], out.Confidence[i], out.FairValue[i] = core.NaN, core.NaN, core.NaN
	}
}

// Settle brings the values and market data of all symbols up to date.
func (p *PhaseOne) Settle() {
	for _, last := range p.columns.last {
		p.keep(last)
	}
	p.columns.last, p.columns.quotes = p.columns.last[:0], dataengine.Quotes{}
}

// keep takes what a symbol's last quote has left in the columns.
func (p *PhaseOne) keep(last lastQuote) {
	c := &p.columns
	s, quotes := &p.Symbols[last.symbol], &c.quotes
	s.Bid, s.Ask = quotes.Bid[last.row], quotes.Ask[last.row]
	s.BidSize, s.AskSize = quotes.BidSize[last.row], quotes.AskSize[last.row]
	kept := p.keptOf(int(last.symbol))
	for _, place := range p.Program.writes[core.EventKindQuote] {
		kept[place.at] = c.values[place.node][last.row]
	}
	p.values.ticked[last.symbol] |= ticksOf[core.EventKindQuote]
}

// findLast lists the symbols of the block with their last rows.
func (c *columns) findLast(symbols []uint32) {
	c.strip++
	if c.strip == 0 { // the count has gone round
		clear(c.seen)
		c.strip = 1
	}
	for i := len(symbols) - 1; i >= 0; i-- {
		if symbol := symbols[i]; c.seen[symbol] != c.strip {
			c.seen[symbol] = c.strip
			c.last = append(c.last, lastQuote{symbol, int32(i)})
		}
	}
}

// keptColumn is the value that each quote's symbol has from other events.
func (p *PhaseOne) keptColumn(at int, symbols []uint32, out []float64) {
	slots := len(p.Program.kept)
	for i, symbol := range symbols {
		out[i] = p.values.kept[int(symbol)*slots+at]
	}
}

// eachQuote runs an operator that has no loop of its own.
func (p *PhaseOne) eachQuote(one []node, batch *dataengine.Batch, quotes *dataengine.Quotes, first int) {
	program, c, scratch := p.Program, &p.columns, p.values.scratch
	nd := &one[0]
	out := c.values[nd.dst]
	inputs := program.inputsOf(nd)
	ev := event{batch: batch, roll: p.calendar.RollNs, maxAgeNs: p.signals.MaxAgeNs}
	for i, symbol := range quotes.Symbol {
		s := &p.Symbols[symbol]
		s.Bid, s.Ask, s.BidSize, s.AskSize = quotes.Bid[i], quotes.Ask[i], quotes.BidSize[i], quotes.AskSize[i]
		ev.now = batch.TsInit[first+i]
		ev.session = p.calendar.At(ev.now)
		for _, input := range inputs {
			scratch[input] = c.values[input][i]
		}
		u, f := p.stateOf(int(symbol))
		program.run(one, s, scratch, u, f, &ev)
		out[i] = scratch[nd.dst]
	}
}

// judgeColumns gives the verdicts of a strip of quotes whose score ticked (spec 3.8).
func (p *PhaseOne) judgeColumns(at, count int, out *Block) {
	program, values := p.Program, p.columns.values
	score, verdicts := out.Score[at:][:count], out.Verdict[at:][:count]
	if program.fairValue >= 0 {
		copy(out.FairValue[at:][:count], values[program.fairValue])
		out.nans = 0
	} else if out.nans < at+count {
		fill(out.FairValue[out.nans:at+count], core.NaN)
		out.nans = at + count
	}
	if program.confidence < 0 {
		if out.ones < at+count {
			fill(out.Confidence[out.ones:at+count], 1)
			out.ones = at + count
		}
		for i, s := range score {
			verdicts[i] = core.VerdictValid
			if !core.IsFinite(s) {
				verdicts[i] = core.VerdictNonFinite
			}
		}
		return
	}
	out.ones = 0
	for i, confidence := range values[program.confidence][:count] {
		verdicts[i], out.Confidence[at+i] = p.verdictOf(score[i], confidence)
	}
}

func fill(column []float64, value float64) {
	for i := range column {
		column[i] = value
	}
}
