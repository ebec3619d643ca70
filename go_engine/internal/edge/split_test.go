// Cutting batches into single events, for the conformance runner.

package edge

import (
	"strconv"
	"testing"

	"google.golang.org/protobuf/reflect/protoreflect"

	pb "quartet.dev/go_engine/gen/quartet/v1"
)

func itoa(i int) string { return strconv.Itoa(i) }

// columnKind tells which kind's rows a column has by its field number; 0: one row per event.
func columnKind(number protoreflect.FieldNumber) uint8 {
	switch {
	case number >= 60:
		return 6
	case number >= 50:
		return 5
	case number >= 40:
		return 4
	case number >= 30:
		return 3
	case number >= 20:
		return 2
	case number >= 10:
		return 1
	}
	return 0
}

// split cuts batches into batches of one event.
func split(t *testing.T, batches []*pb.EventBatch) (pieces []*pb.EventBatch) {
	t.Helper()
	for _, batch := range batches {
		var total, used [9]int
		for _, kind := range batch.Kind {
			if kind <= 8 {
				total[kind]++
			}
		}
		for i, kind := range batch.Kind {
			piece := &pb.EventBatch{}
			batch.ProtoReflect().Range(func(f protoreflect.FieldDescriptor, value protoreflect.Value) bool {
				if f.Number() == controlsField {
					return true
				}
				column := value.Bytes()
				row, rows := i, len(batch.Kind)
				if of := columnKind(f.Number()); of != 0 {
					if of != kind {
						return true
					}
					row, rows = used[of], total[of]
				}
				width := len(column) / rows
				piece.ProtoReflect().Set(f, protoreflect.ValueOfBytes(column[row*width:(row+1)*width]))
				return true
			})
			if kind == 8 {
				piece.Controls = [][]byte{batch.Controls[used[8]]}
			}
			if kind <= 8 {
				used[kind]++
			}
			pieces = append(pieces, piece)
		}
	}
	return pieces
}
