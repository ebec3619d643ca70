// Config: what an engine is told before its first event, after validation (spec 1.8).

package core

// Optional is a limit that may be absent.
type Optional struct {
	Value int64
	Set   bool
}

// Or returns o where it is set, else other.
func (o Optional) Or(other Optional) Optional {
	if o.Set {
		return o
	}
	return other
}

// Instrument is what is said of a tradable symbol beside its name; prices and quantities in 1e-9.
type Instrument struct {
	Tick                 int64
	Lot                  int64
	Multiplier           int64
	PriceMin             int64
	PriceMax             int64
	QuantityMax          int64
	ReferencePrice       Optional
	AverageDailyVolume   Optional
	FillModel            FillModel
	PriceCollarPpb       Optional
	PriceCollarFarPpb    Optional
	MaxOrderQuantity     Optional
	MaxPositionWeightPpb Optional
	MaxPositionQuantity  Optional
	InitialMarginPpb     Optional
}

// SignalLimits bound external signals and verdicts.
type SignalLimits struct {
	MaxSignalsPerSymbol int
	MinConfidence       float64
	MaxAgeNs            int64
}

// TargetPolicy turns a score into a target position.
type TargetPolicy struct {
	Sizing         Sizing
	MaxQuantity    int64
	MaxWeightPpb   int64
	Rebalance      Rebalance
	OrderType      OrderType
	PriceReference PriceReference
	OffsetTicks    int64
}

// QuotingPolicy places two quotes around fair value.
type QuotingPolicy struct {
	HalfSpread    int64
	InventorySkew int64
	QuoteQuantity int64
	MaxInventory  int64
	RequoteTicks  int64
}

// PolicyConfig chooses between the two policies.
type PolicyConfig struct {
	Kind               PolicyKind
	DirectionThreshold float64
	Target             TargetPolicy
	Quoting            QuotingPolicy
}

// ReconcilerConfig says how working orders follow a desired state.
type ReconcilerConfig struct {
	UseReplace    bool
	RetryAfterNs  int64
	SliceQuantity int64
	OrderTTLNs    int64
}

// VenueConfig describes the simulated venue.
type VenueConfig struct {
	Mode                VenueMode
	OrderLatencyNs      int64
	ResponseLatencyNs   int64
	MakerFeePpb         int64
	TakerFeePpb         int64
	QueueModel          QueueModel
	BarSlippagePpb      int64
	MaxParticipationPpb int64
}

// RiskLimits are the engine-wide limits of spec 9.3.
type RiskLimits struct {
	MaxQuoteAgeNs            Optional
	PriceCollarPpb           Optional
	PriceCollarFarPpb        Optional
	MaxOrderQuantity         Optional
	MaxOrderNotional         Int128
	HasMaxOrderNotional      bool
	MaxOrderWeightPpb        Optional
	MaxAdvSharePpb           Optional
	DuplicateWindowNs        Optional
	MaxOrdersPerSecond       Optional
	MaxOrdersPerSecondSymbol Optional
	SelfTrade                SelfTrade
	MaxOpenOrders            Optional
	MaxOpenOrdersSymbol      Optional
	InitialMarginPpb         Optional
	MaxPositionWeightPpb     Optional
	MaxPositionQuantity      Optional
	MaxPositions             Optional
	MaxConcentrationPpb      Optional
	MaxLeveragePpb           Optional
	MaxNetLeveragePpb        Optional
	MaxPositionVarPpb        Optional
	MaxPortfolioVarPpb       Optional
	MaxDrawdownPpb           Optional
	MaxDailyLossPpb          Optional
	RiskClockNs              int64
	VarDefaultDailyVolPpb    int64
	VarMultiplierPpb         int64
}

// RiskModel is a one-day covariance of simple returns over some symbols, ascending.
type RiskModel struct {
	Symbols      []uint32
	Covariance   []float64 // row-major
	ValidUntilNs int64
}

// NodeSpec is one node of a program as configured.
type NodeSpec struct {
	Op     Op
	Inputs []uint32
	Clock  Clock
	N      uint32
	Params []float64
}

// ProgramSpec is a signal graph as configured, checked (spec 3.9).
type ProgramSpec struct {
	Nodes         []NodeSpec
	Score         uint32
	Confidence    uint32
	FairValue     uint32
	HasConfidence bool
	HasFairValue  bool
}

// Config is a checked configuration.
type Config struct {
	Instruments   []*Instrument // by symbol; equal ones are one
	Program       *ProgramSpec
	Signals       SignalLimits
	Policy        PolicyConfig
	Reconciler    ReconcilerConfig
	Risk          *RiskLimits
	RiskModel     *RiskModel // nil: none
	Venue         VenueConfig
	InitialCash   Int128
	AccountType   AccountType
	OpenOrders    int
	SourceCount   uint32
	SessionRollNs int64
	CheckRisk     bool
}

// Control is a decoded command (spec 11); Bad ones are rejected when their event comes.
type Control struct {
	Bad       bool
	Kind      ControlKind
	Level     Level
	Symbol    uint32
	HasSymbol bool
	Flatten   bool
	Limits    *RiskLimits
	RiskModel *RiskModel
	Program   *ProgramSpec
	Blob      []byte // the serialised limits, model or program, kept for snapshots
	Quantity  int64
	Price     int64
	Cash      Int128
	Status    uint8
	BandLow   int64
	BandHigh  int64
}
