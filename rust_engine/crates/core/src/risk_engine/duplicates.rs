//! Memory of accepted orders, so that the same one is not sent twice in a moment (spec 9.6).
use crate::core::contract::{Code, OrderType, Side};
use crate::order_engine::retry::Desire;
use crate::order_engine::slab::NONE;
use crate::risk_engine::ticket::Refusal;
use crate::state::State;

/// An accepted order as it was desired.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accepted {
    pub ts: i64,
    pub price: i64,
    pub quantity: i64,
    pub order_type: OrderType,
    pub side: Side,
}

/// A symbol's accepted orders in order of acceptance: a ring in `Duplicates`, known by its last one.
#[derive(Clone, Copy, Debug)]
pub struct Remembered(u32);

impl Default for Remembered {
    fn default() -> Self {
        Self(NONE)
    }
}

#[derive(Clone, Copy, Debug)]
struct Slot {
    accepted: Accepted,
    /// The next one of the symbol, behind its last the first; of a free slot the next free one.
    next: u32,
}

/// The memory of all symbols.
#[derive(Clone, Debug)]
pub struct Duplicates {
    slots: Vec<Slot>,
    free: u32,
}

impl Duplicates {
    pub fn with_capacity(capacity: usize) -> Self {
        Self { slots: Vec::with_capacity(capacity), free: NONE }
    }

    #[inline]
    pub fn push(&mut self, remembered: &mut Remembered, accepted: Accepted) {
        let place = if self.free == NONE { self.slots.len() as u32 } else { self.free };
        let first = match self.slots.get_mut(remembered.0 as usize) {
            Some(last) => std::mem::replace(&mut last.next, place),
            None => place,
        };
        remembered.0 = place;
        let slot = Slot { accepted, next: first };
        match self.slots.get_mut(place as usize) {
            Some(free) => self.free = std::mem::replace(free, slot).next,
            None => self.slots.push(slot),
        }
    }

    /// The only one remembered, where it is at least so old.
    #[inline]
    fn outlived(&mut self, remembered: Remembered, now: i64, age: i64) -> Option<&mut Accepted> {
        let place = remembered.0;
        let only = self.slots.get_mut(place as usize).filter(|only| only.next == place)?;
        (now - only.accepted.ts >= age).then_some(&mut only.accepted)
    }

    /// Forgets the oldest ones that are at least so old.
    #[inline]
    fn forget(&mut self, remembered: &mut Remembered, now: i64, age: i64) {
        while let Some(last) = self.slots.get(remembered.0 as usize) {
            let first = last.next;
            let oldest = &mut self.slots[first as usize];
            if now - oldest.accepted.ts < age {
                return;
            }
            let next = std::mem::replace(&mut oldest.next, self.free);
            self.free = first;
            if first == remembered.0 {
                remembered.0 = NONE;
                return;
            }
            self.slots[remembered.0 as usize].next = next;
        }
    }

    /// A symbol's, oldest first.
    pub fn iter(&self, remembered: Remembered) -> impl Iterator<Item = &Accepted> {
        let last = remembered.0;
        let first = self.slots.get(last as usize).map(|slot| slot.next);
        let places = std::iter::successors(first, move |&place| {
            (place != last).then(|| self.slots[place as usize].next)
        });
        places.map(|place| &self.slots[place as usize].accepted)
    }
}

impl State {
    /// Row 10.
    #[inline]
    pub fn row_duplicate(
        &mut self,
        symbol: usize,
        side: Side,
        desire: &Desire,
        window_ns: i64,
    ) -> Result<(), Refusal> {
        let remembered = &mut self.symbols[symbol].open.remembered;
        self.duplicates.forget(remembered, self.now, window_ns);
        let is_same = |accepted: &Accepted| accepted.side == side && accepted.desire() == *desire;
        if self.duplicates.iter(*remembered).any(is_same) {
            return Err(Refusal::plain(Code::DuplicateOrder));
        }
        Ok(())
    }

    pub fn remember_accepted(&mut self, symbol: usize, side: Side, desire: Desire) {
        let accepted = self.accepted(side, &desire);
        self.duplicates.push(&mut self.symbols[symbol].open.remembered, accepted);
    }

    /// Row 10 for an order that will be remembered surely, if at all: the only one that it outlives stays till then.
    #[inline]
    pub fn is_new(&mut self, symbol: usize, side: Side, desire: &Desire, window_ns: i64) -> bool {
        let remembered = self.symbols[symbol].open.remembered;
        self.duplicates.outlived(remembered, self.now, window_ns).is_some()
            || self.row_duplicate(symbol, side, desire, window_ns).is_ok()
    }

    /// What remembers such an order: it takes the place of the one that it outlives.
    #[inline]
    pub fn remember_sure(&mut self, symbol: usize, side: Side, desire: &Desire, window_ns: i64) {
        let (remembered, accepted) = (self.symbols[symbol].open.remembered, self.accepted(side, desire));
        match self.duplicates.outlived(remembered, self.now, window_ns) {
            Some(outlived) => *outlived = accepted,
            None => self.remember_accepted(symbol, side, *desire),
        }
    }

    #[inline]
    fn accepted(&self, side: Side, desire: &Desire) -> Accepted {
        let Desire { order_type, price, quantity } = *desire;
        Accepted { ts: self.now, price, quantity, order_type, side }
    }
}

impl Accepted {
    fn desire(&self) -> Desire {
        Desire { order_type: self.order_type, price: self.price, quantity: self.quantity }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use super::*;

    #[test]
    fn each_symbol_remembers_as_a_queue_of_its_own() {
        let mut memory = Duplicates::with_capacity(2);
        let mut remembered = [Remembered::default(); 3];
        let mut queues: [VecDeque<Accepted>; 3] = Default::default();
        let mut x: u64 = 88_172_645_463_325_252;
        for now in 0..2000 {
            x ^= x << 13;
            x ^= x >> 7;
            x ^= x << 17;
            let (symbol, age) = ((x % 3) as usize, (x >> 8) as i64 % 40);
            if x >> 20 & 1 == 0 {
                memory.forget(&mut remembered[symbol], now, age);
                while queues[symbol].front().is_some_and(|accepted| now - accepted.ts >= age) {
                    queues[symbol].pop_front();
                }
            } else {
                let quantity = (x >> 30) as i64 % 100;
                let (order_type, side) = (OrderType::Market, Side::Buy);
                let accepted = Accepted { ts: now, price: 0, quantity, order_type, side };
                memory.push(&mut remembered[symbol], accepted);
                queues[symbol].push_back(accepted);
            }
            for (remembered, queue) in remembered.iter().zip(&queues) {
                assert!(memory.iter(*remembered).eq(queue), "at {now}");
            }
        }
        let most = queues.iter().map(VecDeque::len).sum::<usize>();
        assert!(memory.slots.len() < most + 200, "{} slots", memory.slots.len());
    }
}
