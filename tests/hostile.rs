//! Bad input: nothing panics, hangs or overflows, nothing raw reaches the terminal, and each refusal has a code and a place.

use serde_json::{Value, json};
use std::fs;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;
use tempfile::TempDir;

const FLAGSHIP: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/policies/cn-rare-earth");

/// How long one run may take, in steps of ten milliseconds.
const STEPS: usize = 2000;

/// How long a message may be, however long the name or the text that it is about, in bytes.
const LONGEST: usize = 16 * 1024;

/// A policy that lacks only its clause I.
const HEAD: &str = r#"policy p "P"
language 1
outcomes from loosest to strictest { free "free"   licence "licence" }
facts shipment { date date   x truth   n integer }
instrument 1 "I" { published 2025-01-01   provisions I }
"#;

/// A fact of every type.
const TYPES: &str = r#"policy types "Every type"
language 1

outcomes from loosest to strictest {
    free     "no licence"
    licence  "licence required"
}

facts shipment {
    date      date
    urgent    truth
    pieces    integer
    ratio     decimal
    purity    percent
    price     money
    mass      quantity in kg
    note      text
    country   country
    grade     grade
    uses      set of grade
    marks     set of text
    end_user  party
    items     list of item
    parties   register of party
}
record party { name text   owners list of stake }
record stake { share percent of whole   party party }
record item classified by code { code code   parts list of item }
enum grade { low "low"   high "high" }

category 1A001 "Rods" under 2020-1/I

define held(party) = party.name is "L" or any stake in party.owners satisfies stake.share >= 50% and held(stake.party)

instrument 2020-1 "Order No. 1 of 2020" {
    published   2020-01-01
    provisions  I, II, III, IV, V
}
clause I "Pure goods"
    when  purity >= 0.1%
    then  licence
clause II "The rest"
    when  urgent and pieces > 2 and ratio > 0.25 and price > 10 EUR and mass > 2 kg and country is FR
    then  licence
clause III "Words"
    when  note is "samples" and grade is high and uses has low and marks has "fragile"
    then  licence
clause IV "Rods"
    each  item in items
    when  item matches 1A001
    then  licence
clause V "Owners"
    when  held(end_user)
    then  licence
"#;

/// One clause a number and one a text.
const NUMBERS: &str = r#"policy numbers "Numbers"
language 1
outcomes from loosest to strictest { free "free"   licence "licence" }
facts shipment { date date   ratio decimal   purity percent   note text }
instrument 1 "I" { published 2020-01-01   provisions I, II, III }
clause I "Ratios"
    when  ratio > 0
    then  licence
clause II "Shares"
    when  purity >= 0.1%
    then  licence
clause III "Notes"
    when  note is not "samples"
    then  licence
"#;

/// What a run of the binary left behind.
struct Ran {
    out: String,
    err: String,
    code: Option<i32>,
}

/// Runs the binary in a folder, with bytes on its standard input, and ends it when it takes too long.
fn ukase(folder: &Path, arguments: &[&str], input: &[u8], what: &str) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ukase"));
    command.args(arguments).current_dir(folder).env("COLUMNS", "110");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the binary starts");
    let mut stdin = child.stdin.take().expect("a standard input");
    let mut stdout = child.stdout.take().expect("a standard output");
    let mut stderr = child.stderr.take().expect("a standard error");
    let input = input.to_vec();
    let writer = thread::spawn(move || {
        // A command that reads no input may have ended already.
        let _ = stdin.write_all(&input);
    });
    let out = thread::spawn(move || all_of(&mut stdout));
    let err = thread::spawn(move || all_of(&mut stderr));
    let code = ended(&mut child, what);
    writer.join().expect("the input is written");
    Ran { out: out.join().expect("the output is read"), err: err.join().expect("the messages are read"), code }
}

fn all_of(stream: &mut impl Read) -> String {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).expect("the stream can be read");
    String::from_utf8(bytes).expect("what is written is UTF-8")
}

/// The exit code, once the child has ended.
fn ended(child: &mut Child, what: &str) -> Option<i32> {
    for _ in 0..STEPS {
        if let Some(status) = child.try_wait().expect("the child can be waited for") {
            return status.code();
        }
        thread::sleep(Duration::from_millis(10));
    }
    child.kill().expect("the child can be ended");
    child.wait().expect("the child has ended");
    panic!("{what}: no end within {} seconds", STEPS / 100);
}

/// A beginning of a text that may be very long.
fn start_of(text: &str) -> String {
    text.chars().take(2000).collect()
}

/// Neither a panic nor a raw control or direction character, in what a person reads.
fn assert_safe(ran: &Ran, what: &str) {
    assert!(ran.code.is_some(), "{what}: ended by a signal\n{}", start_of(&ran.err));
    for text in [&ran.out, &ran.err] {
        assert!(!text.contains("panicked") && !text.contains("RUST_BACKTRACE"), "{what}: {}", start_of(text));
        let raw = text.chars().find(|character| is_raw(*character));
        assert_eq!(raw, None, "{what}: a raw character is in\n{}", start_of(text).escape_debug());
    }
}

/// Controls, and the characters that turn the direction of writing or cannot be seen.
fn is_raw(character: char) -> bool {
    let hidden =
        matches!(character, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
    hidden || character.is_control() && character != '\n'
}

/// Refused with exit code 1, nothing on standard output that is a verdict, and a short message with this code.
fn assert_refused(ran: &Ran, code: &str, what: &str) {
    assert_safe(ran, what);
    assert_eq!(ran.code, Some(1), "{what}\n{}\n{}", start_of(&ran.out), start_of(&ran.err));
    assert!(ran.err.contains(code), "{what}: expected {code}, told\n{}", start_of(&ran.err));
    assert!(ran.err.len() <= LONGEST, "{what}: a message of {} bytes\n{}", ran.err.len(), start_of(&ran.err));
}

/// Exit code 0 and not a word on standard error.
fn assert_accepted(ran: &Ran, what: &str) {
    assert_safe(ran, what);
    assert_eq!((ran.code, start_of(&ran.err)), (Some(0), String::new()), "{what}\n{}", start_of(&ran.out));
}

fn folder() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    write(folder.path(), "types.ukase", TYPES.as_bytes());
    write(folder.path(), "numbers.ukase", NUMBERS.as_bytes());
    write(folder.path(), "right.ukase", clause("x").as_bytes());
    folder
}

