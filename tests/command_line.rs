//! The command line as a user meets it: the binary, run on small policies in a folder of its own.

use crate::binary::{
    DATELESS, EXAMPLE, FIRST_INSTRUMENT, SECOND_INSTRUMENT, SHIPMENTS, VOCABULARY, folder, read, small, ukase, write,
};
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

const FLAGSHIP: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/policies/cn-rare-earth");

/// The parts of a command line in one.
fn joined<'a>(parts: &[&[&'a str]]) -> Vec<&'a str> {
    parts.concat()
}

/// The outcomes that a shipment may have.
fn possible(folder: &Path, arguments: &[&str], shipment: &str) -> Vec<String> {
    let ran = ukase(folder, &joined(&[&["eval", "--format", "json"], arguments, &["-"]]), shipment);
    let object = ran.object();
    let outcomes = object["possible"].as_array().unwrap_or_else(|| panic!("{arguments:?}: {}\n{}", ran.out, ran.err));
    outcomes.iter().map(|outcome| outcome.as_str().expect("a name").to_string()).collect()
}

/// Text without the digests that follow the bytes of a policy.
fn digestless(text: &str) -> String {
    let header = |line: &str| line.split(" small on ").next().unwrap_or(line).trim_end().to_string();
    text.lines().map(|line| header(line) + "\n").collect()
}

/// Every kind of value and the place where it belongs in the keys of a verdict.
fn check_keys(object: &Value, keys: &[(&str, &str)]) {
    for (key, kinds) in keys {
        let value = object.get(*key).unwrap_or_else(|| panic!("no `{key}` in {object}"));
        let kind = match value {
            Value::Null => "null",
            Value::Bool(_) => "truth",
            Value::Number(_) => "number",
            Value::String(_) => "text",
            Value::Array(_) => "list",
            Value::Object(_) => "object",
        };
        assert!(kinds.split('|').any(|wanted| wanted == kind), "`{key}` is a {kind} and should be {kinds}: {object}");
    }
}

/// Done is 0, a problem of the policy or the facts is 1, wrong usage is 2.
#[test]
fn every_command_ends_with_the_exit_code_of_its_contract() {
    let folder = folder();
    let table: &[(&[&str], i32)] = &[
        (&["check", "small.ukase"], 0),
        (&["check", "broken.ukase"], 1),
        (&["check", "small.ukase", "broken.ukase"], 1),
        (&["check", "absent"], 1),
        (&["check"], 2),
        (&["eval", "small.ukase", "four.jsonl"], 0),
        (&["eval", "broken.ukase", "four.jsonl"], 1),
        (&["eval", "absent", "four.jsonl"], 1),
        (&["eval", "small.ukase", "absent.json"], 1),
        (&["eval", "small.ukase", "."], 1),
        (&["eval", "small.ukase"], 2),
        (&["eval"], 2),
        (&["eval", "small.ukase", "four.jsonl", "--format", "xml"], 2),
        (&["eval", "small.ukase", "four.jsonl", "--colour"], 2),
        (&["eval", "small.ukase", "four.jsonl", "surplus"], 1),
        (&["eval", "small.ukase"], 2),
        (&["test", "small.ukase"], 0),
        (&["test", "failing.ukase"], 1),
        (&["test", "small.ukase", "failing.ukase"], 1),
        (&["test", "broken.ukase"], 1),
        (&["test", "absent"], 1),
        (&["test"], 2),
        (&["fmt", "--check", "small.ukase"], 0),
        (&["fmt", "--check", "wide.ukase"], 1),
        (&["fmt", "small.ukase"], 0),
        (&["fmt", "absent"], 1),
        (&["fmt"], 2),
        (&["schema", "small.ukase"], 0),
        (&["schema", "broken.ukase"], 1),
        (&["schema", "absent"], 1),
        (&["schema"], 2),
        (&["completions", "bash"], 0),
        (&["completions", "zsh"], 0),
        (&["completions", "fish"], 0),
        (&["completions", "tcsh"], 2),
        (&["completions"], 2),
        (&["chekc", "small.ukase"], 2),
        (&[], 2),
        (&["--help"], 0),
        (&["--version"], 0),
    ];
    for &(arguments, code) in table {
        let ran = ukase(folder.path(), arguments, "");
        assert_eq!(ran.code, Some(code), "ukase {arguments:?}\n{}\n{}", ran.out, ran.err);
        let silent = ran.out.is_empty() && ran.err.is_empty();
        let right = if code == 0 { ran.err.is_empty() } else { !silent };
        assert!(right, "success is quiet on standard error, failure says why: {arguments:?}\n{}\n{}", ran.out, ran.err);
    }
}

#[test]
fn an_unknown_command_is_told_which_one_was_meant() {
    let folder = folder();
    let ran = ukase(folder.path(), &["chekc", "small.ukase"], "");
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{}", ran.err);
    assert!(ran.err.contains("chekc") && ran.err.contains("check"), "{}", ran.err);
}

#[test]
fn a_missing_operand_is_named() {
    let folder = folder();
    let table: &[(&[&str], &str)] = &[
        (&["check"], "<POLICY>"),
        (&["eval", "small.ukase"], "<FACTS>"),
        (&["test"], "<POLICY>"),
        (&["fmt"], "<POLICY>"),
        (&["schema"], "<POLICY>"),
        (&["completions"], "<SHELL>"),
    ];
    for &(arguments, operand) in table {
        let ran = ukase(folder.path(), arguments, "");
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{arguments:?} {}", ran.err);
        assert!(ran.err.contains(operand), "{arguments:?} {}", ran.err);
    }
}

#[test]
fn completions_name_every_command() {
    let folder = folder();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let ran = ukase(folder.path(), &["completions", shell], "");
        assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{shell}");
        for command in ["check", "eval", "test", "fmt", "schema"] {
            assert!(ran.out.contains(command), "{shell} does not know {command}");
        }
    }
}

#[test]
fn a_shipment_is_judged_on_its_own_day_unless_another_is_asked_for() {
    let folder = folder();
    let judged = |policy: &str, options: &[&str]| {
        let arguments = joined(&[options, &[policy]]);
        (possible(folder.path(), &arguments, SHIPMENTS[0]).join(","), possible(folder.path(), &arguments, DATELESS).join(","))
    };
    let same = |outcome: &str| (outcome.to_string(), outcome.to_string());
    assert_eq!(judged("small.ukase", &[]).0, "licence");
    assert_eq!(judged("small.ukase@2025-01-15", &[]), same("free"), "before the notice takes effect");
    assert_eq!(judged("small.ukase@2025-02-01", &[]), same("licence"), "on its first day");
    assert_eq!(judged("small.ukase@2025-01-31", &[]), same("free"), "on the day before");
    assert_eq!(judged("small.ukase@2025-11-09", &[]), same("licence"), "before the suspension");
    assert_eq!(judged("small.ukase@2025-12-02", &[]), same("free"), "while it is suspended");
    assert_eq!(judged("small.ukase@2025-12-02,known=2025-10-09", &[]), same("licence"), "before the suspension was known");
    assert_eq!(judged("small.ukase@2025-12-02,known=2025-11-01", &[]), same("free"), "once it was known");
    assert_eq!(judged("small.ukase@january", &[]), same("free"));
    assert_eq!(judged("small.ukase@december", &[]), same("licence"));
    assert_eq!(judged("small.ukase", &["--on", "2025-12-02"]), same("free"));
    assert_eq!(judged("small.ukase", &["--on", "2025-12-02", "--known-on", "2025-10-09"]), same("licence"));
    assert_eq!(judged("small.ukase@january", &["--on", "2025-06-01"]), same("licence"), "an option goes before a version");
}

#[test]
fn the_days_that_were_judged_and_known_stand_in_the_verdict() {
    let folder = folder();
    let ran = ukase(folder.path(), &["eval", "small.ukase@december", "dateless.json", "--format", "json"], "");
    let object = ran.object();
    let policy = &object["policy"];
    assert_eq!(policy["on"], "2025-12-02", "{policy}");
    assert_eq!(policy["known_on"], "2025-10-09", "{policy}");
    assert_eq!(policy["name"], "small", "{policy}");
    assert!(policy["digest"].as_str().is_some_and(|digest| digest.starts_with("blake3:")), "{policy}");
}

/// Each is wrong usage: nothing is judged, and the message names what would have been right.
#[test]
fn wrong_days_versions_questions_and_outcomes_are_wrong_usage() {
    let folder = folder();
    let table: &[(&[&str], &str)] = &[
        (&["small.ukase@decembre"], "did you mean `december`?"),
        (&["small.ukase@spring"], "january, december"),
        (&["small.ukase@2025-02-30"], "`2025-02-30`"),
        (&["small.ukase@"], "january, december"),
        (&["small.ukase@2025-12-02,knwn=2025-10-09"], "known=2025-10-09"),
        (&["small.ukase@2025-12-02,known=2025-02-30"], "known=2025-10-09"),
        (&["small.ukase", "--on", "2025-02-30"], "`2025-02-30` is not a day"),
        (&["small.ukase", "--known-on", "yesterday"], "`yesterday` is not a day"),
        (&["small.ukase", "--reading", "armie=refused"], "did you mean `armies`?"),
        (&["small.ukase", "--reading", "whales=refused"], "it has armies"),
        (&["small.ukase", "--reading", "armies=refusd"], "it has refused, allowed"),
        (&["small.ukase", "--reading", "armies"], "QUESTION=READING"),
        (&["small.ukase", "--fail-at", "lisence"], "free, licence, deny"),
    ];
    for &(arguments, told) in table {
        let ran = ukase(folder.path(), &joined(&[&["eval"], arguments, &["four.jsonl"]]), "");
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{arguments:?} {}", ran.err);
        assert!(ran.err.contains(told), "{arguments:?} says\n{}", ran.err);
    }
}

#[test]
fn a_reading_settles_what_only_a_question_of_law_leaves_open() {
    let folder = folder();
    let judged = |options: &[&str]| possible(folder.path(), &joined(&[options, &["small.ukase"]]), SHIPMENTS[1]).join(",");
    assert_eq!(judged(&[]), "free,deny");
    assert_eq!(judged(&["--reading", "armies=refused"]), "deny");
    assert_eq!(judged(&["--reading", "armies=allowed"]), "free");
}

