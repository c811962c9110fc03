//! The looks at a policy, side by side, and what they come to.

use super::condition::{self, Can, Decision, Use, Uses};
use super::finding::{Answer, Finding, Undecided};
use super::ground::Ground;
use super::property::Tried;
use super::{category, clause, gap, outcome, overlap, property, question, worked};
use crate::check::{Accepted, CheckedPolicy, FindingKind};
use crate::diagram::{Full, Made, Side, Space, VersionWords};
use crate::side_by_side::side_by_side;
use crate::source::Span;
use crate::witness::{Shipment, Shown};
use std::collections::{BTreeMap, BTreeSet};

/// The work is done in so many shares, each with diagrams of its own; always as many, so that every machine finds the same shipments.
const SHARES: usize = 2;

/// What an analysis of a policy comes to.
#[derive(Debug, Clone)]
pub struct Analysis {
    /// The version.
    pub version: VersionWords,
    /// How much was looked at, for each kind of finding.
    pub tallies: Vec<Tally>,
    /// What was found, by kind, in the order of the policy.
    pub findings: Vec<Finding>,
    /// What is neither found nor excluded.
    pub undecided: Vec<Undecided>,
    /// The properties that the policy claims.
    pub properties: Vec<Tried>,
    /// What the policy accepts and nothing was found of, as `accept dead_clause 1/II`, with its place.
    pub needless: Vec<(String, String)>,
    /// The diagrams outgrew their bound: nothing is known.
    pub is_given_up: bool,
}

/// How much was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// For this.
    pub kind: FindingKind,
    /// So many clauses, categories, conditions.
    pub looked_at: usize,
}

/// One look.
enum Look {
    Clause(usize),
    Category(usize),
    Conditions(Decision),
    Overlap((usize, usize)),
    Gap(Vec<usize>),
    Outcome(usize),
    Question(usize),
    Property(usize),
}

/// What a look comes to.
enum Seen {
    Answer(FindingKind, Answer),
    Conditions(Uses),
    Property(Tried),
    /// It is of no interest on this day.
    Nothing,
}

/// Looks at all shipments under a policy as known on a day: on all days, or on the one that the side fixes.
///
/// ```
/// use ukase::{analyze::analyze, check::{FindingKind, check}, diagram::Side, eval::Judge, source::Sources};
/// let text = r#"
/// policy tiny "A tiny policy"
/// language 1
/// outcomes from loosest to strictest { free licence deny }
/// facts shipment { date date   destination country   military truth }
/// instrument 1 "A law" { published 2025-01-01 }
/// clause I "To the far north" when destination is IS then licence
/// clause II "To the far north for an army" when destination is IS and military then deny
/// clause III "To the south for the same" overrides II when destination is CL and military then free
/// always "no army is simply licensed" military implies outcome is not licence
/// "#;
/// let (policy, _) = check(&Sources::of_text("tiny.ukase", text.trim()));
/// let policy = policy.unwrap();
/// let judge = Judge::new(&policy, None);
/// let found = analyze(Side { judge: &judge, day: None });
/// assert_eq!(found.findings[0].kind, FindingKind::DeadClause);
/// assert_eq!(found.findings[0].subjects, ["1/III"]);
/// assert_eq!(found.properties[0].holds, Some(true));
/// ```
pub fn analyze(side: Side<'_>) -> Analysis {
    let looks = looks(side);
    let known = Known { asked: category::asked_for(side.judge.program()), shown: worked::conditions(side.judge.policy) };
    let shares = side_by_side(SHARES, |share| share_of(side, &known, &looks, share));
    let mut seen: Vec<(usize, Seen)> = Vec::new();
    let mut is_given_up = false;
    for share in shares {
        match share {
            Ok(own) => seen.extend(own),
            Err(Full) => is_given_up = true,
        }
    }
    seen.sort_by_key(|(at, _)| *at);
    let mut analysis = Analysis {
        version: side.words(),
        tallies: FindingKind::ALL.map(|kind| Tally { kind, looked_at: 0 }).to_vec(),
        findings: Vec::new(),
        undecided: Vec::new(),
        properties: Vec::new(),
        needless: Vec::new(),
        is_given_up,
    };
    // What no case shows is known only where it was looked at.
    let mut uses: Uses = known.shown.into_iter().filter(|(_, one)| one.matters()).collect();
    for (_, seen) in seen {
        match seen {
            Seen::Answer(kind, answer) => analysis.answer(kind, answer),
            Seen::Conditions(more) => more.into_iter().for_each(|(span, one)| {
                uses.entry(span).and_modify(|known: &mut Use| *known = known.beside(one)).or_insert(one);
            }),
            Seen::Property(tried) => analysis.properties.push(tried),
            Seen::Nothing => {}
        }
    }
    analysis.conditions(side.judge.policy, uses);
    analysis.accept(side);
    analysis
}

