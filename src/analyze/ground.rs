//! What all looks at a policy share: where its clauses hold, apply and stand, and where each outcome is the verdict.

use crate::diagram::{Diagram, Made, Reader, Side, Space, Standing, Standings, What, verdicts};
use crate::witness::{Shipment, Shown, show};

/// The side on which a fact or a reading is another one.
const OTHER: usize = 1;

pub(super) struct Ground<'s, 'p> {
    pub(super) reader: Reader<'s, 'p>,
    pub(super) side: Side<'p>,
    pub(super) judged: Judged,
}

/// How the clauses of a side stand, and what follows.
#[derive(Clone)]
pub(super) struct Judged {
    /// How the clauses stand, for each thing that clauses are judged for.
    pub(super) bounds: Vec<Vec<Standing>>,
    /// Where each outcome is the verdict.
    pub(super) verdicts: Vec<Diagram>,
}

impl<'s, 'p: 's> Ground<'s, 'p> {
    /// The ground of the first side of a space; the second, if there is one, is the same.
    pub(super) fn new(space: &'s mut Space<'p>) -> Made<Ground<'s, 'p>> {
        let side = space.sides[0];
        let mut reader = Reader::new(space, 0);
        let judged = Judged::read(&mut reader, side)?;
        Ok(Ground { reader, side, judged })
    }

    pub(super) fn space(&mut self) -> &mut Space<'p> {
        self.reader.space
    }

    /// How a clause stands, whatever it is judged for: one of these is so.
    pub(super) fn clause(&self, clause: usize, what: impl Fn(&Standing) -> &Diagram) -> Made<Diagram> {
        let all = self.judged.bounds.iter().flatten().filter(|one| one.clause == clause);
        all.map(what).try_fold(self.reader.space.constant(false), |one, next| one.or(next))
    }

    /// The same on a side on which something is another one.
    pub(super) fn moved(&mut self, what: What) -> Made<Judged> {
        let side = self.side;
        Judged::read(&mut self.reader.moved(OTHER, what), side)
    }

    /// Looks for a shipment that shows a condition.
    pub(super) fn show<T>(&mut self, condition: &Diagram, accept: impl Fn(&[Shipment]) -> Option<T>) -> Shown<T> {
        show(self.reader.space, condition, accept)
    }
}

impl Judged {
    fn read(reader: &mut Reader<'_, '_>, side: Side<'_>) -> Made<Judged> {
        let standings = Standings::new(reader, side.judge)?;
        let bounds: Vec<Vec<Standing>> = standings.bounds.into_iter().map(|(_, standings)| standings).collect();
        let clauses = &side.judge.program().clauses;
        let standing = bounds.iter().flatten().filter_map(|one| Some((clauses[one.clause].outcome?, &one.stands)));
        let verdicts = verdicts(reader.space, side.judge.policy.outcomes.len(), standing)?;
        Ok(Judged { bounds, verdicts })
    }

    /// Where a clause stands here and not there: each clause of which that can be, by its place in the program.
    pub(super) fn lost(&self, other: &Judged) -> Made<Vec<(usize, Diagram)>> {
        let mut lost = Vec::new();
        for (own, others) in self.bounds.iter().flatten().zip(other.bounds.iter().flatten()) {
            lost.push((own.clause, own.stands.and_not(&others.stands)?));
        }
        lost.retain(|(_, one)| !one.is_never());
        Ok(lost)
    }
}
