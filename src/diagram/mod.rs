//! All shipments at once: a program as decision diagrams.
//!
//! A diagram says for which shipments a condition holds. Its variables are the facts, each cut into the regions that the policy tells
//! apart, the readings of open questions, and what is said of a list as a whole. The element of a list that stands for any other is a
//! row like the others, so that "one element is so" is a variable which knows what it says of the element: nothing is supposed
//! about how long lists are, and what holds in a diagram holds for lists of any length.
//!
//! What the diagrams leave open (sums, recursion, comparisons of two facts beyond what the policy names) is a variable of its own. So a
//! difference that the diagrams exclude does not exist; one that they show needs a witness, which the evaluator judges again.

mod comparison;
mod domain;
mod exclusion;
mod folds;
mod lists;
mod manager;
mod moved;
mod reader;
mod realise;
mod row;
mod side;
mod space;
mod standing;
mod structure;
mod written;

pub use manager::{Diagram, Full, Made};
pub use moved::What;
pub use reader::Reader;
pub use realise::{Assignment, Outcome, Realised};
pub use row::{Row, RowKind};
pub use side::{Side, VersionWords};
pub use space::{ClauseOf, Space, Variable, VariableId};
pub use standing::{Bound, Standing, Standings, verdicts};
