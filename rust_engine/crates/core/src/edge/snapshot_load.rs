//! Restores a snapshot into a fresh engine; nothing has changed until it is whole (spec 14.2).
use super::configure::Parts;
use super::snapshot_reader::{Reader, SIZE_MAX, impossible, possible};
use super::snapshot_write::{MAGIC, contract_hash};
use crate::core::blobs::Blobs;
use crate::core::config::Config;
use crate::core::contract::{Counters, ErrorCode, FillReason, Liquidity, OrderState, Trigger, VenueMode};
use crate::core::error::{EngineError, Result};
use crate::core::options::Options;
use crate::engine::Engine;
use crate::execution_engine::venue::{Message, MessageKind, Report};
use crate::order_engine::slab::{AtVenue, Links, Order, Replacement};
use crate::state::State;

/// Bytes of an open order, a message and a report.
const ORDER_BYTES: usize = 131;
const MESSAGE_BYTES: usize = 33;
const REPORT_BYTES: usize = 61;

impl Engine {
    pub fn restore(snapshot: &[u8], options: Options) -> Result<Self> {
        let mut reader = Reader::new(snapshot);
        if reader.array::<8>()? != *MAGIC {
            return Err(EngineError::snapshot("it does not start with QRTSNAP1"));
        }
        if reader.array::<32>()? != contract_hash() {
            return Err(EngineError::new(ErrorCode::ContractMismatch, "the snapshot is of another contract"));
        }
        let blobs = Blobs {
            config: reader.blob()?,
            limits: reader.blob()?,
            risk_model: reader.blob()?,
            program: reader.blob()?,
        };
        let parts = Parts::of(&blobs).map_err(|error| EngineError::snapshot(error.to_string()))?;
        let per_symbol = parts.program.snapshot_bytes_per_symbol();
        let needed = parts.config.instruments.len().checked_mul(per_symbol);
        possible(needed.is_some_and(|needed| needed <= reader.remaining()), "the program's state")?;
        let mut engine = parts.build(blobs, options);
        engine.read_engine(&mut reader)?;
        for sequence in &mut engine.phase_one.intake.last_sequence {
            *sequence = reader.u64()?;
        }
        engine.phase_one.nodes.keep_all(&engine.phase_one.program);
        for symbol in 0..engine.phase_one.symbols.len() {
            engine.read_phase_one(&mut reader, symbol)?;
        }
        for symbol in 0..engine.state.symbols.len() {
            engine.state.read_phase_two(&mut reader, symbol)?;
        }
        engine.state.read_orders(&mut reader)?;
        engine.state.read_queues(&mut reader)?;
        possible(reader.remaining() == 0, "the end of the snapshot")?;
        engine.state.derive();
        // Whatever no test above has refused, but would come back as other bytes.
        possible(engine.snapshot() == snapshot, "form: it is not as an engine writes it")?;
        Ok(engine)
    }

    fn read_engine(&mut self, reader: &mut Reader<'_>) -> Result<()> {
        let mut counters = [0; Counters::NAMES.len()];
        for counter in &mut counters {
            *counter = reader.counter()?;
        }
        let state = &mut self.state;
        state.counters = Counters::from_array(counters);
        self.phase_one.intake.last_ts_init = reader.event_time()?;
        state.clocks.session = reader.session()?;
        state.clocks.risk_number = reader.event_time()?;
        state.clocks.started = reader.flag()?;
        state.scope.level = reader.level()?;
        state.scope.flatten = reader.flag()?;
        state.halts.drawdown_latched = reader.flag()?;
        state.halts.daily_loss_latched = reader.flag()?;
        let ledger = &mut state.ledger;
        for money in
            [&mut ledger.cash, &mut ledger.fees, &mut ledger.realised, &mut ledger.high, &mut ledger.open]
        {
            *money = reader.money()?;
        }
        state.last_order_id = reader.counter()?;
        state.venue.last_exec_id = reader.counter()?;
        state.last_signal_id = reader.counter()?;
        state.bucket = reader.bucket()?;
        Ok(())
    }
}

