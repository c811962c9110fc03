//! The binary as a user runs it, and a small policy to run it on.

use serde_json::Value;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// What begins the policy: its vocabulary and its question.
pub const VOCABULARY: &str = r#"// A small policy.
policy small "A small policy"
language 1

outcomes from loosest to strictest {
    free     "no licence"
    licence  "licence required"
    deny     "refused in principle"
}

version january   on 2025-01-15
version december  on 2025-12-02 known 2025-10-09

facts shipment {
    date         date
    destination  country
    army         truth           ask "Is the buyer an army?"
    mass         quantity in kg  ask "How heavy is it?"
}

question armies "Does II refuse goods for an army?"
    cites    2025-1/II
    reading  refused  "an army is refused"
    reading  allowed  "an army is a buyer like everybody"

"#;

pub const FIRST_INSTRUMENT: &str = r#"instrument 2025-1 "Notice No. 1 of 2025" {
    published   2025-01-10
    effective   2025-02-01
    provisions  I, II
}

clause I "Heavy goods"
    when  mass > 10 kg and destination is not CN
    then  licence

clause II "Armies"
    when  under reading armies.refused and army
    then  deny

"#;

pub const SECOND_INSTRUMENT: &str = r#"instrument 2025-9 "Notice No. 9 of 2025" {
    published  2025-11-01
}

suspend 2025-1/I
    from  2025-11-10
"#;

pub const EXAMPLE: &str = r#"
example "a heavy crate"
    on      2025-06-01
    given   { destination: JP   army: false   mass: 11 kg }
    expect  licence by 2025-1/I
"#;

/// Four shipments: a licence, open by a question of law, free, open by a missing fact.
pub const SHIPMENTS: [&str; 4] = [
    r#"{"id": "A", "date": "2025-06-01", "destination": "JP", "army": false, "mass": "11 kg"}"#,
    r#"{"id": "B", "date": "2025-06-01", "destination": "JP", "army": true, "mass": "1 kg"}"#,
    r#"{"id": "C", "date": "2025-06-01", "destination": "JP", "army": false, "mass": "1 kg"}"#,
    r#"{"id": "D", "date": "2025-06-01", "destination": "JP", "army": false}"#,
];

/// A heavy crate without a date.
pub const DATELESS: &str = r#"{"id": "A", "destination": "JP", "army": false, "mass": "11 kg"}"#;

/// What a run of the binary left behind.
pub struct Ran {
    pub out: String,
    pub err: String,
    pub code: Option<i32>,
}

impl Ran {
    /// The objects on standard output, one a line.
    pub fn objects(&self) -> Vec<Value> {
        let read =
            |line: &str| serde_json::from_str::<Value>(line).unwrap_or_else(|error| panic!("{error}: {line}\n{}", self.err));
        self.out.lines().map(read).collect()
    }

    /// The only object on standard output.
    pub fn object(&self) -> Value {
        let mut objects = self.objects();
        assert_eq!(objects.len(), 1, "{}\n{}", self.out, self.err);
        objects.remove(0)
    }
}

/// Runs the binary in a folder, with a text on its standard input.
pub fn ukase(folder: &Path, arguments: &[&str], input: &str) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ukase"));
    command.args(arguments).current_dir(folder).env("COLUMNS", "110").env_remove("NO_COLOR");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the binary starts");
    let mut stdin = child.stdin.take().expect("a standard input");
    // A command that reads no input may have ended already.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    let output = child.wait_with_output().expect("the binary ends");
    Ran {
        out: String::from_utf8(output.stdout).expect("UTF-8 on standard output"),
        err: String::from_utf8(output.stderr).expect("UTF-8 on standard error"),
        code: output.status.code(),
    }
}

pub fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().expect("a folder")).expect("the folder is made");
    fs::write(path, text).expect("the file is written");
}

pub fn read(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).expect("the file is there")
}

/// The whole policy as one text.
pub fn small() -> String {
    [VOCABULARY, FIRST_INSTRUMENT, SECOND_INSTRUMENT, EXAMPLE].concat()
}

/// A folder with the policy, one that is broken, one whose example fails, and the shipments as JSONL.
pub fn folder() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    write(folder.path(), "small.ukase", &small());
    write(folder.path(), "broken.ukase", &small().replace("mass > 10 kg", "weight > 10 kg"));
    write(folder.path(), "failing.ukase", &small().replace("expect  licence by 2025-1/I", "expect  deny"));
    write(folder.path(), "wide.ukase", &small().replace("    then  deny", "  then     deny"));
    write(folder.path(), "four.jsonl", &(SHIPMENTS.join("\n") + "\n"));
    write(folder.path(), "dateless.json", DATELESS);
    folder
}
