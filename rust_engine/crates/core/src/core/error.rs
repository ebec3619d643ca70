//! The error that refuses a call (spec 12.1).
use std::fmt;

use super::contract::ErrorCode;

/// Why a call was refused; nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EngineError {
    pub code: ErrorCode,
    pub message: String,
}

impl EngineError {
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    pub fn config(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::BadConfig, message)
    }

    pub fn program(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::BadProgram, message)
    }

    pub fn snapshot(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::BadSnapshot, message)
    }
}

impl fmt::Display for EngineError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.code.name(), self.message)
    }
}

impl std::error::Error for EngineError {}

pub type Result<T> = std::result::Result<T, EngineError>;
