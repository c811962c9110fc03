//! A policy as a document for people who read law, not files: its instruments in time, each provision with its words and conditions,
//! its questions, its worked cases and what they come to.

mod markdown;
mod timeline;

pub use markdown::markdown;
pub use timeline::{Event, timeline};
