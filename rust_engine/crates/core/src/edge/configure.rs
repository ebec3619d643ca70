//! Builds an engine from its serialised messages.
use std::sync::Arc;

use super::{config, limits, message_form, program};
use crate::core::blobs::Blobs;
use crate::core::config::Config;
use crate::core::error::Result;
use crate::core::limits::{Limits, RiskModel};
use crate::core::options::Options;
use crate::engine::Engine;
use crate::signal_engine::program::Program;
use crate::state::State;

/// Everything that the messages say, validated; nothing of the state yet.
#[derive(Debug)]
pub(super) struct Parts {
    pub config: Config,
    pub limits: Limits,
    pub risk_model: Option<RiskModel>,
    pub program: Program,
}

impl Parts {
    /// The configuration, with what later controls replaced.
    pub fn of(blobs: &Blobs) -> Result<Self> {
        let message = config::decode(&blobs.config)?;
        let config = config::validate(&message)?;
        let symbols = config.instruments.len();
        let mut parts = {
            let (limits, risk_model) = config::risk(&message, &config)?;
            let program =
                program::compile(&message.program.unwrap_or_default(), symbols, config.source_count)?;
            Self { config, limits, risk_model, program }
        };
        if !blobs.limits.is_empty() {
            parts.limits = decode_limits(&blobs.limits, parts.config.open_orders)?;
        }
        if !blobs.risk_model.is_empty() {
            parts.risk_model = Some(decode_risk_model(&blobs.risk_model, symbols)?);
        }
        if !blobs.program.is_empty() {
            parts.program = program::decode(&blobs.program, symbols, parts.config.source_count)?;
        }
        Ok(parts)
    }

    /// Phase two of an engine that has seen nothing, and its program.
    pub fn member(self, blobs: Blobs) -> (State, Program) {
        let Self { config, limits, risk_model, program } = self;
        (State::new(Arc::new(config), limits, risk_model, blobs), program)
    }

    pub fn build(self, blobs: Blobs, options: Options) -> Engine {
        let Self { config, limits, risk_model, program } = self;
        Engine::assemble(config, limits, risk_model, program, blobs, options)
    }
}

pub(super) fn decode_limits(bytes: &[u8], open_orders: u32) -> Result<Limits> {
    limits::validate(&config::decoded(bytes, &message_form::RISK_LIMITS)?, open_orders)
}

pub(super) fn decode_risk_model(bytes: &[u8], symbols: usize) -> Result<RiskModel> {
    limits::risk_model(&config::decoded(bytes, &message_form::RISK_MODEL)?, symbols)
}

impl Engine {
    /// An engine that has seen nothing, from a serialised EngineConfig.
    pub fn configure(config: &[u8], options: Options) -> Result<Self> {
        let blobs = Blobs { config: config.to_vec(), ..Blobs::default() };
        Ok(Parts::of(&blobs)?.build(blobs, options))
    }
}
