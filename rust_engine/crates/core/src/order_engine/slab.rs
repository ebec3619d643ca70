//! Open orders in one slab, linked in ascending id, engine-wide and per symbol (spec 9.1).
use crate::core::contract::{OrderState, OrderType, Side};
use crate::core::fixed::Money;
use crate::risk_engine::duplicates::Remembered;

/// No place.
pub const NONE: u32 = u32::MAX;

/// The venue's own view of an order (spec 14.3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AtVenue {
    pub is_there: bool,
    pub resting: bool,
    pub price: i64,
    pub quantity: i64,
    pub cum: i64,
    /// Displayed size before us, -1 where unseen (spec 7.6).
    pub ahead: i64,
    /// Displayed size at our price when last seen, and what has traded there since.
    pub level: i64,
    pub traded: i64,
}

impl AtVenue {
    pub fn leaves(&self) -> i64 {
        self.quantity - self.cum
    }
}

/// New values that a REPLACE asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Replacement {
    pub price: i64,
    pub quantity: i64,
}

#[derive(Clone, Copy, Debug)]
pub struct Order {
    pub id: u64,
    pub symbol: usize,
    pub side: Side,
    pub order_type: OrderType,
    pub state: OrderState,
    pub flatten: bool,
    pub price: i64,
    pub quantity: i64,
    pub cum: i64,
    /// ts_init of its creation.
    pub created: i64,
    pub signal_id: u64,
    pub last_exec_id: u64,
    pub pending: Option<Replacement>,
    pub venue: AtVenue,
    /// Leaves and cash that the exposure sums hold for it (spec 9.5).
    pub counted: i64,
    pub reserved: Money,
    pub links: Links,
}

impl Order {
    #[inline]
    pub fn leaves(&self) -> i64 {
        self.quantity - self.cum
    }

    /// NEW or PARTIALLY_FILLED (spec 10.5).
    #[inline]
    pub fn is_live(&self) -> bool {
        matches!(self.state, OrderState::New | OrderState::PartiallyFilled)
    }

    /// The states of spec 8.7.
    #[inline]
    pub fn can_be_canceled(&self) -> bool {
        self.is_live()
            || matches!(
                self.state,
                OrderState::PendingNew | OrderState::PendingReplace | OrderState::Suspended
            )
    }
}

/// Neighbours in the two lists, and the next order whose id falls on the same bucket.
#[derive(Clone, Copy, Debug)]
pub struct Links {
    previous: u32,
    next: u32,
    symbol_previous: u32,
    symbol_next: u32,
    bucket_next: u32,
}

impl Links {
    pub const UNLINKED: Self =
        Self { previous: NONE, next: NONE, symbol_previous: NONE, symbol_next: NONE, bucket_next: NONE };
}

/// A symbol's open orders.
#[derive(Clone, Copy, Debug)]
pub struct OpenOrders {
    first: u32,
    last: u32,
    pub count: u32,
    /// Its orders in the memory of row 10.
    pub remembered: Remembered,
    /// Leaves of open buys and sells, B and S (spec 9.5).
    pub buy: i64,
    pub sell: i64,
}

impl Default for OpenOrders {
    fn default() -> Self {
        Self { first: NONE, last: NONE, count: 0, remembered: Remembered::default(), buy: 0, sell: 0 }
    }
}

#[derive(Debug)]
pub struct Slab {
    orders: Vec<Order>,
    free: Vec<u32>,
    /// First place of every bucket; ids are counted, so that orders in a row lie in buckets in a row.
    buckets: Vec<u32>,
    first: u32,
    last: u32,
    count: u32,
}

impl Slab {
    pub fn new(capacity: u32) -> Self {
        let capacity = capacity as usize;
        Self {
            orders: Vec::with_capacity(capacity),
            free: Vec::with_capacity(capacity),
            buckets: vec![NONE; capacity.next_power_of_two()],
            first: NONE,
            last: NONE,
            count: 0,
        }
    }

    /// Number of open orders.
    #[inline]
    pub fn len(&self) -> usize {
        self.count as usize
    }

    #[inline]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    #[inline]
    pub fn get(&self, place: u32) -> &Order {
        &self.orders[place as usize]
    }

    #[inline]
    pub fn get_mut(&mut self, place: u32) -> &mut Order {
        &mut self.orders[place as usize]
    }

    /// Place of an open order.
    #[inline]
    pub fn find(&self, id: u64) -> Option<u32> {
        let mut place = self.buckets[self.bucket_of(id)];
        while let Some(order) = self.orders.get(place as usize) {
            if order.id == id {
                return Some(place);
            }
            place = order.links.bucket_next;
        }
        None
    }

    #[inline]
    fn bucket_of(&self, id: u64) -> usize {
        id as usize & (self.buckets.len() - 1)
    }

    /// Takes an order out of its bucket.
    #[inline]
    fn leave_bucket(&mut self, place: u32) {
        let (id, after) = (self.get(place).id, self.get(place).links.bucket_next);
        let bucket = self.bucket_of(id);
        if self.buckets[bucket] == place {
            self.buckets[bucket] = after;
            return;
        }
        let mut before = self.buckets[bucket];
        while let Some(order) = self.orders.get_mut(before as usize) {
            if order.links.bucket_next == place {
                order.links.bucket_next = after;
                return;
            }
            before = order.links.bucket_next;
        }
    }

