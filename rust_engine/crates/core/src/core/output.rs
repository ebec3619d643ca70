//! The canonical output: records of 128 bytes back to back (spec 13).
use super::contract::RECORD_SIZE;

/// Records of one call; the buffer is kept from call to call.
#[derive(Debug, Default)]
pub struct Output {
    bytes: Vec<u8>,
    is_dropped: bool,
}

impl Output {
    /// Records go nowhere: those of a sweep's member (spec 15.1).
    pub fn dropped() -> Self {
        Self { is_dropped: true, ..Self::default() }
    }

    #[inline]
    pub fn is_dropped(&self) -> bool {
        self.is_dropped
    }

    #[inline]
    pub fn push(&mut self, record: [u8; RECORD_SIZE]) {
        if !self.is_dropped {
            self.bytes.extend_from_slice(&record);
        }
    }

    pub fn clear(&mut self) {
        self.bytes.clear();
    }

    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Takes the records out with their buffer.
    pub fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.bytes)
    }

    /// Brings a buffer back; a larger one stays.
    pub fn give_back(&mut self, bytes: Vec<u8>) {
        if bytes.capacity() > self.bytes.capacity() {
            self.bytes = bytes;
            self.bytes.clear();
        }
    }
}
