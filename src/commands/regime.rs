//! Policies to judge by, side by side: each at its version and with its readings. None of them knows of the others.

use super::policy::{open, open_with_examples, split, usage};
use super::profile::{self, Profile};
use crate::check::CheckedPolicy;
use crate::settings::{assumptions, chosen, day, readings, version};
use crate::value::Date;
use clap::Args;
use std::path::Path;
use std::process::ExitCode;

/// What is chosen for all policies at once.
#[derive(Debug, Default, Args)]
pub(crate) struct Choices {
    /// Judge as of this day, in place of each shipment's own.
    #[arg(long, value_name = "DAY")]
    on: Option<String>,
    /// Judge by what was published by this day.
    #[arg(long, value_name = "DAY")]
    known_on: Option<String>,
    /// Read a question of law in one way, in every policy that asks it.
    #[arg(long = "reading", value_name = "QUESTION=READING")]
    readings: Vec<String>,
    /// Take what the facts leave open from an assumption of the policy; every fact taken from it is shown.
    #[arg(long = "assume", value_name = "ASSUMPTION")]
    assumptions: Vec<String>,
    /// A file with the readings and assumptions that a firm has chosen; what is given by `--reading` counts before it.
    #[arg(long, value_name = "FILE")]
    profile: Option<String>,
    /// Exit with 1 when a verdict is, or may be, at least this strict.
    #[arg(long, value_name = "OUTCOME")]
    fail_at: Option<String>,
}

/// A policy, and how it is to judge.
pub(crate) struct Regime {
    pub(crate) policy: CheckedPolicy,
    pub(crate) settings: Settings,
}

/// How a policy is to judge.
pub(crate) struct Settings {
    /// The day judged, in place of each shipment's own.
    pub(crate) on: Option<Date>,
    /// The day known.
    pub(crate) known: Option<Date>,
    /// The reading chosen for each question.
    pub(crate) readings: Vec<Option<usize>>,
    /// What is assumed, in the order in which it is.
    pub(crate) assumptions: Vec<usize>,
    /// The outcome from which on a verdict fails.
    pub(crate) fail_at: Option<usize>,
}

/// Opens policies as they are named on the command line, perhaps each with a version. On failure it has been said what is wrong.
pub(crate) fn open_all(operands: &[String], choices: &Choices) -> Result<Vec<Regime>, ExitCode> {
    open_by(open, operands, choices)
}

/// The same with the worked cases of each policy.
pub(crate) fn open_all_with_examples(operands: &[String], choices: &Choices) -> Result<Vec<Regime>, ExitCode> {
    open_by(open_with_examples, operands, choices)
}

fn open_by(
    open: fn(&Path) -> Result<CheckedPolicy, ExitCode>,
    operands: &[String],
    choices: &Choices,
) -> Result<Vec<Regime>, ExitCode> {
    let named: Vec<_> = operands.iter().map(|operand| split(operand)).collect();
    let policies = named.iter().map(|(path, _)| open(path)).collect::<Result<Vec<_>, _>>()?;
    let settings = |policy: &CheckedPolicy, written: Option<&str>| choices.settings(policy, &policies, written);
    let both = policies.iter().zip(&named).map(|(policy, (_, written))| settings(policy, *written));
    let settings = both.collect::<Result<Vec<_>, _>>().map_err(|message| usage(&message))?;
    Ok(policies.into_iter().zip(settings).map(|(policy, settings)| Regime { policy, settings }).collect())
}

/// Opens one policy as it is named on the command line. On failure it has been said what is wrong.
pub(crate) fn open_one(operand: &str, choices: &Choices) -> Result<Regime, ExitCode> {
    let regimes = open_all(&[operand.to_string()], choices)?;
    regimes.into_iter().next().ok_or(ExitCode::FAILURE)
}

impl Regime {
    /// The readings that are chosen, by the names of the questions.
    pub(crate) fn readings(&self) -> impl Iterator<Item = (String, String)> {
        chosen(&self.policy, &self.settings.readings)
    }
}

impl Choices {
    /// Nothing but how the law is read, and what is assumed.
    pub(crate) fn reading(readings: Vec<String>, profile: Option<String>) -> Choices {
        Choices { readings, profile, ..Choices::default() }
    }

    /// A day is chosen, or an outcome at which a verdict fails.
    pub(crate) fn fixes_the_day(&self) -> bool {
        self.on.is_some() || self.fail_at.is_some()
    }

