//! Ukase: the rules of trade control as policies, and the interpreter that explains its verdicts.

pub mod analyze;
pub mod check;
pub mod commands;
mod compile;
pub mod diagnostic;
pub mod eval;
pub mod explain;
pub mod facts;
pub mod files;
pub mod program;
pub mod source;
pub mod syntax;
pub mod value;

pub use compile::compile;
