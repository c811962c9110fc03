//! Decision diagrams as a library makes them: the only place that knows it.
//!
//! Reduced ordered binary decision diagrams with complement edges (Bryant 1986; Brace, Rudell and Bryant 1990). Equal functions are equal
//! diagrams, so that "never" is a comparison.

use oxidd::bcdd::{BCDDFunction, BCDDManagerRef, new_manager};
use oxidd::util::OptBool;
use oxidd::{BooleanFunction, BooleanFunctionQuant, Function, HasLevel, InnerNode, Manager as _, ManagerRef, Node};
use oxidd_core::util::{NodeSet, Ref};

/// How many nodes all diagrams together may have.
const MOST_NODES: usize = 1 << 23;
/// How many results of operations are remembered.
const REMEMBERED: usize = 1 << 20;

/// The diagrams have outgrown their bound: what was asked for is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Full;

/// A result, unless the diagrams have outgrown their bound.
pub type Made<T> = Result<T, Full>;

/// A place in the order of binary variables.
pub(super) type Bit = u32;

/// Makes diagrams.
pub(super) struct Manager(BCDDManagerRef);

impl Manager {
    pub(super) fn new() -> Manager {
        Manager(new_manager(MOST_NODES, REMEMBERED, 1))
    }

    pub(super) fn constant(&self, truth: bool) -> Diagram {
        Diagram(self.0.with_manager_shared(|manager| if truth { BCDDFunction::t(manager) } else { BCDDFunction::f(manager) }))
    }

    /// Gives back the room of what is no longer used.
    pub(super) fn tidy(&self) {
        self.0.with_manager_shared(|manager| manager.gc());
    }

    /// A new variable, below all others.
    pub(super) fn variable(&self) -> Made<(Bit, Diagram)> {
        self.0.with_manager_exclusive(|manager| {
            let bit = manager.add_vars(1).start;
            Ok((bit, Diagram(BCDDFunction::var(manager, bit).map_err(|_| Full)?)))
        })
    }
}

/// A condition on shipments. Every operation fails where the diagrams have outgrown their bound.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Diagram(BCDDFunction);

impl Diagram {
    /// Both hold.
    pub fn and(&self, other: &Diagram) -> Made<Diagram> {
        self.0.and(&other.0).map(Diagram).map_err(|_| Full)
    }

    /// One holds.
    pub fn or(&self, other: &Diagram) -> Made<Diagram> {
        self.0.or(&other.0).map(Diagram).map_err(|_| Full)
    }

    /// It does not hold.
    pub fn not(&self) -> Made<Diagram> {
        self.0.not().map(Diagram).map_err(|_| Full)
    }

    /// This one holds and the other does not.
    pub fn and_not(&self, other: &Diagram) -> Made<Diagram> {
        self.and(&other.not()?)
    }

    /// One of the two holds, and the other does not.
    pub fn differs_from(&self, other: &Diagram) -> Made<Diagram> {
        self.0.xor(&other.0).map(Diagram).map_err(|_| Full)
    }

    /// The first where this one holds, the second elsewhere.
    pub fn then_else(&self, then: &Diagram, otherwise: &Diagram) -> Made<Diagram> {
        self.0.ite(&then.0, &otherwise.0).map(Diagram).map_err(|_| Full)
    }

    /// It holds for no shipment.
    pub fn is_never(&self) -> bool {
        !self.0.satisfiable()
    }

    /// It holds for every shipment.
    pub fn is_always(&self) -> bool {
        self.0.valid()
    }

    /// Whether both hold for some shipment.
    pub fn meets(&self, other: &Diagram) -> Made<bool> {
        Ok(!self.and(other)?.is_never())
    }

    /// What is left of it where a conjunction of literals holds.
    pub(super) fn given(&self, literals: &Diagram) -> Made<Diagram> {
        self.0.restrict(&literals.0).map(Diagram).map_err(|_| Full)
    }

    /// It holds for some values of the bits of a conjunction.
    pub(super) fn whatever(&self, bits: &Diagram) -> Made<Diagram> {
        self.0.exists(&bits.0).map(Diagram).map_err(|_| Full)
    }

    /// One way to make it true: the bits that must be so; `wish` says how a bit is to be where there is a choice.
    pub(super) fn cube(&self, mut wish: impl FnMut(Bit) -> bool) -> Option<Vec<(Bit, bool)>> {
        let cube = self.0.pick_cube(|_, _, level| wish(level))?;
        let bit = |(at, value): (usize, OptBool)| match value {
            OptBool::None => None,
            other => Some((at as Bit, other == OptBool::True)),
        };
        Some(cube.into_iter().enumerate().filter_map(bit).collect())
    }

    /// How many nodes it has.
    pub(super) fn size(&self) -> usize {
        self.0.node_count()
    }

    /// The bits that it depends on, in their order.
    pub(super) fn bits(&self) -> Vec<Bit> {
        self.0.with_manager_shared(|manager, edge| {
            let mut asked = vec![false; manager.num_levels() as usize];
            walk(manager, edge, &mut Default::default(), &mut asked);
            (0..).zip(asked).filter(|(_, is_asked)| *is_asked).map(|(bit, _)| bit).collect()
        })
    }
}

/// Goes over all nodes below an edge, each once, and marks their levels.
fn walk<M: oxidd::Manager>(manager: &M, edge: Ref<'_, M::Edge>, seen: &mut M::NodeSet, asked: &mut [bool])
where
    M::InnerNode: HasLevel,
{
    let Node::Inner(node) = manager.get_node(edge) else { return };
    if seen.insert(edge) {
        if let Some(level) = asked.get_mut(node.level() as usize) {
            *level = true;
        }
        node.children().for_each(|child| walk(manager, child, seen, asked));
    }
}
