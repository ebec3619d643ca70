// Values: which values of nodes a symbol keeps. A constant needs none, nor does a node without state that can be computed
// again: all it reads has last ticked with it, and no other clock reads it.

package signalengine

import "quartet.dev/go_engine/internal/core"

// slot is where a symbol keeps the value of a node.
type slot struct{ node, at int32 }

// nodeValues are the values of all symbols.
type nodeValues struct {
	kept     []float64         // by symbol and slot
	ticked   []core.Clock      // by symbol, the clocks that have ticked since the program began or was restored
	restored map[int][]float64 // by symbol, what the nodes have been restored to, where it is not what they would compute
	scratch  []float64         // of the symbol at hand, by node
}

// newValues returns values before the first tick.
func newValues(program *Program, symbols int) nodeValues {
	v := nodeValues{
		kept:     make([]float64, symbols*len(program.kept)),
		ticked:   make([]core.Clock, symbols),
		restored: make(map[int][]float64),
		scratch:  append([]float64(nil), program.initial...),
	}
	fill(v.kept, core.NaN)
	return v
}

// keptOf returns what a symbol keeps.
func (p *PhaseOne) keptOf(symbol int) []float64 {
	slots := len(p.Program.kept)
	return p.values.kept[symbol*slots : symbol*slots+slots]
}

// assignSlots finds the nodes whose values are kept, and what of it an event reads and writes.
func (p *Program) assignSlots() {
	isKept := make([]bool, len(p.nodes))
	for i := range p.nodes {
		isKept[i] = !p.isComputable(&p.nodes[i])
	}
	isApart := make([][]bool, len(p.ticks))
	for kind := range p.ticks {
		isApart[kind] = p.readApart(core.EventKind(kind))
		for i, apart := range isApart[kind] {
			isKept[i] = isKept[i] || apart
		}
	}
	for i := range p.nodes {
		if !isKept[i] {
			continue
		}
		place := slot{int32(i), int32(len(p.kept))}
		p.kept = append(p.kept, place)
		for kind := range p.ticks {
			if isApart[kind][i] {
				p.reads[kind] = append(p.reads[kind], place)
			}
			if p.nodes[i].statement&ticksOf[kind] != 0 {
				p.writes[kind] = append(p.writes[kind], place)
			}
		}
	}
}

// isComputable tells whether a node's value follows from the values and the quote that its symbol has now.
func (p *Program) isComputable(nd *node) bool {
	switch {
	case nd.op <= core.OpImbalance: // of the best bid and ask, which change with this clock alone
		return nd.statement == core.ClockQuote
	case nd.op < core.OpConst, core.Operators[nd.op].Window != core.WindowNone:
		return false
	}
	for _, input := range p.inputsOf(nd) {
		if item := &p.nodes[input]; item.op != core.OpConst && item.statement != nd.statement {
			return false
		}
	}
	return true
}

// readApart marks the nodes that an event kind reads and does not tick.
func (p *Program) readApart(kind core.EventKind) []bool {
	apart := make([]bool, len(p.nodes))
	read := func(i int32) {
		item := &p.nodes[i]
		apart[i] = item.op != core.OpConst && item.statement&ticksOf[kind] == 0
	}
	for k := range p.ticks[kind] {
		for _, input := range p.inputsOf(&p.ticks[kind][k]) {
			read(input)
		}
	}
	for _, result := range []int32{p.confidence, p.fairValue} {
		if result >= 0 && p.scoreTicks[kind] {
			read(result)
		}
	}
	return apart
}

// Values returns the values of a symbol's nodes, until the next call.
func (p *PhaseOne) Values(symbol int) []float64 {
	out, ticked, restored := p.values.scratch, p.values.ticked[symbol], p.values.restored[symbol]
	kept, ev := p.keptOf(symbol), event{}
	for i, k := 0, 0; i < len(p.Program.nodes); i++ {
		nd := &p.Program.nodes[i]
		switch {
		case k < len(kept) && p.Program.kept[k].node == int32(i):
			out[i] = kept[k]
			k++
		case nd.op == core.OpConst:
		case nd.statement&ticked != 0:
			p.Program.run(p.Program.nodes[i:i+1], &p.Symbols[symbol], out, nil, nil, &ev)
		case restored != nil:
			out[i] = restored[i]
		default:
			out[i] = core.NaN
		}
	}
	return out
}

// RestoreValues gives a symbol, whose quote stands, the values of its nodes; a constant keeps its own.
func (p *PhaseOne) RestoreValues(symbol int, restored []float64) {
	kept := p.keptOf(symbol)
	for _, place := range p.Program.kept {
		kept[place.at] = restored[place.node]
	}
	for _, ticked := range []core.Clock{allClocks, 0} {
		p.values.ticked[symbol] = ticked
		if p.holds(restored, p.Values(symbol)) {
			return
		}
	}
	p.values.restored[symbol] = append([]float64(nil), restored...)
}

// holds tells whether values are those restored, but for constants.
func (p *PhaseOne) holds(restored, values []float64) bool {
	for i, value := range values {
		if p.Program.nodes[i].op != core.OpConst && core.FloatBits(value) != core.FloatBits(restored[i]) {
			return false
		}
	}
	return true
}
