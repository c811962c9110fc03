//! What a code says about a category.

use crate::check::CheckedPolicy;
use crate::program::Places;
use crate::value::Classified;

/// What a code says about a category.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ByCode {
    /// It lies within.
    Inside,
    /// It is another code of the policy.
    Beside,
    /// There is none, or a more general one.
    Silent,
    /// It is a code that the policy does not know.
    Foreign,
}

impl ByCode {
    /// What a code that somebody gave says: one of the policy excludes the categories beside it, one from elsewhere says nothing of them.
    pub(super) fn of(policy: &CheckedPolicy, code: &Classified, category: u32, inside: &Places) -> ByCode {
        let lies_above = || category != u32::MAX && policy.codes.get(category).is_within(&code.code);
        match code.place {
            Some(place) if inside.holds(place) => ByCode::Inside,
            _ if lies_above() => ByCode::Silent,
            Some(_) => ByCode::Beside,
            None => ByCode::Foreign,
        }
    }
}