    /// Takes `--known-on all` out, which names no day; tells whether it was there.
    pub(crate) fn take_all_known(&mut self) -> bool {
        let is_all = self.known_on.as_deref() == Some("all");
        self.known_on.take_if(|_| is_all).is_some()
    }

    /// An outcome is chosen at which a verdict fails.
    pub(crate) fn fails_at(&self) -> bool {
        self.fail_at.is_some()
    }

    /// The file with what a firm has chosen.
    #[cfg(feature = "tables")]
    pub(crate) fn profile_file(&self) -> Option<&str> {
        self.profile.as_deref()
    }

    /// What is chosen for one of several policies.
    fn settings(&self, policy: &CheckedPolicy, all: &[CheckedPolicy], written: Option<&str>) -> Result<Settings, String> {
        let version = version(policy, written)?;
        let profile = self.profile(policy, all)?;
        let on = self.on.as_deref().map(day).transpose()?;
        let known = self.known_on.as_deref().map(day).transpose()?;
        Ok(Settings {
            on: on.or(version.on),
            known: known.or(version.known),
            readings: self.readings(policy, all, &profile)?,
            assumptions: self.assumptions(policy, all, &profile)?,
            fail_at: self.fail_at(policy, all)?,
        })
    }

    /// What the profile says to a policy: nothing where there is none, or where it is for another one.
    fn profile(&self, policy: &CheckedPolicy, all: &[CheckedPolicy]) -> Result<Profile, String> {
        let Some(path) = &self.profile else { return Ok(Profile::default()) };
        let profile = profile::read(path)?;
        match &profile.policy {
            Some(wanted) if all.iter().all(|one| one.name != *wanted) => {
                let names: Vec<&str> = all.iter().map(|one| one.name.as_str()).collect();
                Err(format!("the profile {path} is for the policy {wanted}, and this is {}", names.join(" and ")))
            }
            Some(wanted) if policy.name != *wanted => Ok(Profile::default()),
            _ => Ok(profile),
        }
    }

    /// The readings of the profile, and before them those of the command line.
    fn readings(&self, policy: &CheckedPolicy, all: &[CheckedPolicy], profile: &Profile) -> Result<Vec<Option<usize>>, String> {
        let own = readings(policy, &concerning(&self.readings, policy, all))?;
        let written: Vec<String> = profile.readings.iter().map(|(question, reading)| format!("{question}={reading}")).collect();
        let of_profile = readings(policy, &concerning(&written, policy, all));
        let of_profile = of_profile.map_err(|message| self.in_profile(&message))?;
        Ok(own.into_iter().zip(of_profile).map(|(own, of_profile)| own.or(of_profile)).collect())
    }

    /// The assumptions of the profile, and those of the command line over them.
    fn assumptions(&self, policy: &CheckedPolicy, all: &[CheckedPolicy], profile: &Profile) -> Result<Vec<usize>, String> {
        let found = assumptions(policy, all, &profile.assume).map_err(|message| self.in_profile(&message))?;
        Ok(found.into_iter().chain(assumptions(policy, all, &self.assumptions)?).collect())
    }

    fn in_profile(&self, message: &str) -> String {
        format!("the profile {}: {message}", self.profile.as_deref().unwrap_or_default())
    }

    fn fail_at(&self, policy: &CheckedPolicy, all: &[CheckedPolicy]) -> Result<Option<usize>, String> {
        let Some(name) = &self.fail_at else { return Ok(None) };
        if all.iter().all(|one| one.outcome(name).is_none()) {
            let names: Vec<&str> = policy.outcomes.iter().map(|outcome| outcome.name.as_str()).collect();
            return Err(format!("the policy has no outcome `{name}`; its scale is {}", names.join(", ")));
        }
        Ok(policy.outcome(name))
    }
}

/// The readings of questions that a policy asks, and of such as none of the policies asks, which is a slip to be told.
fn concerning(written: &[String], policy: &CheckedPolicy, all: &[CheckedPolicy]) -> Vec<String> {
    let asks = |policy: &CheckedPolicy, one: &str| {
        let question = one.split('=').next().unwrap_or(one);
        policy.questions.iter().any(|known| known.name == question)
    };
    written.iter().filter(|one| asks(policy, one) || !all.iter().any(|policy| asks(policy, one))).cloned().collect()
}
