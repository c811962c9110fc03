//! Countries and currencies, by their ISO codes.

use std::fmt;

/// A country or region by its ISO 3166-1 alpha-2 code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Country([u8; 2]);

impl Country {
    /// Reads an assigned code such as `CN`.
    ///
    /// ```
    /// use ukase::value::Country;
    /// assert!(Country::parse("JP").is_some());
    /// assert!(Country::parse("XX").is_none());
    /// ```
    pub fn parse(text: &str) -> Option<Country> {
        let code = rust_iso3166::from_alpha2(text)?;
        Some(Country([code.alpha2.as_bytes()[0], code.alpha2.as_bytes()[1]]))
    }

    /// Every country, in the order of the codes.
    pub fn all() -> Vec<Country> {
        let mut all: Vec<Country> = rust_iso3166::ALL.iter().filter_map(|code| Country::parse(code.alpha2)).collect();
        all.sort();
        all
    }

    /// The English short name.
    pub fn name(self) -> &'static str {
        rust_iso3166::from_alpha2(self.code()).map_or("", |code| code.name)
    }

    fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("")
    }
}

impl fmt::Display for Country {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.code())
    }
}

/// A currency by its ISO 4217 code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

impl Currency {
    /// Reads an assigned code such as `USD`.
    pub fn parse(text: &str) -> Option<Currency> {
        let code = iso_currency::Currency::from_code(text)?.code();
        code.as_bytes().try_into().ok().map(Currency)
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(std::str::from_utf8(&self.0).unwrap_or(""))
    }
}