impl State {
    fn read_orders(&mut self, reader: &mut Reader<'_>) -> Result<()> {
        let count = reader.count(ORDER_BYTES, "the number of open orders")?;
        possible(count <= self.config.open_orders as usize, "the number of open orders")?;
        let mut last_id = 0;
        for _ in 0..count {
            let order = read_order(reader, &self.config)?;
            possible(order.id > last_id && order.id <= self.last_order_id, "an order id")?;
            last_id = order.id;
            let place = self.orders.insert(order, &mut self.symbols[order.symbol].open);
            self.recount_order(place);
            let (open, most) = (&self.symbols[order.symbol].open, self.config.quantity_bound(order.symbol));
            possible(
                open.buy.unsigned_abs() <= most && open.sell.unsigned_abs() <= most,
                "the quantity of open orders",
            )?;
            if order.venue.is_there {
                self.note_expiry(order.created);
            }
        }
        Ok(())
    }

    fn read_queues(&mut self, reader: &mut Reader<'_>) -> Result<()> {
        let is_ours = self.config.venue.mode == VenueMode::Simulated;
        let messages = reader.count(MESSAGE_BYTES, "the number of messages")?;
        for _ in 0..messages {
            let message = self.read_message(reader)?;
            self.venue.inbound.push(message);
        }
        let reports = reader.count(REPORT_BYTES, "the number of reports")?;
        for _ in 0..reports {
            let report = self.read_report(reader)?;
            self.venue.reports.push(report);
        }
        possible(is_ours || messages + reports == 0, "business with the venue")
    }

    fn open_order(&self, id: u64) -> Option<&Order> {
        self.orders.find(id).map(|place| self.orders.get(place))
    }

    fn read_message(&self, reader: &mut Reader<'_>) -> Result<Message> {
        let message = Message {
            arrival: reader.arrival()?,
            kind: match reader.u8()? {
                1 => MessageKind::New,
                2 => MessageKind::Cancel,
                3 => MessageKind::Replace,
                _ => return Err(impossible("the kind of a message")),
            },
            order_id: reader.u64()?,
            price: reader.i64()?,
            quantity: reader.i64()?,
        };
        let order = self.open_order(message.order_id);
        match message.kind {
            MessageKind::Cancel => possible((message.price, message.quantity) == (0, 0), "a cancel")?,
            MessageKind::New => possible(order.is_some_and(|order| !order.venue.is_there), "a new order")?,
            MessageKind::Replace => {}
        }
        if message.kind != MessageKind::Cancel {
            possible(message.quantity > 0, "a message's quantity")?;
            if let Some(order) = order {
                let most = self.config.quantity_bound(order.symbol);
                possible(message.quantity.unsigned_abs() <= most, "a message's quantity")?;
                possible(
                    self.config.instruments[order.symbol].nearly_takes(message.price),
                    "a message's price",
                )?;
            }
        }
        Ok(message)
    }

    fn read_report(&self, reader: &mut Reader<'_>) -> Result<Report> {
        let report = Report {
            due: reader.i64()?,
            ts_venue: reader.i64()?,
            trigger: reader.trigger()?,
            order_id: reader.u64()?,
            exec_id: reader.u64()?,
            price: reader.i64()?,
            quantity: reader.i64()?,
            liquidity: reader.u8()?,
            reason: reader.u8()?,
            code: reader.code()?,
            cause_event: reader.u64()?,
        };
        if report.trigger != Trigger::Fill {
            possible((report.liquidity, report.reason) == (0, 0), "a report")?;
            return Ok(report);
        }
        possible(report.quantity > 0, "a fill's quantity")?;
        possible(Liquidity::from_number(u32::from(report.liquidity)).is_some(), "a fill's liquidity")?;
        possible(FillReason::from_number(u32::from(report.reason)).is_some(), "a fill's reason")?;
        if let Some(order) = self.open_order(report.order_id) {
            possible(self.config.instruments[order.symbol].nearly_takes(report.price), "a fill's price")?;
        }
        Ok(report)
    }

