//! Cancels, replaces or creates until the working orders match the desire (spec 10.5).
use super::policy::Desires;
use super::retry::Desire;
use crate::core::config::Policy;
use crate::core::contract::{OrderType, Side};
use crate::state::{State, side_place};

impl State {
    #[inline]
    pub fn reconcile(&mut self, symbol: usize, desires: &Desires) {
        let has_orders = self.symbols[symbol].open.count != 0;
        if !has_orders && desires[0].is_none() && desires[1].is_none() {
            return;
        }
        let mut marked = [None; 2];
        if has_orders {
            for side in Side::ALL {
                marked[side_place(side)] = self.cancel_or_mark(symbol, side, desires[side_place(side)]);
            }
            for side in Side::ALL {
                if let (Some(id), Some(desire)) = (marked[side_place(side)], desires[side_place(side)]) {
                    self.replace_marked(symbol, side, id, desire);
                }
            }
        }
        for side in Side::ALL {
            let Some(desire) = desires[side_place(side)] else { continue };
            let open = &self.symbols[symbol].open;
            let has_open = self.orders.iter_of(open).any(|order| order.side == side);
            if !has_open && !self.is_held_back(symbol, side, &desire) {
                self.create(symbol, side, desire, false);
            }
        }
    }

    /// Pass 1 of a side, on its orders as they stand: keeps the first match, marks one order for replacement,
    /// cancels the other live ones. Returns the marked order's id.
    fn cancel_or_mark(&mut self, symbol: usize, side: Side, desire: Option<Desire>) -> Option<u64> {
        let open = &self.symbols[symbol].open;
        let own = || self.orders.iter_of(open).filter(|order| order.side == side);
        let kept = own()
            .find(|order| {
                order.is_live()
                    && desire.is_some_and(|d| {
                        self.is_match(symbol, &d, order.order_type, order.price, order.leaves())
                    })
            })
            .map(|order| order.id);
        let is_busy = own().any(|order| !order.is_live());
        let may_replace = self.config.reconciler.use_replace && kept.is_none() && !is_busy;
        let mut marked = None;
        let mut ids = std::mem::take(&mut self.scratch);
        ids.clear();
        let open = &self.symbols[symbol].open;
        for order in self.orders.iter_of(open) {
            if order.side != side || !order.is_live() || Some(order.id) == kept {
                continue;
            }
            let replaceable = matches!(order.order_type, OrderType::Limit | OrderType::PostOnly)
                && desire.is_some_and(|desire| desire.order_type == order.order_type);
            if may_replace && replaceable && marked.is_none() {
                marked = Some(order.id);
            } else {
                ids.push(order.id);
            }
        }
        for &id in &ids {
            if let Some(place) = self.orders.find(id) {
                self.request_cancel(place);
            }
        }
        self.scratch = ids;
        marked
    }

    fn is_match(
        &self,
        symbol: usize,
        desire: &Desire,
        order_type: OrderType,
        price: i64,
        leaves: i64,
    ) -> bool {
        let (far, quantity_fits) = match &self.config.policy {
            Policy::Target(_) => (0, leaves == desire.quantity),
            Policy::Quoting(policy) => {
                (policy.requote_ticks * self.instrument_of(symbol).tick, leaves <= desire.quantity)
            }
        };
        order_type == desire.order_type && quantity_fits && price.abs_diff(desire.price) <= far.unsigned_abs()
    }

    /// Pass 2 of a side.
    fn replace_marked(&mut self, symbol: usize, side: Side, id: u64, desire: Desire) {
        if let Some(place) = self.orders.find(id)
            && self.orders.get(place).is_live()
            && !self.is_held_back(symbol, side, &desire)
        {
            self.request_replace(place, desire);
        }
    }
}
