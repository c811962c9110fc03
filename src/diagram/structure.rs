//! What a node computes, whatever its place: nodes of two programs with the same structure compute the same of the same row.

use crate::program::{Node, NodeId, Op, Program, Scope, ScopeId};
use crate::value::Date;

/// A digest of what a node computes.
pub(super) type Structure = [u8; 32];

/// The structure of every node of a program. `day` is the day judged where it is fixed; nodes that hang on it differ with it.
pub(super) fn structures(program: &Program, day: Option<Date>, tag: &str) -> Vec<Structure> {
    let mut found: Vec<Structure> = Vec::with_capacity(program.nodes.len());
    for at in 0..program.nodes.len() {
        let digest = digest(program, day, tag, at as NodeId, &found);
        found.push(digest);
    }
    found
}

/// The structure of a node where something that it hangs on is another one.
pub(super) fn moved(structure: &Structure) -> Structure {
    *blake3::Hasher::new().update(b"moved").update(structure).finalize().as_bytes()
}

fn digest(program: &Program, day: Option<Date>, tag: &str, at: NodeId, found: &[Structure]) -> Structure {
    let Node { scope, op, .. } = &program.nodes[at as usize];
    let mut hasher = blake3::Hasher::new();
    let mut say = |words: String| _ = hasher.update(words.as_bytes()).update(b";");
    say(format!("{tag} {}", scope_words(program, *scope)));
    match op {
        Op::Day => say(format!("Day {day:?}")),
        // The circle's own nodes come after it: what it computes is told apart by its length and its neighbours.
        Op::Fixpoint { end, .. } => say(format!("Fixpoint {}", circle_words(program, at, *end, found))),
        Op::Match { code, category, test, .. } => say(format!("Match {code} {category} {}", test.is_some())),
        Op::Any(..) | Op::Count(_) | Op::Sum(..) => say(format!("{} {}", name(op), fold_words(program, op))),
        op if op.reads().is_empty() => say(format!("{op:?}")),
        Op::OneOf(_, values) => say(format!("OneOf {values:?}")),
        Op::Within(_, places) => say(format!("Within {places:?}")),
        Op::Follow(field, _) => say(format!("Follow {field}")),
        Op::Function(function, _) => say(format!("Function {function:?}")),
        op => say(name(op)),
    }
    for read in op.reads() {
        match found.get(read as usize) {
            Some(structure) => _ = hasher.update(structure),
            None => _ = hasher.update(b"later"),
        }
    }
    *hasher.finalize().as_bytes()
}

fn name(op: &Op) -> String {
    let words = format!("{op:?}");
    words.split(['(', ' ']).next().unwrap_or_default().to_string()
}

fn fold_words(program: &Program, op: &Op) -> String {
    use crate::program::Over;
    let (Op::Any(fold, _) | Op::Count(fold) | Op::Sum(fold, _)) = op else { return String::new() };
    match fold.over {
        Over::List(field) => format!("list {field} {}", fold.filter.is_some()),
        Over::Join(join) => format!("join {} {}", scope_words(program, join), fold.filter.is_some()),
    }
}

/// What a circle consists of: its nodes, with their places relative to its first and the structure of what they read from outside.
fn circle_words(program: &Program, head: NodeId, end: NodeId, found: &[Structure]) -> String {
    let read = |node: &NodeId| match found.get(*node as usize) {
        Some(structure) => format!("{structure:?}"),
        None => (node - head).to_string(),
    };
    let words = program.nodes[head as usize..=end as usize].iter().map(|node| {
        let reads: Vec<String> = node.op.reads().iter().map(read).collect();
        let fold = fold_words(program, &node.op);
        format!("{} {} {fold} {reads:?} {}", scope_words(program, node.scope), name(&node.op), constant_words(&node.op))
    });
    words.collect::<Vec<_>>().join(",")
}

fn constant_words(op: &Op) -> String {
    match op {
        Op::Constant(value) => format!("{value:?}"),
        Op::Cell(field) | Op::Follow(field, _) => field.to_string(),
        Op::Match { code, category, .. } => format!("{code} {category}"),
        Op::OneOf(_, values) => format!("{values:?}"),
        _ => String::new(),
    }
}

fn scope_words(program: &Program, scope: ScopeId) -> String {
    match &program.scopes[scope] {
        Scope::Record(record) => format!("record {record}"),
        Scope::Join { outer, path, list, element } => {
            format!("join {} {path:?} {list} {element}", scope_words(program, *outer))
        }
    }
}