/// A verdict that is open fails where it may be too strict.
#[test]
fn fail_at_fails_where_a_verdict_is_or_may_be_that_strict() {
    let folder = folder();
    let table = [("free", [1, 1, 1, 1]), ("licence", [1, 1, 0, 1]), ("deny", [0, 1, 0, 0])];
    for (limit, codes) in table {
        for (shipment, code) in SHIPMENTS.iter().zip(codes) {
            let ran = ukase(folder.path(), &["eval", "small.ukase", "-", "--fail-at", limit], shipment);
            assert_eq!((ran.code, ran.err.as_str()), (Some(code), ""), "--fail-at {limit}\n{}", ran.out);
            assert!(!ran.out.is_empty(), "the verdict is told whatever the exit code");
        }
    }
    let ran = ukase(folder.path(), &["eval", "small.ukase", "four.jsonl", "--fail-at", "deny"], "");
    assert_eq!(ran.code, Some(1), "one of the four is enough\n{}", ran.out);
}

#[test]
fn json_has_the_keys_of_its_contract_and_one_object_a_line() {
    let folder = folder();
    let ran = ukase(folder.path(), &["eval", "small.ukase", "four.jsonl", "--format", "json"], "");
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
    let objects = ran.objects();
    assert_eq!(objects.len(), 4, "{}", ran.out);
    for object in &objects {
        check_keys(
            object,
            &[
                ("id", "text"),
                ("policy", "object"),
                ("status", "text"),
                ("outcome", "text|null"),
                ("possible", "list"),
                ("findings", "list"),
                ("items", "list"),
                ("duties", "list"),
                ("needs", "list"),
                ("assumed", "list"),
                ("questions", "list"),
                ("would_be", "list"),
            ],
        );
        check_keys(&object["policy"], &[("name", "text"), ("on", "text"), ("known_on", "text|null"), ("digest", "text")]);
        let findings = object["findings"].as_array().expect("a list");
        assert!(!findings.is_empty(), "{object}");
        for finding in findings {
            check_keys(
                finding,
                &[
                    ("clause", "text"),
                    ("title", "text"),
                    ("outcome", "text|null"),
                    ("binding", "object"),
                    ("state", "text"),
                    ("overrides", "list"),
                    ("overridden_by", "list"),
                    ("because", "object"),
                ],
            );
            let because = &finding["because"];
            check_keys(
                because,
                &[
                    ("text", "text"),
                    ("value", "truth|null"),
                    ("from", "text"),
                    ("fact", "text|null"),
                    ("margin", "object|null"),
                    ("source", "object"),
                    ("parts", "list"),
                ],
            );
            check_keys(&because["source"], &[("file", "text"), ("line", "number"), ("column", "number")]);
        }
        let settled = object["outcome"].is_string();
        assert_eq!(object["status"], if settled { "settled" } else { "open" }, "{object}");
        assert_eq!(object["possible"].as_array().map(Vec::len) == Some(1), settled, "{object}");
    }
}

#[test]
fn json_says_what_settles_what_is_missing_and_what_would_be() {
    let folder = folder();
    let objects = ukase(folder.path(), &["eval", "small.ukase", "four.jsonl", "--format", "json"], "").objects();
    let ids: Vec<&str> = objects.iter().filter_map(|object| object["id"].as_str()).collect();
    assert_eq!(ids, ["A", "B", "C", "D"], "the order of the input");
    let [heavy, army, light, unweighed] = &objects[..] else { panic!("four verdicts") };
    assert_eq!(heavy["outcome"], "licence", "{heavy}");
    let finding = &heavy["findings"][0];
    assert_eq!((&finding["clause"], &finding["state"]), (&Value::from("2025-1/I"), &Value::from("stands")), "{finding}");
    let margin = &finding["because"]["parts"][0]["margin"];
    assert_eq!((&margin["by"], &margin["side"]), (&Value::from("1 kg"), &Value::from("above")), "{finding}");
    assert_eq!(heavy["would_be"][0]["outcome"], "free", "{heavy}");
    check_keys(&heavy["would_be"][0]["if"][0], &[("fact", "text"), ("is", "text|truth")]);
    assert_eq!(army["questions"][0]["question"], "armies", "{army}");
    assert_eq!(army["questions"][0]["readings"]["refused"][0], "deny", "{army}");
    assert_eq!(army["questions"][0]["readings"]["allowed"][0], "free", "{army}");
    assert_eq!(light["outcome"], "free", "{light}");
    let need = &unweighed["needs"][0];
    check_keys(need, &[("fact", "text"), ("question", "text"), ("could_lead_to", "list")]);
    assert_eq!((&need["fact"], &need["question"]), (&Value::from("mass"), &Value::from("How heavy is it?")), "{need}");
    assert_eq!(need["could_lead_to"], serde_json::json!(["free", "licence"]), "{need}");
}

#[test]
fn text_tells_a_person_the_provision_the_reason_and_what_to_ask() {
    let folder = folder();
    let ran = ukase(folder.path(), &["eval", "small.ukase", "four.jsonl"], "");
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
    for told in ["A: licence required", "2025-1/I", "Heavy goods", "1 kg above", "D: open: free or licence", "How heavy is it?"] {
        assert!(ran.out.contains(told), "`{told}` is missing from\n{}", ran.out);
    }
    for line in ran.out.lines() {
        assert!(line.chars().count() <= 110, "wider than the terminal: {line}");
    }
}

#[test]
fn markdown_is_a_report_with_a_heading_a_shipment() {
    let folder = folder();
    let ran = ukase(folder.path(), &["eval", "small.ukase", "four.jsonl", "--format", "markdown"], "");
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
    let headings: Vec<&str> = ran.out.lines().filter(|line| line.starts_with("## ")).collect();
    assert_eq!(headings.len(), 4, "{}", ran.out);
    for (heading, id) in headings.iter().zip(["A", "B", "C", "D"]) {
        assert!(heading.starts_with(&format!("## {id}: ")), "{heading}");
    }
    for told in ["2025-1/I", "| condition |", "mass > 10 kg", "How heavy is it?"] {
        assert!(ran.out.contains(told), "`{told}` is missing from\n{}", ran.out);
    }
}

/// An object over many lines, an array, one object a line, a file, standard input: the same shipments, the same verdicts.
#[test]
fn the_form_of_the_facts_changes_no_verdict() {
    let folder = folder();
    write(folder.path(), "four.json", &format!("[\n  {}\n]\n", SHIPMENTS.join(",\n  ")));
    write(folder.path(), "first.json", &SHIPMENTS[0].replace(", ", ",\n  "));
    write(folder.path(), "crlf.jsonl", &(SHIPMENTS.join("\r\n") + "\r\n"));
    let lines = SHIPMENTS.join("\n");
    let told = |facts: &str, input: &str| {
        let ran = ukase(folder.path(), &["eval", "small.ukase", facts], input);
        assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{facts}");
        ran.out
    };
    let four = told("four.jsonl", "");
    assert_eq!(told("four.json", ""), four, "a JSON array");
    assert_eq!(told("crlf.jsonl", ""), four, "lines that end with a carriage return");
    assert_eq!(told("-", &lines), four, "standard input, without a last line end");
    assert_eq!(told("-", &lines.replace('\n', "\n\n")), four, "blank lines between");
    let first = told("-", SHIPMENTS[0]);
    assert!(four.starts_with(&first), "one object on one line\n{first}\n{four}");
    assert_eq!(told("first.json", ""), first, "one object over many lines");
}

#[test]
fn a_bad_line_stands_in_its_place_and_the_rest_goes_on() {
    let folder = folder();
    let wrong_type = SHIPMENTS[1].replace("true", "\"yes\"");
    let lines = [SHIPMENTS[0], wrong_type.as_str(), "{\"id\": \"C\", \"date\": ", SHIPMENTS[3]].join("\n");
    let ran = ukase(folder.path(), &["eval", "small.ukase", "-", "--format", "json"], &lines);
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    let objects = ran.objects();
    assert_eq!(objects.len(), 4, "{}", ran.out);
    assert_eq!((&objects[0]["outcome"], &objects[0]["id"]), (&Value::from("licence"), &Value::from("A")), "{}", objects[0]);
    assert_eq!((&objects[3]["status"], &objects[3]["id"]), (&Value::from("open"), &Value::from("D")), "{}", objects[3]);
    for (object, line, code) in [(&objects[1], 2, "ukase::facts::type"), (&objects[2], 3, "ukase::facts::syntax")] {
        check_keys(object, &[("id", "text|null"), ("line", "number"), ("error", "object")]);
        check_keys(&object["error"], &[("code", "text"), ("message", "text"), ("help", "text|null")]);
        assert_eq!(object["line"], line, "{object}");
        assert_eq!(object["error"]["code"], code, "{object}");
        assert!(object.get("outcome").is_none(), "what cannot be read has no outcome: {object}");
        assert!(ran.err.contains(code), "{}", ran.err);
    }
    assert_eq!(objects[1]["id"], "B", "{}", objects[1]);
    assert!(objects[1]["error"]["help"].is_string(), "{}", objects[1]);
}

#[test]
fn a_bad_shipment_of_an_array_stands_in_its_place_too() {
    let folder = folder();
    let array = format!("[{},\n{{\"id\": \"X\", \"mas\": \"1 kg\"}},\n7,\n{}]", SHIPMENTS[0], SHIPMENTS[2]);
    let ran = ukase(folder.path(), &["eval", "small.ukase", "-", "--format", "json"], &array);
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    let objects = ran.objects();
    assert_eq!(objects.len(), 4, "{}", ran.out);
    assert_eq!(objects[0]["outcome"], "licence", "{}", objects[0]);
    assert_eq!(objects[1]["error"]["code"], "ukase::facts::unknown_field", "{}", objects[1]);
    assert_eq!(objects[1]["error"]["help"], "did you mean `mass`?", "{}", objects[1]);
    assert_eq!((&objects[1]["id"], &objects[1]["line"]), (&Value::from("X"), &Value::from(2)), "{}", objects[1]);
    assert_eq!(objects[2]["error"]["code"], "ukase::facts::type", "{}", objects[2]);
    assert_eq!(objects[3]["outcome"], "free", "{}", objects[3]);
}

