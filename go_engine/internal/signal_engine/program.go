// Package signalengine runs phase one: the signal graph over validated market data (spec 3 and 4).
package signalengine

import (
	"math"

	"quartet.dev/go_engine/internal/core"
)

// stateWordsMax bounds the state words of all symbols together (spec 3.9).
const stateWordsMax = 1 << 31

// node is one instruction: where its inputs, its value and its state lie.
type node struct {
	op        core.Op
	trueFor   uint8 // of a comparison
	arity     int32
	a, b, c   int32 // inputs
	dst       int32
	n         int32
	u, f      uint32  // first state words within a symbol's arenas
	fCount    uint32  // f words
	wide      int32   // first entry in Program.wideInputs and wideWeights, of LINEAR and LOGISTIC
	p, q      float64 // parameters: alpha, value, ddof, bias; lo and hi
	nFloat    float64 // float(n)
	statement core.Clock
}

// Program is a checked graph, laid out for running.
type Program struct {
	nodes       []node
	ticks       [core.EventKindExternalSignal + 1][]node // the nodes that tick, by event kind
	scoreTicks  [core.EventKindExternalSignal + 1]bool
	wideInputs  []int32
	wideWeights []float64
	uWords      int // per symbol
	fWords      int
	score       int32
	confidence  int32                                    // -1: none
	fairValue   int32                                    // -1: none
	initial     []float64                                // values before the first tick
	kept        []slot                                   // of a symbol, in the order of nodes
	reads       [core.EventKindExternalSignal + 1][]slot // that an event reads and does not tick
	writes      [core.EventKindExternalSignal + 1][]slot // that an event ticks
}

// ticksOf are the clock bits of an event kind (spec 3.3).
var ticksOf = [core.EventKindExternalSignal + 1]core.Clock{
	core.EventKindQuote:          core.ClockQuote,
	core.EventKindTrade:          core.ClockTrade,
	core.EventKindBook:           core.ClockBook | core.ClockQuote,
	core.EventKindBar:            core.ClockBar,
	core.EventKindExternalSignal: core.ClockExternal,
}

// Compile lays out a program that Check has passed.
func Compile(spec *core.ProgramSpec) *Program {
	p := &Program{score: int32(spec.Score), confidence: -1, fairValue: -1}
	if spec.HasConfidence {
		p.confidence = int32(spec.Confidence)
	}
	if spec.HasFairValue {
		p.fairValue = int32(spec.FairValue)
	}
	p.initial = make([]float64, len(spec.Nodes))
	for i := range spec.Nodes {
		p.add(i, &spec.Nodes[i])
	}
	for kind := core.EventKindQuote; kind <= core.EventKindExternalSignal; kind++ {
		for _, item := range p.nodes {
			if item.statement&ticksOf[kind] != 0 {
				p.ticks[kind] = append(p.ticks[kind], item)
			}
		}
		p.scoreTicks[kind] = spec.Nodes[spec.Score].Clock&ticksOf[kind] != 0
	}
	p.assignSlots()
	return p
}

// add lays out node i.
func (p *Program) add(i int, spec *core.NodeSpec) {
	row := &core.Operators[spec.Op]
	item := node{
		op: spec.Op, trueFor: comparisons[spec.Op], arity: int32(len(spec.Inputs)), dst: int32(i), n: int32(spec.N),
		u: uint32(p.uWords), f: uint32(p.fWords), nFloat: float64(spec.N), statement: spec.Clock,
	}
	inputs := [3]*int32{&item.a, &item.b, &item.c}
	if row.Inputs < 0 {
		item.wide = int32(len(p.wideInputs))
		item.p = spec.Params[0]
		for k, input := range spec.Inputs {
			p.wideInputs = append(p.wideInputs, int32(input))
			p.wideWeights = append(p.wideWeights, spec.Params[1+k])
		}
	} else {
		for k, input := range spec.Inputs {
			*inputs[k] = int32(input)
		}
		if len(spec.Params) > 0 {
			item.p = spec.Params[0]
		}
		if len(spec.Params) > 1 {
			item.q = spec.Params[1]
		}
	}
	p.initial[i] = core.NaN
	if spec.Op == core.OpConst {
		p.initial[i] = item.p
	}
	k := uint64(len(spec.Inputs))
	p.uWords += int(row.UWords.Count(uint64(spec.N), k))
	item.fCount = uint32(row.FWords.Count(uint64(spec.N), k))
	p.fWords += int(item.fCount)
	p.nodes = append(p.nodes, item)
}

// inputsOf returns the nodes that a node reads.
func (p *Program) inputsOf(nd *node) []int32 {
	if core.Operators[nd.op].Inputs < 0 {
		return p.wideInputs[nd.wide : nd.wide+nd.arity]
	}
	return []int32{nd.a, nd.b, nd.c}[:nd.arity]
}

