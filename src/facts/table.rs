//! The facts of one shipment as tables: a table for each record, a row for each thing, a cell for each field.

use crate::check::{CheckedPolicy, FieldId, Inherits, RecordId, Type};
use crate::source::Span;
use crate::value::Value;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Somebody stated it, perhaps only in part (a range, an open set).
    Given(Value),
    /// Nobody stated it: the default of the vocabulary, or what a named assumption says.
    Assumed(Value),
    /// Nobody stated it, and one way in which it may turn out is being looked at.
    Supposed(Value),
    /// Nobody stated it; the value says what the type alone implies.
    Unknown(Value),
    /// Another fact counts: the shipment's, or one of the same row.
    Inherited(Place),
    /// The row of a record, and whether somebody stated anything of it.
    Row(u32, bool),
    /// The rows of a list, and whether there are no others.
    List(Vec<u32>, bool),
}

/// Where a row comes from, for naming its facts.
#[derive(Debug, Clone, PartialEq)]
pub enum Origin {
    /// The shipment itself.
    Shipment,
    /// `end_user`: a field of another row.
    Field(RecordId, u32, FieldId),
    /// `items[0]`: an element of a list of another row.
    Element(RecordId, u32, FieldId, usize),
    /// `parties.p1`: an entry of a register.
    Entry(FieldId, String),
}

/// One cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The table.
    pub record: RecordId,
    /// The row.
    pub row: u32,
    /// The column.
    pub field: FieldId,
}

/// The rows of one record.
#[derive(Debug, Clone, Default)]
struct Table {
    width: usize,
    cells: Vec<Cell>,
    origins: Vec<Origin>,
}

/// The facts of one shipment, checked against a vocabulary.
#[derive(Debug, Clone)]
pub struct Facts {
    /// The shipment's `id`, as text.
    pub id: Option<String>,
    tables: Vec<Table>,
    /// What a named assumption says, or the default of a list, and where it stands.
    assumed: BTreeMap<Place, Span>,
    /// What a table of the policy says, and where it stands.
    told: BTreeMap<Place, Span>,
}

impl From<Facts> for Cow<'_, Facts> {
    fn from(facts: Facts) -> Self {
        Cow::Owned(facts)
    }
}

impl<'f> From<&'f Facts> for Cow<'f, Facts> {
    fn from(facts: &'f Facts) -> Self {
        Cow::Borrowed(facts)
    }
}

impl Facts {
    /// A shipment of which nothing is known.
    pub fn unknown(policy: &CheckedPolicy) -> Facts {
        let tables = policy.records.iter().map(|record| Table { width: record.fields.len(), ..Table::default() }).collect();
        let mut facts = Facts { id: None, tables, assumed: BTreeMap::new(), told: BTreeMap::new() };
        facts.add_row(policy, 0, Origin::Shipment);
        facts
    }

    /// How many rows a record has.
    pub fn rows(&self, record: RecordId) -> usize {
        self.tables[record].origins.len()
    }

    /// A cell.
    pub fn cell(&self, place: Place) -> &Cell {
        let table = &self.tables[place.record];
        &table.cells[place.row as usize * table.width + place.field]
    }

    /// Puts something into a cell.
    pub fn set(&mut self, place: Place, cell: Cell) {
        let table = &mut self.tables[place.record];
        table.cells[place.row as usize * table.width + place.field] = cell;
    }

    /// Puts what somebody stated into a cell.
    pub fn give(&mut self, place: Place, cell: Cell) {
        self.set(place, cell);
        self.assumed.remove(&place);
    }

    /// Puts what a named assumption says into a cell; `span` is where it says so.
    pub fn assume(&mut self, place: Place, cell: Cell, span: Span) {
        self.set(place, cell);
        self.assumed.insert(place, span);
    }

    /// Puts what a table of the policy says into a cell; `span` is where it says so.
    pub fn tell(&mut self, place: Place, cell: Cell, span: Span) {
        self.set(place, cell);
        self.told.insert(place, span);
    }

    /// Where the table says so that a cell is taken from.
    pub fn told_at(&self, place: Place) -> Option<Span> {
        self.told.get(&place).copied()
    }

    /// Whether a cell holds what nobody stated and something says to assume.
    pub fn is_assumed(&self, place: Place) -> bool {
        matches!(self.cell(place), Cell::Assumed(_)) || self.assumed.contains_key(&place)
    }

