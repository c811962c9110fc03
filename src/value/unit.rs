//! Units of measurement: a table, not grammar.

use super::number::Number;
use std::fmt;

/// Exponents of metre, kilogram, second, ampere, kelvin, and of hardness, which is a scale of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Dimension(pub [i8; 6]);

impl Dimension {
    /// The dimension of a product.
    pub fn times(self, other: Dimension) -> Dimension {
        let mut sum = self.0;
        sum.iter_mut().zip(other.0).for_each(|(a, b)| *a += b);
        Dimension(sum)
    }

    /// The dimension of a quotient.
    pub fn over(self, other: Dimension) -> Dimension {
        let mut difference = self.0;
        difference.iter_mut().zip(other.0).for_each(|(a, b)| *a -= b);
        Dimension(difference)
    }

    /// The first unit of the table that has this dimension.
    pub fn unit(self) -> Option<&'static Unit> {
        UNITS.iter().find(|unit| unit.dimension == self)
    }
}

/// One row of the table: `value in base units = value × numerator / denominator + offset`.
#[derive(Debug, PartialEq, Eq)]
pub struct Unit {
    /// As it is written in policies and facts.
    pub symbol: &'static str,
    /// What it measures.
    pub dimension: Dimension,
    numerator: i64,
    denominator: i64,
    /// In hundredths of the base unit; only temperatures have one.
    offset: i64,
}

impl Unit {
    /// The unit written so, if there is one.
    ///
    /// ```
    /// use ukase::value::{Number, Unit};
    /// let (litre, cubic_metre) = (Unit::find("L").unwrap(), Unit::find("m3").unwrap());
    /// assert_eq!(litre.to_base(&Number::from(500)), cubic_metre.to_base(&Number::parse("0.5").unwrap()));
    /// ```
    pub fn find(symbol: &str) -> Option<&'static Unit> {
        UNITS.iter().find(|unit| unit.symbol == symbol)
    }

    /// An amount of this unit in the base units of its dimension.
    pub fn to_base(&self, amount: &Number) -> Number {
        amount.times(&self.factor()).plus(&self.shift())
    }

    /// An amount of base units in this unit.
    pub fn from_base(&self, amount: &Number) -> Number {
        amount.minus(&self.shift()).over(&self.factor()).unwrap_or(Number::ZERO)
    }

    fn factor(&self) -> Number {
        Number::ratio(self.numerator, self.denominator).unwrap_or(Number::ONE)
    }

    fn shift(&self) -> Number {
        Number::ratio(self.offset, 100).unwrap_or(Number::ZERO)
    }

    /// Every row of the table.
    pub fn all() -> impl Iterator<Item = &'static Unit> {
        UNITS.iter()
    }

    /// Every symbol of the table.
    pub fn symbols() -> impl Iterator<Item = &'static str> {
        UNITS.iter().map(|unit| unit.symbol)
    }
}

impl fmt::Display for Dimension {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.unit() {
            Some(unit) => formatter.write_str(unit.symbol),
            None => formatter.write_str("a derived unit"),
        }
    }
}

const fn unit(symbol: &'static str, dimension: [i8; 6], numerator: i64, denominator: i64) -> Unit {
    Unit { symbol, dimension: Dimension(dimension), numerator, denominator, offset: 0 }
}

const LENGTH: [i8; 6] = [1, 0, 0, 0, 0, 0];
const AREA: [i8; 6] = [2, 0, 0, 0, 0, 0];
const VOLUME: [i8; 6] = [3, 0, 0, 0, 0, 0];
const MASS: [i8; 6] = [0, 1, 0, 0, 0, 0];
const TIME: [i8; 6] = [0, 0, 1, 0, 0, 0];
const CURRENT: [i8; 6] = [0, 0, 0, 1, 0, 0];
const TEMPERATURE: [i8; 6] = [0, 0, 0, 0, 1, 0];
const HARDNESS: [i8; 6] = [0, 0, 0, 0, 0, 1];
const FREQUENCY: [i8; 6] = [0, 0, -1, 0, 0, 0];
const SPEED: [i8; 6] = [1, 0, -1, 0, 0, 0];
const FORCE: [i8; 6] = [1, 1, -2, 0, 0, 0];
const PRESSURE: [i8; 6] = [-1, 1, -2, 0, 0, 0];
const ENERGY: [i8; 6] = [2, 1, -2, 0, 0, 0];
const POWER: [i8; 6] = [2, 1, -3, 0, 0, 0];
const VOLTAGE: [i8; 6] = [2, 1, -3, -1, 0, 0];
const INDUCTION: [i8; 6] = [0, 1, -2, -1, 0, 0];
const CURRENT_DENSITY: [i8; 6] = [-2, 0, 0, 1, 0, 0];
const SPECIFIC_ENERGY: [i8; 6] = [2, 0, -2, 0, 0, 0];
const SPECIFIC_CHARGE: [i8; 6] = [0, -1, 1, 1, 0, 0];
const DENSITY: [i8; 6] = [-3, 1, 0, 0, 0, 0];
const MASS_FLOW: [i8; 6] = [0, 1, -1, 0, 0, 0];
const VOLUME_FLOW: [i8; 6] = [3, 0, -1, 0, 0, 0];

