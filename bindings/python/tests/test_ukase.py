"""The package says what the command line says."""

import copy
import json
import pickle
from datetime import date, datetime
from decimal import Decimal

import duckdb
import numpy
import pandas
import polars
import pyarrow
import pytest

import ukase
from conftest import ROOT
from ukase._facts import written

SHIPMENT = {"departure": "CN", "destination": "DE", "items": [{"code": "1C902.a", "value": "70.00 USD"}]}


def test_a_verdict_is_that_of_the_command_line(law, command, tmp_path):
    facts = tmp_path / "facts.json"
    facts.write_text(json.dumps(SHIPMENT))
    printed = command("eval", "policies/cn-rare-earth@2025-12-01,known=2025-10-09", facts, "--format", "json")
    regime = law.at("2025-12-01", known="2025-10-09")
    assert regime.eval(SHIPMENT) == json.loads(printed.stdout)
    assert (regime.on, regime.known) == ("2025-12-01", "2025-10-09")
    assert law.at(date(2025, 12, 1), known=date(2025, 10, 9)).eval(SHIPMENT) == regime.eval(SHIPMENT)
    shown = command("eval", "policies/cn-rare-earth@2025-12-01,known=2025-10-09", facts, env={"COLUMNS": "100"})
    assert regime.explain(SHIPMENT) == shown.stdout


def test_numbers_stay_what_they_are(flat):
    regime = flat.at("2025-12-10")
    facts = {"departure": "DE", "origin": "DE", "destination": "US", "item_code": "3C921.a"}
    for share, text in ((Decimal("0.1"), "0.1"), (0.1, "0.1"), (Decimal("0.0999"), "0.0999"), (0.0999, "0.0999"), (1, "1")):
        given = regime.eval({**facts, "cn_content_share": share})
        assert given == regime.eval(json.loads(json.dumps({**facts, "cn_content_share": "@"}).replace('"@"', text), parse_float=Decimal))
    for wrong, code in ((0.1 + 0.2, "fraction"), (float("nan"), "type"), (Decimal("Infinity"), "type"), (10**5000, "type"), (object(), "type")):
        with pytest.raises(ukase.FactsError) as caught:
            regime.eval({**facts, "cn_content_share": wrong})
        assert caught.value.code == f"ukase::facts::{code}"
    assert regime.eval({**facts, "cn_content_share": numpy.float64(0.1)}) == regime.eval({**facts, "cn_content_share": Decimal("0.1")})


def test_a_set_stays_as_open_as_it_is():
    assert written({"civil", "…"}) == written({"civil", "..."}) == '["civil", "..."]'
    assert written({"b", "a"}) == '["a", "b"]' and written(frozenset()) == "[]"


def test_every_problem_is_told_with_its_code(law, tmp_path):
    with pytest.raises(ukase.FactsError) as caught:
        law.at().eval({"destinaton": "DE", "departure": "XX"})
    assert [problem.code for problem in caught.value.problems] == ["ukase::facts::unknown_field", "ukase::facts::type"]
    assert "did you mean `destination`?" in str(caught.value)
    wrong = tmp_path / "wrong.ukase"
    wrong.write_text('policy wrong "Wrong"\nlanguage 1\noutcomes from loosest to strictest { free }\nfacts shipment { date dat }\n')
    with pytest.raises(ukase.PolicyError) as caught:
        ukase.Policy(wrong)
    assert (caught.value.problems[0].file, caught.value.problems[0].line) == ("wrong.ukase", 4)
    with pytest.raises(ukase.UsageError):
        law.at("yesterday")
    with pytest.raises(ukase.UsageError):
        law.at(readings={"transit": "perhaps"})


def test_what_is_wrong_is_told_where_it_stands(law):
    regime = law.at()
    for facts, field in (
        ({"items": [{"code": "1C902.a"}, {"code": "1C902.a", "value": "3"}]}, "items[1].value"),
        ({"end_user": {"military": "ja"}}, "end_user.military"),
        ({"items": [{"elements": [{"share": float("nan")}]}]}, "items[0].elements[0].share"),
        ({"items": [{"value": pandas.NaT}]}, "items[0].value"),
        ({"end_user.military": True}, "end_user.military"),
    ):
        with pytest.raises(ukase.FactsError) as caught:
            regime.eval(facts)
        assert caught.value.problems[0].field == field and f"{field}: " in str(caught.value)
    assert '{"end_user": {"military": …}}' in str(caught.value)
    itself = {}
    itself["end_user"] = itself
    with pytest.raises(ukase.FactsError, match="too deep"):
        regime.eval(itself)
    listed = {"departure": "CN", "items": numpy.array([{"code": "1C902.a"}], dtype=object)}
    assert regime.eval(listed) == regime.eval({"departure": "CN", "items": [{"code": "1C902.a"}]})


