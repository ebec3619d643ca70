//! Reports of a live venue (spec 7.11).
use super::venue::Report;
use crate::core::contract::{Code, FillReason, Liquidity, Trigger, VenueMode};
use crate::data_engine::columns::Columns;
use crate::order_engine::transitions::next_state;
use crate::state::State;

/// Why a report is refused, and the symbol of its order where that is known.
type Refused = (Code, Option<usize>);

/// Triggers that a report may carry.
const REPORTED: [Trigger; 12] = [
    Trigger::Ack,
    Trigger::VenueReject,
    Trigger::PartialFill,
    Trigger::Fill,
    Trigger::Cancel,
    Trigger::CancelReject,
    Trigger::Replace,
    Trigger::ReplaceReject,
    Trigger::Expire,
    Trigger::Suspend,
    Trigger::Resume,
    Trigger::Lose,
];

impl State {
    /// Applies the report of a row, or says why not.
    pub fn external_report(&mut self, columns: &Columns<'_>, row: usize) -> Result<(), Refused> {
        if self.config.venue.mode == VenueMode::Simulated {
            return Err((Code::UnexpectedReport, None));
        }
        let order_id = columns.report_order_id.u64(row);
        let Some(place) = self.orders.find(order_id) else { return Err((Code::UnknownOrder, None)) };
        let order = self.orders.get(place);
        let refuse = |code: Code| Err((code, Some(order.symbol)));
        let number = u32::from(columns.report_trigger.u8(row));
        let Some(mut trigger) = Trigger::from_number(number).filter(|trigger| REPORTED.contains(trigger))
        else {
            return refuse(Code::IllegalTransition);
        };
        let (price, quantity) = (columns.report_price.i64(row), columns.report_quantity.i64(row));
        let (exec_id, liquidity) = (columns.report_exec_id.u64(row), columns.report_liquidity.u8(row));
        let is_fill = matches!(trigger, Trigger::Fill | Trigger::PartialFill);
        if is_fill {
            let instrument = self.instrument_of(order.symbol);
            if exec_id <= order.last_exec_id {
                return refuse(Code::DuplicateExec);
            }
            if quantity <= 0 {
                return refuse(Code::BadSize);
            }
            if !(instrument.price_min..=instrument.price_max).contains(&price) {
                return refuse(Code::BadPrice);
            }
            if quantity > order.leaves() || Liquidity::from_number(u32::from(liquidity)).is_none() {
                return refuse(Code::IllegalTransition);
            }
            trigger = if quantity == order.leaves() { Trigger::Fill } else { Trigger::PartialFill };
        }
        let replacement_fits = match trigger {
            Trigger::Replace => order.pending.is_some_and(|new| new.quantity > order.cum),
            Trigger::ReplaceReject => order.pending.is_some(),
            _ => true,
        };
        let code = Code::from_number(u32::from(columns.report_code.u16(row)));
        let (Some(code), true, Some(_)) = (code, replacement_fits, next_state(order, trigger)) else {
            return refuse(Code::IllegalTransition);
        };
        let fill = |value: i64| if is_fill { value } else { 0 };
        let report = Report {
            due: self.now,
            ts_venue: self.ts_event,
            trigger,
            order_id,
            exec_id: if is_fill { exec_id } else { 0 },
            price: fill(price),
            quantity: fill(quantity),
            liquidity: if is_fill { liquidity } else { 0 },
            reason: if is_fill { FillReason::External as u8 } else { 0 },
            code,
            cause_event: if is_fill { self.event_index } else { 0 },
        };
        self.apply_report(&report);
        Ok(())
    }
}
