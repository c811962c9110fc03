//! A corpus that stands in a table: `.csv`, `.parquet`.

use super::regime::Regime;
use super::terminal;
use crate::diff::Named;
use crate::table::Inputs;
use std::process::ExitCode;

/// The shipments of a table, read by both versions. What cannot be read is told, and counted.
pub(crate) fn rows(name: &str, old: &Regime, new: &Regime) -> Result<Vec<Named>, ExitCode> {
    let inputs = Inputs::open(&new.policy, &[name.into()]).map_err(|problems| terminal::stop(&problems))?;
    let mut rows = Vec::new();
    for shipment in inputs.shipments(&new.policy) {
        let shipment = shipment.map_err(|problem| terminal::stop(&[problem]))?;
        let load = |regime: &Regime| shipment.load(&regime.policy, regime.background());
        let facts = load(new).and_then(|after| Ok((load(old)?, after)));
        if let Err(problems) = &facts {
            terminal::complain(&shipment.rejected(name.into(), problems).words());
        }
        rows.push((shipment.name(), facts));
    }
    Ok(rows)
}
