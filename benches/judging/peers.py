"""The workload in engines that a user would pick instead: `peers.py ENGINE COLUMNS TABLE PARQUET OUTPUT` prints processor seconds.

ENGINE is duckdb, datafusion or polars; COLUMNS is `narrow` (the shipment, the verdict, the clauses) or `full` (all columns beside these); `duckdb prepare` makes
the Parquet file from the table.
"""

import os
import sys
import time

ENGINE, COLUMNS, TABLE, PARQUET, OUTPUT = sys.argv[1:6]

if COLUMNS == "prepare":
    import duckdb

    duckdb.execute(
        f"copy (select * replace (cast(cn_content_share as decimal(9,4)) as cn_content_share, "
        f"cast(end_user_listed_ownership as decimal(5,2)) as end_user_listed_ownership, cast(value_usd as decimal(12,2)) as value_usd) "
        f"from read_csv('{TABLE}', header = true)) to '{PARQUET}' (format parquet, compression snappy)"
    )
    print(0)
    sys.exit()


def codes(first, last):
    one = lambda at: f"'{1 + at % 9}{chr(65 + at // 9 % 5)}{901 + at * 7 % 60}.{chr(97 + at % 4)}'"
    return "(" + ", ".join(one(at) for at in range(first, last)) + ")"


FULL = (
    "id, date, departure, origin, destination, item_code, cn_content_share, cn_technology, end_user_kind, end_user_listed, "
    "end_user_listed_ownership, end_use, purpose, value_usd"
)
QUERY = f"""
  with facts as (
    select *, departure = 'CN' as home, destination <> 'CN' as away,
      date >= DATE '2025-11-07' and date <= DATE '2026-11-10' as suspended
    from shipments
  ), rules as (
    select *,
      home and away and item_code in {codes(0, 30)} and date >= DATE '2025-04-04' as a18,
      home and away and item_code in {codes(30, 55)} and date >= DATE '2025-11-08' and not suspended as a56,
      home and away and item_code in {codes(55, 70)} and date >= DATE '2025-11-08' and not suspended as a57,
      home and item_code in {codes(62, 70)} and date >= DATE '2025-10-09' and not suspended as a62,
      not home and away and origin <> 'CN' and item_code in {codes(20, 45)} and cn_content_share >= 0.1 and date >= DATE '2025-12-01'
        and not suspended as a611,
      not home and away and item_code in {codes(0, 45)} and cn_technology and date >= DATE '2025-12-01' and not suspended as a612,
      not home and away and origin = 'CN' and item_code in {codes(0, 45)} and date >= DATE '2025-10-09' and not suspended as a613,
      end_user_kind = 'military' or end_user_listed or end_user_listed_ownership >= 50 as barred_user,
      end_use in ('wmd', 'terrorism', 'military') as barred_use
    from facts
  ), triggered as (
    select *, a611 or a612 or a613 as abroad, a18 or a611 or a612 or a613 as is_triggered from rules
  ), judged as (
    select *, case
      when is_triggered and (barred_user or barred_use) then 'deny'
      when abroad and purpose in ('emergency_medical', 'public_health', 'disaster_relief') then 'notify'
      when is_triggered and end_use in ('logic_le_14nm', 'memory_ge_256l', 'semi_equipment', 'military_ai') then 'case_by_case'
      when is_triggered or a56 or a57 or a62 then 'licence'
      else 'free' end as verdict
    from triggered
  )
  select {FULL if COLUMNS == "full" else "id"}, verdict, case verdict
    when 'deny' then concat_ws('+', case when barred_user then 'R-DENY-USER' end, case when barred_use then 'R-DENY-USE' end)
    when 'notify' then 'EX-HUM'
    when 'case_by_case' then 'R-CASE'
    when 'licence' then concat_ws('+', case when a18 then 'A18' end, case when a56 then 'A56' end, case when a57 then 'A57' end,
      case when a62 then 'A62' end, case when a611 then 'A61-1' end, case when a612 then 'A61-2' end, case when a613 then 'A61-3' end)
    else '' end as rules
  from judged
"""


def in_duckdb():
    import duckdb

    database = duckdb.connect()
    database.execute("set threads to 1")
    database.execute(f"create view shipments as select * from '{PARQUET}'")
    return lambda: database.execute(f"copy ({QUERY}) to '{OUTPUT}' (format parquet, compression snappy)")


def in_datafusion():
    import datafusion

    context = datafusion.SessionContext(datafusion.SessionConfig().with_target_partitions(1))
    context.register_parquet("shipments", PARQUET)
    return lambda: context.sql(QUERY).write_parquet(OUTPUT, compression="snappy")


def in_polars():
    os.environ["POLARS_MAX_THREADS"] = "1"
    import polars

    def run():
        shipments = polars.scan_parquet(PARQUET)
        polars.SQLContext(shipments=shipments).execute(QUERY).sink_parquet(OUTPUT, compression="snappy")

    return run


run = {"duckdb": in_duckdb, "datafusion": in_datafusion, "polars": in_polars}[ENGINE]()
start = time.process_time()
run()
print(time.process_time() - start)