#[test]
fn verdicts_go_to_standard_output_and_problems_to_standard_error() {
    let folder = folder();
    let lines = [SHIPMENTS[0], "{\"mass\": 5}", SHIPMENTS[2]].join("\n");
    let ran = ukase(folder.path(), &["eval", "small.ukase", "-"], &lines);
    assert_eq!(ran.code, Some(1));
    assert!(ran.out.contains("A: licence required") && ran.out.contains("C: no licence"), "{}", ran.out);
    assert!(!ran.out.contains("ukase::"), "{}", ran.out);
    assert!(ran.err.contains("ukase::facts::type") && ran.err.contains("5 kg"), "{}", ran.err);
    assert!(!ran.err.contains("licence required"), "{}", ran.err);
    let commands: [&[&str]; 2] = [&["eval", "broken.ukase", "four.jsonl"], &["schema", "broken.ukase"]];
    for command in commands {
        let ran = ukase(folder.path(), command, "");
        assert_eq!((ran.code, ran.out.as_str()), (Some(1), ""), "{command:?}");
        assert!(ran.err.contains("ukase::check::unknown_name") && ran.err.contains("broken.ukase"), "{}", ran.err);
    }
}

#[test]
fn nothing_is_coloured_where_no_terminal_reads() {
    let folder = folder();
    let commands: [&[&str]; 8] = [
        &["eval", "small.ukase", "four.jsonl"],
        &["eval", "small.ukase", "four.jsonl", "--format", "markdown"],
        &["eval", "small.ukase", "absent"],
        &["check", "broken.ukase"],
        &["test", "failing.ukase"],
        &["fmt", "--check", "wide.ukase"],
        &["schema", "small.ukase"],
        &["chekc"],
    ];
    for arguments in commands {
        for no_color in [None, Some("1"), Some("")] {
            let mut command = Command::new(env!("CARGO_BIN_EXE_ukase"));
            command.args(arguments).current_dir(folder.path()).stdin(Stdio::null()).env_remove("NO_COLOR");
            if let Some(value) = no_color {
                command.env("NO_COLOR", value);
            }
            let output = command.output().expect("the binary runs");
            let bytes = [output.stdout, output.stderr].concat();
            assert!(!bytes.is_empty(), "{arguments:?}");
            assert!(!bytes.contains(&0x1b), "{arguments:?} with NO_COLOR {no_color:?}: {}", String::from_utf8_lossy(&bytes));
        }
    }
}

#[test]
fn fmt_writes_and_settles_at_once() {
    let folder = folder();
    let wide = read(folder.path(), "wide.ukase");
    let ran = ukase(folder.path(), &["fmt", "wide.ukase"], "");
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{}", ran.out);
    let once = read(folder.path(), "wide.ukase");
    assert_ne!(once, wide, "the file was to be laid out");
    assert_eq!(once, small(), "comments and words are kept");
    let ran = ukase(folder.path(), &["fmt", "wide.ukase"], "");
    assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (Some(0), "", ""), "what is laid out is left alone");
    assert_eq!(read(folder.path(), "wide.ukase"), once);
    let beside: Vec<String> = fs::read_dir(folder.path())
        .expect("the folder")
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| name.starts_with("wide") && name != "wide.ukase")
        .collect();
    assert!(beside.is_empty(), "left behind: {beside:?}");
}

#[test]
fn fmt_check_changes_nothing_and_names_the_file() {
    let folder = folder();
    let wide = read(folder.path(), "wide.ukase");
    let ran = ukase(folder.path(), &["fmt", "--check", "wide.ukase"], "");
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    assert!(format!("{}{}", ran.out, ran.err).contains("wide.ukase"), "{}{}", ran.out, ran.err);
    assert_eq!(read(folder.path(), "wide.ukase"), wide);
    let ran = ukase(folder.path(), &["fmt", "--check", "small.ukase"], "");
    assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (Some(0), "", ""));
}

#[test]
fn fmt_leaves_a_file_alone_that_it_cannot_read() {
    let folder = folder();
    let torn = small().replace("then  licence", "then {");
    write(folder.path(), "torn.ukase", &torn);
    let ran = ukase(folder.path(), &["fmt", "torn.ukase"], "");
    assert_eq!(ran.code, Some(1), "{}", ran.out);
    assert!(ran.err.contains("ukase::syntax::"), "{}", ran.err);
    assert_eq!(read(folder.path(), "torn.ukase"), torn);
}

/// One file, a folder of files, and a file that imports another: one policy.
#[test]
fn a_policy_may_be_a_file_a_folder_or_a_file_with_an_import() {
    let folder = folder();
    let rules = [FIRST_INSTRUMENT, SECOND_INSTRUMENT, EXAMPLE].concat();
    write(folder.path(), "folder/policy.ukase", VOCABULARY);
    write(folder.path(), "folder/rules/all.ukase", &rules);
    write(folder.path(), "imported/main.ukase", &format!("{VOCABULARY}import \"rules.ukase\"\n"));
    write(folder.path(), "imported/rules.ukase", &rules);
    let told = |policy: &str| {
        for command in ["check", "test"] {
            let ran = ukase(folder.path(), &[command, policy], "");
            assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{command} {policy}\n{}", ran.out);
        }
        let ran = ukase(folder.path(), &["eval", policy, "four.jsonl"], "");
        assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{policy}");
        digestless(&ran.out)
    };
    let one = told("small.ukase");
    assert!(one.contains("A: licence required"), "{one}");
    assert_eq!(told("folder"), one);
    assert_eq!(told("imported/main.ukase"), one);
}

/// P5 in part: what files are called, and so the order in which they are read, means nothing.
#[test]
fn files_in_any_order_mean_the_same() {
    let folder = folder();
    for (name, files) in [("there", ["a", "b", "c"]), ("back", ["c", "b", "a"]), ("mixed", ["b", "c", "a"])] {
        for (file, text) in files.iter().zip([VOCABULARY, FIRST_INSTRUMENT, SECOND_INSTRUMENT]) {
            write(folder.path(), &format!("{name}/{file}.ukase"), text);
        }
    }
    let text = |name: &str| digestless(&ukase(folder.path(), &["eval", name, "four.jsonl"], "").out);
    let schema = |name: &str| ukase(folder.path(), &["schema", name], "").out;
    let json = |name: &str| {
        let mut objects = ukase(folder.path(), &["eval", name, "four.jsonl", "--format", "json"], "").objects();
        for object in &mut objects {
            object["policy"]["digest"] = Value::Null;
            without_sources(object);
        }
        objects
    };
    assert!(text("there").contains("A: licence required"), "{}", text("there"));
    for name in ["back", "mixed"] {
        assert_eq!(text(name), text("there"));
        assert_eq!(json(name), json("there"));
        assert_eq!(schema(name), schema("there"));
    }
}

/// Takes out the places in files, which follow the names of the files.
fn without_sources(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.remove("source");
            members.values_mut().for_each(without_sources);
        }
        Value::Array(elements) => elements.iter_mut().for_each(without_sources),
        _ => {}
    }
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let folder = folder();
    let commands: [&[&str]; 6] = [
        &["eval", "small.ukase", "four.jsonl"],
        &["eval", "small.ukase", "four.jsonl", "--format", "json"],
        &["eval", "small.ukase", "four.jsonl", "--format", "markdown"],
        &["check", "broken.ukase"],
        &["test", "failing.ukase"],
        &["schema", FLAGSHIP],
    ];
    for arguments in commands {
        let (first, second) = (ukase(folder.path(), arguments, ""), ukase(folder.path(), arguments, ""));
        assert_eq!((first.out, first.err, first.code), (second.out, second.err, second.code), "{arguments:?}");
    }
}

#[test]
fn schema_is_json_schema_of_2020_12_with_every_fact() {
    let folder = folder();
    let ran = ukase(folder.path(), &["schema", "small.ukase"], "");
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
    let schema: Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    assert_eq!(schema["type"], "object");
    assert_eq!(schema["additionalProperties"], false, "an unknown field is an error");
    let mut facts: Vec<&str> = schema["properties"].as_object().expect("an object").keys().map(String::as_str).collect();
    facts.sort_unstable();
    assert_eq!(facts, ["army", "date", "destination", "id", "mass"]);
    assert_eq!(schema["properties"]["army"]["type"], "boolean");
}

#[test]
fn schema_of_the_flagship_has_every_fact_of_its_vocabulary() {
    let folder = folder();
    let ran = ukase(folder.path(), &["schema", FLAGSHIP], "");
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
    let schema: Value = serde_json::from_str(&ran.out).expect("JSON");
    for fact in ["id", "date", "activity", "departure", "destination", "exporter", "end_user", "end_use", "items", "parties"] {
        assert!(schema["properties"].get(fact).is_some(), "no `{fact}`");
    }
    for record in ["party", "item", "stake", "licence"] {
        assert!(schema["$defs"][record].is_object(), "no `{record}`");
    }
}

#[test]
fn test_shows_expected_and_actual_side_by_side_with_the_reason() {
    let folder = folder();
    let ran = ukase(folder.path(), &["test", "failing.ukase"], "");
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    let line = ran.out.lines().find(|line| line.contains("expected")).unwrap_or_else(|| panic!("{}", ran.out));
    assert!(line.contains("deny") && line.contains("actual") && line.contains("licence"), "{line}");
    for told in ["a heavy crate", "failing.ukase:", "2025-1/I", "1 kg above", "0 examples pass, 1 fail"] {
        assert!(ran.out.contains(told), "`{told}` is missing from\n{}", ran.out);
    }
}

#[test]
fn test_runs_only_the_examples_that_are_asked_for() {
    let folder = folder();
    let two = small() + &EXAMPLE.replace("a heavy crate", "a wrong crate").replace("expect  licence by 2025-1/I", "expect  free");
    write(folder.path(), "two.ukase", &two);
    let ran = ukase(folder.path(), &["test", "two.ukase"], "");
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    assert!(ran.out.contains("1 example passes, 1 fail"), "{}", ran.out);
    let ran = ukase(folder.path(), &["test", "two.ukase", "--only", "heavy"], "");
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(ran.out.contains("1 example passes, 0 fail"), "{}", ran.out);
    let ran = ukase(folder.path(), &["test", "two.ukase", "--only", "feather"], "");
    assert_eq!(ran.code, Some(1), "{}", ran.out);
    assert!(ran.err.contains("two.ukase has no example with `feather` in its name"), "{}", ran.err);
}

