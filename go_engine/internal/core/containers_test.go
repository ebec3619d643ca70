package core

import (
	"bytes"
	"testing"
)

func TestBitset(t *testing.T) {
	set := NewBitset(200)
	for _, i := range []int{0, 63, 64, 130, 199} {
		set.Set(i)
	}
	set.Clear(64)
	var found []int
	for i := set.Next(0); i >= 0; i = set.Next(i + 1) {
		found = append(found, i)
	}
	if len(found) != 4 || found[1] != 63 || found[2] != 130 || !set.Has(199) || set.Has(64) {
		t.Errorf("members are %v", found)
	}
	set.Reset()
	if set.Next(0) != -1 || set.Next(500) != -1 {
		t.Error("an empty set has a member")
	}
}

func TestOutput(t *testing.T) {
	ctx := Context{}
	output := &ctx.Output
	if output.Take(nil).Len() != 0 {
		t.Error("an empty output has records")
	}
	for round := range 2 {
		var expected []byte
		for i := range 5000 {
			record := NewHaltRecord(&ctx, 0)
			for at, b := range record {
				if b != 0 && at != 20 {
					t.Fatal("a record is not zero at the start but for its kind")
				}
			}
			record[0], record[127] = byte(i), byte(round+1)
			expected = append(expected, record[:]...)
		}
		records := output.Take(nil)
		if !bytes.Equal(records.Bytes(), expected) {
			t.Errorf("round %d: records are lost or moved", round)
		}
		records.Free()
	}
}

func TestEngineErrorSaysItsCode(t *testing.T) {
	if text := Errorf(ErrorCodeBadBatch, "column %s", "kind").Error(); text != "BAD_BATCH: column kind" {
		t.Error(text)
	}
}
