//! Serialised messages kept verbatim, which the snapshot carries (spec 14.1.2).

/// The configuration, and what the last controls of their kinds gave; empty: none.
#[derive(Clone, Debug, Default)]
pub struct Blobs {
    pub config: Vec<u8>,
    pub limits: Vec<u8>,
    pub risk_model: Vec<u8>,
    pub program: Vec<u8>,
}