fn write(folder: &Path, name: &str, bytes: &[u8]) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().expect("a folder")).expect("the folder is made");
    fs::write(path, bytes).expect("the file is written");
}

/// A whole policy whose only clause has this condition.
fn clause(condition: &str) -> String {
    format!("{HEAD}clause I \"c\"\n    when  {condition}\n    then  licence\n")
}

/// Every command that reads a policy, on these bytes.
fn on_every_command(bytes: &[u8], what: &str, check: &dyn Fn(&Ran, &str)) {
    let folder = folder();
    write(folder.path(), "hostile.ukase", bytes);
    let commands: [&[&str]; 4] =
        [&["check", "hostile.ukase"], &["test", "hostile.ukase"], &["schema", "hostile.ukase"], &["eval", "hostile.ukase", "-"]];
    for arguments in commands {
        check(&ukase(folder.path(), arguments, b"{\"x\": true, \"n\": 1}", what), &format!("{what}: {}", arguments[0]));
    }
    // `fmt` reads the words only: it may lay out what `check` refuses.
    let ran = ukase(folder.path(), &["fmt", "--check", "hostile.ukase"], b"", what);
    assert_safe(&ran, &format!("{what}: fmt"));
    assert!(matches!(ran.code, Some(0 | 1)), "{what}: fmt ends with {:?}", ran.code);
}

fn policy_is_refused(bytes: &[u8], code: &str, what: &str) {
    on_every_command(bytes, what, &|ran, what| assert_refused(ran, code, what));
}

/// An example is no part of the law: `check` and `test` refuse a broken one, judging passes it over.
fn example_is_refused(text: &str, code: &str) {
    let folder = folder();
    write(folder.path(), "example.ukase", text.as_bytes());
    for command in ["check", "test"] {
        let what = format!("{}: {command}", start_of(text));
        assert_refused(&ukase(folder.path(), &[command, "example.ukase"], b"", &what), code, &what);
    }
}

fn policy_is_accepted(bytes: &[u8], what: &str) {
    on_every_command(bytes, what, &|ran, what| assert_accepted(ran, what));
}

fn judged(policy: &str, facts: &[u8], what: &str) -> Ran {
    let folder = folder();
    ukase(folder.path(), &["eval", policy, "-"], facts, what)
}

fn facts_are_refused(facts: &str, code: &str) {
    let what = start_of(facts);
    let ran = judged("types.ukase", facts.as_bytes(), &what);
    assert_refused(&ran, code, &what);
    assert_eq!(ran.out, "", "{what}: what cannot be read has no verdict");
}

/// The verdict on one shipment as JSON.
fn verdict(policy: &str, facts: &str, what: &str) -> Value {
    let folder = folder();
    let ran = ukase(folder.path(), &["eval", policy, "-", "--format", "json"], facts.as_bytes(), what);
    assert_eq!(ran.code, Some(0), "{what}\n{}", start_of(&ran.err));
    serde_json::from_str(&ran.out).expect("one JSON object")
}

// ---- policies

/// T1: depth is limited, and the first excess is told.
#[test]
fn deep_nesting_in_a_policy_is_refused() {
    let deep = |open: &str, middle: &str, close: &str, depth: usize| {
        clause(&[open.repeat(depth), middle.to_string(), close.repeat(depth)].concat())
    };
    let table = [
        ("100 000 parentheses", deep("(", "x", ")", 100_000)),
        ("100 000 parentheses that nobody closes", deep("(", "x", "", 100_000)),
        ("5 000 nots", deep("not ", "x", "", 5_000)),
        ("5 000 conditionals", deep("if x then ", "x", " else x", 5_000)),
        ("5 000 calls", deep("n > max(1, ", "1", ")", 5_000)),
        ("5 000 braces", deep("n in {", "1", "}", 5_000)),
        ("20 000 minus signs", deep("-", " n > 1", "", 20_000)),
    ];
    for (what, text) in table {
        policy_is_refused(text.as_bytes(), "ukase::syntax::nesting", what);
    }
    let given = ["{ x: ".repeat(10_000), "1".to_string(), "}".repeat(10_000)].concat();
    let example = format!("{}example \"e\"\n    given   {given}\n    expect  free\n", clause("x"));
    example_is_refused(&example, "ukase::syntax::nesting");
}

#[test]
fn a_long_chain_of_one_operator_is_no_nesting() {
    for operator in [" and x", " or x"] {
        let text = clause(&["x".to_string(), operator.repeat(20_000)].concat());
        policy_is_accepted(text.as_bytes(), &format!("20 000 times{operator}"));
    }
}

#[test]
fn five_thousand_clauses_are_only_many() {
    let numbers: Vec<String> = (1..=5000).map(|number| number.to_string()).collect();
    let mut text = HEAD.replace("provisions I", &format!("provisions {}", numbers.join(", ")));
    for number in numbers {
        text.push_str(&format!("clause {number} \"c\"\n    when  x and n > {number}\n    then  licence\n"));
    }
    policy_is_accepted(text.as_bytes(), "5 000 clauses");
}

