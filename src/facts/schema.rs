//! The vocabulary of a policy as JSON Schema, draft 2020-12.

use crate::check::{CheckedPolicy, Field, Record, Type};
use crate::value::Value;
use serde_json::{Map, Value as Json, json};

/// The schema of one shipment.
pub fn schema(policy: &CheckedPolicy) -> Json {
    let definitions: Map<String, Json> = policy
        .records
        .iter()
        .enumerate()
        .skip(1)
        .map(|(at, record)| (record.name.clone(), record_schema(policy, at, record)))
        .collect();
    let mut root = object(policy, &policy.records[0]);
    if let Some(root) = root.as_object_mut() {
        root.insert("$schema".into(), json!("https://json-schema.org/draft/2020-12/schema"));
        root.insert("title".into(), json!(format!("Facts of a shipment for {}", policy.name)));
        let note =
            "A fact that is left out is unknown: never false, never none. A list is complete unless its last element is \"…\".";
        root.insert("description".into(), json!(note));
        root.insert("$defs".into(), Json::Object(definitions));
    }
    root
}

fn record_schema(policy: &CheckedPolicy, at: usize, record: &Record) -> Json {
    let object = object(policy, record);
    let mut forms = vec![object];
    if let Some(key) = record.key {
        forms.push(scalar(policy, &record.fields[key].ty));
    }
    let has_register = policy.records[0].fields.iter().any(|field| field.ty == Type::Register(at));
    if has_register && record.field("ref").is_none() {
        forms.push(json!({"type": "object", "properties": {"ref": {"type": "string"}}, "required": ["ref"], "additionalProperties": false}));
    }
    if forms.len() == 1 { forms.remove(0) } else { json!({"anyOf": forms}) }
}

fn object(policy: &CheckedPolicy, record: &Record) -> Json {
    let mut properties: Map<String, Json> =
        record.fields.iter().map(|field| (field.name.clone(), field_schema(policy, field))).collect();
    if record.name == policy.records[0].name {
        properties.insert("id".into(), json!({"type": ["string", "number"], "description": "The name of the shipment."}));
    }
    json!({"type": "object", "properties": properties, "additionalProperties": false})
}

fn field_schema(policy: &CheckedPolicy, field: &Field) -> Json {
    let mut schema = type_schema(policy, &field.ty);
    if let Some(schema) = schema.as_object_mut() {
        let words: Vec<&str> =
            [field.doc.as_deref(), Some(field.ask.text.as_str())].into_iter().flatten().filter(|text| !text.is_empty()).collect();
        if !words.is_empty() {
            schema.insert("description".into(), json!(words.join(" ")));
        }
        if let Some(default) = &field.default {
            schema.insert(
                "default".into(),
                match default {
                    Value::Truth(truth) => json!(truth.is_true()),
                    // A set or a list may only be without members.
                    Value::Set(_) => json!([]),
                    other => json!(field.ty.write(&policy.enums, other)),
                },
            );
        }
    }
    schema
}

fn type_schema(policy: &CheckedPolicy, ty: &Type) -> Json {
    match ty {
        Type::Record(id) => json!({"$ref": reference(policy, *id)}),
        Type::List(id) => json!({"type": "array", "items": {"anyOf": [{"$ref": reference(policy, *id)}, {"const": "…"}]}}),
        Type::Register(id) => json!({"type": "object", "additionalProperties": {"$ref": reference(policy, *id)}}),
        Type::Set(of) => json!({"type": "array", "items": {"anyOf": [scalar(policy, of), {"const": "…"}]}}),
        other => scalar(policy, other),
    }
}

fn reference(policy: &CheckedPolicy, id: usize) -> String {
    format!("#/$defs/{}", policy.records[id].name)
}

fn scalar(policy: &CheckedPolicy, ty: &Type) -> Json {
    match ty {
        Type::Truth => json!({"type": "boolean"}),
        Type::Integer => json!({"type": "integer", "minimum": 0}),
        Type::Decimal => json!({"type": "number", "minimum": 0}),
        Type::Percent => json!({"anyOf": [
            {"type": "string", "pattern": "^<? ?[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]+)? ?%?$", "examples": ["0.1%", "<0.01%"]},
            {"type": "number", "minimum": 0, "maximum": 1}
        ]}),
        Type::Money => json!({"type": "string", "pattern": "^[0-9]+(\\.[0-9]+)? +[A-Z]{3}$", "examples": ["1200.00 USD"]}),
        Type::Quantity(unit) => {
            json!({"type": "string", "pattern": "^<? ?-?[0-9]+(\\.[0-9]+)? +\\S+$", "examples": [format!("1.5 {unit}")]})
        }
        Type::Date => json!({"type": "string", "format": "date"}),
        Type::Country => json!({"type": "string", "pattern": "^[A-Z]{2}$", "examples": ["CN"]}),
        Type::Code => json!({"type": "string", "pattern": "^[A-Za-z0-9()]+([.-][A-Za-z0-9()]+)*$"}),
        Type::Enum(id) => {
            let words: Vec<&str> = policy.enums[*id].words.iter().map(|word| word.name.as_str()).collect();
            if policy.enums[*id].open {
                json!({"type": "string", "minLength": 1, "examples": words})
            } else {
                json!({"enum": words})
            }
        }
        _ => json!({"type": "string"}),
    }
}
