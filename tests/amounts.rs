//! Sets of outcomes where several amounts, days or codes that nobody stated are tested together.

use crate::agreement::{compiled, loaded, set_of};
use crate::random::Dice;
use std::collections::BTreeSet;
use ukase::check::CheckedPolicy;
use ukase::eval::{Judge, Possible};

fn policy(body: &str) -> CheckedPolicy {
    let head = "policy amounts \"Amounts\"\nlanguage 1\noutcomes from loosest to strictest { free notify licence deny }\n";
    let text = format!("{head}{body}");
    compiled(&text).unwrap_or_else(|| panic!("the policy is right:\n{text}"))
}

fn possible(policy: &CheckedPolicy, json: &str) -> Possible {
    let judge = Judge::new(policy, None);
    judge.judge(loaded(policy, json), None, Vec::new()).verdict.possible
}

const NOTHING: &str = r#"{"date": "2025-06-01"}"#;

/// Facts, a condition, and whether it can be met; it can always fail.
const CONDITIONS: &[(&str, &str, bool)] = &[
    ("a decimal  b decimal", "a + b > 10 and a < 5 and b < 5", false),
    ("a decimal  b decimal", "a + b > 9 and a < 5 and b < 5", true),
    ("a decimal  b decimal", "a + b > 9 and a - b > 3 and b > 3 and a < 6", false),
    ("a decimal  b decimal", "a + b > 9 and a - b > 3 and a < 6.1", true),
    ("a decimal  b decimal", "2 * a + 3 * b is 12 and a > 3 and b >= 2", false),
    ("a decimal  b decimal", "2 * a + 3 * b is 12 and a > 3 and b > 1.9", true),
    ("a decimal  b decimal", "max(a, b) is 7 and min(a, b) is 6.5", true),
    ("a decimal  b decimal", "max(a, b) < 7 and min(a, b) > 7", false),
    ("a decimal  b decimal", "abs(a - b) > 5 and a < 4 and b < 5", false),
    ("a decimal  b decimal", "abs(a - b) > 5 and a < 4 and b < 6", true),
    ("a decimal  t truth", "(if t then a else 3) is 3 and a is 4", true),
    ("a money  b money", "a as share of b is 37% and b > 50 USD and a < 20 USD", true),
    ("a money  b money", "a as share of b > 50% and b > 50 USD and a < 20 USD", false),
    ("a integer", "a > 5 and a < 6", false),
    ("a decimal", "a > 5 and a < 6", true),
    ("a integer  b integer  c integer", "a < b and b < c and a > 5 and c < 8", false),
    ("a integer  b integer  c integer", "a < b and b < c and a > 5 and c < 9", true),
    ("a integer  b integer  c integer  d integer", "a < b and b < c and c < d and d < 4", true),
    ("a integer  b integer  c integer  d integer", "a < b and b < c and c < d and d < 3", false),
    ("signed date  arrived date", "signed + 30 days < arrived and days_between(signed, arrived) < 32", true),
    ("signed date  arrived date", "signed + 30 days < arrived and days_between(signed, arrived) < 31", false),
    ("signed date  arrived date", "days_between(signed, arrived) is 7 and signed > 2025-01-01 and arrived < 2025-01-10", true),
    ("signed date  arrived date", "days_between(signed, arrived) is 7 and signed > 2025-01-01 and arrived < 2025-01-09", false),
    ("signed date", "year(signed) is 2024 and signed > 2024-12-30", true),
    ("signed date", "year(signed) is 2024 and signed > 2024-12-31", false),
    ("c code", "c within 1A001 and not (c within 1A001.b) and not (c is 1A001)", true),
    ("c code  d code", "not (c is d) and not (c within 1A001) and not (d within 1A001)", true),
    ("a text  b text  c text", "not (a is b) and not (b is c) and a is c", true),
    ("a text  b text  c text", "a is b and b is c and not (a is c)", false),
    ("uses set of use  main use", "main in uses and not (uses has civil) and not (main is military)", false),
    ("names set of text  name text", "name in names and not (names has \"Acme\")", true),
];