/// T3: the length of a line costs neither time nor a screen full of message.
#[test]
fn a_line_of_ten_megabytes_is_read_and_its_message_is_short() {
    let long = "y".repeat(10_000_000);
    policy_is_accepted(clause(&format!("x // {long}")).as_bytes(), "a long comment");
    policy_is_accepted(clause("x").replace("\"I\"", &format!("\"{long}\"")).as_bytes(), "a long title");
}

#[test]
fn a_name_of_ten_megabytes_is_told_in_a_short_message() {
    policy_is_refused(clause(&"y".repeat(10_000_000)).as_bytes(), "ukase::check::unknown_name", "a long name");
}

/// T4: what is no text is refused with its place.
#[test]
fn bytes_that_are_no_text_are_refused() {
    let with = |bytes: &[u8]| [HEAD.as_bytes(), b"// ", bytes, b"\nclause I \"c\"\n    when  x\n    then  licence\n"].concat();
    policy_is_refused(&with(b"\xff\xfe"), "ukase::source::not_utf8", "invalid UTF-8");
    policy_is_refused(&with(b"\xed\xa0\x80"), "ukase::source::not_utf8", "half a surrogate pair");
    policy_is_refused(&with(b"\0"), "ukase::source::control_character", "NUL");
    policy_is_refused(&with(b"\x1b[31m"), "ukase::source::control_character", "an escape");
    policy_is_refused(&with("\u{202e}".as_bytes()), "ukase::source::bidirectional", "a direction character");
    policy_is_refused(&with("\u{61c}".as_bytes()), "ukase::source::bidirectional", "an Arabic letter mark");
    let all: Vec<u8> = (0..=255).collect();
    policy_is_refused(&all.repeat(100), "ukase::source::not_utf8", "every byte");
}

#[test]
fn a_byte_order_mark_and_carriage_returns_are_accepted() {
    let right = clause("x");
    policy_is_accepted(format!("\u{feff}{right}").as_bytes(), "a byte order mark");
    policy_is_accepted(right.replace('\n', "\r\n").as_bytes(), "carriage returns");
    policy_is_refused(clause("x \u{feff}").as_bytes(), "ukase::syntax::", "a byte order mark in the middle");
}

#[test]
fn a_file_without_a_policy_is_refused() {
    policy_is_refused(b"", "ukase::source::empty", "an empty file");
    policy_is_refused(b" \n\n\t\n", "ukase::source::empty", "blank lines");
    policy_is_refused(b"// nothing\n", "ukase::check::missing_block", "a comment");
    policy_is_refused(b"nonsense", "ukase::syntax::stray", "a word");
}

#[test]
fn whatever_is_left_unclosed_is_refused() {
    let whole = clause("x");
    let table = [
        "policy \"".to_string(),
        "policy p \"P".to_string(),
        "policy p \"P\"\nlanguage 1\noutcomes from loosest to strictest {".to_string(),
        format!("{HEAD}record a {{"),
        format!("{HEAD}enum a {{ b \"c"),
        format!("{HEAD}clause I \"c\" when (x"),
        format!("{HEAD}clause I \"c\" when n in {{1"),
        format!("{HEAD}clause I \"c\" when if x"),
        format!("{HEAD}clause I \"c"),
        format!("{whole}list a of code = {{"),
        format!("{whole}define f(x = x"),
        format!("{whole}instrument 2 \"a\" {{"),
        format!("{whole}/* x"),
        format!("{whole}category"),
        HEAD[..HEAD.len() - 3].to_string(),
    ];
    for text in table {
        policy_is_refused(text.as_bytes(), "ukase::", &text);
    }
    example_is_refused(&format!("{whole}example \"e\"\n    given {{ x: {{"), "ukase::");
}

#[test]
fn a_path_that_holds_no_policy_is_refused() {
    let folder = folder();
    fs::create_dir(folder.path().join("empty")).expect("a folder");
    write(folder.path(), "other/notes.txt", b"no policy");
    write(folder.path(), "import/policy.ukase", format!("{}import \"../right.ukase\"\n", clause("x")).as_bytes());
    write(folder.path(), "absolute/policy.ukase", format!("{}import \"/etc/hostname\"\n", clause("x")).as_bytes());
    write(folder.path(), "lost/policy.ukase", format!("{}import \"gone.ukase\"\n", clause("x")).as_bytes());
    let table = [
        ("empty", "ukase::source::empty"),
        ("other", "ukase::source::empty"),
        ("absent", "ukase::source::not_found"),
        ("absent\u{1b}[31m\u{202e}", "ukase::source::not_found"),
        ("right.ukase/under", "ukase::source::not_found"),
        ("import/policy.ukase", "ukase::check::outside_folder"),
        ("absolute/policy.ukase", "ukase::check::outside_folder"),
        ("lost/policy.ukase", "ukase::check::file_missing"),
    ];
    for (path, code) in table {
        for arguments in
            [["check", path].as_slice(), ["test", path].as_slice(), ["schema", path].as_slice(), ["eval", path, "-"].as_slice()]
        {
            assert_refused(&ukase(folder.path(), arguments, b"{}", path), code, &format!("{arguments:?}"));
        }
    }
}

/// T14: nothing outside the folder is read through a link.
#[cfg(unix)]
#[test]
fn a_link_in_a_policy_is_refused() {
    use std::os::unix::fs::symlink;
    let folder = folder();
    let root = folder.path();
    write(root, "file/policy.ukase", clause("x").as_bytes());
    symlink(root.join("numbers.ukase"), root.join("file/link.ukase")).expect("a link");
    write(root, "below/policy.ukase", clause("x").as_bytes());
    symlink(root.join("file"), root.join("below/link")).expect("a link");
    write(root, "round/policy.ukase", clause("x").as_bytes());
    symlink(root.join("round"), root.join("round/round")).expect("a link");
    write(root, "import/policy.ukase", format!("{}import \"link.ukase\"\n", clause("x")).as_bytes());
    symlink(root.join("numbers.ukase"), root.join("import/link.ukase")).expect("a link");
    symlink(root.join("gone"), root.join("dead.ukase")).expect("a link");
    let table = [
        ("file", "ukase::source::outside_folder"),
        ("below", "ukase::source::outside_folder"),
        ("round", "ukase::source::outside_folder"),
        ("import/policy.ukase", "ukase::source::outside_folder"),
        ("dead.ukase", "ukase::source::not_found"),
    ];
    for (path, code) in table {
        assert_refused(&ukase(root, &["check", path], b"", path), code, path);
        assert_refused(&ukase(root, &["eval", path, "-"], b"{}", path), code, path);
    }
}

