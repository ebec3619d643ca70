// Message form: whether bytes are a message of the contract, before they are decoded (spec 12.2).

package edge

import (
	"errors"
	"fmt"
	"unicode/utf8"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"quartet.dev/go_engine/internal/core"
)

var (
	errCut    = errors.New("a field is cut short, or a number has no end or more than 64 bits")
	errField  = errors.New("an unknown field")
	errWire   = errors.New("a field of another wire type")
	errString = errors.New("a string is not UTF-8")
)

// readMessage reads a message after its form was tested.
func readMessage(blob []byte, message proto.Message) error {
	if err := testConfig(blob, message); err != nil {
		return err
	}
	if err := proto.Unmarshal(blob, message); err != nil {
		return core.Errorf(core.ErrorCodeBadConfig, "%v", err)
	}
	return nil
}

// testConfig is testForm with the error of a configuration.
func testConfig(blob []byte, message proto.Message) error {
	if err := testForm(blob, message.ProtoReflect().Descriptor()); err != nil {
		return core.Errorf(core.ErrorCodeBadConfig, "%v", err)
	}
	return nil
}

// testForm tests that the bytes are fields of the message, one after the other.
func testForm(blob []byte, message protoreflect.MessageDescriptor) error {
	for len(blob) > 0 {
		key, size := protowire.ConsumeVarint(blob)
		if size < 0 {
			return unreadable(message, errCut)
		}
		field := message.Fields().ByNumber(protowire.Number(key >> 3))
		if key>>32 != 0 || field == nil {
			return unreadable(message, errField)
		}
		taken, err := testValue(blob[size:], field, protowire.Type(key&7))
		if err != nil {
			return unreadable(message, err)
		}
		blob = blob[size+taken:]
	}
	return nil
}

func unreadable(message protoreflect.MessageDescriptor, err error) error {
	return fmt.Errorf("%s cannot be read: %w", message.Name(), err)
}

// testValue tests a field's value and returns its size.
func testValue(blob []byte, field protoreflect.FieldDescriptor, wire protowire.Type) (int, error) {
	form := formOf(field.Kind())
	switch {
	case wire == form && wire == protowire.VarintType:
		_, size := protowire.ConsumeVarint(blob)
		return checkedSize(size)
	case wire == form && wire == protowire.Fixed64Type:
		_, size := protowire.ConsumeFixed64(blob)
		return checkedSize(size)
	case wire == protowire.BytesType && (form == protowire.BytesType || field.IsList()):
		content, size := protowire.ConsumeBytes(blob)
		if size < 0 {
			return 0, errCut
		}
		return size, testContent(content, field, form)
	}
	return 0, errWire
}

func checkedSize(size int) (int, error) {
	if size < 0 {
		return 0, errCut
	}
	return size, nil
}

// testContent tests what has a length: a message, a string, packed numbers.
func testContent(content []byte, field protoreflect.FieldDescriptor, form protowire.Type) error {
	switch {
	case field.Kind() == protoreflect.MessageKind:
		return testForm(content, field.Message())
	case field.Kind() == protoreflect.StringKind:
		if !utf8.Valid(content) {
			return errString
		}
	case form == protowire.Fixed64Type:
		if len(content)%8 != 0 {
			return errCut
		}
	case form == protowire.VarintType:
		for len(content) > 0 {
			_, size := protowire.ConsumeVarint(content)
			if size < 0 {
				return errCut
			}
			content = content[size:]
		}
	}
	return nil
}

func formOf(kind protoreflect.Kind) protowire.Type {
	switch kind {
	case protoreflect.Sfixed64Kind, protoreflect.DoubleKind:
		return protowire.Fixed64Type
	case protoreflect.StringKind, protoreflect.BytesKind, protoreflect.MessageKind:
		return protowire.BytesType
	default:
		return protowire.VarintType
	}
}
