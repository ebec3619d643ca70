package edge

import (
	"bytes"
	"testing"

	"google.golang.org/grpc/mem"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	pb "quartet.dev/go_engine/gen/quartet/v1"
)

// inPieces cuts a message as a connection may.
func inPieces(message []byte, size int) (out mem.BufferSlice) {
	for len(message) > 0 {
		count := min(size, len(message))
		out = append(out, mem.SliceBuffer(message[:count]))
		message = message[count:]
	}
	return out
}

// differs compares what was read with protobuf's own reading; it names the field.
func differs(q *request, batch *pb.EventBatch) (name string) {
	fields := batch.ProtoReflect().Descriptor().Fields()
	for i := range fields.Len() {
		field := fields.Get(i)
		if field.Number() == controlsField {
			if len(q.controls) != len(batch.Controls) {
				return "controls"
			}
			for k := range q.controls {
				if !bytes.Equal(q.controls[k], batch.Controls[k]) {
					return "controls"
				}
			}
			continue
		}
		column := columnOf(&q.raw, protoreflect.FieldNumber(field.Number()))
		if column == nil || !bytes.Equal(*column, batch.ProtoReflect().Get(field).Bytes()) {
			return string(field.Name())
		}
	}
	return ""
}

func TestRequestsAreReadAsProtobufReadsThem(t *testing.T) {
	q := &request{}
	for _, item := range loadCases(t) {
		for _, batch := range item.Batches {
			message, err := proto.Marshal(&pb.ProcessRequest{Batch: batch})
			if err != nil {
				t.Fatal(err)
			}
			for _, size := range []int{1, 13, 1 << 20} {
				if err := q.read(inPieces(message, size)); err != nil {
					t.Fatalf("%s: %v", item.Name, err)
				}
				if name := differs(q, batch); name != "" {
					t.Fatalf("%s: %s differs", item.Name, name)
				}
			}
		}
	}
}

func TestUnknownFieldsAreSkipped(t *testing.T) {
	q := &request{}
	inner := []byte{0x0A, 1, 7, 0x98, 0x06, 5, 0x0A, 1, 1, 0x9D, 0x06, 1, 2, 3, 4} // kind, 99 varint, kind again, 99 fixed32
	message := append([]byte{0x10, 9, 0x19, 1, 2, 3, 4, 5, 6, 7, 8, 0x22, 1, 0, 0x0A, byte(len(inner))}, inner...)
	if err := q.read(inPieces(message, 2)); err != nil || !bytes.Equal(q.raw.Kind, []byte{1}) {
		t.Errorf("kind is %v, %v", q.raw.Kind, err)
	}
	for length := 1; length < len(message); length++ {
		if err := q.read(inPieces(message[:length], 3)); err == nil && length > 14 {
			t.Errorf("a message cut to %d bytes was taken", length)
		}
	}
	for _, bad := range [][]byte{{0x0B}, {0x00, 1}, {0x0A, 3, 0x0A, 9, 1}, {0x0A, 2, 0x0A, 1, 1}} {
		if q.read(inPieces(bad, 9)) == nil {
			t.Errorf("message %v was taken", bad)
		}
	}
}

// FuzzRequest: any bytes are read as protobuf reads them, or refused.
func FuzzRequest(f *testing.F) {
	seeds(f, func(item *pb.ConformanceCase) {
		for _, batch := range item.Batches {
			if blob, err := proto.Marshal(&pb.ProcessRequest{Batch: batch}); err == nil {
				f.Add(blob)
			}
		}
	})
	f.Fuzz(func(t *testing.T, message []byte) {
		q, expected := &request{}, &pb.ProcessRequest{}
		err := q.read(inPieces(message, 7))
		if failure := proto.Unmarshal(message, expected); failure != nil {
			return // protobuf looks into groups and at strings, which we do not have
		}
		if err != nil && len(expected.ProtoReflect().GetUnknown()) == 0 && len(expected.GetBatch().ProtoReflect().GetUnknown()) == 0 {
			t.Fatalf("refused: %v", err)
		}
		if batch := expected.GetBatch(); err == nil && batch != nil {
			if name := differs(q, batch); name != "" {
				t.Fatalf("%s differs", name)
			}
		}
	})
}
