// Wire: a batch straight from the pieces of its message into columns, copied once and aligned.

package edge

import (
	"encoding/binary"
	"io"
	"unsafe"

	"google.golang.org/grpc/mem"
	"google.golang.org/protobuf/encoding/protowire"

	"quartet.dev/go_engine/internal/core"
	"quartet.dev/go_engine/internal/data_engine"
)

// request is a ProcessRequest or a ProcessStreamRequest, whose one field is the batch; its room is used again.
type request struct {
	raw      dataengine.Raw
	controls [][]byte
	words    []uint64 // room of the columns, each at a whole word
	used     int      // of them
}

const batchField, controlsField = 1, 70

// read takes a message; what an older one left is gone.
func (q *request) read(data mem.BufferSlice) error {
	q.raw, q.controls, q.used = dataengine.Raw{}, q.controls[:0], 0
	if words := data.Len() / 8; words > len(q.words) {
		q.words = make([]uint64, words+words/4)
	}
	r := data.Reader()
	defer func() { _ = r.Close() }()
	for r.Remaining() > 0 {
		number, kind, err := readTag(r)
		if err != nil {
			return err
		}
		if number != batchField || kind != protowire.BytesType {
			if err := skip(r, kind); err != nil {
				return err
			}
			continue
		}
		length, err := readLength(r)
		if err != nil {
			return err
		}
		if err := q.readBatch(r, r.Remaining()-length); err != nil {
			return err
		}
	}
	q.raw.ControlCount = len(q.controls)
	return nil
}

// readBatch takes the fields of an EventBatch until so many bytes remain.
func (q *request) readBatch(r *mem.Reader, remain int) error {
	for r.Remaining() > remain {
		number, kind, err := readTag(r)
		if err != nil {
			return err
		}
		column := columnOf(&q.raw, number)
		if kind != protowire.BytesType || (column == nil && number != controlsField) {
			if err := skip(r, kind); err != nil {
				return err
			}
			continue
		}
		length, err := readLength(r)
		if err != nil {
			return err
		}
		value := q.room(length)
		if _, err := io.ReadFull(r, value); err != nil {
			return err
		}
		if column == nil {
			q.controls = append(q.controls, value)
		} else {
			*column = value
		}
	}
	if r.Remaining() != remain {
		return io.ErrUnexpectedEOF
	}
	return nil
}

// room returns bytes that begin at a whole word.
func (q *request) room(length int) []byte {
	words := (length + 7) / 8
	if words == 0 {
		return nil
	}
	if words > len(q.words)-q.used { // many short fields round up to more than the message
		return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(make([]uint64, words)))), length)
	}
	start := unsafe.Pointer(&q.words[q.used])
	q.used += words
	return unsafe.Slice((*byte)(start), length)
}

func readVarint(r *mem.Reader) (uint64, error) { return binary.ReadUvarint(r) }

func readTag(r *mem.Reader) (protowire.Number, protowire.Type, error) {
	tag, err := readVarint(r)
	if err != nil {
		return 0, 0, err
	}
	number, kind := protowire.DecodeTag(tag)
	if number < protowire.MinValidNumber {
		return 0, 0, errMalformed
	}
	return number, kind, nil
}

// readLength returns a length that the message has.
func readLength(r *mem.Reader) (int, error) {
	length, err := readVarint(r)
	if err == nil && length > uint64(r.Remaining()) {
		err = io.ErrUnexpectedEOF
	}
	return int(length), err
}

var errMalformed = core.Errorf(core.ErrorCodeBadBatch, "the message is not a protobuf message")

// skip passes over a field that is not known.
func skip(r *mem.Reader, kind protowire.Type) error {
	length := 0
	switch kind {
	case protowire.VarintType:
		_, err := readVarint(r)
		return err
	case protowire.Fixed32Type:
		length = 4
	case protowire.Fixed64Type:
		length = 8
	case protowire.BytesType:
		known, err := readLength(r)
		if err != nil {
			return err
		}
		length = known
	default: // groups are not of this protocol
		return errMalformed
	}
	_, err := r.Discard(length)
	return err
}

// columnOf returns the column of a field of EventBatch, nil where there is none.
func columnOf(raw *dataengine.Raw, number protowire.Number) *[]byte {
	if number >= protowire.Number(len(columnFields)) || columnFields[number] == nil {
		return nil
	}
	return columnFields[number](raw)
}

// columnFields are the columns by field number.
var columnFields = [...]func(*dataengine.Raw) *[]byte{
	1:  func(r *dataengine.Raw) *[]byte { return &r.Kind },
	2:  func(r *dataengine.Raw) *[]byte { return &r.Symbol },
	3:  func(r *dataengine.Raw) *[]byte { return &r.Source },
	4:  func(r *dataengine.Raw) *[]byte { return &r.Flags },
	5:  func(r *dataengine.Raw) *[]byte { return &r.TsEvent },
	6:  func(r *dataengine.Raw) *[]byte { return &r.TsInit },
	7:  func(r *dataengine.Raw) *[]byte { return &r.Sequence },
	10: func(r *dataengine.Raw) *[]byte { return &r.BidPrice },
	11: func(r *dataengine.Raw) *[]byte { return &r.AskPrice },
	12: func(r *dataengine.Raw) *[]byte { return &r.BidSize },
	13: func(r *dataengine.Raw) *[]byte { return &r.AskSize },
	20: func(r *dataengine.Raw) *[]byte { return &r.TradePrice },
	21: func(r *dataengine.Raw) *[]byte { return &r.TradeSize },
	22: func(r *dataengine.Raw) *[]byte { return &r.Aggressor },
	30: func(r *dataengine.Raw) *[]byte { return &r.BookBidPrices },
	31: func(r *dataengine.Raw) *[]byte { return &r.BookBidSizes },
	32: func(r *dataengine.Raw) *[]byte { return &r.BookAskPrices },
	33: func(r *dataengine.Raw) *[]byte { return &r.BookAskSizes },
	34: func(r *dataengine.Raw) *[]byte { return &r.BookBidLevels },
	35: func(r *dataengine.Raw) *[]byte { return &r.BookAskLevels },
	40: func(r *dataengine.Raw) *[]byte { return &r.BarOpen },
	41: func(r *dataengine.Raw) *[]byte { return &r.BarHigh },
	42: func(r *dataengine.Raw) *[]byte { return &r.BarLow },
	43: func(r *dataengine.Raw) *[]byte { return &r.BarClose },
	44: func(r *dataengine.Raw) *[]byte { return &r.BarVolume },
	50: func(r *dataengine.Raw) *[]byte { return &r.SignalScore },
	51: func(r *dataengine.Raw) *[]byte { return &r.SignalConfidence },
	60: func(r *dataengine.Raw) *[]byte { return &r.ReportOrderID },
	61: func(r *dataengine.Raw) *[]byte { return &r.ReportExecID },
	62: func(r *dataengine.Raw) *[]byte { return &r.ReportTrigger },
	63: func(r *dataengine.Raw) *[]byte { return &r.ReportLiquidity },
	64: func(r *dataengine.Raw) *[]byte { return &r.ReportCode },
	65: func(r *dataengine.Raw) *[]byte { return &r.ReportPrice },
	66: func(r *dataengine.Raw) *[]byte { return &r.ReportQuantity },
}
