//! The configuration of W1 with one of three programs: one lot either way, MARKET orders, no latency, no fees, wide limits.
use prost::Message;
use quartet_core::core::contract::{
    AccountType, FillModel, Op, OrderType, PolicyKind, PriceReference, QueueModel, Rebalance, SelfTrade,
    Sizing, VenueMode, clock,
};
use quartet_core::edge::pb;

const SCALE: i64 = 1_000_000_000;

fn money(units: i128) -> Vec<u8> {
    (units * 1_000_000_000_000_000_000).to_le_bytes().to_vec()
}

fn node(op: Op, inputs: &[u32], clock: u32, n: u32, params: &[f64]) -> pb::Node {
    pb::Node {
        op: op as u32,
        inputs: inputs.to_vec(),
        clock,
        n,
        params: params.to_vec(),
        name: String::new(),
    }
}

/// What a benchmark's engine computes.
#[derive(Clone, Copy, Debug)]
pub enum Graph {
    /// +1 where EMA 10 of mid is at or above EMA 20, else -1, from the twentieth quote.
    Cross,
    /// The same of EMA 100 and 500: few orders.
    SlowCross,
    /// The program of config/replay.yaml.
    Replay,
}

fn constant(value: f64) -> pb::Node {
    node(Op::Const, &[], 0, 0, &[value])
}

fn quoted(op: Op, inputs: &[u32]) -> pb::Node {
    node(op, inputs, clock::QUOTE, 0, &[])
}

fn ema(input: u32, span: u32, min_periods: u32) -> pb::Node {
    node(Op::Ema, &[input], clock::QUOTE, min_periods, &[2.0 / f64::from(span + 1)])
}

fn program(graph: Graph) -> pb::Program {
    let nodes = match graph {
        Graph::Cross => cross(10, 20),
        Graph::SlowCross => cross(100, 500),
        Graph::Replay => replay(),
    };
    pb::Program { score: nodes.len() as u32 - 1, nodes, confidence: None, fair_value: None }
}

fn cross(fast: u32, slow: u32) -> Vec<pb::Node> {
    vec![
        quoted(Op::Mid, &[]),
        ema(0, fast, slow),
        ema(0, slow, slow),
        quoted(Op::Ge, &[1, 2]),
        constant(1.0),
        constant(-1.0),
        quoted(Op::Select, &[3, 4, 5]),
    ]
}

/// As the compiler of signal graphs lays it out.
fn replay() -> Vec<pb::Node> {
    vec![
        constant(0.5),
        constant(0.4),
        constant(2000.0),
        quoted(Op::Mid, &[]),
        ema(3, 10, 10),
        ema(3, 20, 20),
        quoted(Op::Sub, &[4, 5]),
        quoted(Op::Mul, &[2, 6]),
        quoted(Op::Div, &[7, 3]),
        constant(0.25),
        node(Op::Zscore, &[3], clock::QUOTE, 200, &[1.0]),
        quoted(Op::Mul, &[9, 10]),
        quoted(Op::Sub, &[8, 11]),
        quoted(Op::Imbalance, &[]),
        quoted(Op::Add, &[12, 13]),
        quoted(Op::Mul, &[1, 14]),
        node(Op::Clip, &[15], clock::QUOTE, 0, &[-1.0, 1.0]),
        constant(0.2),
        quoted(Op::Gt, &[16, 17]),
        constant(0.6),
        quoted(Op::Gt, &[16, 19]),
        quoted(Op::Add, &[18, 20]),
        constant(-0.2),
        quoted(Op::Lt, &[16, 22]),
        quoted(Op::Sub, &[21, 23]),
        constant(-0.6),
        quoted(Op::Lt, &[16, 25]),
        quoted(Op::Sub, &[24, 26]),
        quoted(Op::Mul, &[0, 27]),
    ]
}

