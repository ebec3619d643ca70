//! The recorded cases.
use std::fs;
use std::path::PathBuf;

use prost::Message;
use quartet_core::edge::pb::ConformanceCase;

/// Folder of the recorded cases: QUARTET_VECTORS, or the repository's.
fn folder() -> PathBuf {
    std::env::var_os("QUARTET_VECTORS").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../tests/conformance/vectors"),
        PathBuf::from,
    )
}

/// Every recorded case, by name of its file.
pub fn cases() -> Vec<ConformanceCase> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder())
        .map(|entries| entries.flatten().map(|entry| entry.path()).collect())
        .unwrap_or_default();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "bin"));
    files.sort();
    files
        .iter()
        .map(|file| {
            ConformanceCase::decode(fs::read(file).unwrap().as_slice())
                .unwrap_or_else(|e| panic!("{file:?}: {e}"))
        })
        .collect()
}