    /// Where the named assumption stands that a cell is taken from.
    pub fn assumed_at(&self, place: Place) -> Option<Span> {
        self.assumed.get(&place).copied()
    }

    /// The cell that counts for a place: another one, where the cell inherits.
    pub fn effective(&self, mut place: Place) -> (Place, &Cell) {
        while let Cell::Inherited(source) = self.cell(place) {
            place = *source;
        }
        (place, self.cell(place))
    }

    /// What is known of a fact, whoever says it.
    pub fn known(&self, place: Place) -> &Value {
        match self.effective(place).1 {
            Cell::Given(value) | Cell::Assumed(value) | Cell::Unknown(value) | Cell::Supposed(value) => value,
            _ => &Value::Unknown,
        }
    }

    /// A row of which nothing is known, with rows for the records that it points to.
    pub fn add_row(&mut self, policy: &CheckedPolicy, record: RecordId, origin: Origin) -> u32 {
        self.add_row_at(policy, record, origin, 0)
    }

    fn add_row_at(&mut self, policy: &CheckedPolicy, record: RecordId, origin: Origin, depth: usize) -> u32 {
        let row = self.rows(record) as u32;
        let fields = &policy.records[record].fields;
        let table = &mut self.tables[record];
        table.origins.push(origin);
        table.cells.extend(fields.iter().map(|field| match (&field.inherits, &field.default, &field.ty) {
            (Some(Inherits::Shipment(field)), _, _) => Cell::Inherited(Place { record: 0, row: 0, field: *field }),
            (Some(Inherits::Beside(field)), _, _) => Cell::Inherited(Place { record, row, field: *field }),
            (_, Some(_), Type::List(_)) => Cell::List(Vec::new(), true),
            (_, Some(default), _) => Cell::Assumed(default.clone()),
            (_, _, Type::List(_) | Type::Register(_)) => Cell::List(Vec::new(), false),
            (_, _, ty) => Cell::Unknown(ty.unstated()),
        }));
        for (at, field) in fields.iter().enumerate() {
            if let (Type::List(_), Some(_)) = (&field.ty, &field.default) {
                self.assumed.insert(Place { record, row, field: at }, field.span);
            }
            if let (Type::Record(inner), None) = (&field.ty, field.inherits)
                && depth < DEEPEST_UNKNOWN
            {
                let inner_row = self.add_row_at(policy, *inner, Origin::Field(record, row, at), depth + 1);
                self.set(Place { record, row, field: at }, Cell::Row(inner_row, false));
            }
        }
        row
    }

    /// The row that a field points to.
    pub fn follow(&self, place: Place) -> Option<u32> {
        match self.effective(place).1 {
            Cell::Row(row, _) => Some(*row),
            _ => None,
        }
    }

    /// The rows of a list, and whether there are no others.
    pub fn list(&self, place: Place) -> (&[u32], bool) {
        match self.effective(place).1 {
            Cell::List(rows, complete) => (rows, *complete),
            _ => (&[], false),
        }
    }

    /// Where a row comes from.
    pub fn origin(&self, record: RecordId, row: u32) -> &Origin {
        &self.tables[record].origins[row as usize]
    }

    /// The path of a row: `items[0].components[2]`; nothing for the shipment.
    pub fn row_path(&self, policy: &CheckedPolicy, record: RecordId, row: u32) -> String {
        let under = |record: RecordId, row: u32, field: FieldId| {
            let outer = self.row_path(policy, record, row);
            let name = &policy.records[record].fields[field].name;
            if outer.is_empty() { name.clone() } else { format!("{outer}.{name}") }
        };
        match self.origin(record, row) {
            Origin::Shipment => String::new(),
            Origin::Field(record, row, field) => under(*record, *row, *field),
            Origin::Element(record, row, field, index) => format!("{}[{index}]", under(*record, *row, *field)),
            Origin::Entry(field, name) => format!("{}.{name}", policy.records[0].fields[*field].name),
        }
    }

    /// The path of a cell: `end_user.military`.
    pub fn path(&self, policy: &CheckedPolicy, place: Place) -> String {
        let row = self.row_path(policy, place.record, place.row);
        let name = &policy.records[place.record].fields[place.field].name;
        if row.is_empty() { name.clone() } else { format!("{row}.{name}") }
    }
}

/// How many unknown records are laid out behind one another; further ones are unknown as a whole.
pub(super) const DEEPEST_UNKNOWN: usize = 3;
