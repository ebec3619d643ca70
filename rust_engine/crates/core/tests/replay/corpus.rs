//! Replays what fuzzing has kept, without a fuzzer: every file through its target.
use std::fs;
use std::path::PathBuf;
use std::sync::atomic::Ordering;

use crate::robustness::{PANICS, count_panics};
use crate::targets;

fn replay(name: &str, target: fn(&[u8]) -> Option<()>) {
    count_panics();
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../tests/fuzz/corpus").join(name);
    let mut files: Vec<PathBuf> = fs::read_dir(&folder)
        .map(|entries| entries.flatten().map(|entry| entry.path()).collect())
        .unwrap_or_default();
    files.sort();
    assert!(!files.is_empty(), "no file in {}", folder.display());
    for file in files {
        // Shown where the test fails.
        println!("{}", file.display());
        target(&fs::read(&file).unwrap());
        assert_eq!(PANICS.load(Ordering::SeqCst), 0);
    }
}

#[test]
fn kept_configurations() {
    replay("config", targets::config);
}

#[test]
fn kept_batches() {
    replay("batch", targets::batch);
}

#[test]
fn kept_snapshots() {
    replay("snapshot", targets::snapshot);
}
