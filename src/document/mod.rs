//! A policy as a document for people who read law, not files: its instruments in time, each provision with its words and conditions,
//! its questions, its worked cases and what they come to; as Markdown, or as one HTML file with a drawing of the timeline.

mod calendar;
mod drawing;
mod html;
mod markdown;
mod scale;
mod timeline;
mod words;

pub use calendar::{Calendar, State, calendars};
pub use drawing::drawing;
pub(crate) use drawing::escaped;
pub use html::html;
pub use markdown::{clause, markdown};
pub(crate) use scale::Scale;
pub use timeline::{Event, timeline};
