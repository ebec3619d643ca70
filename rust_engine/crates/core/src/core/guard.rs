//! A panic as a fault: whatever a call does, its caller lives (spec 12.1).
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs a call; a panic is a fault.
pub fn guarded<T>(call: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(call)).map_err(|panic| {
        let told = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
        told.or_else(|| panic.downcast_ref::<String>().cloned())
            .unwrap_or_else(|| "a broken invariant".to_owned())
    })
}