    /// Appends an order, whose id is above all others, to both lists.
    pub fn insert(&mut self, mut order: Order, open: &mut OpenOrders) -> u32 {
        let bucket = self.bucket_of(order.id);
        order.links = Links {
            previous: self.last,
            symbol_previous: open.last,
            bucket_next: self.buckets[bucket],
            ..Links::UNLINKED
        };
        let place = match self.free.pop() {
            Some(place) => {
                self.orders[place as usize] = order;
                place
            }
            None => {
                self.orders.push(order);
                (self.orders.len() - 1) as u32
            }
        };
        match self.orders.get_mut(self.last as usize) {
            Some(last) => last.links.next = place,
            None => self.first = place,
        }
        match self.orders.get_mut(open.last as usize) {
            Some(last) => last.links.symbol_next = place,
            None => open.first = place,
        }
        self.last = place;
        open.last = place;
        self.count += 1;
        open.count += 1;
        self.buckets[bucket] = place;
        place
    }

    /// Takes an order out of both lists.
    pub fn remove(&mut self, place: u32, open: &mut OpenOrders) {
        let links = self.get(place).links;
        self.leave_bucket(place);
        match self.orders.get_mut(links.previous as usize) {
            Some(previous) => previous.links.next = links.next,
            None => self.first = links.next,
        }
        match self.orders.get_mut(links.next as usize) {
            Some(next) => next.links.previous = links.previous,
            None => self.last = links.previous,
        }
        match self.orders.get_mut(links.symbol_previous as usize) {
            Some(previous) => previous.links.symbol_next = links.symbol_next,
            None => open.first = links.symbol_next,
        }
        match self.orders.get_mut(links.symbol_next as usize) {
            Some(next) => next.links.symbol_previous = links.symbol_previous,
            None => open.last = links.symbol_previous,
        }
        self.count -= 1;
        open.count -= 1;
        self.free.push(place);
    }

    /// Places of all open orders, ascending id.
    pub fn places(&self) -> impl Iterator<Item = u32> {
        let next = |place: u32| self.orders.get(place as usize).map(|order| (place, order.links.next));
        std::iter::successors(next(self.first), move |&(_, after)| next(after)).map(|(place, _)| place)
    }

    /// Places of a symbol's open orders, ascending id.
    #[inline]
    pub fn places_of(&self, open: &OpenOrders) -> impl Iterator<Item = u32> {
        let next = |place: u32| self.orders.get(place as usize).map(|order| (place, order.links.symbol_next));
        std::iter::successors(next(open.first), move |&(_, after)| next(after)).map(|(place, _)| place)
    }

    /// All open orders, ascending id.
    pub fn iter(&self) -> impl Iterator<Item = &Order> {
        self.places().map(|place| self.get(place))
    }

    /// A symbol's open orders, ascending id.
    pub fn iter_of(&self, open: &OpenOrders) -> impl Iterator<Item = &Order> {
        self.places_of(open).map(|place| self.get(place))
    }

    /// Place of a symbol's first open order, `NONE` where it has none.
    #[inline]
    pub fn first_of(&self, open: &OpenOrders) -> u32 {
        open.first
    }

    /// The symbol's next order after a place.
    #[inline]
    pub fn next_of(&self, place: u32) -> u32 {
        self.get(place).links.symbol_next
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(id: u64, symbol: usize) -> Order {
        Order {
            id,
            symbol,
            side: Side::Buy,
            order_type: OrderType::Limit,
            state: OrderState::New,
            flatten: false,
            price: 1,
            quantity: 1,
            cum: 0,
            created: 0,
            signal_id: 0,
            last_exec_id: 0,
            pending: None,
            venue: AtVenue::default(),
            counted: 0,
            reserved: 0,
            links: Links::UNLINKED,
        }
    }

    #[test]
    fn lists_stay_in_ascending_id_like_sorted_vectors() {
        // Fewer buckets than orders, so that they are chained.
        let mut slab = Slab { buckets: vec![NONE; 4], ..Slab::new(8) };
        let mut open = [OpenOrders::default(); 3];
        let mut model: Vec<(u64, usize)> = Vec::new();
        let mut x: u64 = 88_172_645_463_325_252;
        for id in 1..400u64 {
            x ^= x << 13;
            x ^= x >> 7;
            x ^= x << 17;
            if model.len() == 8 || (x >> 8).is_multiple_of(3) && !model.is_empty() {
                let (gone, symbol) = model.remove((x >> 20) as usize % model.len());
                slab.remove(slab.find(gone).unwrap(), &mut open[symbol]);
                assert_eq!(slab.find(gone), None);
            }
            let symbol = (x >> 40) as usize % 3;
            slab.insert(order(id, symbol), &mut open[symbol]);
            model.push((id, symbol));
            assert_eq!(slab.len(), model.len());
            assert!(slab.iter().map(|order| order.id).eq(model.iter().map(|entry| entry.0)));
            for (symbol, open) in open.iter().enumerate() {
                let expected = model.iter().filter(|entry| entry.1 == symbol).map(|entry| entry.0);
                assert!(slab.iter_of(open).map(|order| order.id).eq(expected.clone()));
                assert_eq!(open.count as usize, expected.count());
            }
        }
        assert!(slab.orders.len() <= 8);
    }
}
