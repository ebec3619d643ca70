//! Decodes a Control into a command whose values are within bounds (spec 11).
use super::config::decoded;
use super::configure::{decode_limits, decode_risk_model};
use super::{message_form, pb, program};
use crate::core::config::Config;
use crate::core::contract::{Code, ControlKind, Level, status};
use crate::core::fixed::{self, Money};
use crate::core::limits::{Limits, RiskModel};
use crate::signal_engine::program::Program;

const STATUS_BITS: u32 =
    status::HALTED | status::CLOSED | status::SHORT_SALE | status::NO_LOCATE | status::RESTRICTED;
const CASH_MAX: u128 = 1 << 118;

/// A command; a message that it came in is kept where the snapshot carries it.
#[derive(Debug)]
pub(super) enum Command {
    SetLevel { symbol: Option<usize>, level: Level, flatten: bool },
    Resume,
    SetLimits(Box<Limits>, Vec<u8>),
    SetRiskModel(RiskModel, Vec<u8>),
    SetProgram(Program, Vec<u8>),
    LoadPosition { symbol: usize, quantity: i64, price: i64 },
    CashFlow(Money),
    SetStatus { symbol: usize, status: u8, band_low: i64, band_high: i64 },
    CancelAll(Option<usize>),
}

impl Command {
    /// BAD_CONTROL for anything that cannot be read or is out of bounds.
    pub fn decode(bytes: &[u8], config: &Config) -> Result<Self, Code> {
        Self::read(bytes, config).ok_or(Code::BadControl)
    }

    fn read(bytes: &[u8], config: &Config) -> Option<Self> {
        let message: pb::Control = decoded(bytes, &message_form::CONTROL).ok()?;
        let symbols = config.instruments.len();
        let symbol = match message.symbol {
            Some(symbol) if symbol as usize >= symbols => return None,
            symbol => symbol.map(|symbol| symbol as usize),
        };
        Some(match ControlKind::from_number(message.kind)? {
            ControlKind::SetLevel => {
                Self::SetLevel { symbol, level: Level::from_number(message.level)?, flatten: message.flatten }
            }
            ControlKind::Resume => Self::Resume,
            ControlKind::SetLimits => {
                let blob = given(message.limits)?;
                Self::SetLimits(Box::new(decode_limits(&blob, config.open_orders).ok()?), blob)
            }
            ControlKind::SetRiskModel => {
                let blob = given(message.risk_model)?;
                Self::SetRiskModel(decode_risk_model(&blob, symbols).ok()?, blob)
            }
            ControlKind::SetProgram => {
                let blob = given(message.program)?;
                Self::SetProgram(program::decode(&blob, symbols, config.source_count).ok()?, blob)
            }
            ControlKind::LoadPosition => load_position(symbol?, message.quantity, message.price, config)?,
            ControlKind::CashFlow => Self::CashFlow(
                fixed::money_from_bytes(&message.cash).filter(|cash| cash.unsigned_abs() <= CASH_MAX)?,
            ),
            ControlKind::SetStatus if message.status & !STATUS_BITS == 0 => Self::SetStatus {
                symbol: symbol?,
                status: message.status as u8,
                band_low: message.band_low,
                band_high: message.band_high,
            },
            ControlKind::SetStatus => return None,
            ControlKind::CancelAll => Self::CancelAll(symbol),
        })
    }
}

/// An empty message could not be told from none in a snapshot.
fn given(blob: Vec<u8>) -> Option<Vec<u8>> {
    (!blob.is_empty()).then_some(blob)
}

fn load_position(symbol: usize, quantity: i64, price: i64, config: &Config) -> Option<Command> {
    let instrument = &config.instruments[symbol];
    let in_bounds = quantity.unsigned_abs() <= instrument.quantity_max.unsigned_abs()
        && (instrument.price_min..=instrument.price_max).contains(&price);
    in_bounds.then_some(Command::LoadPosition { symbol, quantity, price })
}