fn limits() -> pb::RiskLimits {
    pb::RiskLimits {
        max_quote_age_ns: Some(10 * SCALE),
        price_collar_ppb: Some(50_000_000),
        price_collar_far_ppb: Some(500_000_000),
        max_order_quantity: Some(1_000_000 * SCALE),
        max_order_notional: Some(money(1_000_000_000)),
        max_order_weight_ppb: Some(SCALE),
        max_adv_share_ppb: Some(SCALE),
        duplicate_window_ns: None,
        max_orders_per_second: Some(1_000_000),
        max_orders_per_second_symbol: Some(1_000_000),
        self_trade: SelfTrade::CancelNewest as u32,
        max_open_orders: Some(1_000),
        max_open_orders_symbol: Some(100),
        initial_margin_ppb: Some(500_000_000),
        max_position_weight_ppb: Some(SCALE),
        max_position_quantity: Some(1_000_000 * SCALE),
        max_positions: Some(100_000),
        max_concentration_ppb: Some(SCALE),
        max_leverage_ppb: Some(5 * SCALE),
        max_net_leverage_ppb: Some(5 * SCALE),
        max_position_var_ppb: Some(SCALE / 2),
        max_portfolio_var_ppb: Some(SCALE / 2),
        max_drawdown_ppb: Some(SCALE / 10),
        max_daily_loss_ppb: Some(SCALE / 20),
        risk_clock_ns: SCALE,
        var_default_daily_vol_ppb: 20_000_000,
        var_multiplier_ppb: SCALE,
    }
}

fn risk_model(symbols: usize) -> pb::RiskModel {
    let covariance =
        (0..symbols * symbols).map(|place| if place % (symbols + 1) == 0 { 1e-4 } else { 3e-5 }).collect();
    pb::RiskModel { symbols: (0..symbols as u32).collect(), covariance, valid_until_ns: i64::MAX }
}

fn instrument(number: usize) -> pb::Instrument {
    pb::Instrument {
        symbol: format!("S{number:05}"),
        tick: SCALE / 100,
        lot: SCALE,
        multiplier: 1,
        currency: "USD".into(),
        fill_model: FillModel::Book as u32,
        adv: Some(1_000_000 * SCALE),
        ..pb::Instrument::default()
    }
}

/// The serialised EngineConfig.
pub fn serialised(symbols: usize, graph: Graph) -> Vec<u8> {
    let target = pb::TargetPolicy {
        sizing: Sizing::Quantity as u32,
        max_quantity: SCALE,
        max_weight_ppb: 0,
        rebalance: Rebalance::OnChange as u32,
        order_type: OrderType::Market as u32,
        price_reference: PriceReference::Opposite as u32,
        offset_ticks: 0,
    };
    pb::EngineConfig {
        instruments: (0..symbols).map(instrument).collect(),
        program: Some(program(graph)),
        signals: Some(pb::SignalLimits { max_signals_per_symbol: 8, min_confidence: 0.0, max_age_ns: SCALE }),
        policy: Some(pb::PolicyConfig {
            kind: PolicyKind::Target as u32,
            direction_threshold: 0.0,
            target: Some(target),
            quoting: None,
        }),
        reconciler: Some(pb::ReconcilerConfig {
            use_replace: false,
            retry_after_ns: SCALE,
            slice_quantity: 0,
            order_ttl_ns: 0,
        }),
        risk: Some(limits()),
        risk_model: Some(risk_model(symbols)),
        venue: Some(pb::VenueConfig {
            mode: VenueMode::Simulated as u32,
            queue_model: QueueModel::RiskAverse as u32,
            max_participation_ppb: SCALE,
            ..pb::VenueConfig::default()
        }),
        account: Some(pb::AccountConfig {
            initial_cash: money(100_000_000),
            account_type: AccountType::Margin as u32,
            currency: "USD".into(),
        }),
        capacity: Some(pb::Capacity { open_orders: 4096, source_count: 1 }),
        session_roll_ns: 0,
        check_risk: true,
    }
    .encode_to_vec()
}
