//! What follows for each item of a shipment: the rows of the output, and how they are written.

mod conclusions;
mod line;
mod rendered;
mod shape;

pub(super) use line::{Own, header};
pub(super) use rendered::Rendered;
pub use shape::{LineFormat, RowColumn, RowFormat, RowShape};

use crate::eval::{BindingVerdict, Judge, Judgement, Need, Possible, Split, path_of};
use crate::explain::element_path;
use crate::value::Date;
use std::collections::{BTreeSet, HashMap};

/// What follows for one item, together with what is bound to the whole shipment; for a shipment without items, what follows for it.
#[derive(Debug, Clone)]
pub struct Row {
    /// The shipment's `id`.
    pub id: Option<String>,
    /// The item, as `items[0]`.
    pub item: Option<String>,
    /// The outcome, while there is one.
    pub outcome: Option<String>,
    /// The outcomes that remain possible, loosest first.
    pub possible: Vec<String>,
    /// `settled` or `open`; `rejected` where a shipment that was set aside has a row.
    pub status: &'static str,
    /// A licence that is held covers what the shipment asks for.
    pub covered: Option<bool>,
    /// The clauses that stand.
    pub clauses: Vec<String>,
    /// What to ask, the most decisive first.
    pub needs: Vec<String>,
    /// What is to be done.
    pub duties: Vec<String>,
    /// The day judged.
    pub on: Option<String>,
    /// The day known; none: everything is known.
    pub known_on: Option<String>,
    /// The digest of the policy.
    pub digest: String,
    /// Each outcome that remains possible is shown to be; otherwise they are those that are not excluded. Nothing where the shipment was set aside.
    pub exact: Option<bool>,
    /// The questions of law whose readings lead to different outcomes.
    pub questions: Vec<String>,
}

/// What a row asks: facts by their paths, questions of law by their names.
#[derive(Default)]
struct Asks {
    needs: Vec<String>,
    questions: Vec<String>,
}

/// The rows of a judgement, in the order of the items.
pub fn rows(judge: &Judge<'_>, judgement: &Judgement<'_>) -> Vec<Row> {
    let (evaluation, verdict) = (&judgement.evaluation, &judgement.verdict);
    let bindings = || verdict.bindings.iter().filter(|one| !one.binding.possible);
    let shipment: Vec<&BindingVerdict> = bindings().filter(|one| one.binding.scope == 0).collect();
    let items: Vec<&BindingVerdict> = bindings().filter(|one| one.binding.scope != 0).collect();
    let paths_of = |needs: &[Need]| needs.iter().map(|need| path_of(evaluation, need.unknown)).collect::<Vec<_>>();
    let questions = |splits: &[Split]| splits.iter().map(|split| judge.policy.questions[split.question].name.clone()).collect();
    let needs = paths_of(&verdict.needs);
    if items.is_empty() {
        return vec![row(
            judge,
            judgement,
            None,
            &shipment,
            verdict.possible,
            Asks { needs, questions: questions(&verdict.splits) },
        )];
    }
    let paths: Vec<String> = items.iter().map(|one| element_path(evaluation, one.binding.scope, one.binding.row)).collect();
    let places: HashMap<&str, usize> = paths.iter().enumerate().map(|(at, path)| (path.as_str(), at)).collect();
    let bound = |at: usize| shipment.iter().copied().chain([items[at]]).collect::<Vec<_>>();
    let mut parts = judge.parts(evaluation);
    let possible: Vec<Possible> = (0..items.len()).map(|at| parts.possible(&bound(at))).collect();
    parts.renew();
    let rows = possible.into_iter().enumerate().map(|(at, possible)| {
        let is_of_row = |need: &str| owner(need, &places).is_none_or(|owner| owner == at);
        // What decides one item may decide nothing for the shipment, where another decides that, and the other way round.
        let is_by_itself = possible.outcome().is_none() && items.len() > 1;
        let own = is_by_itself.then(|| parts.asks(&bound(at), |unknown| is_of_row(&path_of(evaluation, unknown)))).flatten();
        let asks = match own {
            Some((found, splits)) => Asks { needs: paths_of(&found), questions: questions(&splits) },
            None => Asks {
                needs: needs.iter().filter(|need| is_of_row(need)).cloned().collect(),
                questions: questions(&verdict.splits),
            },
        };
        row(judge, judgement, Some(paths[at].clone()), &bound(at), possible, asks)
    });
    rows.collect()
}

