"""Spark says what `ukase batch` says, on a million shipments and two worker processes."""

import os
import sys

import pyarrow
import pyarrow.parquet
import pytest

pyspark = pytest.importorskip("pyspark")

import ukase.spark  # noqa: E402

SHIPMENTS = 1_000_000
COLUMNS = (
    "id string, date date, departure string, origin string, destination string, item_code string, cn_content_share decimal(20,8), cn_technology boolean, "
    "end_user_kind string, end_user_listed boolean, end_user_listed_ownership decimal(20,8), end_use string, purpose string, value_usd decimal(20,8)"
)


@pytest.fixture(scope="module")
def spark():
    os.environ["PYSPARK_PYTHON"] = sys.executable
    session = (
        pyspark.sql.SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.memory", "4g")
        .config("spark.driver.maxResultSize", "3g")
        .config("spark.sql.session.timeZone", "UTC")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


def test_a_million_shipments_are_judged_as_by_the_command_line(spark, flat, command, tmp_path):
    shipments, verdicts = tmp_path / "shipments.jsonl", tmp_path / "verdicts.parquet"
    policy = "benches/rare-earth-flat/policy.ukase"
    assert command("generate", policy, "-n", SHIPMENTS, "--seed", "7", "-o", shipments).returncode == 0
    assert command("batch", policy, shipments, "-o", verdicts).returncode == 0

    df = spark.read.schema(COLUMNS).json(str(shipments)).repartition(4)
    judged = ukase.spark.judge(df, flat).toArrow().sort_by("id")
    expected = pyarrow.parquet.read_table(verdicts).sort_by("id")
    assert judged.num_rows == expected.num_rows == SHIPMENTS
    assert judged["error"].null_count == SHIPMENTS
    for name in expected.column_names:
        assert judged[name].to_pylist() == expected[name].to_pylist(), name

    def process(batches):
        for batch in batches:
            yield pyarrow.RecordBatch.from_pydict({"process": [os.getpid()] * min(1, batch.num_rows)})

    processes = df.mapInArrow(process, "process long").distinct().count()
    assert processes >= 2, f"only {processes} worker process judged"


def test_the_schema_has_the_columns_of_the_verdicts(flat):
    nothing = flat.at().eval_batch(pyarrow.table({"id": pyarrow.array([], pyarrow.string())}))
    assert list(ukase.spark._TYPES) == nothing.rows.column_names


def test_what_cannot_be_read_is_told_in_its_row(spark, flat):
    df = spark.createDataFrame([("a", "DE"), ("b", "XX")], "id string, destination string")
    rows = {row["id"]: row for row in ukase.spark.judge(df, flat, on="2025-12-10").collect()}
    assert rows["a"]["status"] == "open" and rows["a"]["error"] is None
    some = ukase.spark.judge(df, flat, on="2025-12-10", columns=["outcome", "id"])
    assert some.columns == ["outcome", "id", "error"] and [row["id"] for row in some.where("error is not null").collect()] == ["b"]
    assert rows["b"]["status"] == "rejected" and rows["b"]["error"] == "destination: `XX` is not a country [ukase::facts::type]"


def test_columns_may_be_paths(spark, law):
    df = spark.createDataFrame([("a", True, "1C902.a")], "id string, `end_user.military` boolean, `items[0].code` string")
    row = ukase.spark.judge(df, law, on="2025-12-01", columns=["id", "possible", "error"]).collect()[0]
    facts = {"id": "a", "end_user": {"military": True}, "items": [{"code": "1C902.a"}]}
    assert (row["possible"], row["error"]) == (law.at("2025-12-01").eval(facts)["possible"], None)
    with pytest.raises(ukase.TableError):
        ukase.spark.judge(spark.range(3).select(), law)
    with pytest.raises(ukase.UsageError, match="stands behind other columns"):
        ukase.spark.judge(df, law, columns=["error"])


def test_columns_are_looked_at_before_the_first_task(spark, flat):
    df = spark.createDataFrame([("a", "DE")], "id string, destinaton string")
    with pytest.raises(ukase.TableError):
        ukase.spark.judge(df, flat)
