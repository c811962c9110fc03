//! What an analysis finds, and what it cannot tell.

use crate::check::{Accepted, CheckedPolicy, FindingKind};
use crate::source::Span;
use crate::witness::Shipment;

/// Something that a policy fails to settle, or that nothing hangs on. Each is proved; where a shipment shows it, it was judged by rows.
#[derive(Debug, Clone)]
pub struct Finding {
    /// What it is.
    pub kind: FindingKind,
    /// The clauses, the category, the question or the outcome that it is about.
    pub subjects: Vec<String>,
    /// The condition that it is about, in the policy's words.
    pub condition: Option<String>,
    /// What was found, in a sentence.
    pub message: String,
    /// The outcomes that contend.
    pub outcomes: Vec<String>,
    /// A shipment that shows it.
    pub shown_by: Option<Shipment>,
    /// Where it stands, as `instruments/x.ukase:41`.
    pub place: String,
    /// Why the policy leaves it as it is.
    pub accepted: Option<String>,
}

/// Something that is neither found nor excluded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undecided {
    /// What it would be.
    pub kind: FindingKind,
    /// What it is about.
    pub subject: String,
    /// Why it is not known.
    pub because: String,
}

/// What became of one question to a policy.
pub(super) enum Answer {
    /// It is as it should be.
    Fine,
    Found(Finding),
    Unknown(Undecided),
}

impl Finding {
    /// A finding about something that stands somewhere.
    pub(super) fn new(policy: &CheckedPolicy, kind: FindingKind, subjects: Vec<String>, span: Span, message: String) -> Finding {
        Finding {
            kind,
            subjects,
            condition: None,
            message,
            outcomes: Vec::new(),
            shown_by: None,
            place: place(policy, span),
            accepted: None,
        }
    }

    /// The policy has looked at it, and says why it stays.
    pub(super) fn is_accepted_by(&self, accepted: &Accepted) -> bool {
        accepts(accepted, self.kind, &self.subjects, self.condition.as_deref())
    }
}

/// What is accepted is a finding of this kind about these subjects, and about this condition where there is one.
pub(super) fn accepts(accepted: &Accepted, kind: FindingKind, subjects: &[String], condition: Option<&str>) -> bool {
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let about = accepted.about.as_deref().is_none_or(|about| condition == Some(&words(about)));
    let is_meant = |subject: &String| accepted.subjects.iter().any(|one| names(one, subject, kind));
    kind == accepted.kind && about && subjects.iter().all(is_meant)
}

/// A subject as it is accepted: the thing itself, and for categories all below it.
fn names(accepted: &str, subject: &str, kind: FindingKind) -> bool {
    let rest = subject.strip_prefix(accepted);
    rest.is_some_and(|rest| rest.is_empty() || (kind == FindingKind::DeadCategory && rest.starts_with('.')))
}

/// A file and a line.
pub(super) fn place(policy: &CheckedPolicy, span: Span) -> String {
    format!("{}:{}", policy.sources.get(span.source).name, policy.sources.position(span).line)
}
