//! The policies: clean, every example passes, every shipment of `examples/` is judged as its snapshot shows.

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

/// Each policy with the number of examples that it has at least.
const POLICIES: [(&str, usize); 2] = [("policies/cn-rare-earth", 3600), ("policies/us-reach", 200)];

#[test]
fn policies_are_clean() {
    for (folder, least) in POLICIES {
        let sources = read_policy(&Path::new(ROOT).join(folder)).expect("it can be read");
        let (policy, diagnostics) = ukase::compile(&sources);
        assert!(diagnostics.is_empty(), "{diagnostics:#?}");
        let policy = policy.expect("it is right");
        assert!(policy.examples.len() >= least, "only {} examples in {folder}", policy.examples.len());
    }
}

#[test]
fn an_analysis_of_the_policies_is_whole_and_finds_nothing_new() {
    for (folder, _) in POLICIES {
        let (out, err, code) = ukase(&["analyze", folder, "--format", "json"]);
        assert_eq!(code, Some(0), "{out}\n{err}");
        let found: serde_json::Value = serde_json::from_str(&out).expect("JSON");
        assert_eq!(found["complete"], true, "{out}");
        assert_eq!(found["needless"], serde_json::json!([]), "{out}");
        assert!(found["properties"].as_array().expect("a list").iter().all(|one| one["holds"] == true), "{out}");
    }
}

#[test]
fn every_example_of_the_policies_passes() {
    for (folder, _) in POLICIES {
        let (out, err, code) = ukase(&["test", folder]);
        assert_eq!(code, Some(0), "{out}\n{err}");
        assert!(out.contains(" pass, 0 fail"), "{out}");
    }
}

/// Conditions of the flagship that no case can decide alone: what stands beside them implies them. They are written all the same,
/// for what a shipment leaves open.
const IMPLIED: [(&str, &str); 4] = [
    // A heading of No. 18 lies within No. 18. Goods without a code are told by their facts.
    ("2025-18/lic", "`item matches no_18`  never alone while it fails"),
    // The alloy of terbium and iron is the test of 61-TbFe beside it. Goods may be classified under the heading alone.
    ("61-A1-P1-09", "`item matches 1C904.a.2`  never alone"),
    // Every alloy with dysprosium fits 1C905.a.2, since its list was not seen.
    ("61-A1-P1-10", "`item matches 1C905.a.2`  never alone while it fails"),
    // More than half is more than any other share, and without the element nothing is less than its share.
    ("mostly", "`own.element is base`  never alone while it holds"),
];

/// Each condition is decided alone by a case, in both directions; the others are implied, and known.
#[test]
fn worked_cases_decide_every_condition_of_the_flagship() {
    let (out, err, code) = ukase(&["test", "policies/cn-rare-earth", "--coverage"]);
    assert_eq!(code, Some(0), "{out}\n{err}");
    let units: Vec<&str> = out.split("\n\n").skip(1).collect();
    assert_eq!(units.len(), IMPLIED.len(), "{out}");
    for (unit, (name, told)) in units.iter().zip(IMPLIED) {
        assert!(unit.starts_with(name) && unit.contains(told), "{name}: {unit}");
        assert!(unit.lines().count() <= if name == "mostly" { 4 } else { 2 }, "{unit}");
    }
}

#[test]
fn policies_are_laid_out() {
    let (out, err, code) = ukase(&["fmt", "--check", "policies/cn-rare-earth", "policies/us-reach"]);
    assert_eq!((out.as_str(), err.as_str(), code), ("", "", Some(0)));
}

/// One file of facts serves both regimes, and neither changes the verdict of the other.
#[test]
fn shipments_are_judged_under_both_regimes() {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(Path::new(ROOT).join("examples")).expect("a folder").flatten().map(|entry| entry.path()).collect();
    files.sort();
    for file in files {
        let facts = file.to_string_lossy();
        let (out, err, _) = ukase(&["eval", "policies/cn-rare-earth", "policies/us-reach", &facts, "--format", "json"]);
        assert!(!out.contains("\"error\"") || facts.contains("quarter"), "{facts}: {err}");
        let alone = |policy: &str| ukase(&["eval", policy, &facts, "--format", "json"]).0;
        let (china, united_states) = (alone("policies/cn-rare-earth"), alone("policies/us-reach"));
        let beside: String = china.lines().zip(united_states.lines()).map(|(one, other)| format!("{one}\n{other}\n")).collect();
        let without_policy =
            |text: &str| text.replace("\"policy\":\"cn_rare_earth\",", "").replace("\"policy\":\"us_reach\",", "");
        assert_eq!(without_policy(&out), beside, "{facts}");
    }
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
