//! Carries out a CONTROL event's command in the rooms that it concerns (spec 11).
use super::control::Command;
use crate::core::contract::Code;
use crate::engine::Engine;

impl Engine {
    /// S3 of a CONTROL event.
    pub(crate) fn command(&mut self, bytes: &[u8]) -> Result<(), Code> {
        let state = &mut self.state;
        match Command::decode(bytes, &state.config)? {
            Command::SetLevel { symbol, level, flatten } => state.set_level(symbol, level, flatten),
            Command::Resume => state.resume(),
            Command::SetLimits(limits, blob) => {
                state.set_limits(*limits);
                self.blobs.limits = blob;
            }
            Command::SetRiskModel(model, blob) => {
                state.set_risk_model(model);
                self.blobs.risk_model = blob;
            }
            Command::SetProgram(program, blob) => {
                self.replace_program(program);
                self.blobs.program = blob;
            }
            Command::LoadPosition { symbol, quantity, price } => {
                state.load_position(symbol, quantity, price)?
            }
            Command::CashFlow(cash) => state.move_cash(cash)?,
            Command::SetStatus { symbol, status, band_low, band_high } => {
                state.set_status(symbol, status, band_low, band_high);
            }
            Command::CancelAll(symbol) => state.cancel_working(symbol),
        }
        Ok(())
    }
}
