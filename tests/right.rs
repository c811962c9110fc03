//! Right but unusual programs: not a word is said about them, their examples pass, and laying them out changes nothing.

use std::path::PathBuf;
use ukase::files::read_policy;
use ukase::syntax::format::format;

fn programs() -> Vec<PathBuf> {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/right");
    let mut found: Vec<PathBuf> = std::fs::read_dir(root).expect("a folder").flatten().map(|entry| entry.path()).collect();
    found.sort();
    assert!(found.len() >= 12);
    found
}

#[test]
fn nothing_is_said_about_right_programs() {
    for path in programs() {
        let sources = read_policy(&path).expect("it can be read");
        let (policy, diagnostics) = ukase::compile(&sources);
        assert!(policy.is_some() && diagnostics.is_empty(), "{}: {diagnostics:#?}", path.display());
    }
}

/// P28: laying out is idempotent and keeps every word and comment.
#[test]
fn p28_layout_keeps_every_word_and_settles_at_once() {
    let policies = concat!(env!("CARGO_MANIFEST_DIR"), "/policies/cn-rare-earth");
    let flagship = read_policy(std::path::Path::new(policies)).expect("the flagship can be read");
    let flagship = flagship.iter().filter(|(_, file)| file.name.ends_with(".ukase")).map(|(_, file)| file.text.to_string());
    let small = programs().into_iter().map(|path| std::fs::read_to_string(path).expect("text"));
    let dense = |text: &str| text.trim_start_matches('\u{feff}').split_whitespace().collect::<String>();
    for text in flagship.chain(small) {
        let once = format(&text).expect("a right program is laid out");
        assert_eq!(format(&once).as_deref(), Ok(once.as_str()));
        assert_eq!(dense(&once), dense(&text));
    }
}

/// P19: comments, blanks and line ends do not change what a policy means, nor which days it knows.
#[test]
fn p19_spelling_does_not_change_meaning() {
    let text = "policy a \"b\"\nlanguage 1\noutcomes from loosest to strictest { free licence }\nfacts shipment { x truth }\n\
                instrument 1 \"l\" { published 2025-01-01 }\nclause I \"c\" when x then licence\n";
    let (first, _) = ukase::compile(&ukase::source::Sources::of_text("a.ukase", text));
    let (crlf, _) = ukase::compile(&ukase::source::Sources::of_text("a.ukase", &text.replace('\n', "\r\n")));
    let digests = [first, crlf].map(|policy| policy.expect("it is right").digest);
    assert_eq!(digests[0], digests[1], "line ends are no part of the digest");
    let (other, _) = ukase::compile(&ukase::source::Sources::of_text("a.ukase", &text.replace("when x", "when not x")));
    assert_ne!(other.expect("it is right").digest, digests[0], "a changed word is");
}
