//! All integration tests in one binary; a file that is forgotten here makes the first test fail.

#![allow(
    unreachable_pub,
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::type_complexity,
    reason = "tests are no library: what fails in them, fails loudly"
)]

mod agreement;
mod amounts;
mod analysis;
mod batch;
mod binary;
mod columns;
mod command_line;
mod decisions;
mod diff;
mod exactness;
mod hostile;
mod manual;
mod missing;
mod policies;
mod properties;
mod random;
mod reference;
mod right;
mod tables;
mod wrong;

/// Every file beside this one is a module of it.
#[test]
fn no_test_file_is_forgotten() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/tests");
    let listed = std::fs::read_to_string(format!("{root}/main.rs")).expect("this file is there");
    for entry in std::fs::read_dir(root).expect("the folder is there").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if let Some(module) = name.strip_suffix(".rs").filter(|module| *module != "main") {
            assert!(listed.contains(&format!("mod {module};")), "tests/{name} is not listed in tests/main.rs");
        }
    }
}