#[test]
fn what_several_facts_can_be_together_is_known() {
    for (facts, condition, can_be) in CONDITIONS {
        let policy = policy(&format!(
            "enum use {{ civil military }}\nfacts shipment {{ date date   {facts}   kind use }}\n\
             instrument 1 \"A law\" {{ published 2025-01-01 }}\nclause I \"Test\" when {condition} then deny\n\
             clause II \"Kind\" when kind is civil then free\n"
        ));
        let possible = possible(&policy, NOTHING);
        let expected = if *can_be { 0b1001 } else { 0b0001 };
        assert_eq!(possible, Possible { outcomes: expected, exact: possible.exact }, "{condition}");
        assert!(possible.exact, "{condition}");
    }
}

#[test]
fn a_member_that_a_given_set_has_is_tried() {
    let policy = policy(
        "facts shipment { date date   names set of text   name text }\ninstrument 1 \"A law\" { published 2025-01-01 }\n\
         clause I \"Named\" when name in names then deny\n",
    );
    let facts = |names: &str| format!(r#"{{"date": "2025-06-01", "names": [{names}]}}"#);
    assert_eq!(possible(&policy, &facts(r#""Acme""#)), Possible { outcomes: 0b1001, exact: true });
    assert_eq!(possible(&policy, &facts("")), Possible { outcomes: 0b0001, exact: true });
}

/// One test of three amounts against a line: coefficients, the line, and how it is compared.
struct Test {
    coefficients: [i64; 3],
    line: i64,
    comparison: usize,
}

const COMPARISONS: [&str; 3] = ["<", "<=", "is"];

impl Test {
    fn random(dice: &mut Dice) -> Test {
        let coefficients = [0; 3].map(|_| dice.pick(&[0, 0, 1, 1, 1, -1, -1, 2]));
        Test { coefficients, line: dice.roll(9) as i64 - 2, comparison: dice.roll(3) }
    }

    fn text(&self) -> String {
        let terms =
            ["a", "b", "c"].iter().zip(self.coefficients).map(|(name, by)| format!("({by}) * {name}").replace("(-1) *", "0 -"));
        let terms: Vec<String> = terms.map(|term| format!("({term})")).collect();
        format!("{} {} {}", terms.join(" + "), COMPARISONS[self.comparison], self.line)
    }

    /// In halves.
    fn holds(&self, at: [i64; 3]) -> bool {
        let left: i64 = self.coefficients.iter().zip(at).map(|(by, at)| by * at).sum();
        match self.comparison {
            0 => left < 2 * self.line,
            1 => left <= 2 * self.line,
            _ => left == 2 * self.line,
        }
    }
}

/// Whatever a point of a grid comes to is in the set, for whole and for other amounts.
#[test]
fn no_point_of_a_grid_has_an_outcome_that_is_not_in_the_set() {
    let mut exact = 0;
    for seed in 0..400 {
        let mut dice = Dice::new(seed);
        let clauses: Vec<Vec<Test>> = (0..2).map(|_| (0..2 + dice.roll(2)).map(|_| Test::random(&mut dice)).collect()).collect();
        let (ty, step) = if seed % 2 == 0 { ("decimal", 1) } else { ("integer", 2) };
        let when = |tests: &[Test]| tests.iter().map(Test::text).collect::<Vec<_>>().join(" and ");
        let policy = policy(&format!(
            "facts shipment {{ date date   a {ty}  b {ty}  c {ty} }}\ninstrument 1 \"A law\" {{ published 2025-01-01 }}\n\
             clause I \"Strict\" when {} then deny\nclause II \"Less\" when {} then licence\n",
            when(&clauses[0]),
            when(&clauses[1])
        ));
        let mut met = BTreeSet::new();
        let axis = || (0..24).step_by(step);
        for a in axis() {
            for b in axis() {
                for c in axis() {
                    let holds = |tests: &[Test]| tests.iter().all(|test| test.holds([a, b, c]));
                    met.insert(if holds(&clauses[0]) { 3 } else { 2 * usize::from(holds(&clauses[1])) });
                }
            }
        }
        let possible = possible(&policy, NOTHING);
        let found = set_of(possible.outcomes);
        assert!(
            met.is_subset(&found),
            "seed {seed}: {met:?} in {found:?}, exact {}\n{}\n{}",
            possible.exact,
            when(&clauses[0]),
            when(&clauses[1])
        );
        exact += usize::from(possible.exact);
    }
    assert!(exact > 200, "{exact} of 400 sets are exact");
}
