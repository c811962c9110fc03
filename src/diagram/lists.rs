//! Elements for what is said of lists, and what follows of things that are said of one list.

use super::manager::{Diagram, Made};
use super::realise::{Assignment, Outcome, Realised, Want};
use super::row::Row;
use super::space::{Space, Variable, VariableId};
use std::collections::{BTreeMap, BTreeSet};

/// How deep lists within lists are made.
const DEEPEST: usize = 8;

impl Space<'_> {
    /// Elements for everything that was chosen to be said of lists; or what the goal has to heed where there are none, if it is known.
    #[allow(clippy::type_complexity, reason = "a list for each row, or a lemma")]
    pub(super) fn lists(
        &mut self,
        chosen: &Assignment,
        depth: usize,
    ) -> Made<Result<BTreeMap<Row, Vec<Realised>>, Option<Diagram>>> {
        let mut said: BTreeMap<Row, Vec<(VariableId, Diagram, bool)>> = BTreeMap::new();
        for (at, value) in chosen {
            if let Variable::Some { element, body } = self.variable(*at).clone() {
                said.entry(element).or_default().push((*at, body, *value == 1));
            }
        }
        let mut lists = BTreeMap::new();
        for (element, said) in said {
            match self.elements(&said, depth)? {
                Ok(elements) => _ = lists.insert(element, elements),
                Err(refused) => return Ok(Err(refused)),
            }
        }
        Ok(Ok(lists))
    }

    /// As few elements as will do: for each thing that is said of one of them an element that has been made already, or a new one.
    pub(super) fn elements(
        &mut self,
        said: &[(VariableId, Diagram, bool)],
        depth: usize,
    ) -> Made<Result<Vec<Realised>, Option<Diagram>>> {
        if depth >= DEEPEST {
            return Ok(Err(None));
        }
        let never: Vec<Want> = said.iter().filter(|(.., holds)| !holds).map(|(_, body, _)| (body.clone(), false)).collect();
        let mut made: Vec<(Vec<Want>, Realised)> = Vec::new();
        for (at, body, _) in said.iter().filter(|(.., holds)| *holds) {
            let mut is_met = false;
            for (wants, element) in &mut made {
                let mut more = wants.clone();
                more.push((body.clone(), true));
                if let Outcome::Found(found, _) = self.settle(more.clone(), depth + 1)? {
                    (*wants, *element) = (more, found);
                    is_met = true;
                    break;
                }
            }
            if is_met {
                continue;
            }
            let wants: Vec<Want> = never.iter().cloned().chain([(body.clone(), true)]).collect();
            match self.settle(wants.clone(), depth + 1)? {
                Outcome::Found(found, _) => made.push((wants, found)),
                Outcome::Impossible => {
                    // Not this one without one of those that nothing was to meet.
                    let mut lemma = self.is(*at, 0)?;
                    for other in self.excluding(body, said)? {
                        lemma = lemma.or(&self.is(other, 1)?)?;
                    }
                    return Ok(Err(Some(lemma)));
                }
                Outcome::GivenUp => return Ok(Err(None)),
            }
        }
        Ok(Ok(made.into_iter().map(|(_, element)| element).collect()))
    }

    /// What is said of no element, and keeps an element from being so: one of them where one is enough.
    pub(super) fn excluding(&self, body: &Diagram, said: &[(VariableId, Diagram, bool)]) -> Made<Vec<VariableId>> {
        let not_met: Vec<_> = said.iter().filter(|(.., holds)| !holds).collect();
        for (at, other, _) in &not_met {
            if body.and_not(other)?.is_never() {
                return Ok(vec![*at]);
            }
        }
        Ok(not_met.into_iter().map(|(at, ..)| *at).collect())
    }

    /// Where an element is so, it is also as whatever follows from that: for all pairs of things said of elements of one list.
    pub(super) fn implications(&mut self, about: &BTreeSet<VariableId>) -> Made<Diagram> {
        let mut of_list: BTreeMap<Row, Vec<(VariableId, Diagram)>> = BTreeMap::new();
        for at in about {
            if let Variable::Some { element, body } = self.variable(*at).clone() {
                of_list.entry(element).or_default().push((*at, body));
            }
        }
        let mut all = self.constant(true);
        for said in of_list.values() {
            for (a, first) in said {
                for (b, second) in said.iter().filter(|(b, _)| b != a) {
                    if self.implies((*a, first), (*b, second))? {
                        all = all.and(&self.is(*a, 0)?.or(&self.is(*b, 1)?)?)?;
                    }
                }
            }
        }
        Ok(all)
    }
}
