//! What all looks at a policy share: where its clauses hold, apply and stand, and where each outcome is the verdict.

use crate::diagram::{Diagram, Made, Reader, Side, Space, Standing, Standings, verdicts};
use crate::witness::{self, Shown, Witness, show};

pub(super) struct Ground<'s, 'p> {
    pub(super) reader: Reader<'s, 'p>,
    pub(super) side: Side<'p>,
    /// How the clauses stand, for each thing that clauses are judged for.
    pub(super) bounds: Vec<Vec<Standing>>,
    /// Where each outcome is the verdict.
    pub(super) verdicts: Vec<Diagram>,
}

impl<'s, 'p: 's> Ground<'s, 'p> {
    /// The ground of the only side of a space.
    pub(super) fn new(space: &'s mut Space<'p>) -> Made<Ground<'s, 'p>> {
        let side = space.sides[0];
        let mut reader = Reader::new(space, 0);
        let standings = Standings::new(&mut reader, side.judge)?;
        let bounds: Vec<Vec<Standing>> = standings.bounds.into_iter().map(|(_, standings)| standings).collect();
        let verdicts = verdicts_of(reader.space, side, &bounds)?;
        Ok(Ground { reader, side, bounds, verdicts })
    }

    pub(super) fn space(&mut self) -> &mut Space<'p> {
        self.reader.space
    }

    /// How a clause stands, whatever it is judged for: one of these is so.
    pub(super) fn clause(&self, clause: usize, what: impl Fn(&Standing) -> &Diagram) -> Made<Diagram> {
        let all = self.bounds.iter().flatten().filter(|one| one.clause == clause);
        all.map(what).try_fold(self.reader.space.constant(false), |one, next| one.or(next))
    }

    /// Looks for a shipment that shows a condition; `standing` are clauses that stand in it.
    pub(super) fn show<T>(
        &mut self,
        condition: &Diagram,
        standing: &[usize],
        accept: impl Fn(&Witness) -> Option<T>,
    ) -> Shown<T> {
        let standing: Vec<witness::Standing> =
            standing.iter().map(|clause| witness::Standing { side: 0, clause: *clause }).collect();
        show(self.reader.space, condition, &standing, accept)
    }
}

/// Where each outcome is the verdict of a side.
pub(super) fn verdicts_of(space: &Space<'_>, side: Side<'_>, bounds: &[Vec<Standing>]) -> Made<Vec<Diagram>> {
    let clauses = &side.judge.program().clauses;
    let standing = bounds.iter().flatten().filter_map(|one| Some((clauses[one.clause].outcome?, &one.stands)));
    verdicts(space, side.judge.policy.outcomes.len(), standing)
}
