package edge

import (
	"slices"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	pb "quartet.dev/go_engine/gen/quartet/v1"
)

// instrumentBytes returns an instrument as a field of a configuration, its name before or after all else.
func instrumentBytes(t *testing.T, instrument *pb.Instrument, nameLast bool) []byte {
	t.Helper()
	others := proto.CloneOf(instrument)
	others.Symbol = ""
	rest, err := proto.Marshal(others)
	if err != nil {
		t.Fatal(err)
	}
	name := protowire.AppendString(protowire.AppendTag(nil, nameField, protowire.BytesType), instrument.GetSymbol())
	value := slices.Concat(name, rest)
	if nameLast {
		value = slices.Concat(rest, name)
	}
	return protowire.AppendBytes(protowire.AppendTag(nil, instrumentField, protowire.BytesType), value)
}

func TestEqualInstrumentsAreOne(t *testing.T) {
	message := w1Config(4)
	rows := message.Instruments
	rows[2].Adv, rows[2].Multiplier = nil, 7
	message.Instruments, message.RiskModel = nil, nil
	others, err := proto.Marshal(message)
	if err != nil {
		t.Fatal(err)
	}
	// Instruments may stand anywhere among the fields.
	blob := slices.Concat(
		instrumentBytes(t, rows[0], false), instrumentBytes(t, rows[1], true), others,
		instrumentBytes(t, rows[2], false), instrumentBytes(t, rows[3], true),
	)
	config, err := DecodeConfig(blob)
	if err != nil {
		t.Fatal(err)
	}
	got := config.Instruments
	if len(got) != 4 || got[0] != got[1] || got[0] != got[3] || got[0] == got[2] {
		t.Errorf("instruments are %v", got)
	}
	if got[2].Multiplier != 7 || got[2].AverageDailyVolume.Set || got[0].Multiplier != 1 || !got[0].AverageDailyVolume.Set {
		t.Errorf("instruments are %+v and %+v", got[0], got[2])
	}
	if config.OpenOrders != 1024 || config.InitialCash.IsZero() {
		t.Errorf("the other fields are %+v", config)
	}
	if _, err := DecodeConfig(slices.Concat(others, instrumentBytes(t, rows[1], false), instrumentBytes(t, rows[0], false))); err == nil {
		t.Error("names that fall are refused, although the instruments are equal")
	}
}
