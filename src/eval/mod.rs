//! Program and facts to verdicts.
//!
//! [`Evaluation`] holds a value for every node and row. [`Order`] reads from it which clauses apply and stand; [`Judge`] makes the exact
//! set of outcomes of it, and what to ask next.
//!
//! In the order of reading: `operation` and `category` say what each operation means, `question` what a test asks of a single value;
//! `rows` and `fixpoint` compute one shipment, `columns` many at once, `decision` of one no more than decides it; `what_if` computes
//! again under a supposition, `standing` says which clauses stand. The search over what is not known: `hangs` and `open` (what hangs on
//! what), `regions`, `candidates`, `alike` and `turns` (how an unknown may turn out), `survey` (how things stand), `completion` (going
//! through all), `reach` (the way to one outcome), `relevance` (what matters). `inquiry` puts these together for a shipment, `doubts`
//! looks at codes, `verdict` is the result.

mod alike;
mod calendar_state;
mod candidates;
mod category;
mod columns;
mod completion;
mod critical;
mod decision;
mod doubts;
mod fixpoint;
mod hangs;
mod inquiry;
mod judge;
mod linear;
mod open;
pub(crate) mod operation;
mod question;
mod reach;
mod reading;
mod regions;
mod relevance;
mod rows;
mod signature;
mod standing;
mod survey;
mod turns;
mod unknown;
mod values;
mod verdict;
mod what_if;

pub use calendar_state::CalendarState;
pub use columns::{Conclusion, Decisions};
pub use completion::{Possible, Search, Target};
pub use decision::{Decider, Decision};
pub use doubts::Doubt;
pub use inquiry::Parts;
pub use judge::{Judge, Judgement};
pub use regions::Regions;
pub use rows::Evaluation;
pub use signature::{Signature, Signatures};
pub(crate) use standing::own;
pub use standing::{Binding, Order, Outcomes, Standing, row_in, together};
pub use unknown::{Turn, Unknown};
pub use verdict::{BindingVerdict, Need, Split, Verdict, ask_of, path_of};
