//! Sets of outcomes where an inquiry that looks at less than all of a shipment could go wrong.

use crate::agreement::{compiled, loaded};
use crate::random::Dice;
use ukase::check::CheckedPolicy;
use ukase::eval::{Judge, Verdict, path_of};

fn policy(body: &str) -> CheckedPolicy {
    let head = "policy exactness \"Exactness\"\nlanguage 1\noutcomes from loosest to strictest { free notify licence deny }\n";
    compiled(&format!("{head}{body}")).expect("the policy is right")
}

/// The possible outcomes in words, whether they are exact, and what is asked for.
fn judged(policy: &CheckedPolicy, json: &str) -> (Vec<String>, bool, Vec<String>) {
    let judge = Judge::new(policy, None);
    let judgement = judge.judge(loaded(policy, json), None, Vec::new());
    let Verdict { possible, needs, .. } = &judgement.verdict;
    let words = policy.outcomes.iter().enumerate().filter(|(at, _)| possible.outcomes & (1 << at) != 0);
    let asked = needs.iter().map(|need| path_of(&judgement.evaluation, need.unknown));
    (words.map(|(_, outcome)| outcome.name.clone()).collect(), possible.exact, asked.collect())
}

const ITEMS: &str = "
enum use { civil military space nuclear }
record item { code code   own truth   use set of use inherits use }
facts shipment { date date   destination country   use set of use   items list of item }
instrument 1 \"A law\" { published 2025-01-01 }
";

