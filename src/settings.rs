//! How a policy is to judge, by the names that people use: days, versions, readings, assumptions. What is named wrongly is told, with what was
//! probably meant.

use crate::check::CheckedPolicy;
use crate::diagnostic::nearest;
use crate::value::Date;

/// The days that a version fixes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Version {
    /// The day judged, in place of each shipment's own.
    pub on: Option<Date>,
    /// The day known.
    pub known: Option<Date>,
}

/// The days of a version: `2025-12-01`, `2025-12-01,known=2025-10-09`, or a name that the policy gives.
///
/// # Errors
/// That it is none of these.
pub fn version(policy: &CheckedPolicy, written: Option<&str>) -> Result<Version, String> {
    let Some(written) = written else { return Ok(Version::default()) };
    let (first, rest) = written.split_once(',').map_or((written, None), |(first, rest)| (first, Some(rest)));
    let mut found = match Date::parse(first) {
        Some(day) => Version { on: Some(day), known: None },
        None => named(policy, first)?,
    };
    if let Some(rest) = rest {
        let known = rest.strip_prefix("known=").and_then(Date::parse);
        found.known = Some(known.ok_or_else(|| format!("`{rest}` is not `known=` and a day, such as known=2025-10-09"))?);
    }
    Ok(found)
}

fn named(policy: &CheckedPolicy, name: &str) -> Result<Version, String> {
    if let Some(version) = policy.versions.iter().find(|version| version.name == name) {
        return Ok(Version { on: Some(version.on), known: version.known });
    }
    let names = || policy.versions.iter().map(|version| version.name.as_str());
    Err(match nearest(name, names()) {
        Some(near) => format!("the policy names no version `{name}`; did you mean `{near}`?"),
        None if policy.versions.is_empty() => format!("`{name}` is not a day, and the policy names no versions"),
        None => format!("`{name}` is neither a day nor a version of the policy ({})", names().collect::<Vec<_>>().join(", ")),
    })
}

/// A day.
///
/// # Errors
/// That it is none.
pub fn day(text: &str) -> Result<Date, String> {
    Date::parse(text).ok_or_else(|| format!("`{text}` is not a day such as 2025-12-01"))
}

/// The readings that are chosen, by the names of their questions.
pub fn chosen<'p>(policy: &'p CheckedPolicy, readings: &'p [Option<usize>]) -> impl Iterator<Item = (String, String)> + 'p {
    let chosen = policy.questions.iter().zip(readings);
    chosen.filter_map(|(question, reading)| Some((question.name.clone(), question.readings[(*reading)?].name.clone())))
}

/// The reading chosen for each question, from `question=reading`.
///
/// # Errors
/// That the policy has no such question or reading, or that one is read in two ways.
pub fn readings(policy: &CheckedPolicy, written: &[String]) -> Result<Vec<Option<usize>>, String> {
    let mut chosen = vec![None; policy.questions.len()];
    for one in written {
        let (question, reading) = one.split_once('=').ok_or_else(|| format!("`{one}` is not QUESTION=READING"))?;
        let names = || policy.questions.iter().map(|question| question.name.as_str());
        let at =
            policy.questions.iter().position(|known| known.name == question).ok_or_else(|| match nearest(question, names()) {
                Some(near) => format!("the policy has no question `{question}`; did you mean `{near}`?"),
                None if policy.questions.is_empty() => format!("the policy has no question `{question}`, nor any other"),
                None => format!("the policy has no question `{question}`; it has {}", names().collect::<Vec<_>>().join(", ")),
            })?;
        let of = &policy.questions[at].readings;
        let found = of.iter().position(|known| known.name == reading).ok_or_else(|| {
            let names: Vec<&str> = of.iter().map(|reading| reading.name.as_str()).collect();
            format!("`{question}` has no reading `{reading}`; it has {}", names.join(", "))
        })?;
        if chosen[at].replace(found).is_some_and(|before| before != found) {
            return Err(format!("`{question}` is read in two ways; choose one"));
        }
    }
    Ok(chosen)
}

/// The places of assumptions in a policy; one that none of all the policies has is a slip to be told.
///
/// # Errors
/// That none of them has an assumption of that name.
pub fn assumptions(policy: &CheckedPolicy, all: &[CheckedPolicy], names: &[String]) -> Result<Vec<usize>, String> {
    let place = |policy: &CheckedPolicy, name: &str| policy.assumptions.iter().position(|one| one.name == name);
    if let Some(name) = names.iter().find(|name| all.iter().all(|policy| place(policy, name).is_none())) {
        let known: Vec<&str> = policy.assumptions.iter().map(|one| one.name.as_str()).collect();
        return Err(match nearest(name, known.iter().copied()) {
            Some(near) => format!("the policy has no assumption `{name}`; did you mean `{near}`?"),
            None if known.is_empty() => format!("the policy has no assumption `{name}`, nor any other"),
            None => format!("the policy has no assumption `{name}`; it has {}", known.join(", ")),
        });
    }
    Ok(names.iter().filter_map(|name| place(policy, name)).collect())
}
