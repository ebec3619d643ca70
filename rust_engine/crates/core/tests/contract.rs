//! The generated tables hold what the rest of the engine assumes of them.
use quartet_core::core::contract;

#[test]
fn hash_is_sha256() {
    assert_eq!(contract::HASH.len(), 64);
}
