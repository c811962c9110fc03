//! The functions of the language: a table, not grammar.

use super::types::Type;

/// A function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Function {
    /// The smaller of two.
    Min,
    /// The larger of two.
    Max,
    /// Without its sign.
    Abs,
    /// The year of a day.
    Year,
    /// The days from one day to another.
    DaysBetween,
    /// The amount was reported as below detection: `"<0.01%"`.
    BelowDetection,
}

/// A row of the table.
#[derive(Debug)]
pub struct Signature {
    /// As it is called.
    pub name: &'static str,
    /// What it computes.
    pub function: Function,
    /// How many arguments it takes.
    pub arity: usize,
    /// What it does, for the documentation.
    pub doc: &'static str,
}

/// Every function.
pub static FUNCTIONS: &[Signature] = &[
    Signature { name: "min", function: Function::Min, arity: 2, doc: "the smaller of two amounts" },
    Signature { name: "max", function: Function::Max, arity: 2, doc: "the larger of two amounts" },
    Signature { name: "abs", function: Function::Abs, arity: 1, doc: "an amount without its sign" },
    Signature { name: "year", function: Function::Year, arity: 1, doc: "the year of a date" },
    Signature {
        name: "days_between",
        function: Function::DaysBetween,
        arity: 2,
        doc: "the days from the first date to the second",
    },
    Signature {
        name: "below_detection",
        function: Function::BelowDetection,
        arity: 1,
        doc: "whether an amount was reported as below detection",
    },
];

impl Signature {
    /// The function of that name.
    pub fn find(name: &str) -> Option<&'static Signature> {
        FUNCTIONS.iter().find(|signature| signature.name == name)
    }

    /// The type of a call, or what each argument must be.
    pub fn result(&self, arguments: &[Type]) -> Result<Type, &'static str> {
        match (self.function, arguments) {
            (Function::Min | Function::Max, [a, b]) if a == b && a.is_number() => Ok(a.clone()),
            (Function::Min | Function::Max, _) => Err("two amounts of the same type"),
            (Function::Abs, [a]) if a.is_number() => Ok(a.clone()),
            (Function::Abs, _) => Err("an amount"),
            (Function::Year, [Type::Date]) => Ok(Type::Integer),
            (Function::Year, _) => Err("a date"),
            (Function::DaysBetween, [Type::Date, Type::Date]) => Ok(Type::Integer),
            (Function::DaysBetween, _) => Err("two dates"),
            (Function::BelowDetection, [a]) if a.is_number() => Ok(Type::Truth),
            (Function::BelowDetection, _) => Err("an amount"),
        }
    }
}
