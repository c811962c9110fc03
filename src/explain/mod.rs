//! Program and evaluation to explanations: reasons, margins, what it would take, what to ask.
//!
//! An [`Explanation`] is the JSON contract of a verdict; the text and Markdown forms say the same.

mod assumed;
mod json;
mod markdown;
mod read;
mod reason;
mod text;
mod would_be;

pub use json::{
    Assumed, BindingOutcome, Doubtful, Duty, Explanation, Finding, NeedWords, PolicyWords, QuestionWords, ReliedOn, explain,
};
pub use markdown::markdown;
pub(crate) use markdown::{cell, escape};
pub use reason::element_path;
pub use reason::{Margin, Reason, SourcePlace};
pub use text::text;
pub use would_be::{WouldBe, WouldBeFact};
