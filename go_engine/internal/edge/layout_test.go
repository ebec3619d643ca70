// Record layout of the contract, to name the field in which two records differ.

package edge

import (
	"encoding/binary"
	"fmt"
	"math"

	"quartet.dev/go_engine/internal/core"
)

// field is a value of a record; kind is u, i, f (float) or w (128 bits).
type field struct {
	name   string
	kind   byte
	size   int
	offset int
}

var headerFields = []field{{"event_index", 'u', 8, 0}, {"ts_init", 'i', 8, 8}, {"symbol", 'u', 4, 16}, {"kind", 'u', 1, 20}}

var recordFields = map[core.RecordKind][]field{
	core.RecordKindSignal: {
		{"direction", 'i', 1, 21}, {"signal_id", 'u', 8, 32}, {"score", 'f', 8, 40}, {"confidence", 'f', 8, 48},
		{"fair_value", 'f', 8, 56}, {"ts_signal", 'i', 8, 64},
	},
	core.RecordKindOrder: {
		{"side", 'u', 1, 21}, {"order_type", 'u', 1, 22}, {"state_from", 'u', 1, 23}, {"code", 'u', 2, 24},
		{"state_to", 'u', 1, 26}, {"trigger", 'u', 1, 27}, {"order_id", 'u', 8, 32}, {"price", 'i', 8, 40},
		{"quantity", 'i', 8, 48}, {"leaves", 'i', 8, 56}, {"cum", 'i', 8, 64}, {"signal_id", 'u', 8, 72},
		{"limit", 'w', 16, 80}, {"value", 'w', 16, 96}, {"ts_venue", 'i', 8, 112},
	},
	core.RecordKindFill: {
		{"side", 'u', 1, 21}, {"liquidity", 'u', 1, 22}, {"reason", 'u', 1, 23}, {"order_id", 'u', 8, 32},
		{"exec_id", 'u', 8, 40}, {"price", 'i', 8, 48}, {"quantity", 'i', 8, 56}, {"fee", 'w', 16, 64},
		{"cause_event", 'u', 8, 80}, {"ts_venue", 'i', 8, 88}, {"position", 'i', 8, 96},
	},
	core.RecordKindAccount: {
		{"cause", 'u', 1, 21}, {"position", 'i', 8, 24}, {"cash", 'w', 16, 32}, {"equity", 'w', 16, 48},
		{"fees", 'w', 16, 64}, {"realised", 'w', 16, 80}, {"cost", 'w', 16, 96}, {"mark", 'i', 8, 112},
	},
	core.RecordKindInputReject: {
		{"input_kind", 'u', 1, 21}, {"code", 'u', 2, 24}, {"source", 'u', 4, 28}, {"sequence", 'u', 8, 32},
		{"ts_event", 'i', 8, 40},
	},
	core.RecordKindHalt: {
		{"action", 'u', 1, 21}, {"code", 'u', 2, 24}, {"limit", 'w', 16, 80}, {"value", 'w', 16, 96},
	},
}

// show prints a field's value.
func (f field) show(record []byte) string {
	if f.kind == 'w' {
		x := core.GetInt128(record[f.offset:])
		return fmt.Sprintf("%d:%d", x.Hi, x.Lo)
	}
	var padded [8]byte
	copy(padded[:], record[f.offset:f.offset+f.size])
	word := binary.LittleEndian.Uint64(padded[:])
	switch f.kind {
	case 'f':
		return fmt.Sprintf("%v (%016x)", math.Float64frombits(word), word)
	case 'i':
		shift := uint(64 - 8*f.size)
		return fmt.Sprint(int64(word<<shift) >> shift)
	}
	return fmt.Sprint(word)
}

// describe prints a whole record.
func describe(record []byte) string {
	text := core.RecordKind(record[20]).String()
	for _, f := range append(append([]field(nil), headerFields...), recordFields[core.RecordKind(record[20])]...) {
		text += " " + f.name + "=" + f.show(record)
	}
	return text
}

// recordDifference names the first record and field in which two streams differ; empty where they are equal.
func recordDifference(expected, actual []byte) string {
	for i := 0; i < max(len(expected), len(actual)); i += core.RecordSize {
		switch {
		case i >= len(actual):
			return fmt.Sprintf("record %d is missing: %s", i/core.RecordSize, describe(expected[i:]))
		case i >= len(expected):
			return fmt.Sprintf("record %d is not expected: %s", i/core.RecordSize, describe(actual[i:]))
		}
		left, right := expected[i:i+core.RecordSize], actual[i:i+core.RecordSize]
		if string(left) == string(right) {
			continue
		}
		if left[20] != right[20] {
			return fmt.Sprintf("record %d is\n  %s, expected\n  %s", i/core.RecordSize, describe(right), describe(left))
		}
		for _, f := range append(append([]field(nil), headerFields...), recordFields[core.RecordKind(left[20])]...) {
			if f.show(left) != f.show(right) {
				return fmt.Sprintf("record %d: %s is %s, expected %s in\n  %s", i/core.RecordSize, f.name, f.show(right),
					f.show(left), describe(left))
			}
		}
		return fmt.Sprintf("record %d differs outside its fields", i/core.RecordSize)
	}
	return ""
}