const DUES: &str = "policy dues \"Dues\"
language 1
outcomes from loosest to strictest { free notify licence }
enum use { civil military space }
record item { weight quantity in kg   use set of use }
facts shipment { date date   destination country   items list of item }
instrument 1 \"A law\" { published 2025-01-01   effective 2025-02-01 }
define heavy(item) = item.weight >= 10 kg
clause I \"Heavy\" each item in items when heavy(item) and destination is not FR then notify
clause II \"Arms\" overrides I each item in items when item.use meets {military, space} then licence
";

fn case(name: &str, on: &str, destination: &str, weight: &str, use_of: &str, expected: &str) -> String {
    format!(
        "example \"{name}\"\n    on {on}\n    given {{ destination: {destination}  items: [{{ weight: {weight} kg  use: [{use_of}] }}] }}\n    \
         expect {expected}\n"
    )
}

/// Two regimes and one shipment: each verdict is what it is alone.
#[test]
fn several_policies_judge_side_by_side() {
    let folder = folder();
    write(folder.path(), "dues.ukase", DUES);
    write(folder.path(), "tolls.ukase", &DUES.replace("policy dues", "policy tolls").replace(">= 10 kg", ">= 20 kg"));
    let facts = r#"{"date": "2025-06-01", "destination": "DE", "items": [{"weight": "12 kg", "use": []}]}"#;
    let ran = |arguments: &[&str]| ukase(folder.path(), arguments, facts);
    let both = ran(&["eval", "dues.ukase", "tolls.ukase", "-", "--format", "json"]);
    assert_eq!(both.code, Some(0), "{}", both.err);
    let alone = |policy: &str| ran(&["eval", policy, "-", "--format", "json"]).out;
    assert_eq!(both.out, alone("dues.ukase") + &alone("tolls.ukase"));
    let text = ran(&["eval", "dues.ukase", "tolls.ukase", "-"]).out;
    assert!(text.starts_with("line 1: notify") && text.contains("\n\nline 1: free"), "{text}");
    let days = ran(&["eval", "dues.ukase@2025-01-31", "dues.ukase", "-", "--format", "json"]);
    let outcomes: Vec<bool> = days.out.lines().map(|line| line.contains(r#""outcome":"free","possible""#)).collect();
    assert_eq!(outcomes, [true, false], "{}", days.out);
}

#[test]
fn a_shipment_that_one_policy_cannot_read_is_judged_by_the_other() {
    let folder = folder();
    write(folder.path(), "dues.ukase", DUES);
    write(
        folder.path(),
        "tolls.ukase",
        &DUES
            .replace("policy dues", "policy tolls")
            .replace("destination country", "goal country")
            .replace("destination is", "goal is"),
    );
    let facts = r#"{"date": "2025-06-01", "destination": "DE", "items": []}"#;
    let ran = ukase(folder.path(), &["eval", "dues.ukase", "tolls.ukase", "-", "--format", "json"], facts);
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    let lines: Vec<&str> = ran.out.lines().collect();
    assert!(lines[0].contains(r#""status":"settled""#) && lines[1].contains(r#""policy":"tolls","error""#), "{}", ran.out);
    assert!(ran.err.contains("under tolls:") && !ran.err.contains("under dues:"), "{}", ran.err);
}

#[test]
fn a_reading_counts_in_every_policy_that_asks_the_question() {
    let folder = folder();
    let asking = |policy: &str, question: &str| {
        format!(
            "{}\nquestion {question} \"How?\"\n    cites I\n    reading wide \"all\"\n    reading narrow \"few\"\n\
             clause III \"Question\" when under reading {question}.wide then licence\n",
            DUES.replace("policy dues", &format!("policy {policy}"))
        )
    };
    write(folder.path(), "dues.ukase", &asking("dues", "scope"));
    write(folder.path(), "tolls.ukase", &asking("tolls", "reach"));
    let facts = r#"{"date": "2025-06-01", "destination": "DE", "items": []}"#;
    let ran = |readings: &[&str]| {
        let arguments: Vec<&str> = ["eval", "dues.ukase", "tolls.ukase", "-"].iter().chain(readings).copied().collect();
        ukase(folder.path(), &arguments, facts)
    };
    let both = ran(&["--reading", "scope=narrow", "--reading", "reach=wide"]);
    assert!(both.out.starts_with("line 1: free") && both.out.contains("\nline 1: licence"), "{}{}", both.out, both.err);
    let neither = ran(&["--reading", "scoop=narrow"]);
    assert_eq!(neither.code, Some(2), "{}", neither.out);
    assert!(neither.err.contains("no question `scoop`; it has scope"), "{}", neither.err);
}

#[test]
fn coverage_names_what_no_example_decides_alone() {
    let folder = folder();
    let few = case("a heavy crate", "2025-02-01", "DE", "10", "civil", "notify");
    write(folder.path(), "dues.ukase", &format!("{DUES}{few}"));
    let ran = ukase(folder.path(), &["test", "dues.ukase", "--coverage"], "");
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(ran.out.contains("0 of 4 conditions are decided alone in both directions (0.0 %)"), "{}", ran.out);
    assert!(ran.out.contains("dues.ukase:9  `heavy(item)`  never alone while it fails"), "{}", ran.out);
    assert!(ran.out.contains("heavy  0 of 1"), "{}", ran.out);
    let more = few
        + &case("a light crate", "2025-02-01", "DE", "9", "civil", "free")
        + &case("to France", "2025-02-01", "FR", "10", "civil", "free")
        + &case("an army's crate", "2025-02-01", "DE", "10", "military", "licence");
    write(folder.path(), "dues.ukase", &format!("{DUES}{more}"));
    let ran = ukase(folder.path(), &["test", "dues.ukase", "--coverage"], "");
    assert!(ran.out.ends_with("4 of 4 conditions are decided alone in both directions (100.0 %)\n"), "{}", ran.out);
}

#[test]
fn mutation_names_what_no_example_would_notice() {
    let folder = folder();
    let day = |on: &str, weight: &str, use_of: &str, expected: &str| {
        case(&format!("{on} {weight} {use_of}"), on, "DE", weight, use_of, expected)
    };
    let all = [
        day("2025-02-01", "10", "civil", "notify"),
        day("2025-02-01", "9", "civil", "free"),
        day("2025-01-31", "10", "military", "free"),
        day("2025-02-01", "10", "military", "licence by II\n    expect not by I"),
        day("2025-02-01", "10", "space", "licence"),
    ];
    write(folder.path(), "dues.ukase", &format!("{DUES}{}", all[..4].concat()));
    let ran = ukase(folder.path(), &["test", "dues.ukase", "--mutate"], "");
    assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("9 changes made to the policy, 1 that no example notices (11.1 %)"), "{}", ran.out);
    assert!(ran.out.contains("dues.ukase:10  `item.use meets {military, space}` without space"), "{}", ran.out);
    write(folder.path(), "dues.ukase", &format!("{DUES}{}", all.concat()));
    let ran = ukase(folder.path(), &["test", "dues.ukase", "--mutate"], "");
    // II takes the place of I, so that it cannot apply before I does: that it began a day earlier would change nothing.
    assert!(ran.out.ends_with("9 changes made to the policy, 0 that no example notices (0.0 %)\n"), "{}", ran.out);
}

#[test]
fn a_clause_that_moves_to_the_day_of_another_is_a_change() {
    let folder = folder();
    let clause =
        |name: &str, day: &str, to: &str| format!("clause {name} \"To {to}\" from {day} when destination is {to} then licence\n");
    let text = "policy days \"Days\"\nlanguage 1\noutcomes from loosest to strictest { free licence }\n\
                facts shipment { date date   destination country }\ninstrument 1 \"A law\" { published 2025-01-01 }\n"
        .to_string()
        + &clause("I", "2025-02-01", "IS")
        + &clause("II", "2025-02-02", "NO")
        + &clause("III", "2025-02-01", "SE");
    write(folder.path(), "days.ukase", &text);
    let ran = ukase(folder.path(), &["test", "days.ukase", "--mutate"], "");
    assert!(ran.out.contains("6 changes made to the policy, 6 that no example notices"), "{}", ran.out);
}

#[test]
fn amounts_in_two_currencies_are_said_to_be_incomparable() {
    let folder = folder();
    let text = "policy dues \"Dues\"\nlanguage 1\noutcomes from loosest to strictest { free licence }\n\
                facts shipment { date date   value money }\ninstrument 1 \"A law\" { published 2025-01-01 }\n\
                clause I \"Of worth\" when value >= 5000 EUR then licence\n";
    write(folder.path(), "dues.ukase", text);
    let ran = ukase(folder.path(), &["eval", "dues.ukase", "-"], r#"{"date": "2025-06-01", "value": "6000.00 USD"}"#);
    assert!(ran.out.contains("EUR and USD cannot be compared, give both in one currency"), "{}", ran.out);
    assert!(!ran.out.contains("the line"), "{}", ran.out);
}

/// A policy with something of everything that a document shows.
const GOODS: &str = "policy goods \"Goods\"\n    zh \"货物\"\nlanguage 1\noutcomes from loosest to strictest { free \"outside\" licence \"a licence\" }\n\
                version spring on 2025-04-01\nfacts shipment { date date   own truth }\n\
                instrument 1 \"A <law>\" { published 2025-01-01   provisions I, II, III }\n\
                question scope \"How far?\"\n    cites I\n    reading narrow \"as written\"\n    reading wide \"as meant\"\n\
                guidance answer \"An answer\" published 2025-02-01\n    settles scope as narrow\n\
                define ours = own and under reading scope.wide\n\
                clause I \"Own\"\n    from 2025-03-01\n    when ours\n    then licence\n\
                clause II \"Otherwise\"\n    overrides I\n    when not own\n    then free\n\
                unmodelled III \"A preamble\" because \"it decides nothing\"\n\
                assumption theirs \"Of another firm\" given { own: false }\n\
                example \"own goods\" on 2025-04-01 assuming theirs under reading scope.wide given { own: true } expect licence by 1/I\n";

#[test]
fn doc_draws_the_timeline_in_html() {
    let folder = folder();
    write(folder.path(), "goods.ukase", &GOODS.replace("    when ours\n", "    before 2025-06-01\n    when ours\n"));
    let ran = ukase(folder.path(), &["doc", "goods.ukase", "--format", "html"], "");
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    for told in [
        "<!doctype html>",
        "<title>Goods</title>",
        "<a href=\"#1/I\">1/I Own</a>",
        "<h3 id=\"1/I\">1/I Own</h3>",
        "<title>A &lt;law&gt; published 2025-01-01</title>",
        "<title>1/I: in force from 2025-03-01 to 2025-05-31</title>",
        "<title>1/II: in force from 2025-01-01</title>",
        "<h3 id=\"scope\">scope: How far?</h3>",
    ] {
        assert!(ran.out.contains(told), "`{told}` is missing from\n{}", ran.out);
    }
    assert!(!ran.out.contains("src=") && !ran.out.contains("<link"), "it needs another file");
    // What a policy says is text, never markup.
    write(folder.path(), "goods.ukase", &GOODS.replace("\"Own\"", "\"<script>alert(1)</script>\""));
    let ran = ukase(folder.path(), &["doc", "goods.ukase", "--format", "html"], "");
    assert!(!ran.out.contains("<script"), "{}", ran.out);
}

#[test]
fn check_counts_provisions() {
    let folder = folder();
    write(folder.path(), "goods.ukase", GOODS);
    let ran = ukase(folder.path(), &["check", "goods.ukase"], "");
    assert!(ran.out.contains("1 example; 3 provisions (2 clauses, 1 unmodelled); "), "{}", ran.out);
}

#[test]
fn doc_renders_the_whole_policy_to_read() {
    let folder = folder();
    let category = "record item classified by code { code code }\n\
                    category 1C905.b \"Oxides\" under 1/I\n    customs \"28469019\", \"2846901920\"\n";
    let items = GOODS.replace("own truth }", "own truth   items list of item }");
    let items =
        items.replace("define ours = own", "define ours = own and not (any item in items satisfies item matches 1C905.b)");
    write(
        folder.path(),
        "goods.ukase",
        &format!("{}{category}", items.replace("given { own: true }", "given { own: true   items: [] }")),
    );
    let ran = ukase(folder.path(), &["doc", "goods.ukase"], "");
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    for told in [
        "# Goods\n\n*货物*",
        "| `licence` | a licence |",
        "| `spring` | 2025-04-01 |",
        "| 1C905.b | Oxides |  |  | 28469019, 2846901920 |  |",
        "| 2025-03-01 | begins: 1/I |",
        "## A &lt;law&gt;",
        "### 1/I Own\n\nOutcome `licence`; from 2025-03-01.\n\nWhen\n\n- [`ours`](#define-ours)",
        "Takes the place of 1/I.",
        "Defined: [`ours`](#define-ours).",
        "<a id=\"define-ours\"></a>**ours**\n\n- all of this holds:\n  - `own`\n  - this does not hold:\n    - `any item in items`\n      - `item matches 1C905.b`: Oxides\n  - `under reading scope.wide`: How far? as meant",
        "- this does not hold:\n  - `own`",
        "Worked cases:\n\n- own goods, 2025-04-01: licence",
        "- **III** A preamble: it decides nothing",
        "- `wide`: as meant",
        "- **theirs**, Of another firm: `{ own: false }`",
        "- settled as `narrow` from 2025-02-01 on: An answer",
        "**ours**",
        "| own goods | 2025-04-01 |  | licence |",
    ] {
        assert!(ran.out.contains(told), "`{told}` is missing from\n{}", ran.out);
    }
    assert!(!ran.out.contains("\n\n\n"), "{}", ran.out);
    assert_eq!(ukase(folder.path(), &["doc", "nothing.ukase"], "").code, Some(1));
}

#[test]
fn a_profile_chooses_readings_and_the_verdict_names_those_it_relied_on() {
    let folder = folder();
    let text = "policy goods \"Goods\"\nlanguage 1\noutcomes from loosest to strictest { free licence deny }\n\
                facts shipment { date date   own truth }\ninstrument 1 \"A law\" { published 2025-01-01 }\n\
                question scope \"How far?\"\n    cites I\n    reading narrow\n    reading wide\n\
                question depth \"How deep?\"\n    cites II\n    reading shallow\n    reading deep\n\
                clause I \"Own\" when own and under reading scope.wide then licence\n\
                clause II \"Not own\" when not own and under reading depth.deep then deny\n";
    write(folder.path(), "goods.ukase", text);
    write(folder.path(), "acme.toml", "policy = \"goods\"\n[readings]\nscope = \"wide\"\ndepth = \"shallow\"\n");
    let shipment = r#"{"date": "2025-06-01", "own": true}"#;
    let eval = |more: &[&str]| ukase(folder.path(), &joined(&[&["eval", "goods.ukase", "-"], more]), shipment);
    let ran = eval(&["--profile", "acme.toml"]);
    assert!(ran.out.contains("relies on scope.wide: How far?") && !ran.out.contains("depth"), "{}{}", ran.out, ran.err);
    let ran = eval(&["--profile", "acme.toml", "--format", "json"]);
    let object: Value = serde_json::from_str(&ran.out).expect("one object");
    assert_eq!(object["outcome"], "licence");
    assert_eq!(object["relied_on"][0]["reading"], "wide");
    assert!(eval(&["--profile", "acme.toml", "--format", "markdown"]).out.contains("`scope.wide`: How far?"));
    // What is said on the command line counts before the profile.
    let ran = eval(&["--profile", "acme.toml", "--reading", "scope=narrow"]);
    assert!(ran.out.contains("line 1: free") && ran.out.contains("scope.narrow"), "{}", ran.out);
    let wrong = [
        ("policy = \"other\"", "for the policy other"),
        ("[readings]\nscop = \"wide\"", "did you mean `scope`?"),
        ("[readings]\nscope = \"wid\"", "has no reading `wid`"),
        ("readings = 1", "line 1"),
        ("\n\n[reading]\n", "line 3"),
    ];
    for (profile, told) in wrong {
        write(folder.path(), "wrong.toml", profile);
        let ran = eval(&["--profile", "wrong.toml"]);
        assert_eq!(ran.code, Some(2), "{profile}: {}", ran.out);
        assert!(ran.err.contains(told), "{profile}: {}", ran.err);
    }
    assert!(eval(&["--profile", "none.toml"]).err.contains("the profile none.toml is not there"));
    assert!(eval(&["--reading", "scope=wide", "--reading", "scope=narrow"]).err.contains("`scope` is read in two ways"));
}

#[test]
fn assumptions_fill_in_what_facts_leave_open_and_are_shown() {
    let folder = folder();
    let text = "policy goods \"Goods\"\nlanguage 1\noutcomes from loosest to strictest { free licence deny }\n\
                facts shipment { date date   buyer party   uses set of use   kind kind default crate }\n\
                record party { military truth   lists list of listing   owner party }\n\
                record listing keyed by list { list list_name }\n\
                enum list_name { black grey }\nenum use { civil war }\nenum kind { crate sack }\n\
                instrument 1 \"A law\" { published 2025-01-01 }\n\
                clause I \"Armies\" when buyer.military or uses has war then licence\n\
                clause II \"Listed\" when (any one in buyer.lists satisfies one.list is black) or buyer.owner.military then deny\n\
                clause III \"Sacks\" when kind is sack then licence\n\
                assumption clean \"Looked up\" given { uses: [civil] buyer: { military: false lists: [] owner: { military: false } } }\n\
                assumption sacks \"Only sacks\" given { kind: sack uses: [] }\n";
    write(folder.path(), "goods.ukase", text);
    write(folder.path(), "acme.toml", "policy = \"goods\"\nassume = [\"clean\"]\n");
    let eval = |facts: &str, more: &[&str]| {
        let ran = ukase(
            folder.path(),
            &joined(&[&["eval", "goods.ukase", "-", "--format", "json", "--on", "2025-06-01"], more]),
            facts,
        );
        let object: Value = serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{}{}", ran.out, ran.err));
        let facts =
            object["assumed"].as_array().expect("a list").iter().map(|one| one["fact"].to_string() + &one["value"].to_string());
        (object["possible"].to_string(), facts.collect::<Vec<_>>().join(" ").replace('"', ""))
    };
    assert_eq!(eval("{}", &[]).0, r#"["free","licence","deny"]"#);
    let (possible, assumed) = eval("{}", &["--assume", "clean"]);
    assert_eq!(possible, r#"["free"]"#);
    for fact in ["usescivil", "kindcrate", "buyer.listsnone", "buyer.owner.militaryfalse", "buyer.militaryfalse"] {
        assert!(assumed.contains(fact), "{fact} in {assumed}");
    }
    // What is given counts, and the rest of the same record is assumed.
    let (possible, assumed) = eval(r#"{"buyer": {"military": true}}"#, &["--profile", "acme.toml"]);
    assert_eq!(possible, r#"["licence"]"#);
    assert!(assumed.contains("buyer.listsnone") && !assumed.contains("buyer.military"), "{assumed}");
    assert_eq!(eval(r#"{"buyer": {"lists": ["black"]}}"#, &["--assume", "clean"]).0, r#"["deny"]"#);
    // Somebody looked and is not done: an open list stays open.
    assert_eq!(eval(r#"{"buyer": {"lists": ["…"]}}"#, &["--assume", "clean"]).0, r#"["free","deny"]"#);
    // A later assumption counts before an earlier one, and both before the vocabulary.
    let (possible, assumed) = eval("{}", &["--profile", "acme.toml", "--assume", "sacks"]);
    assert!(possible == r#"["licence"]"# && assumed.contains("kindsack"), "{possible} {assumed}");
    let told = ukase(folder.path(), &["eval", "goods.ukase", "-", "--assume", "clean"], r#"{"date": "2025-06-01"}"#);
    assert!(told.out.contains("assumed") && told.out.contains("buyer.lists is none"), "{}", told.out);
    let wrong = ukase(folder.path(), &["eval", "goods.ukase", "-", "--assume", "clear"], "{}");
    assert_eq!(wrong.code, Some(2));
    assert!(wrong.err.contains("no assumption `clear`; did you mean `clean`?"), "{}", wrong.err);
    // What is wrong with an assumption is told once, where it stands, before any shipment is read.
    write(folder.path(), "slip.ukase", &text.replace("kind: sack uses", "kinds: sack uses"));
    let wrong = ukase(folder.path(), &["eval", "slip.ukase", "-", "--assume", "sacks"], "{}\n{}\n");
    assert_eq!((wrong.code, wrong.err.matches("did you mean `kind`?").count()), (Some(1), 1), "{}", wrong.err);
    assert!(wrong.err.contains("slip.ukase:") && wrong.err.contains("assumption_fact"), "{}", wrong.err);
}

#[test]
fn a_table_of_the_policy_says_who_is_listed() {
    let folder = folder();
    let text = "policy parties \"Parties\"\nlanguage 1\noutcomes from loosest to strictest { free deny }\n\
                facts shipment { date date   buyer party }\n\
                record party { name text   lists list of listing from \"lists/parties.csv\" by name known since }\n\
                record listing keyed by list { list list_name   since date default 0001-01-01 }\nenum list_name { black grey }\n\
                instrument 1 \"A law\" { published 2025-01-01 }\n\
                clause I \"Listed\"\n    when any one in buyer.lists satisfies (one.list is black and one.since <= date)\n    then deny\n";
    write(folder.path(), "parties/policy.ukase", text);
    write(
        folder.path(),
        "parties/lists/parties.csv",
        "name,list,since,remark\n\"Reed, Inc.\",black,2025-03-01,a firm\nWren,grey,2025-03-01,\n",
    );
    let eval = |facts: &str, policy: &str, more: &[&str]| {
        let ran = ukase(folder.path(), &joined(&[&["eval", policy, "-", "--format", "json"], more]), facts);
        let object: Value = serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{}{}", ran.out, ran.err));
        object["possible"].to_string()
    };
    let of = |day: &str, party: &str| format!(r#"{{"date": "{day}", "buyer": {party}}}"#);
    let reed = r#"{"name": "Reed, Inc."}"#;
    assert_eq!(eval(&of("2025-03-01", reed), "parties", &[]), r#"["deny"]"#);
    // Before its day the name is not listed by the table, and may be listed otherwise.
    assert_eq!(eval(&of("2025-02-28", reed), "parties", &[]), r#"["free","deny"]"#);
    assert_eq!(eval(&of("2025-02-28", r#"{"name": "Reed, Inc.", "lists": []}"#), "parties", &[]), r#"["free"]"#);
    // The table counts whatever the facts say; another name and another list are no reason.
    assert_eq!(eval(&of("2025-03-01", r#"{"name": "Reed, Inc.", "lists": []}"#), "parties", &[]), r#"["deny"]"#);
    assert_eq!(eval(&of("2025-03-01", r#"{"name": "Wren", "lists": []}"#), "parties", &[]), r#"["free"]"#);
    assert_eq!(eval(&of("2025-03-01", r#"{"name": "Wren"}"#), "parties", &[]), r#"["free","deny"]"#);
    assert_eq!(eval(&of("2025-03-01", r#"{"lists": []}"#), "parties", &[]), r#"["free"]"#);
    // As known on an earlier day nobody had listed it.
    assert_eq!(
        eval(&of("2025-03-01", r#"{"name": "Reed, Inc.", "lists": []}"#), "parties", &["--known-on", "2025-02-01"]),
        r#"["free"]"#
    );
    let text = ukase(folder.path(), &["eval", "parties", "-"], &of("2025-03-01", reed));
    assert!(text.out.contains("one.list is black") && text.out.contains("black") && text.out.contains("table"), "{}", text.out);
}

#[test]
fn timeline_covers_every_day_and_tells_what_begins_each_interval() {
    let folder = folder();
    let text = "policy days \"Days\"\nlanguage 1\noutcomes from loosest to strictest { free licence deny }\n\
                facts shipment { date date   own truth   held date }\n\
                instrument 1 \"A law\" { published 2025-01-01 }\n\
                clause I \"Own\" from 2025-02-01 when own and not (held <= date) then licence\n\
                instrument 2 \"A pause\" { published 2025-03-01 }\n\
                question last \"How long?\"\n    cites 1/I\n    reading long\n    reading short\n\
                suspend 1/I\n    from 2025-03-01 \
                    through 2025-04-30 under reading last.long, before 2025-04-30 under reading last.short\n";
    write(folder.path(), "days.ukase", text);
    let timeline = |more: &[&str], facts: &str| {
        let ran = ukase(folder.path(), &joined(&[&["timeline", "days.ukase", "-", "--format", "json"], more]), facts);
        let found: Value = serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{}{}", ran.out, ran.err));
        let of = |one: &Value| format!("{} {} {}", one["from"], one["through"], one["possible"]).replace('"', "");
        found.as_array().expect("a list").iter().map(of).collect::<Vec<_>>()
    };
    let own = r#"{"id": "S-1", "own": true, "held": "2026-01-01"}"#;
    let expected = [
        "0001-01-01 2025-01-31 [free]",
        "2025-02-01 2025-02-28 [licence]",
        "2025-03-01 2025-04-29 [free]",
        "2025-04-30 2025-04-30 [free,licence]",
        "2025-05-01 2025-12-31 [licence]",
        "2026-01-01 9999-12-31 [free]",
    ];
    assert_eq!(timeline(&[], own), expected);
    assert_eq!(timeline(&["--reading", "last=short"], own)[3], "2025-04-30 2025-12-31 [licence]");
    // As known before the pause there is none.
    assert_eq!(timeline(&["--known-on", "2025-02-01"], own).len(), 3);
    let text = ukase(folder.path(), &["timeline", "days.ukase", "-"], own);
    for told in ["S-1: day by day under days", "until      2025-01-31  ···  free", "█··  licence", "2 suspends 1/I", "1/I?"]
    {
        assert!(text.out.contains(told), "`{told}` is missing from\n{}", text.out);
    }
    // The facts may name the day that the law does not: nothing is held, and the licence is asked for to the end.
    assert_eq!(timeline(&["--reading", "last=short"], r#"{"own": true, "held": "9999-12-31"}"#).len(), 5);
    assert_eq!(ukase(folder.path(), &["timeline", "days.ukase@2025-05-01", "-"], own).code, Some(2));
    assert_eq!(ukase(folder.path(), &["timeline", "days.ukase", "-", "--on", "2025-05-01"], own).code, Some(2));
    let wrong = ukase(folder.path(), &["timeline", "days.ukase", "-"], r#"{"owm": true}"#);
    assert_eq!(wrong.code, Some(1));
    assert!(wrong.err.contains("did you mean `own`?"), "{}", wrong.err);
}

/// Day by day is the reference: the intervals say of each day what `eval` says of it.
#[test]
fn timeline_agrees_with_every_day_judged_by_itself() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/");
    let policy = format!("{root}policies/cn-rare-earth");
    let facts = std::fs::read_to_string(format!("{root}examples/suspended-today.json")).expect("the shipment");
    let ran = ukase(Path::new(root), &["timeline", &policy, "-", "--format", "json"], &facts);
    let found: Value = serde_json::from_str(&ran.out).expect("a list");
    for day in [
        "2025-10-08",
        "2025-10-09",
        "2025-11-06",
        "2025-11-07",
        "2026-02-24",
        "2026-11-09",
        "2026-11-10",
        "2027-01-10",
        "2027-01-11",
    ] {
        let judged = ukase(Path::new(root), &["eval", &policy, "-", "--format", "json", "--on", day], &facts);
        let judged: Value = serde_json::from_str(&judged.out).expect("a verdict");
        let holds = |one: &&Value| one["from"].as_str() <= Some(day) && Some(day) <= one["through"].as_str();
        let interval = found.as_array().expect("a list").iter().find(holds).expect("every day is covered");
        assert_eq!(interval["possible"], judged["possible"], "{day}");
    }
}

#[test]
fn items_of_which_the_same_is_said_are_told_once() {
    let folder = folder();
    let text = "policy goods \"Goods\"\nlanguage 1\noutcomes from loosest to strictest { free licence }\n\
                record item { own truth   mass quantity in kg }\nfacts shipment { date date   items list of item }\n\
                instrument 1 \"A law\" { published 2025-01-01 }\n\
                clause I \"Own and heavy\" each item in items when item.own and item.mass > 1 kg then licence\n";
    write(folder.path(), "goods.ukase", text);
    let own = r#"{"own": true}"#;
    let facts = format!(r#"{{"date": "2025-06-01", "items": [{own}, {{"own": false}}, {own}, {own}]}}"#);
    let ran = ukase(folder.path(), &["eval", "goods.ukase", "-"], &facts);
    assert!(ran.out.contains("items[0] … items[3] (3 alike): open: free or licence"), "{}", ran.out);
    assert!(ran.out.contains("items[1]: free"), "{}", ran.out);
    assert!(ran.out.contains("ask       items[0].mass … items[3].mass (3 alike):"), "{}", ran.out);
    assert_eq!(ran.out.matches("Own and heavy").count(), 1, "{}", ran.out);
}

#[test]
fn a_clause_that_was_reworded_is_not_told_twice() {
    let folder = folder();
    let text = "policy words \"Wordings\"\nlanguage 1\noutcomes from loosest to strictest { free licence }\n\
                facts shipment { date date   mass quantity in kg }\n\
                instrument 1 \"A law\" { published 2025-01-01 }\nclause I \"Heavy\" when mass > 1 kg then licence\n\
                instrument 2 \"Another\" { published 2025-03-01 }\namend 1/I from 2026-01-01\n    when  mass > 2 kg\n    then  licence\n";
    write(folder.path(), "words.ukase", text);
    let ran = ukase(folder.path(), &["eval", "words.ukase", "-"], r#"{"date": "2025-06-01", "mass": "3 kg"}"#);
    assert!(ran.out.contains("licence   1/I") && !ran.out.contains("not yet"), "{}{}", ran.out, ran.err);
}

#[test]
fn check_tells_every_problem_of_a_folder_in_one_go() {
    let folder = folder();
    write(folder.path(), "worse/policy.ukase", VOCABULARY);
    write(folder.path(), "worse/one.ukase", &FIRST_INSTRUMENT.replace("mass >", "weight >"));
    write(folder.path(), "worse/two.ukase", &SECOND_INSTRUMENT.replace("2025-1/I", "2025-1/IX"));
    let ran = ukase(folder.path(), &["check", "worse"], "");
    assert_eq!(ran.code, Some(1), "{}", ran.out);
    for told in ["ukase::check::unknown_name", "one.ukase:", "ukase::check::act_on_nothing", "two.ukase:"] {
        assert!(ran.err.contains(told), "`{told}` is missing from\n{}", ran.err);
    }
}

#[test]
fn the_flagship_is_judged_at_its_named_versions() {
    let folder = folder();
    let days = [
        ("april", "2025-04-04", Value::Null),
        ("october", "2025-10-09", Value::Null),
        ("december_as_announced", "2025-12-01", Value::from("2025-10-09")),
        ("suspension", "2025-11-07", Value::Null),
    ];
    for (version, on, known) in days {
        let policy = format!("{FLAGSHIP}@{version}");
        let ran = ukase(folder.path(), &["eval", &policy, "-", "--format", "json"], "{\"id\": \"S\", \"destination\": \"JP\"}");
        assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{version}");
        let object = ran.object();
        assert_eq!((&object["policy"]["on"], &object["policy"]["known_on"]), (&Value::from(on), &known), "{version}");
    }
    let ran = ukase(folder.path(), &["eval", &format!("{FLAGSHIP}@octobre"), "-"], "{}");
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{}", ran.err);
    assert!(ran.err.contains("october"), "{}", ran.err);
}

// ---- diff -----------------------------------------------------------------------------------------------------------------------

#[test]
fn a_comparison_shows_what_changed_with_a_shipment() {
    let folder = folder();
    let ran = ukase(folder.path(), &["diff", "small.ukase@2025-01-15", "small.ukase@2025-06-01", "--format", "json"], "");
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let found: Value = serde_json::from_str(&ran.out).expect("JSON");
    check_keys(
        &found,
        &[
            ("old", "object"),
            ("new", "object"),
            ("text", "list"),
            ("verdicts", "list"),
            ("equal_elsewhere", "text"),
            ("bounds", "list"),
        ],
    );
    assert_eq!(found["equal_elsewhere"], "proved");
    assert_eq!(found["text"][0]["change"], "began");
    let steps: Vec<(&str, &str)> = found["verdicts"]
        .as_array()
        .expect("classes")
        .iter()
        .map(|class| (class["from"]["outcome"].as_str().unwrap(), class["to"]["outcome"].as_str().unwrap()))
        .collect();
    assert_eq!(steps, [("free", "deny"), ("free", "licence")]);
    for class in found["verdicts"].as_array().expect("classes") {
        check_keys(
            class,
            &[("from", "object"), ("to", "object"), ("when", "list"), ("caused_by", "list"), ("witness", "object")],
        );
        assert_eq!(class["caused_by"], serde_json::json!([class["clause"]]));
    }
}

#[test]
fn a_comparison_is_written_in_every_form() {
    let folder = folder();
    let versions = ["diff", "small.ukase@2025-01-15", "small.ukase@2025-06-01"];
    let in_form = |form: &'static str| ukase(folder.path(), &joined(&[&versions, &["--format", form]]), "").out;
    assert!(in_form("text").contains("free → deny"), "{}", in_form("text"));
    assert!(in_form("markdown").contains("| free → deny | **2025-1/II** Armies |"), "{}", in_form("markdown"));
    let page = in_form("html");
    assert!(page.contains("<svg") && page.contains("Flow of outcomes") && !page.contains("<script"), "{page}");
}

/// Two kinds of pearls, and an end of the law that one reading of a question moves.
const TWO_KINDS: &str = r#"policy pearls "Pearls"
language 1
outcomes from loosest to strictest { free licence }
facts shipment { date date   natural truth   cultured truth   destination country }
instrument 2026-1 "Pearl Order" { published 2026-01-15   effective 2026-03-01 }
clause 1 "Natural pearls" when natural and destination is not BH then licence
clause 2 "Cultured pearls" when cultured and destination is not BH then licence
question truce "Was the order lifted?"
    cites    1, 2
    reading  lapsed    "no"
    reading  lifted    "yes"
instrument 2026-2 "Pearl Truce" { published 2026-06-01 }
suspend 2026-1
    from   2026-06-10
    under  reading truce.lifted
"#;

#[test]
fn a_comparison_tells_like_clauses_together_and_reads_the_law_as_it_is_told() {
    let folder = folder();
    write(folder.path(), "pearls.ukase", TWO_KINDS);
    let began = ukase(folder.path(), &["diff", "pearls.ukase@2026-02-01", "pearls.ukase@2026-04-01"], "");
    assert_eq!(began.code, Some(0), "{}", began.err);
    insta::assert_snapshot!("like_clauses_together", began.out);
    let run = |more: &[&'static str]| {
        ukase(folder.path(), &joined(&[&["diff", "pearls.ukase@2026-05-01", "pearls.ukase@2026-07-01"], more]), "")
    };
    let open = run(&[]).out;
    assert!(
        open.contains("suspended by 2026-2, under some readings: 2026-1/1, 2026-1/2") && open.contains("licence → free"),
        "{open}"
    );
    let lapsed = run(&["--reading", "truce=lapsed"]).out;
    assert!(lapsed.contains("No change in the text") && lapsed.contains("No verdict changes: proved"), "{lapsed}");
    let lifted = run(&["--reading", "truce=lifted"]).out;
    assert!(
        lifted.contains("suspended by 2026-2: 2026-1/1, 2026-1/2") && lifted.contains("truce.lifted, and in no other way"),
        "{lifted}"
    );
    let wrong = run(&["--reading", "truce=raised"]);
    assert_eq!((wrong.code, wrong.out.as_str()), (Some(2), ""));
    assert!(wrong.err.contains("lapsed, lifted"), "{}", wrong.err);
}

#[test]
fn a_comparison_narrows_and_fails_as_it_is_told() {
    let folder = folder();
    let run = |more: &[&'static str]| {
        ukase(folder.path(), &joined(&[&["diff", "small.ukase@2025-01-15", "small.ukase@2025-06-01"], more]), "")
    };
    assert_eq!(run(&["--fail-on", "stricter"]).code, Some(1));
    assert_eq!(run(&["--fail-on", "looser"]).code, Some(0));
    assert!(!run(&["--only", "looser"]).out.contains("free → deny"));
    let to_china = run(&["--destination", "CN"]).out;
    assert!(to_china.contains("free → deny") && !to_china.contains("free → licence"), "{to_china}");
    let nowhere = run(&["--destination", "Atlantis"]);
    assert!(nowhere.code == Some(2) && nowhere.err.contains("Atlantis"), "{}", nowhere.err);
    let refused = ukase(folder.path(), &["diff", "small.ukase@2025-01-15", "small.ukase"], "");
    assert_eq!(refused.code, Some(2), "{}", refused.err);
    let missing = ukase(folder.path(), &["diff", "git::small", "small.ukase"], "");
    assert!(missing.code == Some(1) && missing.err.contains("names no revision"), "{}", missing.err);
}

#[test]
fn a_comparison_counts_the_shipments_of_a_corpus() {
    let folder = folder();
    let arguments = ["diff", "small.ukase@2025-01-15", "small.ukase@2025-06-01", "--facts", "four.jsonl", "--format", "json"];
    let ran = ukase(folder.path(), &arguments, "");
    let found: Value = serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}\n{}", ran.err));
    let corpus = &found["corpus"];
    assert_eq!(
        (corpus["rows"].as_u64(), corpus["changed"].as_u64(), corpus["became_open"].as_u64()),
        (Some(4), Some(3), Some(2))
    );
    let licence = found["verdicts"].as_array().unwrap().iter().find(|class| class["to"]["outcome"] == "licence").unwrap();
    assert_eq!(licence["corpus"]["ids"], serde_json::json!(["A"]));
}

#[test]
fn a_comparison_reads_a_revision() {
    let folder = folder();
    let git = |arguments: &[&str]| {
        let identity = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"];
        let ran = Command::new("git").args(identity).args(arguments).current_dir(folder.path()).output().expect("git is there");
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    };
    git(&["init", "-q", "-b", "main"]);
    git(&["add", "small.ukase"]);
    git(&["commit", "-q", "-m", "as it was"]);
    write(folder.path(), "small.ukase", &small().replace("mass > 10 kg", "mass > 12 kg"));
    let ran = ukase(folder.path(), &["diff", "git:main:small.ukase@2025-06-01", "small.ukase@2025-06-01"], "");
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(ran.out.contains("amended: 2025-1/I") && ran.out.contains("licence → free"), "{}", ran.out);
    assert!(ran.out.contains("- clause I \"Heavy goods\" when mass > 10 kg"), "{}", ran.out);
}

/// The small policy with a clause that never applies, one that is accepted, and two claims.
fn claiming() -> String {
    let clauses = "\nclause III \"Light goods for armies\"\n    overrides  2025-1/II\n    \
        when       army and mass < 5 kg and not (mass < 20 kg)\n    then       free\n";
    let claims = "\nalways \"an army is never simply licensed\"\n    army implies outcome is not licence\n\
        \nmonotone \"an army never helps\"  army\n\
        \nmonotone \"heavy goods never help\"  mass\n\
        \nalways \"armies are refused\"\n    army implies outcome >= deny\n";
    small() + clauses + claims
}

#[test]
fn an_analysis_tells_what_never_decides_and_what_is_claimed() {
    let folder = folder();
    write(folder.path(), "claiming.ukase", &claiming());
    let ran = ukase(folder.path(), &["analyze", "claiming.ukase"], "");
    insta::assert_snapshot!(ran.out);
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    let ran = ukase(folder.path(), &["analyze", "claiming.ukase", "--format", "json"], "");
    let found: Value = serde_json::from_str(&ran.out).expect("JSON");
    check_keys(
        &found,
        &[
            ("policy", "object"),
            ("dead", "list"),
            ("idle", "list"),
            ("overlaps", "list"),
            ("gaps", "list"),
            ("unreached", "list"),
            ("questions", "list"),
            ("properties", "list"),
            ("undecided", "list"),
            ("looked_at", "object"),
        ],
    );
    assert_eq!(found["dead"][0]["clause"], "2025-9/III", "{}", ran.out);
    assert_eq!(found["dead"][0]["code"], "ukase::analyze::dead_clause");
}

#[test]
fn a_finding_is_accepted_with_a_reason_and_a_needless_one_is_told() {
    let folder = folder();
    let accepted = claiming()
        + "\naccept dead_clause 2025-9/III because \"it is kept for the record\"\n\
           \naccept overlap 2025-1/I because \"none\"\n";
    write(folder.path(), "accepted.ukase", &accepted);
    let ran = ukase(folder.path(), &["analyze", "accepted.ukase"], "");
    assert!(!ran.out.contains("can never decide"), "{}", ran.out);
    assert!(ran.out.contains("more is accepted") || ran.out.contains("more are accepted"), "{}", ran.out);
    assert!(ran.out.contains("`accept overlap 2025-1/I`"), "{}", ran.out);
}

#[test]
fn a_clause_says_when_it_decides() {
    let folder = folder();
    let ran = ukase(folder.path(), &["analyze", "small.ukase", "--explain", "2025-1/II"], "");
    insta::assert_snapshot!(ran.out);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let ran = ukase(folder.path(), &["analyze", "small.ukase", "--explain", "2025-1/IL"], "");
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("did you mean"), "{}", ran.err);
}

#[test]
fn loopholes_are_told_the_cheapest_first() {
    let folder = folder();
    let heavy = r#"{"id": "H", "date": "2025-06-01", "destination": "JP", "army": false, "mass": "10.5 kg"}"#;
    let ran = ukase(folder.path(), &["loophole", "small.ukase", "-"], heavy);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    insta::assert_snapshot!(ran.out);
    let ran = ukase(folder.path(), &["loophole", "small.ukase", "--format", "json", "four.jsonl"], "");
    let found = ran.objects();
    assert_eq!(found.len(), 4, "{}", ran.out);
    assert_eq!(found[0]["escapes"][0]["changes"][0]["kind"], "dilute", "{}", ran.out);
    assert!(found[2]["escapes"].as_array().expect("a list").is_empty(), "{}", ran.out);
    let refused = ukase(folder.path(), &["loophole", "small.ukase", "--fail-at", "deny", "-"], heavy);
    assert_eq!(refused.code, Some(2), "{}", refused.err);
}

#[test]
fn every_loophole_is_judged_again_as_it_is_told() {
    let folder = folder();
    let text = small().replace("mass > 10 kg and destination is not CN", "mass > 10 kg and destination is not CN and not army");
    write(folder.path(), "pairs.ukase", &text);
    for mass in ["10.2 kg", "11 kg", "300 kg"] {
        let shipment = format!(r#"{{"id": "P", "date": "2025-06-01", "destination": "JP", "army": false, "mass": "{mass}"}}"#);
        let found = ukase(folder.path(), &["loophole", "pairs.ukase", "--format", "json", "-"], &shipment).object();
        for escape in found["escapes"].as_array().expect("a list") {
            let mut changed: Value = serde_json::from_str(&shipment).expect("JSON");
            let mut is_split = false;
            for change in escape["changes"].as_array().expect("a list") {
                let to = change["to"].as_str().expect("a text");
                is_split |= change["kind"] == "split";
                let to = if to == "true" || to == "false" { Value::Bool(to == "true") } else { Value::from(to) };
                changed[change["fact"].as_str().expect("a path")] = to;
            }
            if !is_split {
                let outcomes = possible(folder.path(), &["pairs.ukase"], &changed.to_string());
                assert!(!outcomes.contains(&"licence".to_string()), "{changed}: {outcomes:?}");
                assert!(outcomes.contains(&escape["outcome"].as_str().expect("a name").to_string()), "{changed}: {outcomes:?}");
            }
        }
        assert!(!found["escapes"].as_array().expect("a list").is_empty());
    }
}

#[test]
fn a_timeline_shows_how_expectation_and_law_moved_apart() {
    let folder = folder();
    let heavy = r#"{"id": "H", "destination": "JP", "army": false, "mass": "11 kg"}"#;
    let ran = ukase(folder.path(), &["timeline", "small.ukase", "--known-on", "all", "-"], heavy);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    insta::assert_snapshot!(ran.out);
    let ran = ukase(folder.path(), &["timeline", "small.ukase", "--known-on", "all", "--format", "json", "-"], heavy);
    let found: Value = serde_json::from_str(&ran.out).expect("JSON");
    let known: Vec<&str> = found.as_array().expect("a list").iter().map(|one| one["known_from"].as_str().unwrap()).collect();
    assert_eq!(known, ["2025-01-10", "2025-11-01"]);
    assert_eq!(found[0]["known_through"], "2025-10-31");
    // What was expected on a day is what is told of that day by itself.
    for (at, day) in known.iter().enumerate() {
        let alone = ukase(folder.path(), &["timeline", "small.ukase", "--known-on", day, "--format", "json", "-"], heavy);
        assert_eq!(found[at]["intervals"], serde_json::from_str::<Value>(&alone.out).expect("JSON"));
    }
}

#[test]
fn a_timeline_is_drawn() {
    let folder = folder();
    let hostile = r#"{"id": "<script>&\"", "destination": "JP", "army": false}"#;
    for more in [&[][..], &["--known-on", "all"]] {
        let ran = ukase(folder.path(), &joined(&[&["timeline", "small.ukase", "--format", "svg", "-"], more]), hostile);
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        assert!(ran.out.starts_with("<svg") && ran.out.trim_end().ends_with("</svg>"), "{}", ran.out);
        assert!(!ran.out.contains("<script>") && ran.out.contains("free or licence"), "{}", ran.out);
    }
}

#[test]
fn a_day_without_a_wording_is_found() {
    let folder = folder();
    let text = |next: &str| {
        format!(
            "policy gap \"A wording ends before the next begins\"\nlanguage 1\noutcomes from loosest to strictest {{ free licence }}\n\
             facts shipment {{ date date   destination country }}\ninstrument 1 \"A law\" {{ published 2025-01-01 }}\n\
             clause I \"To the far north\"\n    from    2025-02-01\n    before  2025-06-01\n    when    destination is IS\n    \
             then    licence\ninstrument 2 \"A later law\" {{ published 2025-03-01 }}\namend 1/I\n    from  {next}\n    \
             when  destination in {{IS, GL}}\n    then  licence\n"
        )
    };
    for (next, first) in [("2025-09-01", Some("2025-06-01")), ("2025-06-01", None)] {
        write(folder.path(), "gap.ukase", &text(next));
        let ran = ukase(folder.path(), &["analyze", "gap.ukase", "--format", "json"], "");
        let found: Value = serde_json::from_str(&ran.out).expect("JSON");
        let gaps = found["gaps"].as_array().expect("a list");
        assert_eq!(gaps.len(), usize::from(first.is_some()), "{}", ran.out);
        assert_eq!(ran.code, Some(i32::from(first.is_some())));
        for gap in gaps {
            assert_eq!(gap["clause"], "1/I");
            assert!(gap["message"].as_str().is_some_and(|text| text.contains(first.expect("a day"))), "{}", ran.out);
        }
    }
}

#[test]
fn what_one_element_says_of_others_is_not_called_monotone() {
    let folder = folder();
    let text = |condition: &str| {
        format!(
            "policy two \"What another item is decides\"\nlanguage 1\noutcomes from loosest to strictest {{ free licence }}\n\
             record item {{ heavy truth   rich truth }}\nfacts shipment {{ date date   items list of item }}\n\
             instrument 1 \"A law\" {{ published 2025-01-01 }}\nclause I \"Rich\"\n    each  item in items\n    when  {condition}\n    \
             then  licence\nmonotone \"weight never helps\" items.heavy\n"
        )
    };
    for (condition, holds) in [
        ("item.rich and item.heavy", Value::Bool(true)),
        ("item.rich and not item.heavy", Value::Bool(false)),
        // Of one item it is so, and a second heavy one frees the first all the same.
        ("item.rich and (item.heavy or no other in items satisfies other.heavy)", Value::Null),
    ] {
        write(folder.path(), "two.ukase", &text(condition));
        let ran = ukase(folder.path(), &["analyze", "two.ukase", "--format", "json"], "");
        let found: Value = serde_json::from_str(&ran.out).expect("JSON");
        assert_eq!(found["properties"][0]["holds"], holds, "{condition}: {}", ran.out);
    }
}

#[test]
fn an_overlap_is_shown_by_a_shipment_to_which_both_apply() {
    let folder = folder();
    let text = small()
        + "\nclause III \"Heavy goods for armies\"\n    overrides  2025-1/I\n    when       army\n    then       deny\n\
           \nclause IV \"Heavy goods to Bahrain\"\n    overrides  2025-1/I\n    when       destination is BH\n    then       free\n";
    write(folder.path(), "overlap.ukase", &text);
    let ran = ukase(folder.path(), &["analyze", "overlap.ukase", "--format", "json"], "");
    let found: Value = serde_json::from_str(&ran.out).expect("JSON");
    let overlap = &found["overlaps"][0];
    assert_eq!(overlap["clauses"], serde_json::json!(["2025-9/III", "2025-9/IV"]), "{}", ran.out);
    assert_eq!(overlap["outcomes"], serde_json::json!(["deny", "free"]));
    let shown = possible(folder.path(), &["overlap.ukase"], &overlap["witness"].to_string());
    assert!(shown.contains(&"deny".to_string()), "{shown:?}: until it is settled the stricter counts");
    // `check` warns of it, unless the policy says that it stays.
    let warned = ukase(folder.path(), &["check", "overlap.ukase"], "");
    assert!(warned.err.contains("ukase::check::overlap") && warned.code == Some(0), "{}", warned.err);
    let accepted = text.clone() + "\naccept overlap 2025-9/III, 2025-9/IV\n    because \"the stricter counts\"\n";
    write(folder.path(), "overlap.ukase", &accepted);
    let accepted = ukase(folder.path(), &["check", "overlap.ukase"], "");
    assert!(!accepted.err.contains("check::overlap") && accepted.code == Some(0), "{}", accepted.err);
    let other = text + "\naccept overlap 2025-9/III, 2025-9/IV about \"other words\"\n    because \"the stricter counts\"\n";
    write(folder.path(), "overlap.ukase", &other);
    let other = ukase(folder.path(), &["check", "overlap.ukase"], "");
    assert!(other.err.contains("check::overlap"), "{}", other.err);
}
