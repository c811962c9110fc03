//! The conclusions that shipments come to: of all with the same clauses, what they say is made once.

use super::line::Line;
use super::{Row, conclusion};
use crate::eval::{Conclusion, Decisions, Judge};
use crate::table::arrow::RowPlace;
use std::collections::HashMap;

/// A conclusion is forgotten, with all others, once there are so many.
const MOST: usize = 1 << 16;

/// How many conclusions are found without a search.
const RECENT: usize = 64;

/// The clauses of a conclusion, whatever its numbers are among the decisions of a batch.
type Clauses = (Box<[u32]>, Box<[u32]>, Option<bool>);

/// All that were met so far.
pub(super) struct Conclusions<'j> {
    judge: &'j Judge<'j>,
    places: HashMap<Clauses, usize>,
    all: Vec<Concluded>,
    /// The places of the conclusions of a batch.
    of_batch: HashMap<Conclusion, usize>,
    /// Those that were met last, each where it is looked for.
    recent: Vec<Option<(Conclusion, usize)>>,
}

/// A conclusion, as it is written.
pub(super) struct Concluded {
    pub(super) row: Row,
    /// As lines, or as a place among the rows of a batch of arrays, once it was written.
    pub(super) line: Option<Line>,
    pub(super) place: Option<RowPlace>,
    times: u64,
}

impl<'j> Conclusions<'j> {
    pub(super) fn new(judge: &'j Judge<'j>) -> Conclusions<'j> {
        Conclusions { judge, places: HashMap::new(), all: Vec::new(), of_batch: HashMap::new(), recent: vec![None; RECENT] }
    }

    /// Begins a batch; the numbers of conclusions are anew.
    pub(super) fn begin(&mut self) {
        self.of_batch.clear();
        self.recent.fill(None);
        if self.all.len() > MOST {
            (self.places, self.all) = (HashMap::new(), Vec::new());
        }
    }

    /// A shipment, or an item, that comes to one.
    pub(super) fn meet(&mut self, decisions: &Decisions, one: Conclusion) -> &mut Concluded {
        let slot = (one.whole as usize).wrapping_mul(31).wrapping_add(one.item as usize) % RECENT;
        let place = match self.recent[slot] {
            Some((recent, place)) if recent == one => place,
            _ => {
                let place = self.found(decisions, one);
                self.recent[slot] = Some((one, place));
                place
            }
        };
        let met = &mut self.all[place];
        met.times += 1;
        met
    }

    /// Every row that was met since it was last asked, with how often.
    pub(super) fn counted(&mut self) -> impl Iterator<Item = (&Row, u64)> {
        self.all.iter_mut().filter(|one| one.times > 0).map(|one| (&one.row, std::mem::take(&mut one.times)))
    }

    fn found(&mut self, decisions: &Decisions, one: Conclusion) -> usize {
        if let Some(place) = self.of_batch.get(&one) {
            return *place;
        }
        let place = self.place(decisions, one);
        self.of_batch.insert(one, place);
        place
    }

    fn place(&mut self, decisions: &Decisions, one: Conclusion) -> usize {
        let (whole, item) = (decisions.clauses(one.whole), decisions.clauses(one.item));
        let clauses = (whole.into(), item.into(), one.covered);
        if let Some(place) = self.places.get(&clauses) {
            return *place;
        }
        let row = conclusion(self.judge, whole.iter().chain(item).map(|clause| *clause as usize), one.covered);
        self.all.push(Concluded { row, line: None, place: None, times: 0 });
        self.places.insert(clauses, self.all.len() - 1);
        self.all.len() - 1
    }
}
