//! Program and facts to verdicts.
//!
//! [`Evaluation`] holds a value for every node and row. [`Order`] reads from it which clauses apply and stand; [`Judge`] makes the exact
//! set of outcomes of it, and what to ask next.

mod alike;
mod candidates;
mod completion;
mod doubts;
mod hangs;
mod inquiry;
mod open;
mod operation;
mod regions;
mod rows;
mod standing;
mod turns;
mod verdict;

pub use completion::{Possible, Search, Target, Turn, Unknown};
pub use regions::Regions;
pub use rows::Evaluation;
pub use standing::{Binding, Order, Outcomes, Standing, row_in, together};
pub use verdict::{BindingVerdict, Doubt, Judge, Judgement, Need, Split, Verdict, ask_of, path_of};
