//! An analysis as JSON.

use super::finding::Finding;
use super::property::Tried;
use super::report::Analysis;
use crate::check::FindingKind;
use crate::witness::Shipment;
use serde_json::{Map, Value as Json, json};

/// The analysis as one object; each finding stands under its kind.
pub fn json(analysis: &Analysis) -> Json {
    let of = |kinds: &[FindingKind]| -> Vec<Json> {
        analysis.findings.iter().filter(|one| kinds.contains(&one.kind)).map(finding).collect()
    };
    let looked: Map<String, Json> =
        analysis.tallies.iter().map(|tally| (tally.kind.name().to_string(), json!(tally.looked_at))).collect();
    let undecided = analysis.undecided.iter();
    let undecided = undecided.map(|one| json!({"code": code(one.kind), "subject": one.subject, "because": one.because}));
    let needless = analysis.needless.iter().map(|(what, place)| json!({"accept": what, "place": place}));
    json!({
        "policy": analysis.version,
        "dead": of(&[FindingKind::DeadClause, FindingKind::DeadCategory]),
        "idle": of(&[FindingKind::IdleCondition]),
        "overlaps": of(&[FindingKind::Overlap]),
        "gaps": of(&[FindingKind::Gap]),
        "unreached": of(&[FindingKind::UnreachedOutcome]),
        "questions": of(&[FindingKind::IdleQuestion]),
        "properties": analysis.properties.iter().map(property).collect::<Vec<_>>(),
        "undecided": undecided.collect::<Vec<_>>(),
        "needless": needless.collect::<Vec<_>>(),
        "looked_at": looked,
        "complete": !analysis.is_given_up && analysis.undecided.is_empty(),
    })
}

/// The code of a kind of finding.
fn code(kind: FindingKind) -> String {
    format!("ukase::analyze::{}", kind.name())
}

fn finding(one: &Finding) -> Json {
    let mut written = Map::new();
    written.insert("code".into(), json!(code(one.kind)));
    match one.kind {
        FindingKind::Overlap => _ = written.insert("clauses".into(), json!(one.subjects)),
        kind => _ = written.insert(about(kind).into(), json!(one.subjects.join(" and "))),
    }
    written.extend(one.condition.iter().map(|condition| ("condition".to_string(), json!(condition))));
    if !one.outcomes.is_empty() {
        written.insert("outcomes".into(), json!(one.outcomes));
    }
    written.insert("message".into(), json!(one.message));
    if let Some(shown) = &one.shown_by {
        shown_by(&mut written, "witness", shown);
    }
    written.insert("place".into(), json!(one.place));
    written.insert("accepted".into(), json!(one.accepted));
    Json::Object(written)
}

/// The key of what a finding is about.
fn about(kind: FindingKind) -> &'static str {
    match kind {
        FindingKind::DeadCategory => "category",
        FindingKind::UnreachedOutcome => "outcome",
        FindingKind::IdleQuestion => "question",
        FindingKind::IdleCondition => "in",
        FindingKind::DeadClause | FindingKind::Overlap | FindingKind::Gap => "clause",
    }
}

fn shown_by(written: &mut Map<String, Json>, key: &str, shown: &Shipment) {
    written.insert(key.into(), shown.facts.clone());
    if !shown.readings.is_empty() {
        written.insert("readings".into(), json!(shown.readings));
    }
}

fn property(one: &Tried) -> Json {
    let mut written = Map::new();
    written.insert("name".into(), json!(one.name));
    written.insert("holds".into(), json!(one.holds));
    written.insert("witness".into(), Json::Null);
    if let Some(shown) = &one.shown_by {
        shown_by(&mut written, "witness", shown);
    }
    if let Some(shown) = &one.with_more {
        shown_by(&mut written, "with_more", shown);
    }
    if !one.outcomes.is_empty() {
        written.insert("outcomes".into(), json!(one.outcomes));
    }
    written.extend(one.because.iter().map(|because| ("because".to_string(), json!(because))));
    written.insert("place".into(), json!(one.place));
    Json::Object(written)
}