def test_what_is_chosen_wrongly_is_told(law):
    for wrong, told in (
        (lambda: law.at(datetime(2025, 12, 1)), "value.date()"),
        (lambda: law.at(assume="ordinary"), r"\['ordinary'\]"),
        (lambda: law.at(readings=["transit=at_once"]), "named by their questions"),
        (lambda: law.at().eval_batch(pyarrow.table({"id": ["a"]}), columns="id"), r"\['id'\]"),
        (lambda: ukase.Policy(f"{ROOT}/policies/cn-rare-earth@october"), r"\.at\("),
    ):
        with pytest.raises(ukase.UsageError, match=told):
            wrong()
    with pytest.raises(ukase.PolicyError):
        ukase.Policy("")
    with pytest.raises(TypeError, match="to_frame"):
        law.at().eval_batch(pandas.Series(["a"], name="id"))


def test_an_explanation_fits_a_narrow_page(law):
    for width in (0, 1, 40, 59):
        assert "ask" in law.at("2025-12-01").explain(SHIPMENT, width)


def test_a_policy_says_what_can_be_chosen(law, command):
    assert law.versions["october"] == ("2025-10-09", None)
    assert "at_once" in law.questions["transit"] and "ordinary" in law.assumptions
    assert law.schema() == json.loads(command("schema", "policies/cn-rare-earth").stdout)
    assert ukase.__version__ == "0.1.0"


def test_what_judges_can_be_sent(law, flat, table):
    for policy in (law, flat):
        again = pickle.loads(pickle.dumps(policy))
        assert again == policy and hash(again) == hash(policy)
    assert law != flat
    regime = law.at("2025-12-01", known="2025-10-09", readings={"transit": "at_once"}, assume=["ordinary"])
    again = copy.deepcopy(regime)
    assert again.eval(SHIPMENT) == regime.eval(SHIPMENT) != law.at("2025-12-01", known="2025-10-09").eval(SHIPMENT)
    assert repr(again) == "<ukase.Regime cn_rare_earth on 2025-12-01 known 2025-10-09>"


def test_a_comparison_is_that_of_the_command_line(law, command):
    printed = command("diff", "--format", "json", "policies/cn-rare-earth@2025-12-01", "policies/cn-rare-earth@2026-11-21")
    assert law.at("2025-12-01").diff(law.at("2026-11-21")) == json.loads(printed.stdout)
    printed = command(
        "diff", "--format", "json", "--reading", "truce=lapsed", "policies/cn-rare-earth@2025-12-01", "policies/cn-rare-earth@2026-11-21"
    )
    lapsed = {"truce": "lapsed"}
    assert law.at("2025-12-01", readings=lapsed).diff(law.at("2026-11-21", readings=lapsed)) == json.loads(printed.stdout)
    for newer in (law.at("2026-11-21"), law.at("2026-11-21", readings=lapsed, assume=["ordinary"]), law.at(readings=lapsed)):
        with pytest.raises(ukase.UsageError):
            law.at("2025-12-01", readings=lapsed).diff(newer)
    with pytest.raises(TypeError):
        law.at().diff(law)


def test_a_question_that_one_version_asks_is_read_there(tmp_path):
    """Of two versions that both ask a question both read it in the same way; what only one asks cannot be read in the other."""
    asks = """
question {0} "What about {0}?"
    reading refused "refused"
    reading allowed "allowed"
clause {1} "By {0}"
    when under reading {0}.refused and {0}
    then deny
"""
    heading = """policy asked "What is asked"
language 1
outcomes from loosest to strictest {{ free deny }}
facts shipment {{ date date   army truth   spies truth }}
instrument 2025-1 "Notice" {{ published 2025-01-10 }}
""".format()
    old, new = tmp_path / "old.ukase", tmp_path / "new.ukase"
    old.write_text(heading + asks.format("army", "I"))
    new.write_text(heading + asks.format("army", "I") + asks.format("spies", "II"))
    old, new = ukase.Policy(old), ukase.Policy(new)

    def found(of_old, of_new):
        return old.at("2025-06-01", readings=of_old).diff(new.at("2025-06-01", readings=of_new))

    assert found({}, {"spies": "refused"})["verdicts"] and not found({}, {"spies": "allowed"})["verdicts"]
    both = {"army": "allowed"}
    assert found(both, {**both, "spies": "refused"})["verdicts"]
    with pytest.raises(ukase.UsageError, match="both versions ask"):
        found(both, {"spies": "refused"})


def test_a_path_with_an_at_sign_is_no_version(tmp_path):
    with pytest.raises(ukase.PolicyError, match="is not there"):
        ukase.Policy(tmp_path / "somebody@example.org" / "policy.ukase")


def test_versions_are_compared(law):
    found = law.at("2025-04-04", known="2025-04-04").diff(law.at("2025-10-09", known="2025-10-09"))
    assert found["equal_elsewhere"] == "proved" and found["verdicts"]
    assert "compared with" in str(found)


COLUMNS = {
    "id": ["a", "b", "c", "d"],
    "date": ["2025-12-10", "2025-12-10", "2025-12-10", "2025-12-10"],
    "departure": ["DE", "CN", "DE", "XX"],
    "origin": ["DE", "CN", "CN", "DE"],
    "destination": ["US", "US", "US", "US"],
    "item_code": ["3C921.a", "1A901.a", "1A901.a", "1A901.a"],
    "cn_content_share": ["0.1", "0.0999", None, "0.2"],
    "end_user_kind": ["civil", "military", "civil", "civil"],
}