/// The row of an item, or of the shipment, for which these verdicts together leave these outcomes; while it is open, these facts and questions are asked for.
fn row(
    judge: &Judge<'_>,
    judgement: &Judgement<'_>,
    item: Option<String>,
    bound: &[&BindingVerdict],
    possible: Possible,
    asks: Asks,
) -> Row {
    let (evaluation, verdict) = (&judgement.evaluation, &judgement.verdict);
    let Asks { needs, questions } = if possible.outcome().is_some() { Asks::default() } else { asks };
    Row {
        id: evaluation.facts.id.clone(),
        item,
        outcome: possible.outcome().map(|outcome| judge.policy.outcomes[outcome].name.clone()),
        possible: possible.names(judge.policy).into_iter().map(String::from).collect(),
        status: if possible.outcome().is_some() { "settled" } else { "open" },
        covered: verdict.covered,
        clauses: names(judge, standing(bound)),
        needs,
        duties: duties(judge, standing(bound)),
        on: verdict.on.map(|day| day.to_string()),
        known_on: judge.program().known_on.map(|day| day.to_string()),
        digest: judge.policy.digest.clone(),
        exact: Some(possible.exact),
        questions,
    }
}

/// What follows where these clauses stand, and nothing is open.
fn conclusion(judge: &Judge<'_>, stand: impl Iterator<Item = usize> + Clone, covered: Option<bool>) -> Row {
    let outcome = stand.clone().filter_map(|clause| judge.program().clauses[clause].outcome).max().unwrap_or(0);
    let outcome = judge.policy.outcomes[outcome].name.clone();
    Row {
        id: None,
        item: None,
        outcome: Some(outcome.clone()),
        possible: vec![outcome],
        status: "settled",
        covered,
        clauses: names(judge, stand.clone()),
        needs: Vec::new(),
        duties: duties(judge, stand),
        on: None,
        known_on: judge.program().known_on.map(|day| day.to_string()),
        digest: judge.policy.digest.clone(),
        exact: Some(true),
        questions: Vec::new(),
    }
}

/// The row of a shipment that was set aside.
pub(super) fn set_aside(judge: &Judge<'_>, id: Option<String>) -> Row {
    Row {
        id,
        item: None,
        outcome: None,
        possible: Vec::new(),
        status: "rejected",
        covered: None,
        clauses: Vec::new(),
        needs: Vec::new(),
        duties: Vec::new(),
        on: None,
        known_on: judge.program().known_on.map(|day| day.to_string()),
        digest: judge.policy.digest.clone(),
        exact: None,
        questions: Vec::new(),
    }
}

/// The item that a fact lies within, by their paths.
fn owner(need: &str, items: &HashMap<&str, usize>) -> Option<usize> {
    let ends = need.match_indices(['.', '[']).map(|(at, _)| at).chain([need.len()]);
    ends.filter_map(|end| items.get(&need[..end])).next_back().copied()
}

/// The clauses that stand for bindings, as places in the program.
fn standing(bound: &[&BindingVerdict]) -> impl Iterator<Item = usize> + Clone {
    let stands = bound.iter().flat_map(|one| &one.standings).filter(|standing| standing.stands.is_true());
    stands.map(|standing| standing.clause)
}

fn names(judge: &Judge<'_>, stand: impl Iterator<Item = usize>) -> Vec<String> {
    let clauses: BTreeSet<usize> = stand.map(|clause| judge.program().clauses[clause].clause).collect();
    clauses.into_iter().map(|clause| judge.policy.clause_name(clause)).collect()
}

fn duties(judge: &Judge<'_>, stand: impl Iterator<Item = usize>) -> Vec<String> {
    let policy = judge.policy;
    let duties = stand.flat_map(|clause| &policy.clauses[judge.program().clauses[clause].clause].duties);
    let duties: BTreeSet<usize> = duties.map(|(duty, _)| *duty).collect();
    duties.into_iter().map(|duty| policy.duties[duty].name.clone()).collect()
}

impl Row {
    /// The same of another shipment that the policy cannot tell from this one.
    pub(super) fn of(&self, id: Option<&str>, on: Option<Date>) -> Row {
        Row { id: id.map(String::from), on: on.map(|day| day.to_string()), ..self.clone() }
    }

    /// About how many bytes it takes.
    pub(super) fn size(&self) -> usize {
        let lists = [&self.possible, &self.clauses, &self.needs, &self.duties, &self.questions];
        512 + lists.into_iter().flatten().map(|text| 24 + text.len()).sum::<usize>()
    }
}