/// T17: the name of a file or folder is hostile text too.
#[cfg(unix)]
#[test]
fn the_name_of_a_file_is_never_shown_raw() {
    let folder = folder();
    let name = "a\u{1b}[31m\u{202e}\u{9b}.ukase";
    write(folder.path(), name, clause("x").replace("    when", "  when").as_bytes());
    write(folder.path(), "dir\u{1b}[31m/policy.ukase", clause("y").as_bytes());
    write(folder.path(), "f\u{1b}[31m\u{202e}.json", b"{\"y\": 1}");
    let commands: [&[&str]; 8] = [
        &["check", name],
        &["test", name],
        &["fmt", "--check", name],
        &["fmt", name],
        &["eval", name, "-"],
        &["check", "dir\u{1b}[31m"],
        &["fmt", "dir\u{1b}[31m"],
        &["eval", "right.ukase", "f\u{1b}[31m\u{202e}.json"],
    ];
    for arguments in commands {
        let what = format!("{arguments:?}");
        assert_safe(&ukase(folder.path(), arguments, b"{}", &what), &what);
    }
}

#[test]
fn hostile_options_are_never_shown_raw() {
    let folder = folder();
    let hostile = "\u{1b}[31m\u{202e}\u{9b}";
    let (version, reading) = (format!("right.ukase@{hostile}"), format!("{hostile}=x"));
    let commands: [&[&str]; 6] = [
        &["eval", version.as_str(), "-"],
        &["eval", "right.ukase", "-", "--reading", reading.as_str()],
        &["eval", "right.ukase", "-", "--fail-at", hostile],
        &["eval", "right.ukase", "-", "--on", hostile],
        &["eval", "right.ukase", "-", "--format", hostile],
        &[hostile],
    ];
    for arguments in commands {
        let what = format!("{arguments:?}");
        let ran = ukase(folder.path(), arguments, b"{}", &what);
        assert_safe(&ran, &what);
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{what}\n{}", ran.err);
    }
}

// ---- facts

#[test]
fn deep_facts_are_refused() {
    let deep = |open: &str, middle: &str, close: &str| [open.repeat(10_000), middle.to_string(), close.repeat(10_000)].concat();
    let table = [
        deep("[", "", "]"),
        deep("[", "", ""),
        deep("{\"a\":", "1", "}"),
        deep("{\"a\":", "", ""),
        format!("{{\"items\":{}}}", deep("[{\"parts\":", "[]", "}]")),
        format!("{{\"end_user\":{}}}", deep("{\"owners\":[{\"party\":", "{}", "}]}")),
    ];
    for facts in table {
        facts_are_refused(&facts, "ukase::facts::nesting");
    }
}

#[test]
fn what_is_no_shipment_is_refused() {
    let table = [
        ("", "ukase::facts::empty"),
        (" \n\t\n", "ukase::facts::empty"),
        ("null", "ukase::facts::type"),
        ("true", "ukase::facts::type"),
        ("7", "ukase::facts::type"),
        ("\"text\"", "ukase::facts::type"),
        ("[[{}]]", "ukase::facts::type"),
        ("[[[[]]]]", "ukase::facts::type"),
        ("[null]", "ukase::facts::type"),
        ("{\"pieces\": 1", "ukase::facts::syntax"),
        ("{\"note\": \"abc", "ukase::facts::syntax"),
        ("{\"pieces\": 1,}", "ukase::facts::syntax"),
        ("{'pieces': 1}", "ukase::facts::syntax"),
        ("{\"pieces\": 1 /* one */}", "ukase::facts::syntax"),
        ("{} {}", "ukase::facts::syntax"),
        ("{\"note\": \"\\ud800\"}", "ukase::facts::syntax"),
        ("{\"note\": \"a\u{1b}b\"}", "ukase::facts::syntax"),
        ("{\"note\": \"a\0b\"}", "ukase::facts::syntax"),
        ("\0", "ukase::facts::syntax"),
        ("nonsense", "ukase::facts::syntax"),
    ];
    for (facts, code) in table {
        facts_are_refused(facts, code);
    }
}

#[test]
fn a_key_that_stands_twice_is_refused() {
    let table = [
        r#"{"pieces": 1, "pieces": 2}"#,
        r#"{"pieces": 1, "pieces": 1}"#,
        r#"{"pieces": 1, "\u0070ieces": 2}"#,
        r#"{"id": 1, "id": 2}"#,
        r#"{"end_user": {"name": "A", "name": "B"}}"#,
        r#"{"items": [{"code": "1A001", "code": "1A002"}]}"#,
        r#"{"parties": {"a": {}, "a": {}}}"#,
        r#"{"nonsense": 1, "nonsense": 2}"#,
    ];
    for facts in table {
        facts_are_refused(facts, "ukase::facts::duplicate_key");
    }
}

