//! The flagship: clean, every example passes, every shipment of `examples/` is judged as its snapshot shows.

use std::path::{Path, PathBuf};
use std::process::Command;
use ukase::files::read_policy;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn ukase(arguments: &[&str]) -> (String, String, Option<i32>) {
    let output = Command::new(env!("CARGO_BIN_EXE_ukase"))
        .args(arguments)
        .current_dir(ROOT)
        .env("COLUMNS", "110")
        .output()
        .expect("it runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (text(output.stdout), text(output.stderr), output.status.code())
}

#[test]
fn the_flagship_is_clean() {
    let sources = read_policy(&Path::new(ROOT).join("policies/cn-rare-earth")).expect("it can be read");
    let (policy, diagnostics) = ukase::compile(&sources);
    assert!(diagnostics.is_empty(), "{diagnostics:#?}");
    let policy = policy.expect("it is right");
    assert!(policy.examples.len() >= 150, "only {} examples", policy.examples.len());
}

#[test]
fn every_example_of_the_flagship_passes() {
    let (out, err, code) = ukase(&["test", "policies/cn-rare-earth"]);
    assert_eq!(code, Some(0), "{out}\n{err}");
    assert!(out.contains(" pass, 0 fail"), "{out}");
}

#[test]
fn the_flagship_is_laid_out() {
    let (out, err, code) = ukase(&["fmt", "--check", "policies/cn-rare-earth"]);
    assert_eq!((out.as_str(), err.as_str(), code), ("", "", Some(0)));
}

/// The situations of the press, as an analyst reads them.
#[test]
fn shipments_are_judged_as_they_were() {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(Path::new(ROOT).join("examples")).expect("a folder").flatten().map(|entry| entry.path()).collect();
    files.sort();
    assert!(files.len() >= 12);
    for file in files {
        let name = file.file_name().expect("a name").to_string_lossy().into_owned();
        let facts = format!("examples/{name}");
        let mut told = String::new();
        for version in ["", "@december_as_announced", "@today"] {
            let (out, err, _) = ukase(&["eval", &format!("policies/cn-rare-earth{version}"), &facts]);
            let out = digestless(&out);
            told.push_str(&format!("$ ukase eval policies/cn-rare-earth{version} {facts}\n{out}{err}\n"));
        }
        insta::with_settings!({ snapshot_path => "snapshots/shipments", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(name.replace('.', "_"), told);
        });
    }
}

/// The digest changes with every word of the policy; the verdicts are what is kept.
fn digestless(text: &str) -> String {
    let lines = text.lines().map(|line| match line.char_indices().rev().nth(6) {
        Some((at, _)) if line.contains('…') && line.contains("cn_rare_earth on ") => line[..at].trim_end().to_string(),
        _ => line.to_string(),
    });
    lines.map(|line| line + "\n").collect()
}
