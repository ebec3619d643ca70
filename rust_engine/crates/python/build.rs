//! Tells the module which compiler, profile and target it was built with.
use std::env;
use std::process::Command;

fn main() {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version =
        Command::new(rustc).arg("--version").output().ok().and_then(|out| String::from_utf8(out.stdout).ok());
    let told = |name: &str| env::var(name).unwrap_or_else(|_| "unknown".into());
    let version = version.as_deref().unwrap_or("rustc").trim();
    println!("cargo::rustc-env=QUARTET_BUILD={version}, {}, {}", told("PROFILE"), told("TARGET"));
    println!("cargo::rerun-if-changed=build.rs");
}
