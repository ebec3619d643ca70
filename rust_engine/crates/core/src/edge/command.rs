//! Carries out a CONTROL event's command in the rooms that it concerns (spec 11).
use super::control::Command;
use crate::core::contract::Code;
use crate::state::State;

impl State {
    /// S3 of a CONTROL event.
    pub fn command(&mut self, bytes: &[u8]) -> Result<(), Code> {
        match Command::decode(bytes, &self.config)? {
            Command::SetLevel { symbol, level, flatten } => self.set_level(symbol, level, flatten),
            Command::Resume => self.resume(),
            Command::SetLimits(limits, blob) => {
                self.set_limits(*limits);
                self.blobs.limits = blob;
            }
            Command::SetRiskModel(model, blob) => {
                self.set_risk_model(model);
                self.blobs.risk_model = blob;
            }
            Command::SetProgram(program, blob) => {
                self.next_program = Some(program);
                self.forget_targets();
                self.blobs.program = blob;
            }
            Command::LoadPosition { symbol, quantity, price } => {
                self.load_position(symbol, quantity, price)?
            }
            Command::CashFlow(cash) => self.move_cash(cash)?,
            Command::SetStatus { symbol, status, band_low, band_high } => {
                self.set_status(symbol, status, band_low, band_high);
            }
            Command::CancelAll(symbol) => self.cancel_working(symbol),
        }
        Ok(())
    }
}
