//! The worked cases of a policy: whether their verdicts are those expected, what they decide, and what they would notice.

mod change;
mod coverage;
mod idle;
mod mutation;
mod others;
mod verdicts;

pub use coverage::{Condition, Covered, coverage};
pub use mutation::{Mutation, Survivor, mutation};
pub use others::{OTHERS, Others};
pub use verdicts::{Fate, Unmet, facts_of, judge_example, judge_examples, judges_of, readings_of};
