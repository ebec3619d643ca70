package signalengine

import (
	"errors"
	"math"
	"testing"

	"quartet.dev/go_engine/internal/core"
)

// mid is a source to build on.
var mid = core.NodeSpec{Op: core.OpMid, Clock: core.ClockQuote}

func onMid(op core.Op, n uint32, params ...float64) core.NodeSpec {
	return core.NodeSpec{Op: op, Inputs: []uint32{0}, Clock: core.ClockQuote, N: n, Params: params}
}

func TestProgramErrors(t *testing.T) {
	wide := make([]uint32, core.ModelInputsMax+1)
	for name, bad := range map[string]core.NodeSpec{
		"operator 0":           {Op: 0, Clock: 1},
		"operator beyond":      {Op: 200, Clock: 1},
		"operator in a gap":    {Op: 60, Clock: 1},
		"too few inputs":       {Op: core.OpAdd, Inputs: []uint32{0}, Clock: 1},
		"no model inputs":      {Op: core.OpLinear, Clock: 1, Params: []float64{1}},
		"too many inputs":      {Op: core.OpLinear, Inputs: wide, Clock: 1, Params: make([]float64, len(wide)+1)},
		"itself":               {Op: core.OpNeg, Inputs: []uint32{1}, Clock: 1},
		"later node":           {Op: core.OpNeg, Inputs: []uint32{9}, Clock: 1},
		"no clock":             {Op: core.OpNeg, Inputs: []uint32{0}},
		"constant with clock":  {Op: core.OpConst, Clock: 1, Params: []float64{1}},
		"unknown clock":        {Op: core.OpNeg, Inputs: []uint32{0}, Clock: 32},
		"trade on quotes":      {Op: core.OpTradePrice, Clock: core.ClockQuote},
		"mid on books too":     {Op: core.OpMid, Clock: core.ClockQuote | core.ClockBook},
		"missing param":        onMid(core.OpClip, 0, 1),
		"param too many":       onMid(core.OpNeg, 0, 1),
		"params of a model":    {Op: core.OpLinear, Inputs: []uint32{0}, Clock: 1, Params: []float64{1}},
		"infinite param":       onMid(core.OpClip, 0, 0, math.Inf(1)),
		"lo above hi":          onMid(core.OpClip, 0, 2, 1),
		"n without window":     onMid(core.OpNeg, 3),
		"level 10":             {Op: core.OpBidPriceLevel, Clock: core.ClockBook, N: 10},
		"source 2":             {Op: core.OpExternalScore, Clock: core.ClockQuote, N: 2},
		"lag 0":                onMid(core.OpDelay, 0),
		"rolling 65537":        onMid(core.OpSum, 65537),
		"smoothing 0":          onMid(core.OpEma, 0, 0.5),
		"ddof 2":               onMid(core.OpStd, 5, 2),
		"ddof 0.5":             onMid(core.OpStd, 5, 0.5),
		"n not above ddof":     onMid(core.OpVar, 1, 1),
		"alpha 0":              onMid(core.OpEma, 2, 0),
		"alpha above 1":        onMid(core.OpEma, 2, 1.5),
		"external on no clock": {Op: core.OpExternalScore},
	} {
		spec := &core.ProgramSpec{Nodes: []core.NodeSpec{mid, bad}}
		refusal := &core.EngineError{}
		if err := Check(spec, 1, 2); !errors.As(err, &refusal) || refusal.Code != core.ErrorCodeBadProgram {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestProgramFrame(t *testing.T) {
	constant := core.NodeSpec{Op: core.OpConst, Params: []float64{core.NaN}}
	for name, item := range map[string]struct {
		spec     core.ProgramSpec
		symbols  int
		expected core.ErrorCode
	}{
		"no nodes":      {core.ProgramSpec{}, 1, core.ErrorCodeBadProgram},
		"many nodes":    {core.ProgramSpec{Nodes: make([]core.NodeSpec, core.NodesMax+1)}, 1, core.ErrorCodeBadProgram},
		"score":         {core.ProgramSpec{Nodes: []core.NodeSpec{mid}, Score: 1}, 1, core.ErrorCodeBadProgram},
		"confidence":    {core.ProgramSpec{Nodes: []core.NodeSpec{mid}, HasConfidence: true, Confidence: 1}, 1, core.ErrorCodeBadProgram},
		"fair value":    {core.ProgramSpec{Nodes: []core.NodeSpec{mid}, HasFairValue: true, FairValue: 9}, 1, core.ErrorCodeBadProgram},
		"still score":   {core.ProgramSpec{Nodes: []core.NodeSpec{constant}}, 1, core.ErrorCodeBadProgram},
		"state too big": {core.ProgramSpec{Nodes: []core.NodeSpec{mid, onMid(core.OpSum, 65536)}}, 65536, core.ErrorCodeCapacity},
		"good":          {core.ProgramSpec{Nodes: []core.NodeSpec{mid, constant}}, 1, 0},
	} {
		err := Check(&item.spec, item.symbols, 1)
		refusal := &core.EngineError{}
		if errors.As(err, &refusal); refusal.Code != item.expected {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestProgramStateLayout(t *testing.T) {
	program := Compile(&core.ProgramSpec{Nodes: []core.NodeSpec{mid, onMid(core.OpEma, 3, 0.5), onMid(core.OpStd, 4, 1)}})
	if program.uWords != 3 || program.fWords != 1+10 {
		t.Errorf("state is %d and %d words", program.uWords, program.fWords)
	}
	words := WordsPerSymbol(&core.ProgramSpec{Nodes: []core.NodeSpec{mid, onMid(core.OpEma, 3, 0.5), onMid(core.OpStd, 4, 1)}})
	if words != 3+3+11 {
		t.Errorf("%d words per symbol", words)
	}
}
