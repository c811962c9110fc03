//! What changed between two versions of a policy: in its text, in the verdict on every shipment, and in those of a corpus.

mod cases;
mod cause;
mod class;
mod clauses;
mod corpus;
mod family;
mod html;
mod markdown;
mod meaning;
mod narrow;
mod outline;
mod plain;
mod text;

pub use class::{Class, Reason, Unshown};
pub use corpus::{Corpus, Move, Named, Touched};
pub use html::html;
pub use markdown::markdown;
pub use narrow::{Direction, Narrow};
pub use plain::plain;
pub use text::Change;

use crate::diagram::{Side, VersionWords};
use serde::Serialize;
use std::collections::BTreeMap;

/// Everything that differs between two versions.
#[derive(Debug, Clone, Serialize)]
pub struct Comparison {
    /// The version that was.
    pub old: VersionWords,
    /// The version that is.
    pub new: VersionWords,
    /// What became of clauses, categories, definitions and lists.
    pub text: Vec<Change>,
    /// Every way in which a verdict or its reason changes, the strictest first.
    pub verdicts: Vec<Class>,
    /// `proved`: no other verdict changes. `not proved`: see `unshown` and `bounds`.
    pub equal_elsewhere: &'static str,
    /// Questions that are read in one way only, by their names.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub readings: BTreeMap<String, String>,
    /// What the proof is about, and what bounded it.
    pub bounds: Vec<String>,
    /// Ways in which a verdict may change that are neither shown by a shipment nor excluded.
    pub unshown: Vec<Unshown>,
    /// The shipments of a corpus that change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub corpus: Option<Corpus>,
}

/// Compares two versions; `narrow` says which shipments and changes are of interest.
///
/// ```
/// use ukase::{check::check, diagram::Side, diff::{Narrow, compare}, eval::Judge, source::Sources, value::Date};
/// let text = r#"
/// policy tiny "A tiny policy"
/// language 1
/// outcomes from loosest to strictest { free licence }
/// facts shipment { date date   destination country }
/// instrument 1 "A law" { published 2025-01-01 }
/// clause I "To the far north"
///     from  2025-03-01
///     when  destination is IS
///     then  licence
/// "#;
/// let (policy, _) = check(&Sources::of_text("tiny.ukase", text.trim()));
/// let policy = policy.unwrap();
/// let judge = Judge::new(&policy, None);
/// let on = |day: &str| Side { judge: &judge, day: Date::parse(day) };
/// let found = compare(on("2025-02-01"), on("2025-04-01"), &Narrow::default());
/// assert_eq!(found.text[0].change, "began");
/// assert_eq!(found.verdicts[0].to.by, ["1/I"]);
/// assert_eq!(found.verdicts[0].witness["destination"], "IS");
/// assert_eq!(found.equal_elsewhere, "proved");
/// ```
pub fn compare(old: Side<'_>, new: Side<'_>, narrow: &Narrow) -> Comparison {
    let text = text::changes(&old, &new, &narrow.readings);
    let meaning = meaning::meaning(old, new, narrow);
    Comparison {
        old: old.words(),
        new: new.words(),
        text,
        verdicts: meaning.classes,
        equal_elsewhere: if meaning.is_proved { "proved" } else { "not proved" },
        readings: narrow.readings.clone(),
        bounds: meaning.bounds,
        unshown: meaning.unshown,
        corpus: None,
    }
}