#[test]
fn an_unknown_field_is_told_what_was_probably_meant() {
    let table = [
        ("types.ukase", r#"{"purty": "1%"}"#, "did you mean `purity`?"),
        ("types.ukase", r#"{"Purity": "1%"}"#, "did you mean `purity`?"),
        ("types.ukase", r#"{"end_user": {"nme": "A"}}"#, "did you mean `name`?"),
        ("types.ukase", r#"{"qqqqqqqqqqqq": 1}"#, "`pieces`"),
        ("types.ukase", r#"{"__proto__": {}}"#, "`__proto__`"),
        (FLAGSHIP, r#"{"destinaton": "US"}"#, "did you mean `destination`?"),
        (FLAGSHIP, r#"{"items": [{"orgin": "CN"}]}"#, "did you mean `origin`?"),
        // A path into the vocabulary is written as what it leads through, and only a path.
        (FLAGSHIP, r#"{"end_user.name": "A"}"#, "as an object: {\"end_user\": {\"name\": …}}"),
        (FLAGSHIP, r#"{"items.code": "1C902"}"#, "as an object: {\"items\": [{\"code\": …}]}"),
        (FLAGSHIP, r#"{"items": [{"components.code": "1C902"}]}"#, "as an object: {\"components\": [{\"code\": …}]}"),
        (FLAGSHIP, r#"{"destination.name": "US"}"#, "did you mean `destination`?"),
        (FLAGSHIP, r#"{"end_user.nmae": "A"}"#, "`end_user`"),
    ];
    for (policy, facts, told) in table {
        let ran = judged(policy, facts.as_bytes(), facts);
        assert_refused(&ran, "ukase::facts::unknown_field", facts);
        assert!(ran.err.contains(told), "{facts} says\n{}", ran.err);
    }
}

/// Where other words and codes are allowed, a slip of the pen must not pass for one of them: the goods would go free.
#[test]
fn a_slip_of_the_pen_is_no_other_word() {
    let table = [
        (r#"{"items": [{"elements": ["ND", "Fe"]}]}"#, "did you mean `Nd`?"),
        (r#"{"items": [{"elements": [{"element": "dysprosium", "share": "1%"}]}]}"#, "did you mean `Dy`?"),
        (r#"{"supports": ["minning"]}"#, "did you mean `mining`?"),
        (r#"{"items": [{"code": "1c905.a.4"}]}"#, "did you mean `1C905.a.4`?"),
        (r#"{"items": [{"code": "1C905a4"}]}"#, "did you mean `1C905.a.4`?"),
        (r#"{"items": [{"value": "USD 100"}]}"#, "\"100 USD\""),
        (r#"{"items": [{"value": "100 usd"}]}"#, "did you mean `USD`?"),
        (r#"{"items": [{"mass": "3 lbs"}]}"#, "masses are given in g, kg or t"),
        (r#"{"items": [{"mass": "3,5 kg"}]}"#, "write a decimal point"),
        (r#"{"date": "0205-10-20"}"#, "facts are of 1900 or later"),
        (r#"{"end_use": "military"}"#, "[\"military\"]"),
        (r#"{"end_user": {"lists": "none"}}"#, "write [] if there is none"),
    ];
    for (facts, told) in table {
        let ran = judged(FLAGSHIP, facts.as_bytes(), facts);
        assert_refused(&ran, "ukase::facts::type", facts);
        assert!(ran.err.contains(told), "{facts} says\n{}", ran.err);
    }
    let all = r#"{"items": [{"elements": ["ND", "FE"], "end_use": ["militray", "automotve"]}]}"#;
    let ran = judged(FLAGSHIP, all.as_bytes(), all);
    assert_eq!(ran.err.matches("ukase::facts::type").count(), 4, "{}", ran.err);
    for other in [r#"{"supports": ["logging"]}"#, r#"{"items": [{"code": "EAR99", "elements": ["Au"]}]}"#] {
        assert_accepted(&judged(FLAGSHIP, other.as_bytes(), other), other);
    }
}

#[test]
fn a_wrong_type_is_refused_for_every_type() {
    let table = [
        r#"{"date": 5}"#,
        r#"{"date": []}"#,
        r#"{"urgent": "true"}"#,
        r#"{"urgent": 1}"#,
        r#"{"pieces": "two"}"#,
        r#"{"pieces": 1.5}"#,
        r#"{"pieces": true}"#,
        r#"{"ratio": true}"#,
        r#"{"ratio": "half"}"#,
        r#"{"ratio": "1,5"}"#,
        r#"{"purity": "half"}"#,
        r#"{"purity": {}}"#,
        r#"{"price": 5}"#,
        r#"{"price": "5"}"#,
        r#"{"price": "5 XXQ"}"#,
        r#"{"mass": 5}"#,
        r#"{"mass": "5"}"#,
        r#"{"mass": "5 m"}"#,
        r#"{"mass": "5 parsnips"}"#,
        r#"{"note": 5}"#,
        r#"{"note": ["a"]}"#,
        r#"{"country": 1}"#,
        r#"{"country": "Atlantis"}"#,
        r#"{"grade": 7}"#,
        r#"{"grade": "hgh"}"#,
        r#"{"uses": "low"}"#,
        r#"{"uses": ["lw"]}"#,
        r#"{"uses": [["low"]]}"#,
        r#"{"uses": [null]}"#,
        r#"{"marks": [1]}"#,
        r#"{"marks": {}}"#,
        r#"{"end_user": "A"}"#,
        r#"{"end_user": []}"#,
        r#"{"end_user": {"owners": {}}}"#,
        r#"{"items": {}}"#,
        r#"{"items": [1]}"#,
        r#"{"items": [[{}]]}"#,
        r#"{"items": [null]}"#,
        r#"{"parties": []}"#,
        r#"{"parties": {"a": 1}}"#,
        r#"{"id": {}}"#,
        r#"{"id": true}"#,
    ];
    for facts in table {
        facts_are_refused(facts, "ukase::facts::type");
    }
}

#[test]
fn a_fact_that_is_null_is_unknown() {
    let told = |facts: &str| judged("types.ukase", facts.as_bytes(), facts).out;
    assert_eq!(told(r#"{"pieces": null, "end_user": null, "items": null, "date": null}"#), told("{}"));
}

#[test]
fn a_date_that_does_not_exist_is_refused() {
    let dates = [
        "2025-02-29",
        "2025-02-30",
        "2025-04-31",
        "2025-13-01",
        "2025-00-10",
        "2025-01-00",
        "0000-01-01",
        "10000-01-01",
        "99999999999-01-01",
        "-2025-01-01",
        "25-01-01",
        "2025-1-1",
        "2025/01/01",
        "2025-01-01T00:00:00Z",
        "2025-01-01 ",
        "today",
        "",
        "\u{ff12}025-01-01",
    ];
    for date in dates {
        facts_are_refused(&json!({ "date": date }).to_string(), "ukase::facts::type");
    }
    let leap = verdict("types.ukase", r#"{"date": "2024-02-29", "purity": "1%"}"#, "a leap day");
    assert_eq!(leap["outcome"], "licence", "{leap}");
}

#[test]
fn a_code_with_blanks_or_without_form_is_refused() {
    let long = "1A001.".repeat(3000);
    for code in ["", " ", "1A001 ", " 1A001", "1A 001", "1A001\t", "1A001\0", "1A001\u{202e}", "1A001..", ".", long.as_str()] {
        facts_are_refused(&json!({ "items": [{ "code": code }] }).to_string(), "ukase::facts::type");
    }
    let ran = judged(FLAGSHIP, br#"{"items": [{"code": "1C902 .a"}]}"#, "a code with a blank");
    assert_refused(&ran, "ukase::facts::type", "a code with a blank");
}

#[test]
fn numbers_out_of_their_range_are_refused() {
    let table = [
        (r#"{"purity": "-1%"}"#, "ukase::facts::type"),
        (r#"{"purity": "101%"}"#, "ukase::facts::type"),
        (r#"{"purity": "100.00000000000000000000000000000000000000000000000000000000001%"}"#, "ukase::facts::type"),
        (r#"{"purity": 1.5}"#, "ukase::facts::type"),
        (r#"{"mass": "-1 kg"}"#, "ukase::facts::type"),
        (r#"{"price": "-1 EUR"}"#, "ukase::facts::type"),
        (r#"{"pieces": -1}"#, "ukase::facts::type"),
        (r#"{"end_user": {"owners": [{"share": "101%"}]}}"#, "ukase::facts::type"),
        (r#"{"end_user": {"owners": [{"share": "-1%"}]}}"#, "ukase::facts::type"),
        (r#"{"end_user": {"owners": [{"share": "60%"}, {"share": "41%"}]}}"#, "ukase::facts::share"),
        (
            r#"{"parties": {"a": {"owners": [{"share": "60%"}, {"share": "40.0000000000000000000000000000000001%"}]}}}"#,
            "ukase::facts::share",
        ),
        (r#"{"ratio": NaN}"#, "ukase::facts::syntax"),
        (r#"{"ratio": Infinity}"#, "ukase::facts::syntax"),
        (r#"{"ratio": .5}"#, "ukase::facts::syntax"),
        (r#"{"ratio": 5.}"#, "ukase::facts::syntax"),
        (r#"{"ratio": +1}"#, "ukase::facts::syntax"),
        (r#"{"pieces": 01}"#, "ukase::facts::syntax"),
        (r#"{"pieces": 0x10}"#, "ukase::facts::syntax"),
        (r#"{"ratio": 1e1000000000}"#, "ukase::facts::type"),
        (r#"{"ratio": 1e99999999999999999999999999}"#, "ukase::facts::type"),
        (r#"{"ratio": -1e-99999999999999999999999999}"#, "ukase::facts::type"),
    ];
    for (facts, code) in table {
        facts_are_refused(facts, code);
    }
    let ran = judged(FLAGSHIP, br#"{"end_user": {"owners": [{"share": "60%"}, {"share": "41%"}]}}"#, "owners of 101 %");
    assert_refused(&ran, "ukase::facts::share", "owners of 101 %");
}

/// P13: no digit is lost, however many there are.
#[test]
fn one_unit_of_the_sixtieth_digit_decides() {
    let shipment = |purity: &str| format!(r#"{{"date": "2025-06-01", "ratio": 0, "note": "samples", "purity": {purity}}}"#);
    let (zeros, nines) = ("0".repeat(58), "9".repeat(59));
    let table = [
        (format!("\"0.1{zeros}1%\""), "licence", "above"),
        (format!("\"0.1{zeros}0%\""), "licence", "at"),
        (format!("\"0.0{nines}%\""), "free", "below"),
        (format!("0.001{}1", "0".repeat(56)), "licence", "above"),
        (format!("0.000{}", "9".repeat(57)), "free", "below"),
    ];
    for (purity, outcome, side) in table {
        let object = verdict("numbers.ukase", &shipment(&purity), &purity);
        assert_eq!(object["outcome"], outcome, "{purity}: {object}");
        let findings = object["findings"].as_array().expect("a list");
        let finding = findings.iter().find(|finding| finding["clause"] == "1/II").expect("the clause on shares");
        assert_eq!(finding["because"]["margin"]["side"], side, "{purity}: {finding}");
    }
}

/// Neither infinite nor zero: where such a number is taken at all, it is taken exactly.
#[test]
fn very_large_and_very_small_numbers_are_exact() {
    let facts = |ratio: &str| format!(r#"{{"date": "2025-06-01", "purity": "0%", "note": "samples", "ratio": {ratio}}}"#);
    for (ratio, outcome) in [("1e400", "licence"), ("1e-400", "licence"), ("-1e-400", "free"), ("0e400", "free"), ("-0", "free")]
    {
        let ran = judged("numbers.ukase", facts(ratio).as_bytes(), ratio);
        if ran.code == Some(0) {
            assert_eq!(verdict("numbers.ukase", &facts(ratio), ratio)["outcome"], outcome, "{ratio}");
        } else {
            assert_refused(&ran, "ukase::facts::type", ratio);
        }
    }
}

// ---- owners

/// A shipment whose end user is the first of a ring of companies that own each other.
fn ring(companies: usize, lists: &[&str]) -> String {
    let party = |at: usize| {
        let next = format!("p{}", (at + 1) % companies);
        let owners = json!([{ "share": "60%", "kind": "equity", "party": { "ref": next } }]);
        let lists = if at == 1 % companies { json!(lists) } else { json!([]) };
        json!({ "name": "N", "country": "US", "nationality": "US", "military": false, "lists": lists, "owners": owners })
    };
    let parties: serde_json::Map<String, Value> = (0..companies).map(|at| (format!("p{at}"), party(at))).collect();
    json!({
        "id": "R",
        "date": "2025-12-02",
        "activity": "goods",
        "movement": "reexport",
        "departure": "NL",
        "destination": "US",
        "exporter": { "ref": "p0" },
        "importer": { "ref": "p0" },
        "end_user": { "ref": "p0" },
        "end_use": ["automotive"],
        "possible_end_use": [],
        "end_use_details": [],
        "purpose": "commercial",
        "supports": [],
        "items": [{
            "line": 1,
            "code": "1C904.a.1",
            "kind": "metal",
            "origin": "CN",
            "made_in": "CN",
            "value": "66000 EUR",
            "elements": [{ "element": "Tb", "share": "99.9%" }],
            "components": [],
            "technology": [],
        }],
        "parties": parties,
    })
    .to_string()
}

/// S17: a ring of owners ends, and whether one of them is listed decides.
#[test]
fn companies_that_own_each_other_are_judged() {
    let policy = format!("{FLAGSHIP}@december_as_announced");
    for companies in [1, 2, 3, 300] {
        let free = verdict(&policy, &ring(companies, &[]), "nobody is listed");
        assert_eq!(free["outcome"], "licence", "{companies} companies of which none is listed: {}", free["possible"]);
        let listed = verdict(&policy, &ring(companies, &["control_list"]), "one is listed");
        assert_eq!(listed["possible"].as_array().and_then(|all| all.last()), Some(&Value::from("deny")), "{companies} companies");
    }
}

#[test]
fn a_long_chain_of_owners_is_judged() {
    let companies = 2000;
    let party = |at: usize| match at + 1 {
        next if next < companies => {
            json!({ "name": "N", "owners": [{ "share": "60%", "party": { "ref": format!("p{next}") } }] })
        }
        _ => json!({ "name": "L", "owners": [] }),
    };
    let parties: serde_json::Map<String, Value> = (0..companies).map(|at| (format!("p{at}"), party(at))).collect();
    let facts = json!({ "date": "2025-01-01", "end_user": { "ref": "p0" }, "parties": parties }).to_string();
    let object = verdict("types.ukase", &facts, "a chain of 2 000 companies");
    assert_eq!(object["outcome"], "licence", "{}", object["possible"]);
}

#[test]
fn a_party_that_is_nowhere_declared_is_refused() {
    facts_are_refused(r#"{"end_user": {"ref": "a"}}"#, "ukase::facts::reference");
    facts_are_refused(r#"{"end_user": {"ref": "a"}, "parties": {"A": {}}}"#, "ukase::facts::reference");
    facts_are_refused(r#"{"end_user": {"ref": "a"}, "parties": {"a": {"ref": "a"}}}"#, "ukase::facts::");
    facts_are_refused(r#"{"end_user": {"ref": "\u001b[31m\u202e"}}"#, "ukase::facts::reference");
}

// ---- what a terminal is shown

/// T17: what a fact says is shown in signs, never as a command to the terminal.
#[test]
fn control_and_direction_characters_of_facts_are_never_shown_raw() {
    let controls = "\u{1b}[31mred\u{1b}]0;title\u{7}\u{8}\u{7f}\u{9b}31m\u{85}\r\t";
    let hidden = "\u{202e}\u{2066}\u{200f}\u{61c}\u{200b}\u{feff}\u{2028}";
    let both = format!("{controls}{hidden}end");
    let hostile = both.as_str();
    let day = "2025-06-01";
    let accepted = [
        json!({ "id": hostile, "date": day, "purity": "1%" }),
        json!({ "id": "1", "date": day, "note": hostile }),
        json!({ "id": hostile, "note": hostile }),
    ];
    for format in ["text", "markdown"] {
        for facts in &accepted {
            let folder = folder();
            let arguments = ["eval", "numbers.ukase", "-", "--format", format];
            let ran = ukase(folder.path(), &arguments, facts.to_string().as_bytes(), format);
            assert_accepted(&ran, format);
            assert!(ran.out.contains("end"), "the text itself is shown\n{}", ran.out);
        }
    }
    let refused = [
        json!({ hostile: 1 }),
        json!({ "date": hostile }),
        json!({ "pieces": hostile }),
        json!({ "purity": hostile }),
        json!({ "price": hostile }),
        json!({ "mass": hostile }),
        json!({ "country": hostile }),
        json!({ "grade": hostile }),
        json!({ "uses": [hostile] }),
        json!({ "items": [{ "code": hostile }] }),
        json!({ "end_user": { "ref": hostile } }),
        json!({ "end_user": { hostile: 1 } }),
        json!({ "parties": { hostile: { "owners": [{ "share": "60%" }, { "share": "60%" }] } } }),
        json!({ "id": hostile, "note": 1 }),
    ];
    for facts in refused {
        facts_are_refused(&facts.to_string(), "ukase::facts::");
    }
}

/// An id with a line end in it must not look like the verdict on another shipment.
#[test]
fn a_line_end_in_a_fact_forges_no_line_of_a_verdict() {
    let forged = "A\nZ: no licence\r\n## Z: no licence";
    let folder = folder();
    for format in ["text", "markdown"] {
        for facts in [
            json!({ "id": forged, "date": "2025-06-01", "purity": "1%" }),
            json!({ "id": "A", "date": "2025-06-01", "note": forged }),
        ] {
            let arguments = ["eval", "numbers.ukase", "-", "--format", format];
            let ran = ukase(folder.path(), &arguments, facts.to_string().as_bytes(), format);
            assert_accepted(&ran, format);
            let line = ran.out.lines().find(|line| line.starts_with("Z:") || line.starts_with("## Z:"));
            assert_eq!(line, None, "--format {format}\n{}", ran.out);
        }
    }
}

#[test]
fn facts_that_are_no_text_are_refused() {
    let table: [(&[u8], &str); 5] = [
        (b"{\"note\": \"\xff\"}", "ukase::facts::not_utf8"),
        (b"\xff\xfe{\0}\0", "ukase::facts::not_utf8"),
        (b"{\"note\": \"\xed\xa0\x80\"}", "ukase::facts::not_utf8"),
        (b"\0\0\0", "ukase::facts::syntax"),
        (b"\x1b[31m", "ukase::facts::syntax"),
    ];
    for (facts, code) in table {
        let what = format!("{facts:?}");
        let ran = judged("types.ukase", facts, &what);
        assert_refused(&ran, code, &what);
        assert_eq!(ran.out, "", "{what}");
    }
}

#[test]
fn a_byte_order_mark_and_carriage_returns_in_facts_are_accepted() {
    let plain = judged("types.ukase", b"{\"purity\": \"1%\"}", "plain").out;
    for facts in ["\u{feff}{\"purity\": \"1%\"}", "{\"purity\":\r\n\"1%\"}\r\n"] {
        let ran = judged("types.ukase", facts.as_bytes(), facts);
        assert_accepted(&ran, facts);
        assert_eq!(ran.out, plain, "{facts:?}");
    }
}

#[test]
fn files_of_facts_that_cannot_be_read_are_refused() {
    let folder = folder();
    for facts in ["absent.json", "absent\u{1b}[31m\u{202e}.json", ".", "types.ukase/under"] {
        let ran = ukase(folder.path(), &["eval", "types.ukase", facts], b"", facts);
        assert_refused(&ran, "ukase::facts::", facts);
        assert_eq!(ran.out, "", "{facts}");
    }
}

// ---- very much

#[test]
fn a_text_of_ten_megabytes_is_only_long() {
    let facts = json!({ "note": "x".repeat(10_000_000) }).to_string();
    assert_accepted(&judged("types.ukase", facts.as_bytes(), "a long text"), "a long text");
}

/// T3: a message is short, however long the text that it is about.
#[test]
fn a_message_on_a_very_long_text_is_short() {
    let long = "x".repeat(1_000_000);
    let nines = "9".repeat(1_000_000);
    facts_are_refused(&json!({ "grade": long }).to_string(), "ukase::facts::type");
    facts_are_refused(&json!({ "country": long }).to_string(), "ukase::facts::type");
    facts_are_refused(&json!({ "date": long }).to_string(), "ukase::facts::type");
    facts_are_refused(&json!({ "end_user": { "ref": long } }).to_string(), "ukase::facts::reference");
    facts_are_refused(&json!({ long: 1 }).to_string(), "ukase::facts::unknown_field");
    facts_are_refused(&format!("{{\"ratio\": {nines}}}"), "ukase::facts::type");
    facts_are_refused(&format!("{{\"pieces\": {nines}}}"), "ukase::facts::type");
}

/// The work grows with the shipment, not with its square.
#[test]
fn twenty_thousand_items_are_only_many() {
    let known =
        json!({ "date": "2025-01-01", "urgent": false, "purity": "0%", "note": "", "end_user": { "name": "", "owners": [] } });
    for (item, status, what) in [
        (json!({ "code": "1A001" }), "settled", "items that are controlled"),
        (json!({ "code": "2B002" }), "settled", "items that are not"),
        (json!({}), "open", "items of which nothing is known"),
    ] {
        let mut facts = known.clone();
        facts["items"] = Value::Array(vec![item; 20_000]);
        let object = verdict("types.ukase", &facts.to_string(), what);
        assert_eq!(object["status"], status, "{what}");
    }
}

/// Somebody stops reading: the run ends without a word.
#[test]
fn a_closed_pipe_ends_the_run_quietly() {
    let folder = folder();
    let shipment = "{\"date\": \"2025-06-01\", \"purity\": \"1%\"}\n";
    write(folder.path(), "many.jsonl", shipment.repeat(3000).as_bytes());
    let commands: [&[&str]; 9] = [
        &["eval", "types.ukase", "many.jsonl"],
        &["eval", "types.ukase", "many.jsonl", "--format", "json"],
        &["eval", "types.ukase", "many.jsonl", "--format", "markdown"],
        &["check", "types.ukase"],
        &["test", "types.ukase"],
        &["fmt", "--check", "types.ukase"],
        &["schema", FLAGSHIP],
        &["completions", "bash"],
        &["--help"],
    ];
    for arguments in commands {
        let what = format!("{arguments:?}");
        let mut command = Command::new(env!("CARGO_BIN_EXE_ukase"));
        command.args(arguments).current_dir(folder.path());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the binary starts");
        drop(child.stdout.take());
        let mut stderr = child.stderr.take().expect("a standard error");
        let err = thread::spawn(move || all_of(&mut stderr));
        let code = ended(&mut child, &what);
        let err = err.join().expect("the messages are read");
        assert!(matches!(code, Some(0 | 1)), "{what} ends with {code:?}\n{err}");
        assert_eq!(err, "", "{what}");
    }
}
