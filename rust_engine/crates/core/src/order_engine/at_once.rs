//! Orders that the venue fills whole at the best price in the moment in which they are sent: what sending, matching and
//! reporting come to, done in place (spec 7.1, 7.3, 7.5, 8.1).
use crate::core::contract::{
    AccountCause, Code, FillReason, FillRecord, Liquidity, OrderRecord, OrderState, OrderType, Trigger,
};
use crate::execution_engine::book::within_limit;
use crate::risk_engine::ticket::Ticket;
use crate::state::State;

impl State {
    /// The price of such an order's only fill; none where any message, report or other open order could matter.
    #[inline]
    pub(super) fn price_at_once(&self, ticket: &Ticket) -> Option<i64> {
        let s = &self.symbols[ticket.symbol];
        let is_taker = matches!(ticket.order_type, OrderType::Market | OrderType::Ioc | OrderType::Fok);
        let is_direct = is_taker
            && self.config.venue.answers_at_once()
            && s.open.count == 0
            && self.venue.reports.is_empty()
            && !self.is_bar_filled(ticket.symbol)
            && !s.market.is_frozen();
        let best = s.market.best_to_take(ticket.side).filter(|_| is_direct)?;
        let left = best.size.saturating_sub(s.market.taken(ticket.side));
        (left >= ticket.quantity && within_limit(ticket.side, best.price, ticket.price)).then_some(best.price)
    }

    /// Records SUBMIT, FILL, the ORDER's end and ACCOUNT; the order is never open.
    pub(super) fn fill_at_once(&mut self, order_id: u64, ticket: &Ticket, price: i64) {
        let Ticket { symbol, side, quantity, .. } = *ticket;
        let submitted = OrderRecord {
            event_index: self.event_index,
            ts_init: self.now,
            symbol: symbol as u32,
            side: side as u8,
            order_type: ticket.order_type as u8,
            state_from: OrderState::Created as u8,
            code: Code::None as u16,
            state_to: OrderState::PendingNew as u8,
            trigger: Trigger::Submit as u8,
            order_id,
            price: ticket.price,
            quantity,
            leaves: quantity,
            cum: 0,
            signal_id: self.symbols[symbol].decision.signal_id,
            limit: 0,
            value: 0,
            ts_venue: 0,
        };
        self.output.push(submitted.to_bytes());
        self.venue.last_exec_id += 1;
        self.add_taken(symbol, side, quantity);
        let fee = self.book_fill(symbol, side, price, quantity, Liquidity::Taker);
        self.counters.fills += 1;
        let fill = FillRecord {
            event_index: self.event_index,
            ts_init: self.now,
            symbol: symbol as u32,
            side: side as u8,
            liquidity: Liquidity::Taker as u8,
            reason: FillReason::Aggressive as u8,
            order_id,
            exec_id: self.venue.last_exec_id,
            price,
            quantity,
            fee,
            cause_event: self.event_index,
            ts_venue: self.now,
            position: self.symbols[symbol].holding.position,
        };
        self.output.push(fill.to_bytes());
        let filled = OrderRecord {
            state_from: OrderState::PendingNew as u8,
            state_to: OrderState::Filled as u8,
            trigger: Trigger::Fill as u8,
            leaves: 0,
            cum: quantity,
            ts_venue: self.now,
            ..submitted
        };
        self.output.push(filled.to_bytes());
        self.record_account(AccountCause::Fill, Some(symbol));
    }
}