/// A shipment in which a clause, by its place in the policy, decides; never where there is none.
pub fn deciding(side: Side<'_>, clause: usize) -> Shown<Shipment> {
    let mut space = Space::new(vec![side]);
    let looked = Ground::new(&mut space).and_then(|mut ground| clause::deciding(&mut ground, clause));
    looked.unwrap_or(Shown::Not(OUTGROWN))
}

fn looks(side: Side<'_>) -> Vec<Look> {
    let (policy, program) = (side.judge.policy, side.judge.program());
    let mut looks: Vec<Look> = (0..policy.properties.len()).map(Look::Property).collect();
    looks.extend((0..program.clauses.len()).map(Look::Clause));
    looks.extend((0..policy.categories.len()).map(Look::Category));
    looks.extend(condition::decisions(program).into_iter().map(Look::Conditions));
    looks.extend(overlap::candidates(policy).into_iter().map(Look::Overlap));
    looks.extend(gap::families(policy).into_iter().map(Look::Gap));
    looks.extend((0..policy.outcomes.len()).map(Look::Outcome));
    looks.extend((0..policy.questions.len()).map(Look::Question));
    looks
}

/// What is known of a policy without diagrams.
struct Known {
    /// The places of the codes that some condition asks for.
    asked: BTreeSet<u32>,
    /// The conditions of which worked cases show that they matter.
    shown: Uses,
}

fn share_of(side: Side<'_>, known: &Known, looks: &[Look], share: usize) -> Made<Vec<(usize, Seen)>> {
    // The other side is the same: on it, a fact or a reading is another one where that is looked at.
    let mut space = Space::new(vec![side, side]);
    let mut ground = Ground::new(&mut space)?;
    let own = looks.iter().enumerate().filter(|(at, _)| at % SHARES == share);
    own.map(|(at, look)| Ok((at, see(&mut ground, known, look).unwrap_or_else(|Full| look.given_up(side))))).collect()
}

fn see(ground: &mut Ground<'_, '_>, known: &Known, look: &Look) -> Made<Seen> {
    Ok(match look {
        Look::Clause(at) => match clause::look(ground, *at)? {
            Some(answer) => Seen::Answer(FindingKind::DeadClause, answer),
            None => Seen::Nothing,
        },
        Look::Category(at) => Seen::Answer(FindingKind::DeadCategory, category::look(ground, &known.asked, *at)?),
        Look::Conditions(decision) => Seen::Conditions(condition::look(ground, &known.shown, decision)?),
        Look::Overlap(pair) => Seen::Answer(FindingKind::Overlap, overlap::look(ground, *pair)?),
        Look::Gap(family) => Seen::Answer(FindingKind::Gap, gap::look(ground, family)?),
        Look::Outcome(at) => Seen::Answer(FindingKind::UnreachedOutcome, outcome::look(ground, *at)?),
        Look::Question(at) => Seen::Answer(FindingKind::IdleQuestion, question::look(ground, *at)?),
        Look::Property(at) => Seen::Property(property::look(ground, *at)?),
    })
}

