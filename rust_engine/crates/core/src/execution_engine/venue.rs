//! Messages to the venue and reports from it, in two queues (spec 7.1-7.3).
use crate::core::contract::{Code, FillReason, Liquidity, Trigger, VenueMode};
use crate::core::ring::Ring;
use crate::order_engine::slab::AtVenue;
use crate::state::State;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum MessageKind {
    New = 1,
    Cancel = 2,
    Replace = 3,
}

/// A message to the venue; `arrival` is set when it is sent.
#[derive(Clone, Copy, Debug)]
pub struct Message {
    pub arrival: i64,
    pub kind: MessageKind,
    pub order_id: u64,
    /// New values; zero for a cancel.
    pub price: i64,
    pub quantity: i64,
}

/// What the venue says of an order; the fill fields are zero where it is not one.
#[derive(Clone, Copy, Debug)]
pub struct Report {
    pub due: i64,
    pub ts_venue: i64,
    pub trigger: Trigger,
    pub order_id: u64,
    pub exec_id: u64,
    pub price: i64,
    pub quantity: i64,
    pub liquidity: u8,
    pub reason: u8,
    pub code: Code,
    pub cause_event: u64,
}

#[derive(Clone, Debug)]
pub struct Venue {
    pub inbound: Ring<Message>,
    pub reports: Ring<Report>,
    /// The exec id given last.
    pub last_exec_id: u64,
    /// No order at the venue expires before this.
    pub next_expiry: i64,
}

impl Default for Venue {
    fn default() -> Self {
        Self {
            inbound: Ring::with_capacity(64),
            reports: Ring::with_capacity(64),
            last_exec_id: 0,
            next_expiry: i64::MAX,
        }
    }
}

impl Venue {
    /// Events up to this ts_event find no message arrived and no life run out.
    #[inline]
    pub fn next_arrival(&self) -> i64 {
        self.inbound
            .head()
            .map_or(i64::MAX, |message| message.arrival)
            .min(self.next_expiry.saturating_sub(1))
    }

    /// When the next report is due.
    #[inline]
    pub fn next_report(&self) -> i64 {
        self.reports.head().map_or(i64::MAX, |report| report.due)
    }
}

/// A fill that the venue makes.
#[derive(Clone, Copy, Debug)]
pub struct VenueFill {
    pub price: i64,
    pub quantity: i64,
    pub liquidity: Liquidity,
    pub reason: FillReason,
}

impl State {
    /// Sends a message; without latency it is delivered, and its reports may be applied, at once (spec 7.1).
    pub fn send(&mut self, message: Message) {
        if self.config.venue.mode == VenueMode::External {
            return;
        }
        let latency = self.config.venue.order_latency_ns;
        let message = Message { arrival: self.now + latency, ..message };
        if latency > 0 {
            self.venue.inbound.push(message);
            return;
        }
        self.deliver(&message, self.now);
        if self.config.venue.response_latency_ns == 0 {
            self.apply_due_reports();
        }
    }

    /// S2: messages that reached the venue before this event, then lives that have run out (spec 7.2).
    #[inline]
    pub fn run_arrivals(&mut self) {
        let ts_event = self.ts_event;
        while let Some(message) = self.venue.inbound.pop_if(|message| message.arrival < ts_event) {
            self.deliver(&message, message.arrival);
        }
        if self.venue.next_expiry <= ts_event {
            self.expire_lives();
        }
    }

    /// S4: reports due at or before now (spec 7.3).
    #[inline]
    pub fn apply_due_reports(&mut self) {
        let now = self.now;
        while let Some(report) = self.venue.reports.pop_if(|report| report.due <= now) {
            self.apply_report(&report);
        }
    }

    #[cold]
    fn expire_lives(&mut self) {
        let ttl = self.config.reconciler.order_ttl_ns;
        let mut ids = std::mem::take(&mut self.scratch);
        ids.clear();
        let mut next_expiry = i64::MAX;
        for order in self.orders.iter().filter(|order| order.venue.is_there) {
            let expire = order.created + ttl;
            if expire <= self.ts_event {
                ids.push(order.id);
            } else {
                next_expiry = next_expiry.min(expire);
            }
        }
        self.venue.next_expiry = next_expiry;
        for &id in &ids {
            if let Some(place) = self.orders.find(id) {
                let expire = self.orders.get(place).created + ttl;
                self.leave_venue(place, Trigger::Expire, Code::TimeInForce, expire);
            }
        }
        self.scratch = ids;
    }

    /// An order at the venue may be the next to expire.
    pub fn note_expiry(&mut self, created: i64) {
        let ttl = self.config.reconciler.order_ttl_ns;
        if ttl > 0 {
            self.venue.next_expiry = self.venue.next_expiry.min(created + ttl);
        }
    }

    /// Queues a report that is not a fill.
    pub fn report(&mut self, order_id: u64, trigger: Trigger, code: Code, ts_venue: i64) {
        self.venue.reports.push(Report {
            due: ts_venue + self.config.venue.response_latency_ns,
            ts_venue,
            trigger,
            order_id,
            exec_id: 0,
            price: 0,
            quantity: 0,
            liquidity: 0,
            reason: 0,
            code,
            cause_event: 0,
        });
    }

    /// Queues a fill; an order without leaves has left the venue.
    pub fn fill(&mut self, place: u32, fill: VenueFill, ts_venue: i64) {
        self.venue.last_exec_id += 1;
        let order = self.orders.get_mut(place);
        order.venue.cum += fill.quantity;
        let order_id = order.id;
        if order.venue.leaves() <= 0 {
            order.venue = AtVenue::default();
        }
        self.venue.reports.push(Report {
            due: ts_venue + self.config.venue.response_latency_ns,
            ts_venue,
            trigger: Trigger::Fill,
            order_id,
            exec_id: self.venue.last_exec_id,
            price: fill.price,
            quantity: fill.quantity,
            liquidity: fill.liquidity as u8,
            reason: fill.reason as u8,
            code: Code::None,
            cause_event: self.event_index,
        });
    }

    /// The order leaves the venue's book with a report; its venue fields are zero from here (spec 14.1.7).
    pub fn leave_venue(&mut self, place: u32, trigger: Trigger, code: Code, ts_venue: i64) {
        let order = self.orders.get_mut(place);
        order.venue = AtVenue::default();
        let order_id = order.id;
        self.report(order_id, trigger, code, ts_venue);
    }
}