    /// What is not written follows from what is.
    fn derive(&mut self) {
        let mut equity = self.ledger.cash;
        self.held_symbols = 0;
        self.flattened_symbols = 0;
        self.pending_bars.clear();
        for (number, symbol) in self.symbols.iter().enumerate() {
            let value = crate::core::fixed::notional(
                symbol.holding.position,
                symbol.market.mark,
                symbol.multiplier(),
            );
            equity += value;
            self.held_symbols += usize::from(symbol.holding.position != 0);
            self.flattened_symbols += usize::from(symbol.scope.flatten);
            if symbol.rare.as_ref().is_some_and(|rare| rare.pending.is_some()) {
                self.pending_bars.push(number as u32);
            }
        }
        self.ledger.equity = equity;
        self.rebuild_exposures();
    }
}

fn read_order(reader: &mut Reader<'_>, config: &Config) -> Result<Order> {
    let mut order = Order {
        id: reader.u64()?,
        symbol: reader.u32()? as usize,
        side: reader.side()?,
        order_type: reader.order_type()?,
        state: reader.order_state()?,
        flatten: reader.flag()?,
        price: reader.i64()?,
        quantity: reader.i64()?,
        cum: reader.i64()?,
        created: reader.event_time()?,
        signal_id: reader.u64()?,
        last_exec_id: reader.u64()?,
        pending: None,
        venue: AtVenue::default(),
        counted: 0,
        reserved: 0,
        links: Links::UNLINKED,
    };
    let instrument = config.instruments.get(order.symbol).ok_or_else(|| impossible("an order's symbol"))?;
    let most = config.quantity_bound(order.symbol);
    let is_quantity =
        |quantity: i64, cum: i64| (0..quantity).contains(&cum) && quantity.unsigned_abs() <= most;
    possible(!order.state.is_terminal() && order.state != OrderState::Created, "an open order's state")?;
    possible(is_quantity(order.quantity, order.cum), "an open order's quantity")?;
    possible(instrument.nearly_takes(order.price), "an open order's price")?;
    let has_pending = reader.flag()?;
    let new = Replacement { price: reader.i64()?, quantity: reader.size()? };
    reader.absent(has_pending, &[new.price, new.quantity])?;
    possible(new.quantity.unsigned_abs() <= most, "a replacement's quantity")?;
    possible(!has_pending || instrument.nearly_takes(new.price), "a replacement's price")?;
    possible(
        match order.state {
            OrderState::PendingReplace => has_pending,
            OrderState::PendingCancel => true,
            _ => !has_pending,
        },
        "a replacement",
    )?;
    order.pending = has_pending.then_some(new);
    order.venue = read_venue(reader)?;
    let venue = &order.venue;
    if venue.is_there {
        possible(config.venue.mode == VenueMode::Simulated, "an order at the venue")?;
        possible(is_quantity(venue.quantity, venue.cum), "an order's quantity at the venue")?;
        possible(instrument.nearly_takes(venue.price), "an order's price at the venue")?;
    }
    Ok(order)
}

fn read_venue(reader: &mut Reader<'_>) -> Result<AtVenue> {
    let venue = AtVenue {
        is_there: reader.flag()?,
        price: reader.i64()?,
        quantity: reader.i64()?,
        cum: reader.i64()?,
        resting: reader.flag()?,
        ahead: reader.i64()?,
        level: reader.size()?,
        traded: reader.saturated()?,
    };
    reader.absent(venue.resting, &[venue.ahead, venue.level, venue.traded])?;
    reader.absent(venue.is_there, &[venue.price, venue.quantity, venue.cum])?;
    possible(venue.is_there || !venue.resting, "an order's place at the venue")?;
    possible((-1..=SIZE_MAX).contains(&venue.ahead), "an order's queue")?;
    Ok(venue)
}
