//! The files of a policy to a policy ready to judge, with every problem: parsed, checked, its examples read against the vocabulary,
//! the overlaps that nobody settled.

use crate::analyze::overlaps;
use crate::cases::facts_of;
use crate::check::{CheckedPolicy, check};
use crate::diagnostic::{self, Diagnostic};
use crate::facts::load;
use crate::side_by_side::side_by_side;
use crate::source::Sources;

/// Compiles a policy. There is a policy exactly when no diagnostic is an error.
pub fn compile(sources: &Sources) -> (Option<CheckedPolicy>, Vec<Diagnostic>) {
    let (policy, mut diagnostics) = check(sources);
    let Some(policy) = policy else { return (None, diagnostics) };
    let looks: [fn(&CheckedPolicy) -> Vec<Diagnostic>; 2] = [examples, overlaps];
    diagnostics.extend(side_by_side(looks.len(), |at| looks[at](&policy)).into_iter().flatten());
    diagnostic::sort(&mut diagnostics);
    let sound = !diagnostics.iter().any(Diagnostic::is_error);
    (sound.then_some(policy), diagnostics)
}

/// Assumptions whose facts the vocabulary does not know.
pub(crate) fn assumptions(policy: &CheckedPolicy) -> Vec<Diagnostic> {
    let problems = policy.assumptions.iter().filter_map(|one| load(policy, &one.facts).err()).flatten();
    problems.map(|problem| Diagnostic { code: "ukase::check::assumption_fact", ..problem }).collect()
}

/// Assumptions and examples whose facts the vocabulary does not know.
fn examples(policy: &CheckedPolicy) -> Vec<Diagnostic> {
    let assumed = assumptions(policy);
    if !assumed.is_empty() {
        // Every example that rests on them would tell the same.
        return assumed;
    }
    let problems = side_by_side(policy.examples.len(), |at| facts_of(policy, &policy.examples[at]).err().unwrap_or_default());
    problems.into_iter().flatten().map(|problem| Diagnostic { code: "ukase::check::example_fact", ..problem }).collect()
}
