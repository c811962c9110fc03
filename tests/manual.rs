//! The README, the changelog and the page on files are run: every command line of theirs prints what stands below it.

use std::process::Command;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// A command line and the output that a document shows for it.
struct Shown {
    command: String,
    output: String,
}

/// Blocks of ```sh that hold one `$ ukase …` or `$ cargo run …`, each with the ```text block that follows directly.
fn shown(document: &str) -> Vec<Shown> {
    let text = std::fs::read_to_string(format!("{ROOT}/{document}")).expect("the document is there");
    let mut blocks: Vec<(String, String, bool)> = Vec::new();
    let mut inside: Option<(String, String)> = None;
    let mut adjacent = false;
    for line in text.lines() {
        match (&mut inside, line.strip_prefix("```")) {
            (None, Some(language)) => inside = Some((language.to_string(), String::new())),
            (Some((language, body)), Some(_)) => {
                blocks.push((language.clone(), body.clone(), adjacent));
                inside = None;
                adjacent = true;
            }
            (Some((_, body)), None) => body.push_str(&format!("{line}\n")),
            (None, None) => adjacent &= line.trim().is_empty(),
        }
    }
    let mut found = Vec::new();
    for pair in blocks.windows(2) {
        let [(language, body, _), (next, output, adjacent)] = pair else { continue };
        let command = body.trim().strip_prefix("$ ").filter(|command| language == "sh" && !command.contains('\n'));
        if let (Some(command), "text", true) = (command, next.as_str(), adjacent) {
            found.push(Shown { command: command.to_string(), output: output.clone() });
        }
    }
    found
}

/// The digest at the end of a first line changes with every word of the policy.
fn without_digest(text: &str) -> String {
    let line = |line: &str| match line.rsplit_once(", ") {
        Some((rest, digest)) if digest.contains('…') && digest.chars().count() == 7 => rest.to_string(),
        _ => line.trim_end().to_string(),
    };
    text.lines().map(|one| line(one) + "\n").collect()
}

fn run(command: &str) -> String {
    let arguments = command.trim_start_matches("cargo run --release -- ").trim_start_matches("ukase ");
    let script = format!("'{}' {arguments}", env!("CARGO_BIN_EXE_ukase"));
    let output = Command::new("sh").args(["-c", &script]).current_dir(ROOT).env("COLUMNS", "100").output().expect("sh runs");
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn check(document: &str, least: usize) {
    let all = shown(document);
    assert!(all.len() >= least, "{document} shows only {} commands", all.len());
    let mut wrong = Vec::new();
    for one in all {
        let (found, expected) = (without_digest(&run(&one.command)), without_digest(&one.output));
        if found != expected {
            wrong.push(format!("$ {}\n--- the document shows\n{expected}\n--- it prints\n{found}", one.command));
        }
    }
    assert!(wrong.is_empty(), "{document}:\n{}", wrong.join("\n"));
}

#[test]
fn the_readme_shows_what_is_printed() {
    check("README.md", 8);
}

#[test]
fn the_page_on_files_shows_what_is_printed() {
    check("docs/files.md", 1);
}