impl Look {
    /// The diagrams outgrew their bound while this was looked at: it alone is not known.
    fn given_up(&self, side: Side<'_>) -> Seen {
        let (policy, program) = (side.judge.policy, side.judge.program());
        let clause = |at: usize| policy.clause_name(program.clauses[at].clause);
        let (kind, subject) = match self {
            Look::Clause(at) => (FindingKind::DeadClause, clause(*at)),
            Look::Category(at) => (FindingKind::DeadCategory, policy.categories[*at].code.to_string()),
            Look::Conditions(Decision::Clause(at)) => (FindingKind::IdleCondition, clause(*at)),
            Look::Conditions(Decision::Definition(at)) => (FindingKind::IdleCondition, policy.defines[*at].name.clone()),
            Look::Conditions(Decision::Category(at)) => (FindingKind::IdleCondition, policy.categories[*at].code.to_string()),
            Look::Overlap((a, b)) => (FindingKind::Overlap, format!("{} and {}", policy.clause_name(*a), policy.clause_name(*b))),
            Look::Gap(family) => (FindingKind::Gap, policy.clause_name(family[0])),
            Look::Outcome(at) => (FindingKind::UnreachedOutcome, policy.outcomes[*at].name.clone()),
            Look::Question(at) => (FindingKind::IdleQuestion, policy.questions[*at].name.clone()),
            Look::Property(at) => return Seen::Property(Tried::open(&policy.properties[*at], policy, OUTGROWN)),
        };
        Seen::Answer(kind, Answer::Unknown(Undecided { kind, subject, because: OUTGROWN.into() }))
    }
}

const OUTGROWN: &str = "the decision diagrams outgrew their bound";

impl Analysis {
    /// What was found and the policy does not accept.
    pub fn open(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.accepted.is_none())
    }

    fn answer(&mut self, kind: FindingKind, answer: Answer) {
        self.tallies.iter_mut().filter(|tally| tally.kind == kind).for_each(|tally| tally.looked_at += 1);
        match answer {
            Answer::Fine => {}
            Answer::Found(finding) => self.findings.push(finding),
            Answer::Unknown(undecided) => self.undecided.push(undecided),
        }
    }

    fn conditions(&mut self, policy: &CheckedPolicy, uses: Uses) {
        for (span, found) in uses {
            let words = policy.sources.text(span).split_whitespace().collect::<Vec<_>>().join(" ");
            let kind = FindingKind::IdleCondition;
            self.answer(kind, condition_answer(policy, span, words, found));
        }
        self.findings.sort_by_key(|finding| finding.kind);
    }

    /// Notes what the policy accepts; on all days also what it need not.
    fn accept(&mut self, side: Side<'_>) {
        let policy = side.judge.policy;
        let mut used: BTreeMap<Span, bool> = policy.accepted.iter().map(|one| (one.span, false)).collect();
        for finding in &mut self.findings {
            let accepted: Vec<&Accepted> = policy.accepted.iter().filter(|one| finding.is_accepted_by(one)).collect();
            finding.accepted = accepted.first().map(|one| one.because.clone());
            used.extend(accepted.into_iter().map(|one| (one.span, true)));
        }
        if side.day.is_some() || side.judge.program().known_on.is_some() {
            return;
        }
        let needless = policy.accepted.iter().filter(|accepted| !used[&accepted.span]);
        self.needless = needless
            .map(|one| (format!("{} {}", one.kind.name(), one.subjects.join(", ")), super::finding::place(policy, one.span)))
            .collect();
    }
}

fn condition_answer(policy: &CheckedPolicy, span: Span, words: String, found: Use) -> Answer {
    let kind = FindingKind::IdleCondition;
    let owner = condition::owner(policy, span);
    let message = match (found.holding, found.failing) {
        (Can::Never, Can::Never) => "It never decides: what stands beside it settles the matter.",
        (Can::Never, _) => "Wherever it could decide, it fails: it could as well be `false`.",
        (_, Can::Never) => "Wherever it could decide, it holds already: it can be left out.",
        (Can::Perhaps, _) | (_, Can::Perhaps) => {
            let because = format!("the search for a shipment in which `{words}` decides was given up");
            return Answer::Unknown(Undecided { kind, subject: owner, because });
        }
        _ => return Answer::Fine,
    };
    let finding = Finding::new(policy, kind, vec![owner], span, message.into());
    Answer::Found(Finding { condition: Some(words), ..finding })
}
