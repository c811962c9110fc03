//! The rows of a batch straight into columns of facts.

use super::schema::Arrays;
use super::view::{Seen, View};
use crate::check::{FieldId, Type};
use crate::facts::{Builder, RowId, Written};

impl Arrays {
    /// Takes the shipment of a row in. Gives back whether it was; if not, nothing of it stays.
    pub(in crate::table) fn fill(&self, builder: &mut Builder<'_>, views: &[View<'_>], row: usize) -> bool {
        if self.is_said_twice {
            return false;
        }
        let shipment = builder.begin();
        match self.columns(builder, shipment, views, row) {
            Some(()) => builder.end(),
            None => {
                builder.cancel();
                false
            }
        }
    }

    fn columns(&self, builder: &mut Builder<'_>, shipment: RowId, views: &[View<'_>], row: usize) -> Option<()> {
        for (path, view) in self.paths.iter().zip(views) {
            let seen = view.seen(row);
            if matches!(seen, Seen::Nothing) {
                continue;
            }
            match path.as_ref()?.split_last() {
                None => id(builder, shipment, &seen)?,
                Some((field, within)) => {
                    let mut at = shipment;
                    for field in within {
                        at = builder.record(at, *field)?;
                    }
                    cell(builder, at, *field, &seen, row)?;
                }
            }
        }
        Some(())
    }
}

fn id(builder: &mut Builder<'_>, shipment: RowId, seen: &Seen<'_, '_>) -> Option<()> {
    let is_taken = match seen {
        Seen::Text(text) => builder.id(shipment, Written::Text(text)),
        Seen::Whole(number) => builder.id(shipment, Written::Number(&number.to_string())),
        _ => false,
    };
    is_taken.then_some(())
}

fn cell(builder: &mut Builder<'_>, row: RowId, field: FieldId, seen: &Seen<'_, '_>, at: usize) -> Option<()> {
    let is_taken = match seen {
        Seen::Nothing => true,
        Seen::Truth(truth) => builder.state(row, field, Written::Truth(*truth)),
        Seen::Whole(whole) => builder.scaled(row, field, i64::try_from(*whole).ok()?, 0),
        Seen::Decimal(whole, places) => builder.scaled(row, field, i64::try_from(*whole).ok()?, *places),
        Seen::Day(day) => builder.day(row, field, *day),
        Seen::Text(text) => builder.state(row, field, Written::Text(text)),
        Seen::Group(members) => {
            let to = builder.record(row, field)?;
            return group(builder, to, members, at);
        }
        Seen::List(view, rows) => return list(builder, row, field, view, rows.clone()),
        Seen::Bytes(_) | Seen::Other => false,
    };
    is_taken.then_some(())
}

fn group(builder: &mut Builder<'_>, row: RowId, members: &[(&str, View<'_>)], at: usize) -> Option<()> {
    for (name, view) in members {
        let seen = view.seen(at);
        if !matches!(seen, Seen::Nothing) {
            let field = builder.policy().records[row.record].field(name)?;
            cell(builder, row, field, &seen, at)?;
        }
    }
    Some(())
}

fn list(builder: &mut Builder<'_>, row: RowId, field: FieldId, view: &View<'_>, rows: std::ops::Range<usize>) -> Option<()> {
    if let Type::Set(_) = builder.policy().records[row.record].fields[field].ty {
        let mut words = Vec::with_capacity(rows.len());
        for at in rows {
            let Seen::Text(text) = view.seen(at) else { return None };
            words.push(text);
        }
        let text = serde_json::to_string(&words).ok()?;
        return builder.state(row, field, Written::Json(&text)).then_some(());
    }
    let mut elements = Vec::with_capacity(rows.len());
    for at in rows {
        let element = builder.element(row, field, elements.len())?;
        match view.seen(at) {
            Seen::Group(members) => group(builder, element, members, at)?,
            // What names an element alone, or closes the list, is read by itself.
            _ => return None,
        }
        elements.push(element);
    }
    builder.list(row, field, &elements, true).then_some(())
}