@pytest.fixture(scope="module")
def table():
    return pyarrow.table(COLUMNS)


def test_whatever_speaks_arrow_is_judged_alike(flat, table):
    regime = flat.at()
    found = regime.eval_batch(table)
    assert found.rows.num_rows == 3 and found.summary["rejected"] == 1
    assert [(one["id"], one["line"], one["field"]) for one in found.rejected] == [("d", 4, "departure")]
    rows = found.rows.to_pylist()
    assert rows[1]["outcome"] == "deny" and rows[1]["clauses"] == ["A/DENY(user)"]
    others = [table.to_batches()[0], table.to_reader(), table.to_pandas(), polars.from_arrow(table), duckdb.arrow(table)]
    for other in others:
        assert regime.eval_batch(other, threads=1).rows.to_pylist() == rows, type(other)
    assert found.to_pandas().shape == found.to_polars().shape == (3, 14)


def test_texts_say_what_cells_of_a_table_say(flat):
    texts = {**{name: values[:2] for name, values in COLUMNS.items()}, "end_user_listed": ["true", ""]}
    typed = {**texts, "end_user_listed": [True, None]}
    found = [flat.at().eval_batch(pyarrow.table(columns)) for columns in (texts, typed)]
    assert found[0].summary["rejected"] == 0 and found[0].rows.equals(found[1].rows)


def test_columns_of_the_verdicts_are_chosen(flat, table):
    regime = flat.at()
    whole, some = regime.eval_batch(table), regime.eval_batch(table, columns=["clauses", "id"])
    assert some.rows.column_names == ["clauses", "id"]
    assert some.rows.equals(whole.rows.select(["clauses", "id"])) and some.summary == whole.summary
    with pytest.raises(ukase.TableError, match="did you mean `clauses`"):
        regime.eval_batch(table, columns=["id", "clause"])


def test_one_by_one_is_the_same(flat, table):
    regime = flat.at()
    rows = {row["id"]: row for row in regime.eval_batch(table).rows.to_pylist()}
    for shipment in table.to_pylist():
        if shipment["id"] in rows:
            verdict = regime.eval({name: value for name, value in shipment.items() if value is not None})
            assert verdict["possible"] == rows[shipment["id"]]["possible"]


def test_what_pandas_cannot_say_is_told_and_what_it_leaves_out_is_unknown(flat):
    regime = flat.at("2025-12-10")
    nothing = regime.eval_batch(pandas.DataFrame({"id": ["a"], "destination": [float("nan")]}))
    assert nothing.rows.to_pylist() == regime.eval_batch(pyarrow.table({"id": ["a"]})).rows.to_pylist()
    assert regime.eval_batch(pandas.DataFrame({"destination": []}, dtype=float)).rows.num_rows == 0
    twice = pandas.DataFrame([["a", "b"]], columns=["id", "id"])
    for frame in (twice, pandas.DataFrame({"destination": ["DE", 3]})):
        with pytest.raises(ukase.TableError):
            regime.eval_batch(frame)


def test_lines_of_items_are_for_tables_in_files(law):
    with pytest.raises(ukase.TableError, match=r"items\[0\]"):
        law.at().eval_batch(pyarrow.table({"id": ["a", "a"], "item.code": ["1C902.a", "1C905.a.4"]}))
    with pytest.raises(ukase.TableError):
        law.at().eval_batch(pyarrow.table({"id": [True]}))


def test_columns_are_looked_at_before_the_first_row(flat):
    with pytest.raises(ukase.TableError) as caught:
        flat.at().eval_batch(pyarrow.table({"destinaton": ["DE"], "value_usd": [1.5]}))
    assert {problem.code for problem in caught.value.problems} == {"ukase::table::column"}
    assert len(caught.value.problems) == 2
    with pytest.raises(TypeError):
        flat.at().eval_batch([1, 2, 3])


def test_items_within_a_table_are_rows_of_their_own(law):
    items = pyarrow.array([[{"code": "1C902.a"}, {"code": "EAR99"}], []])
    found = law.at("2025-12-01").eval_batch(pyarrow.table({"id": ["x", "y"], "departure": ["CN", "CN"], "items": items}))
    assert [(row["id"], row["item"]) for row in found.rows.to_pylist()] == [("x", "items[0]"), ("x", "items[1]"), ("y", None)]


def test_a_packed_policy_is_the_same_policy_or_none(flat, table, tmp_path):
    text = flat.pack(tmp_path / "flat.ukasepack")
    again = ukase.Policy(tmp_path / "flat.ukasepack")
    assert again.digest == flat.digest
    assert again.at().eval_batch(table).rows.equals(flat.at().eval_batch(table).rows)
    with pytest.raises(ukase.PolicyError) as caught:
        ukase.Policy.unpack(text.replace("military", "civilian", 1))
    assert caught.value.code == "ukase::source::digest"
