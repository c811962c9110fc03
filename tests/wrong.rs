//! Wrong programs: one problem a file, in folders named after the pass that must catch it.
//!
//! `tests/wrong/README.md` tables the files and their codes. Each snapshot shows the source above the message.

use std::path::{Path, PathBuf};
use ukase::diagnostic::{Style, render};
use ukase::files::read_policy;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/wrong");
const STYLE: Style = Style { colour: false, width: 100 };

/// The files of the table with their codes.
fn table() -> Vec<(String, String)> {
    let text = std::fs::read_to_string(format!("{ROOT}/README.md")).expect("the table is there");
    let cells = |line: &str| line.split('`').skip(1).step_by(2).map(String::from).collect::<Vec<_>>();
    let rows = text.lines().map(cells).filter(|cells| cells.len() >= 2 && cells[1].starts_with("ukase::"));
    rows.map(|cells| (cells[0].clone(), cells[1].clone())).collect()
}

/// A table's file may stand for its folder.
fn policy_of(name: &str) -> PathBuf {
    let path = Path::new(ROOT).join(name);
    match path.file_name() {
        Some(file) if file == "policy.ukase" => path.parent().expect("a folder").to_path_buf(),
        _ => path,
    }
}

/// The codes that are reported, and the report as it is drawn.
fn report(path: &Path) -> (Vec<&'static str>, String) {
    match read_policy(path) {
        Err(error) => {
            let message = error.message.replace(ROOT, "tests/wrong");
            (vec![error.code], format!("{}\n  × {message}\n  help: {}\n", error.code, error.help))
        }
        Ok(sources) => {
            let (_, diagnostics) = ukase::compile(&sources);
            let drawn: Vec<String> = diagnostics.iter().map(|one| render(&sources, one, STYLE)).collect();
            let codes = diagnostics.iter().map(|one| one.code).collect();
            (codes, drawn.concat())
        }
    }
}

/// The text of a program above its report; what is not text is shown as bytes.
fn snapshot(path: &Path, drawn: &str) -> String {
    let file = if path.is_dir() { path.join("policy.ukase") } else { path.to_path_buf() };
    let bytes = std::fs::read(file).expect("the program is there");
    let source = ukase::diagnostic::printable(&String::from_utf8_lossy(&bytes));
    let lines: Vec<String> = drawn.lines().map(|line| line.trim_end().to_string()).collect();
    format!("{source}\n----- what is said\n{}\n", lines.join("\n"))
}

#[test]
fn each_wrong_program_is_told_its_one_problem() {
    let table = table();
    assert!(table.len() >= 80, "only {} wrong programs", table.len());
    let mut wrong = Vec::new();
    for (name, expected) in &table {
        let (codes, drawn) = report(&policy_of(name));
        if codes != [expected.as_str()] {
            wrong.push(format!("{name}: expected {expected}, told {codes:?}\n{drawn}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_table_names_every_file() {
    let table = table();
    for pass in ["source", "syntax", "check"] {
        for entry in std::fs::read_dir(Path::new(ROOT).join(pass)).expect("a folder").flatten() {
            let name = format!("{pass}/{}", entry.file_name().to_string_lossy());
            assert!(table.iter().any(|(file, _)| file.starts_with(&name)), "{name} is not in the table");
        }
    }
}

#[test]
fn messages_are_as_they_were() {
    for (name, _) in table() {
        let path = policy_of(&name);
        let (_, drawn) = report(&path);
        let told = snapshot(&path, &drawn);
        insta::with_settings!({ snapshot_path => "snapshots/wrong", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(name.trim_end_matches("/policy.ukase").trim_end_matches(".ukase").replace('/', "__"), told);
        });
    }
}

/// P29 in part: wherever a program is cut off, there is a policy or a diagnostic, and every place lies inside its file.
#[test]
fn p29_every_prefix_of_a_program_is_parsed_or_refused() {
    let right = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/right");
    for entry in std::fs::read_dir(right).expect("a folder").flatten() {
        let Ok(text) = std::fs::read_to_string(entry.path()) else { continue };
        for end in (0..text.len()).filter(|end| text.is_char_boundary(*end) && end % 7 == 0) {
            let sources = ukase::source::Sources::of_text("cut.ukase", &text[..end]);
            let (policy, diagnostics) = ukase::compile(&sources);
            assert!(policy.is_some() || !diagnostics.is_empty(), "{:?} at {end}", entry.path());
            for label in diagnostics.iter().flat_map(|one| &one.labels) {
                let length = sources.get(label.span.source).text.len();
                assert!(label.span.start <= label.span.end && label.span.end as usize <= length, "{:?} at {end}", entry.path());
            }
        }
    }
}