/// The first unit of a dimension is the one in which amounts are shown.
static UNITS: &[Unit] = &[
    unit("m", LENGTH, 1, 1),
    unit("km", LENGTH, 1000, 1),
    unit("cm", LENGTH, 1, 100),
    unit("mm", LENGTH, 1, 1000),
    unit("um", LENGTH, 1, 1_000_000),
    unit("µm", LENGTH, 1, 1_000_000),
    unit("μm", LENGTH, 1, 1_000_000),
    unit("nm", LENGTH, 1, 1_000_000_000),
    unit("m2", AREA, 1, 1),
    unit("cm2", AREA, 1, 10_000),
    unit("m3", VOLUME, 1, 1),
    unit("L", VOLUME, 1, 1000),
    unit("mL", VOLUME, 1, 1_000_000),
    unit("kg", MASS, 1, 1),
    unit("t", MASS, 1000, 1),
    unit("g", MASS, 1, 1000),
    unit("mg", MASS, 1, 1_000_000),
    unit("s", TIME, 1, 1),
    unit("min", TIME, 60, 1),
    unit("h", TIME, 3600, 1),
    unit("A", CURRENT, 1, 1),
    unit("kA", CURRENT, 1000, 1),
    unit("mA", CURRENT, 1, 1000),
    unit("K", TEMPERATURE, 1, 1),
    Unit { symbol: "°C", dimension: Dimension(TEMPERATURE), numerator: 1, denominator: 1, offset: 27_315 },
    Unit { symbol: "degC", dimension: Dimension(TEMPERATURE), numerator: 1, denominator: 1, offset: 27_315 },
    unit("HRB", HARDNESS, 1, 1),
    unit("Hz", FREQUENCY, 1, 1),
    unit("kHz", FREQUENCY, 1000, 1),
    unit("MHz", FREQUENCY, 1_000_000, 1),
    unit("GHz", FREQUENCY, 1_000_000_000, 1),
    unit("r/min", FREQUENCY, 1, 60),
    unit("m/s", SPEED, 1, 1),
    unit("N", FORCE, 1, 1),
    unit("kN", FORCE, 1000, 1),
    unit("Pa", PRESSURE, 1, 1),
    unit("kPa", PRESSURE, 1000, 1),
    unit("MPa", PRESSURE, 1_000_000, 1),
    unit("GPa", PRESSURE, 1_000_000_000, 1),
    unit("bar", PRESSURE, 100_000, 1),
    unit("mbar", PRESSURE, 100, 1),
    unit("J", ENERGY, 1, 1),
    unit("Wh", ENERGY, 3600, 1),
    unit("kWh", ENERGY, 3_600_000, 1),
    unit("W", POWER, 1, 1),
    unit("kW", POWER, 1000, 1),
    unit("MW", POWER, 1_000_000, 1),
    unit("V", VOLTAGE, 1, 1),
    unit("kV", VOLTAGE, 1000, 1),
    unit("T", INDUCTION, 1, 1),
    unit("mT", INDUCTION, 1, 1000),
    unit("A/m2", CURRENT_DENSITY, 1, 1),
    unit("A/cm2", CURRENT_DENSITY, 10_000, 1),
    unit("A/dm2", CURRENT_DENSITY, 100, 1),
    unit("Wh/kg", SPECIFIC_ENERGY, 3600, 1),
    unit("mAh/g", SPECIFIC_CHARGE, 3600, 1000),
    unit("Ah/kg", SPECIFIC_CHARGE, 3600, 1),
    unit("g/cm3", DENSITY, 1000, 1),
    unit("kg/m3", DENSITY, 1, 1),
    unit("kg/h", MASS_FLOW, 1, 3600),
    unit("t/h", MASS_FLOW, 1000, 3600),
    unit("kg/d", MASS_FLOW, 1, 86_400),
    unit("t/d", MASS_FLOW, 1000, 86_400),
    unit("L/min", VOLUME_FLOW, 1, 60_000),
    unit("L/h", VOLUME_FLOW, 1, 3_600_000),
    unit("m3/h", VOLUME_FLOW, 1, 3600),
    unit("m3/d", VOLUME_FLOW, 1, 86_400),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn temperatures_have_an_offset() {
        let celsius = Unit::find("°C").map(|unit| unit.to_base(&850.into()));
        assert_eq!(celsius, Number::parse("1123.15"));
    }

    #[test]
    fn every_symbol_is_written_once_and_comes_back() {
        for (at, unit) in UNITS.iter().enumerate() {
            assert_eq!(UNITS.iter().rposition(|other| other.symbol == unit.symbol), Some(at));
            assert_eq!(unit.from_base(&unit.to_base(&7.into())), 7.into());
        }
    }
}
