// Codec: protobuf as gRPC has it, but batches and records, which are almost all bytes, without needless copies.

package edge

import (
	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/mem"
	"google.golang.org/protobuf/encoding/protowire"

	"quartet.dev/go_engine/internal/core"
)

// codec is gRPC's codec for all messages but request and answer.
type codec struct{ encoding.CodecV2 }

// newCodec returns the codec of the server.
func newCodec() codec { return codec{encoding.GetCodecV2("proto")} }

// Unmarshal reads a message.
func (c codec) Unmarshal(data mem.BufferSlice, message any) error {
	if request, isBatch := message.(*request); isBatch {
		return request.read(data)
	}
	return c.CodecV2.Unmarshal(data, message)
}

// Marshal writes a message; records stay where they are until they are sent.
func (c codec) Marshal(message any) (mem.BufferSlice, error) {
	if answer, isRecords := message.(*answer); isRecords {
		return answer.write(), nil
	}
	return c.CodecV2.Marshal(message)
}

// answer is a ProcessResponse or a ProcessStreamResponse.
type answer struct {
	records core.Records
	ns      int64
}

const recordsField, nsField = 1, 2

// write hands the chunks of the records over to gRPC, which gives them back when they are sent.
func (a *answer) write() mem.BufferSlice {
	out := make(mem.BufferSlice, 0, len(a.records)+2)
	if length := a.records.Len(); length > 0 {
		header := protowire.AppendTag(nil, recordsField, protowire.BytesType)
		out = append(out, mem.SliceBuffer(protowire.AppendVarint(header, uint64(length))))
	}
	for _, chunk := range a.records {
		out = append(out, mem.NewBuffer(chunk, chunkPool{}))
	}
	if a.ns != 0 {
		trailer := protowire.AppendTag(nil, nsField, protowire.VarintType)
		out = append(out, mem.SliceBuffer(protowire.AppendVarint(trailer, uint64(a.ns))))
	}
	return out
}

// chunkPool takes chunks of records back.
type chunkPool struct{}

// Get is never called: chunks are made where records are written.
func (chunkPool) Get(length int) *[]byte {
	chunk := make([]byte, length)
	return &chunk
}

// Put takes a chunk back.
func (chunkPool) Put(chunk *[]byte) { core.FreeChunk(chunk) }
