//! The files of a policy to a policy ready to judge, with every problem: parsed, checked, its examples read against the vocabulary,
//! the overlaps that nobody settled.

use crate::check::{CheckedPolicy, check};
use crate::diagnostic::{self, Diagnostic};
use crate::facts::load;
use crate::source::Sources;

/// Compiles a policy. There is a policy exactly when no diagnostic is an error.
pub fn compile(sources: &Sources) -> (Option<CheckedPolicy>, Vec<Diagnostic>) {
    let (policy, mut diagnostics) = check(sources);
    let Some(policy) = policy else { return (None, diagnostics) };
    diagnostics.extend(examples(&policy));
    diagnostics.extend(crate::analyze::overlaps(&policy));
    diagnostic::sort(&mut diagnostics);
    let sound = !diagnostics.iter().any(Diagnostic::is_error);
    (sound.then_some(policy), diagnostics)
}

/// Examples whose facts the vocabulary does not know.
fn examples(policy: &CheckedPolicy) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for example in &policy.examples {
        match &example.given {
            Some(given) => {
                let problems = load(policy, given).err().unwrap_or_default();
                found.extend(problems.into_iter().map(|problem| Diagnostic { code: "ukase::check::example_fact", ..problem }));
            }
            None => {
                let message = format!("the example \"{}\" gives no facts", example.name);
                let diagnostic = Diagnostic::error("ukase::check::example_fact", example.span, message);
                found.push(diagnostic.help("write `given { … }`"));
            }
        }
    }
    found
}
