use std::ops::Not;

/// True, false or unknown: Kleene's strong logic.
///
/// The order is from false to true, so that `and` is the smaller and `or` the larger of two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Truth {
    /// Surely false.
    False,
    /// Not known.
    #[default]
    Unknown,
    /// Surely true.
    True,
}

impl Truth {
    /// True when both are; false when one is.
    pub fn and(self, other: Truth) -> Truth {
        self.min(other)
    }

    /// True when one is; false when both are.
    pub fn or(self, other: Truth) -> Truth {
        self.max(other)
    }

    /// Surely true.
    pub fn is_true(self) -> bool {
        self == Truth::True
    }

    /// Surely false.
    pub fn is_false(self) -> bool {
        self == Truth::False
    }

    /// Neither surely true nor surely false.
    pub fn is_unknown(self) -> bool {
        self == Truth::Unknown
    }

    /// As JSON and people write it: `Some(true)`, `Some(false)` or `None`.
    pub fn known(self) -> Option<bool> {
        match self {
            Truth::False => Some(false),
            Truth::Unknown => None,
            Truth::True => Some(true),
        }
    }
}

impl Not for Truth {
    type Output = Truth;

    fn not(self) -> Truth {
        match self {
            Truth::False => Truth::True,
            Truth::Unknown => Truth::Unknown,
            Truth::True => Truth::False,
        }
    }
}

impl From<bool> for Truth {
    fn from(value: bool) -> Truth {
        if value { Truth::True } else { Truth::False }
    }
}
