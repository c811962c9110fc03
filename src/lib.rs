//! Ukase: the rules of trade control as policies, and the interpreter that judges shipments by them and says why.
//!
//! The way from text to verdict is the order of the modules: [`source`] and [`syntax`] read the text, [`check`] resolves and types
//! it, [`program`] lowers it to one flat list of nodes, [`facts`] holds what is known of a shipment, [`eval`] judges, [`explain`]
//! says why. `ARCHITECTURE.md` draws the floors.
//!
//! ```
//! use ukase::{compile, eval::Judge, explain::explain, facts, source::{SourceId, Sources}};
//!
//! let text = r#"
//! policy pearls "Pearls"
//! language 1
//! outcomes from loosest to strictest { free "outside the controls"   licence "licence required" }
//! facts shipment { date date   destination country   cultured truth ask "Were they cultured?" }
//! instrument 1999-7 "Order No. 7" { published 1999-05-01 }
//! clause I "Natural pearls" when not cultured and destination is not FR then licence
//! "#;
//! let (policy, diagnostics) = compile(&Sources::of_text("pearls.ukase", text.trim()));
//! assert!(diagnostics.is_empty());
//! let policy = policy.unwrap();
//!
//! let judge = Judge::new(&policy, None);
//! let raw = facts::read_json(r#"{"date": "2025-12-01", "destination": "JP"}"#, SourceId(0), 0).unwrap();
//! let judgement = judge.judge(facts::load(&policy, &raw).unwrap(), None, Vec::new());
//!
//! let explanation = explain(&judge, &judgement, 1);
//! assert_eq!(explanation.possible, ["free", "licence"]);
//! assert_eq!(explanation.needs[0].question.as_deref(), Some("Were they cultured?"));
//! ```

// The parser that pest derives names it where pest does without `std`.
extern crate alloc;

pub mod analyze;
pub mod cases;
pub mod check;
pub mod column;
pub mod commands;
pub(crate) mod compile;
pub mod diagnostic;
pub mod diagram;
pub mod diff;
pub mod document;
pub mod eval;
pub mod explain;
pub mod facts;
pub mod files;
pub mod generate;
pub mod loophole;
pub mod problem;
pub mod program;
pub mod settings;
mod side_by_side;
pub mod source;
pub mod syntax;
#[cfg(feature = "tables")]
pub mod table;
pub mod timeline;
pub mod value;
pub mod witness;

pub use compile::compile;