// Check tests a program (spec 3.9) for an engine of that many symbols and sources.
func Check(spec *core.ProgramSpec, symbols int, sourceCount uint32) error {
	if len(spec.Nodes) == 0 || len(spec.Nodes) > core.NodesMax {
		return core.Errorf(core.ErrorCodeBadProgram, "program has %d nodes, expected 1 to %d", len(spec.Nodes), core.NodesMax)
	}
	words := uint64(0)
	for i := range spec.Nodes {
		reason := checkNode(i, &spec.Nodes[i], sourceCount)
		if reason != "" {
			return core.Errorf(core.ErrorCodeBadProgram, "node %d: %s", i, reason)
		}
		row := &core.Operators[spec.Nodes[i].Op]
		n, k := uint64(spec.Nodes[i].N), uint64(len(spec.Nodes[i].Inputs))
		words += row.UWords.Count(n, k) + row.FWords.Count(n, k)
	}
	count := uint32(len(spec.Nodes))
	if spec.Score >= count || (spec.HasConfidence && spec.Confidence >= count) || (spec.HasFairValue && spec.FairValue >= count) {
		return core.Errorf(core.ErrorCodeBadProgram, "score, confidence or fair_value names no node below %d", count)
	}
	if spec.Nodes[spec.Score].Clock == 0 {
		return core.Errorf(core.ErrorCodeBadProgram, "node %d: the score never ticks", spec.Score)
	}
	if words*uint64(symbols) > stateWordsMax {
		return core.Errorf(core.ErrorCodeCapacity, "program needs %d state words for each of %d symbols, at most %d in all",
			words, symbols, stateWordsMax)
	}
	return nil
}

const allClocks = core.ClockQuote | core.ClockTrade | core.ClockBook | core.ClockBar | core.ClockExternal

// checkNode returns what is wrong with node i, or nothing.
func checkNode(i int, spec *core.NodeSpec, sourceCount uint32) string {
	if int(spec.Op) >= len(core.Operators) || core.Operators[spec.Op].Name == "" {
		return "unknown operator"
	}
	row := &core.Operators[spec.Op]
	isWide := row.Inputs < 0
	switch {
	case isWide && (len(spec.Inputs) == 0 || len(spec.Inputs) > core.ModelInputsMax),
		!isWide && len(spec.Inputs) != int(row.Inputs):
		return "wrong number of inputs"
	case isWide && len(spec.Params) != 1+len(spec.Inputs), !isWide && len(spec.Params) != int(row.Params):
		return "wrong number of params"
	}
	for _, input := range spec.Inputs {
		if uint64(input) >= uint64(i) {
			return "an input does not come before the node"
		}
	}
	if reason := checkClock(spec, row); reason != "" {
		return reason
	}
	for _, value := range spec.Params {
		if spec.Op != core.OpConst && !core.IsFinite(value) {
			return "a param is not finite"
		}
	}
	if spec.Op == core.OpClip && spec.Params[0] > spec.Params[1] {
		return "lo is above hi"
	}
	return checkWindow(spec, row, sourceCount)
}

func checkClock(spec *core.NodeSpec, row *core.Operator) string {
	switch {
	case spec.Clock&^allClocks != 0:
		return "unknown clock bits"
	case (spec.Clock == 0) != (spec.Op == core.OpConst):
		return "a clock is missing, or a constant has one"
	case row.Clock != 0 && row.Window != core.WindowSource && spec.Clock&^row.Clock != 0:
		return "the source does not tick on this clock"
	}
	return ""
}

func checkWindow(spec *core.NodeSpec, row *core.Operator, sourceCount uint32) string {
	inRange := true
	switch row.Window {
	case core.WindowNone:
		inRange = spec.N == 0
	case core.WindowLevel:
		inRange = spec.N < core.LevelsMax
	case core.WindowSource:
		inRange = spec.N < sourceCount
	default:
		inRange = spec.N >= 1 && spec.N <= core.WindowMax
	}
	if !inRange {
		return "n is out of range"
	}
	switch spec.Op {
	case core.OpStd, core.OpVar, core.OpZscore, core.OpCov:
		if ddof := spec.Params[0]; ddof != 0 && ddof != 1 || float64(spec.N) <= ddof {
			return "ddof is not 0 or 1, or not below n"
		}
	case core.OpEma:
		if alpha := spec.Params[0]; !(alpha > 0) || alpha > 1 || math.IsNaN(alpha) {
			return "alpha is not within (0, 1]"
		}
	}
	return ""
}

// WordsPerSymbol returns the values and state words that a program keeps of each symbol.
func WordsPerSymbol(spec *core.ProgramSpec) uint64 {
	words := uint64(len(spec.Nodes))
	for i := range spec.Nodes {
		row := &core.Operators[spec.Nodes[i].Op]
		n, k := uint64(spec.Nodes[i].N), uint64(len(spec.Nodes[i].Inputs))
		words += row.UWords.Count(n, k) + row.FWords.Count(n, k)
	}
	return words
}