#[test]
fn a_fact_that_items_inherit_is_read_as_they_read_it() {
    let policy = policy(&format!("{ITEMS}clause I \"Uses\" each item in items when item.use has military then deny\n"));
    let (outcomes, exact, asked) = judged(&policy, r#"{"date": "2025-06-01", "items": [{"code": "1A1"}]}"#);
    assert_eq!((outcomes, exact, asked), (vec!["free".into(), "deny".into()], true, vec!["use".to_string()]));
}

#[test]
fn a_fact_that_another_beside_it_inherits_is_asked_for() {
    let policy = policy(
        "record item { origin country   made_in country inherits origin }\nfacts shipment { date date   items list of item }\n\
         instrument 1 \"A law\" { published 2025-01-01 }\n\
         clause I \"Abroad\" each item in items when item.made_in is not CN then licence\n",
    );
    let given = |item: &str| judged(&policy, &format!(r#"{{"date": "2025-06-01", "items": [{item}]}}"#));
    let settled = |outcome: &str| (vec![outcome.to_string()], true, Vec::new());
    assert_eq!(given("{}"), (vec!["free".into(), "licence".into()], true, vec!["items[0].origin".to_string()]));
    assert_eq!(given(r#"{"origin": "JP"}"#), settled("licence"));
    assert_eq!(given(r#"{"origin": "JP", "made_in": "CN"}"#), settled("free"));
    assert_eq!(given(r#"{"origin": "CN", "made_in": "JP"}"#), settled("licence"));
}

#[test]
fn members_that_are_never_told_apart_are_one() {
    let clause =
        "clause I \"Uses\" when use meets {military, space} then deny\nclause II \"Others\" when use has nuclear then notify\n";
    let policy = policy(&format!("{ITEMS}{clause}"));
    let (outcomes, exact, _) = judged(&policy, r#"{"date": "2025-06-01", "items": []}"#);
    assert_eq!((outcomes, exact), (vec!["free".into(), "notify".into(), "deny".into()], true));
}

#[test]
fn a_set_with_more_members_than_are_combined_is_not_called_exact() {
    let words: Vec<String> = (0..14).map(|at| format!("word{at}")).collect();
    let all = words.iter().map(|word| format!("use has {word}")).collect::<Vec<_>>().join(" and ");
    let policy = policy(&format!(
        "enum use {{ {} }}\nfacts shipment {{ date date   use set of use }}\ninstrument 1 \"A law\" {{ published 2025-01-01 }}\n\
         clause I \"All uses\" when {all} then deny\n",
        words.join(" ")
    ));
    let (outcomes, exact, _) = judged(&policy, r#"{"date": "2025-06-01"}"#);
    assert_eq!((outcomes, exact), (vec!["free".to_string(), "deny".into()], false));
}

#[test]
fn three_hundred_items_that_hang_on_one_destination_are_two_combinations() {
    let clauses = "clause I \"Abroad\" each item in items when destination is JP and item.own then licence\n\
                   clause II \"At home\" each item in items when not (destination is JP) and item.own then licence\n";
    let policy = policy(&format!("{ITEMS}{clauses}"));
    let items = vec![r#"{"code": "1A1", "own": true}"#; 300].join(", ");
    let (outcomes, exact, asked) = judged(&policy, &format!(r#"{{"date": "2025-06-01", "items": [{items}]}}"#));
    assert_eq!((outcomes, exact, asked), (vec!["licence".to_string()], true, Vec::new()));
    let clauses = "clause I \"Abroad\" each item in items when destination is JP and item.own then licence\n";
    let policy = self::policy(&format!("{ITEMS}{clauses}"));
    let (outcomes, exact, asked) = judged(&policy, &format!(r#"{{"date": "2025-06-01", "items": [{items}]}}"#));
    assert_eq!((outcomes, exact, asked), (vec!["free".into(), "licence".into()], true, vec!["destination".to_string()]));
}

#[test]
fn items_that_have_nothing_in_common_are_judged_apart() {
    let clauses = "clause I \"Own\" each item in items when item.own then licence\n\
                   clause II \"Or not\" each item in items when item.own or not item.own then notify\n";
    let policy = policy(&format!("{ITEMS}{clauses}"));
    let items = vec![r#"{"code": "1A1"}"#; 200].join(", ");
    let (outcomes, exact, asked) = judged(&policy, &format!(r#"{{"date": "2025-06-01", "items": [{items}]}}"#));
    assert_eq!((outcomes, exact), (vec!["notify".into(), "licence".to_string()], true));
    assert!(asked.contains(&"items[0].own".to_string()), "{asked:?}");
}

#[test]
fn what_another_item_settles_is_not_asked_for() {
    let clauses = "clause I \"Own\" each item in items when item.own then notify\n\
                   clause II \"Military\" each item in items when item.use has military then deny\n";
    let policy = policy(&format!("{ITEMS}{clauses}"));
    let items = r#"{"own": false, "use": ["civil"]}, {"use": ["military"]}, {"use": ["civil"]}"#;
    let (outcomes, exact, asked) = judged(&policy, &format!(r#"{{"date": "2025-06-01", "items": [{items}]}}"#));
    assert_eq!((outcomes, exact, asked), (vec!["deny".to_string()], true, Vec::new()));
}

/// However long a list may be that nobody closed: what only many elements bring about is possible.
#[test]
fn open_lists_may_be_long() {
    let of = |when: &str| policy(&format!("{ITEMS}clause I \"Many\" when {when} then licence\n"));
    let open = r#"{"date": "2025-06-01"}"#;
    let begun = r#"{"date": "2025-06-01", "items": [{"own": true}, "…"]}"#;
    let both = vec!["free".to_string(), "licence".into()];
    for when in ["count of x in items >= 3", "count of x in items > 5", "count of x in items where x.own is true >= 4"] {
        for facts in [open, begun] {
            assert_eq!(judged(&of(when), facts), (both.clone(), true, vec!["items".to_string()]), "{when} {facts}");
        }
    }
    for when in ["count of x in items >= 400", "2 * (count of x in items) >= 7"] {
        let (outcomes, exact, _) = judged(&of(when), open);
        assert_eq!((outcomes, exact), (both.clone(), false), "{when}");
    }
    let closed = r#"{"date": "2025-06-01", "items": [{"own": true}, {"own": true}]}"#;
    assert_eq!(judged(&of("count of x in items >= 3"), closed).0, ["free"]);
    let shares = "record part { share percent }\nfacts shipment { date date   parts list of part }\n\
                  instrument 1 \"A law\" { published 2025-01-01 }\n\
                  clause I \"Much\" when (sum of x.share for x in parts) >= 250% then licence\n";
    assert_eq!(judged(&policy(shares), open).0, both);
}

const HOLDINGS: &str = "
record stake { share percent of whole   owner party }
record party { bad truth   owners list of stake }
facts shipment { date date   end_user party   parties register of party }
define held(party) = party.bad or (any stake in party.owners satisfies (stake.share >= 50% and held(stake.owner)))
instrument 1 \"A law\" { published 2025-01-01 }
clause I \"Held\" when held(end_user) then deny
";

/// Who is held in a random web with circles, told apart from a walk that shares nothing with the interpreter.
#[test]
fn ownership_in_random_webs_is_what_a_walk_finds() {
    let policy = policy(HOLDINGS);
    let companies = 150;
    for seed in 0..60 {
        let mut dice = Dice::new(seed);
        let owners: Vec<Vec<(usize, usize)>> =
            (0..companies).map(|_| (0..dice.roll(3)).map(|_| (dice.roll(companies), 20 + 10 * dice.roll(4))).collect()).collect();
        let bad: Vec<bool> = (0..companies).map(|_| dice.chance(1)).collect();
        let (mut held, mut waiting, mut seen) = (false, vec![0], vec![false; companies]);
        while let Some(at) = waiting.pop() {
            held |= bad[at];
            if !std::mem::replace(&mut seen[at], true) {
                waiting.extend(owners[at].iter().filter(|(_, share)| *share >= 50).map(|(owner, _)| *owner));
            }
        }
        let party = |at: usize| {
            let stake = |(owner, share): &(usize, usize)| format!(r#"{{"share": "{share}%", "owner": {{"ref": "p{owner}"}}}}"#);
            let stakes: Vec<String> = owners[at].iter().map(stake).collect();
            format!(r#""p{at}": {{"bad": {}, "owners": [{}]}}"#, bad[at], stakes.join(", "))
        };
        let parties: Vec<String> = (0..companies).map(party).collect();
        let json = format!(r#"{{"date": "2025-06-01", "end_user": {{"ref": "p0"}}, "parties": {{{}}}}}"#, parties.join(", "));
        let expected = if held { "deny" } else { "free" };
        assert_eq!(judged(&policy, &json).0, vec![expected.to_string()], "seed {seed}");
    }
}

/// Chains longer than a circle is gone through whole: who holds half of whom, from the far end to the near one.
#[test]
fn ownership_rises_through_long_chains_in_either_direction() {
    let policy = policy(HOLDINGS);
    let companies = 400;
    for ascending in [true, false] {
        for (bad, expected) in [("true", vec!["deny"]), ("false", vec!["free"]), ("null", vec!["free", "deny"])] {
            let party = |at: usize| {
                let owner = if ascending { Some(at + 1).filter(|next| *next < companies) } else { at.checked_sub(1) };
                let owners =
                    owner.map_or(String::new(), |owner| format!(r#"{{"share": "60%", "owner": {{"ref": "p{owner}"}}}}"#));
                let bad = if owner.is_none() { bad } else { "false" };
                let bad = if bad == "null" { String::new() } else { format!(r#""bad": {bad}, "#) };
                format!(r#""p{at}": {{{bad}"owners": [{owners}]}}"#)
            };
            let parties: Vec<String> = (0..companies).map(party).collect();
            let first = if ascending { 0 } else { companies - 1 };
            let json =
                format!(r#"{{"date": "2025-06-01", "end_user": {{"ref": "p{first}"}}, "parties": {{{}}}}}"#, parties.join(", "));
            let (outcomes, exact, _) = judged(&policy, &json);
            assert_eq!((outcomes, exact), (expected.into_iter().map(String::from).collect(), true), "{ascending} {bad}");
        }
    }
}

/// A code that the policy does not name lies beside the entries that it does not lead to, and above those that it does.
#[test]
fn a_code_that_the_policy_does_not_name_is_told_from_its_neighbours() {
    let policy = policy(
        "record item classified by code { code code   hot truth }\nfacts shipment { date date   items list of item }\n\
         instrument 1 \"A law\" { published 2025-01-01 }\n\
         category 3A001 \"Chips\" under 1\ncategory 3A001.a.1 \"A\" under 1\ncategory 3A001.b.2 \"B\" under 1\n    when item.hot\n\
         clause I \"A\" each item in items when item matches 3A001.a.1 then notify\n\
         clause II \"B\" each item in items when item matches 3A001.b.2 then licence\n",
    );
    let of = |code: &str| judged(&policy, &format!(r#"{{"date": "2025-06-01", "items": [{{"code": "{code}"}}]}}"#)).0;
    assert_eq!(of("3A001.a.7"), ["free"]);
    assert_eq!(of("3A001.b.2"), ["licence"]);
    assert_eq!(of("3A001.b.2.c"), ["licence"]);
    assert_eq!(of("3A001"), ["free", "notify", "licence"]);
}

/// What is settled for the lines that are named does not weigh on what an unnamed one may be.
#[test]
fn settled_lines_do_not_weigh_on_an_open_list() {
    let policy = policy(
        "record item { share percent }\nfacts shipment { date date   c truth   share percent   items list of item }\n\
         instrument 1 \"A law\" { published 2025-01-01 }\n\
         clause I \"Shares\" from 2025-04-04 each item in items when item.share >= 25% and item.share <= share then notify\n\
         clause II \"All\" from 2025-10-09 before 2025-11-07 when c then deny\n",
    );
    let facts = r#"{"c": true, "share": "0%", "items": [{}, {}, {}, {}, "…"]}"#;
    assert_eq!(judged(&policy, facts), (vec!["free".into(), "deny".into()], true, vec!["date".into()]));
}
