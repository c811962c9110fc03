//! A shipment in words.

use serde_json::Value as Json;
use std::collections::BTreeMap;

/// Facts by their paths, and the readings: `destination: DE, items[0].kind: magnet; read as relief.relief_first`.
pub fn in_words(facts: &Json, readings: &BTreeMap<String, String>) -> String {
    let mut words = Vec::new();
    by_path(String::new(), facts, &mut words);
    let readings: Vec<String> = readings.iter().map(|(question, reading)| format!("{question}.{reading}")).collect();
    let under = if readings.is_empty() { String::new() } else { format!("; read as {}", readings.join(", ")) };
    format!("{}{under}", words.join(", "))
}

fn by_path(path: String, value: &Json, found: &mut Vec<String>) {
    match value {
        Json::Object(members) => {
            for (name, inner) in members {
                by_path(if path.is_empty() { name.clone() } else { format!("{path}.{name}") }, inner, found);
            }
        }
        Json::Array(elements) if elements.iter().any(Json::is_object) => {
            elements.iter().enumerate().for_each(|(at, inner)| by_path(format!("{path}[{at}]"), inner, found));
        }
        Json::Array(elements) if elements.is_empty() => found.push(format!("{path}: none")),
        Json::Array(elements) => {
            let words: Vec<&str> = elements.iter().filter_map(Json::as_str).collect();
            found.push(format!("{path}: {}", words.join(" and ")));
        }
        Json::String(text) => found.push(format!("{path}: {text}")),
        other => found.push(format!("{path}: {other}")),
    }
}
