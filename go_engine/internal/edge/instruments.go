// Instruments of a configuration: ten thousand symbols mostly differ in their names alone, so each kind is read once.

package edge

import (
	"bytes"
	"math"
	"math/big"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	pb "quartet.dev/go_engine/gen/quartet/v1"
	"quartet.dev/go_engine/internal/core"
)

// Field numbers of an instrument within the configuration, and of its name.
const (
	instrumentField = 1
	nameField       = 1
)

// instrumentRows are the fields of a configuration, whose form was tested, of which instruments are read.
type instrumentRows struct {
	fields []byte
	count  int
}

// splitInstruments returns a configuration's instruments and the fields that are none.
func splitInstruments(config []byte) (rows instrumentRows, rest []byte) {
	rows.fields = config
	for fields := config; len(fields) > 0; {
		number, kind, size := protowire.ConsumeTag(fields)
		size += protowire.ConsumeFieldValue(number, kind, fields[size:])
		if number == instrumentField {
			rows.count++
		} else {
			rest = append(rest, fields[:size]...)
		}
		fields = fields[size:]
	}
	return rows, rest
}

// next takes the next instrument off.
func (rows *instrumentRows) next() []byte {
	for {
		number, kind, size := protowire.ConsumeTag(rows.fields)
		value := rows.fields[size:]
		length := protowire.ConsumeFieldValue(number, kind, value)
		rows.fields = value[length:]
		if number == instrumentField {
			row, _ := protowire.ConsumeBytes(value)
			return row
		}
	}
}

// splitName appends an instrument's fields but its name, which it returns as well.
func splitName(row, others []byte) (name, rest []byte) {
	for len(row) > 0 {
		number, kind, size := protowire.ConsumeTag(row)
		length := protowire.ConsumeFieldValue(number, kind, row[size:])
		if number == nameField {
			name, _ = protowire.ConsumeBytes(row[size:])
		} else {
			others = append(others, row[:size+length]...)
		}
		row = row[size+length:]
	}
	return name, others
}

// instrumentKind is what instruments that differ in their names alone have in common.
type instrumentKind struct {
	instrument *core.Instrument
	currency   string
	largest    *big.Int // the value of the largest position
}

func (c *checker) instruments(rows instrumentRows, m *pb.EngineConfig, config *core.Config) {
	c.within("the number of instruments", int64(rows.count), 1, core.SymbolsMax)
	if c.failure != nil {
		return
	}
	total, currency := new(big.Int), m.GetAccount().GetCurrency()
	config.Instruments = make([]*core.Instrument, rows.count)
	kinds := make(map[string]*instrumentKind)
	var before, name, others []byte
	for i := range config.Instruments {
		row := rows.next()
		name, others = splitName(row, others[:0])
		kind := kinds[string(others)]
		if kind == nil {
			kind = c.kind(row, m.GetPolicy())
			kinds[string(others)] = kind
		}
		config.Instruments[i] = kind.instrument
		if i > 0 && bytes.Compare(before, name) >= 0 {
			c.require(false, "instrument %q is not after the one before", name)
		}
		if kind.currency != currency {
			c.require(false, "instrument %q: currency is %q, the account's is %q", name, kind.currency, currency)
		}
		total.Add(total, kind.largest)
		before = name
	}
	cash := new(big.Int).Lsh(big.NewInt(config.InitialCash.Hi), 64)
	cash.Add(cash, new(big.Int).SetUint64(config.InitialCash.Lo))
	total.Add(total, cash.Abs(cash))
	limit := new(big.Int).Lsh(big.NewInt(1), moneyBits)
	c.require(total.Cmp(limit) <= 0, "positions at their largest and initial_cash come to %v, above 2^%d", total, moneyBits)
}

// kind reads and checks the first instrument of its kind.
func (c *checker) kind(row []byte, policy *pb.PolicyConfig) *instrumentKind {
	message := &pb.Instrument{}
	c.require(proto.Unmarshal(row, message) == nil, "an instrument cannot be read")
	instrument := &core.Instrument{}
	c.instrument(message, instrument)
	largest := big.NewInt(max(core.Abs64(instrument.PriceMin), core.Abs64(instrument.PriceMax)))
	largest.Mul(largest, big.NewInt(max(instrument.QuantityMax, largestInventory(policy))))
	largest.Mul(largest, big.NewInt(instrument.Multiplier))
	return &instrumentKind{instrument, message.GetCurrency(), largest}
}

// largestInventory is what the quoting policy may hold; 0 for the target policy, which is held to quantity_max.
func largestInventory(m *pb.PolicyConfig) int64 {
	if core.PolicyKind(m.GetKind()) != core.PolicyKindQuoting {
		return 0
	}
	return m.GetQuoting().GetMaxInventory()
}

func (c *checker) instrument(m *pb.Instrument, out *core.Instrument) {
	key := func(field string) string { return "instrument " + m.GetSymbol() + ": " + field }
	c.within(key("tick"), m.GetTick(), 1, 1<<40)
	c.within(key("lot"), m.GetLot(), 1, 1<<50)
	c.within(key("multiplier"), m.GetMultiplier(), 1, 1_000_000)
	*out = core.Instrument{
		Tick: m.GetTick(), Lot: m.GetLot(), Multiplier: m.GetMultiplier(),
		PriceMin: m.GetTick(), PriceMax: priceMaxNone, QuantityMax: quantityNone,
		FillModel:            enum[core.FillModel](c, key("fill_model"), m.GetFillModel()),
		PriceCollarPpb:       c.optional(key("price_collar_ppb"), m.PriceCollarPpb, 0, ppbMax),
		PriceCollarFarPpb:    c.optional(key("price_collar_far_ppb"), m.PriceCollarFarPpb, 0, ppbMax),
		MaxOrderQuantity:     anyValue(m.MaxOrderQuantity),
		MaxPositionWeightPpb: c.optional(key("max_position_weight_ppb"), m.MaxPositionWeightPpb, 0, ppbMax),
		MaxPositionQuantity:  anyValue(m.MaxPositionQuantity),
		InitialMarginPpb:     c.optional(key("initial_margin_ppb"), m.InitialMarginPpb, 0, ppbMax),
	}
	if m.PriceMin != nil {
		out.PriceMin = m.GetPriceMin()
	}
	if m.PriceMax != nil {
		out.PriceMax = m.GetPriceMax()
	}
	if m.QuantityMax != nil {
		out.QuantityMax = m.GetQuantityMax()
	}
	c.within(key("price_max"), out.PriceMax, -core.PriceMax, core.PriceMax)
	c.within(key("price_min"), out.PriceMin, -core.PriceMax, out.PriceMax)
	c.within(key("quantity_max"), out.QuantityMax, 1, 1<<60)
	out.ReferencePrice = c.optional(key("reference_price"), m.ReferencePrice, out.PriceMin, out.PriceMax)
	out.AverageDailyVolume = c.optional(key("adv"), m.Adv, 0, math.MaxInt64)
}
