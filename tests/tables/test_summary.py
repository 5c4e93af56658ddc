"""Order history to one row per customer: by hand, by lifetimes, by plain pandas, and from every engine alike."""

import warnings
from importlib import import_module

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbook.analytics.value import btyd
from workbook.tables.errors import DataError
from workbook.tables.summary import customer_summary, split_history

ORDERS = pd.DataFrame(
    [
        ("1", "A", "2025-01-01 09:00", 10.0),
        ("2", "A", "2025-01-01 18:00", 5.0),
        ("3", "A", "2025-01-15 12:00", 20.0),
        ("4", "A", "2025-02-01 23:59:59", 40.0),
        ("5", "B", "2025-01-10 00:00", 100.0),
        ("6", "C", "2025-02-02 00:00", 7.0),
        ("7", "D", "2025-01-04 08:00", 1.0),
        ("8", "D", "2025-01-18 08:00", 0.0),
    ],
    columns=["order_id", "customer_id", "ordered_at", "amount"],
).assign(ordered_at=lambda f: pd.to_datetime(f["ordered_at"], format="ISO8601"))
AS_OF = "2025-02-01"
# Sums of cents differ in the last digits by the order in which they are added up, and by nothing else.
CLOSE = {"rtol": 1e-9, "atol": 1e-9}
ENGINES = ("pandas", "polars", "duckdb", "parquet", pytest.param("spark", marks=pytest.mark.spark))


@pytest.fixture(scope="module", params=ENGINES)
def hand_over(request, tmp_path_factory):
    """Hand orders over as this engine has them."""
    if request.param == "pandas":
        return lambda frame: frame
    if request.param == "polars":
        return pl.from_pandas
    read = {
        "duckdb": lambda path: duckdb.read_parquet(str(path)),
        "parquet": lambda path: path,
        "spark": lambda path: request.getfixturevalue("spark").read.parquet(str(path)),
    }[request.param]

    def by_file(frame):
        path = tmp_path_factory.mktemp("orders") / "orders.parquet"
        frame.to_parquet(path)
        return read(path)

    return by_file


def by_hand(orders: pd.DataFrame, as_of: str) -> pd.DataFrame:
    """Work out the summary in days, customer by customer, as one would on paper."""
    end = pd.Timestamp(as_of)
    rows = {}
    for customer, own in orders[orders["ordered_at"].dt.normalize() <= end].groupby("customer_id"):
        days = own.groupby(own["ordered_at"].dt.normalize())["amount"].sum().sort_index()
        first, last = days.index[0], days.index[-1]
        rows[customer] = {
            "first_order_on": first,
            "last_order_on": last,
            "purchases": len(own),
            "days_since_last": (end - last).days,
            "total_spend": own["amount"].sum(),
            "frequency": len(days) - 1,
            "recency": float((last - first).days),
            "T": float((end - first).days),
            "monetary_value": days.iloc[1:].mean() if len(days) > 1 else 0.0,
        }
    found = pd.DataFrame.from_dict(rows, orient="index").rename_axis("customer_id")
    return found.astype({"first_order_on": "datetime64[s]", "last_order_on": "datetime64[s]"}).sort_index()


def test_a_history_small_enough_to_check_by_hand(hand_over):
    """Two orders on one day are two purchases in RFM and one in BG/NBD; the first purchase is not a repeat."""
    found = customer_summary(hand_over(ORDERS), AS_OF, unit="days")
    wanted = pd.DataFrame(
        [
            ("A", "2025-01-01", "2025-02-01", 4, 0, 75.0, 2, 31.0, 31.0, 30.0),
            ("B", "2025-01-10", "2025-01-10", 1, 22, 100.0, 0, 0.0, 22.0, 0.0),
            ("D", "2025-01-04", "2025-01-18", 2, 14, 1.0, 1, 14.0, 28.0, 0.0),
        ],
        columns=["customer_id", "first_order_on", "last_order_on", "purchases", "days_since_last", "total_spend",
                 "frequency", "recency", "T", "monetary_value"],
    ).set_index("customer_id")  # fmt: skip
    wanted = wanted.astype({"first_order_on": "datetime64[s]", "last_order_on": "datetime64[s]"})
    pd.testing.assert_frame_equal(found, wanted)


def test_without_amounts_all_but_money_is_the_same(hand_over):
    """How often and how long somebody buys needs no amounts; what was spent is missing, and not nothing."""
    found = customer_summary(hand_over(ORDERS.drop(columns="amount")), AS_OF, amount=None)
    wanted = customer_summary(ORDERS, AS_OF)
    money = ["total_spend", "monetary_value"]
    pd.testing.assert_frame_equal(found.drop(columns=money), wanted.drop(columns=money))
    assert list(found.columns) == list(wanted.columns)
    assert found[money].isna().all(axis=None)


def test_a_holdout_without_amounts():
    """Purchases of the holdout are counted all the same, and its spend is missing."""
    found = split_history(ORDERS.drop(columns="amount"), "2025-01-15", AS_OF, amount=None)
    wanted = split_history(ORDERS, "2025-01-15", AS_OF)
    counts = ["frequency", "recency", "T", "holdout_purchases", "holdout_T"]
    pd.testing.assert_frame_equal(found[counts], wanted[counts])
    assert found["holdout_spend"].isna().all()


def test_the_helper_of_these_tests_agrees_with_the_hand():
    """`by_hand`, which the property tests hold everything against, gives the numbers of the hand-made table."""
    pd.testing.assert_frame_equal(by_hand(ORDERS, AS_OF), customer_summary(ORDERS, AS_OF, unit="days"))


def test_units_of_time():
    """days/7 keeps the fraction; in weeks a begun week counts as one, and a whole one as itself."""
    days, sevenths, weeks = (
        customer_summary(ORDERS, AS_OF, unit=u)[["recency", "T"]] for u in ("days", "days/7", "weeks")
    )
    pd.testing.assert_frame_equal(sevenths, days / 7)
    assert weeks.loc["A"].tolist() == [5.0, 5.0]
    assert weeks.loc["B"].tolist() == [0.0, 4.0]
    assert weeks.loc["D"].tolist() == [2.0, 4.0]


def test_the_unit_changes_nothing_else():
    """The RFM columns are counts, money and days whatever the unit of recency and T."""
    others = ["first_order_on", "last_order_on", "purchases", "days_since_last", "total_spend", "frequency",
              "monetary_value"]  # fmt: skip
    days, weeks = (customer_summary(ORDERS, AS_OF, unit=u)[others] for u in ("days", "weeks"))
    pd.testing.assert_frame_equal(days, weeks)


@pytest.mark.parametrize("as_of", ["2025-02-01", "2025-02-01 08:00", pd.Timestamp("2025-02-01 23:00")])
def test_as_of_reaches_to_the_end_of_its_day(as_of):
    """The last second of the day counts and the first of the next doesn't, whatever hour as_of names."""
    found = customer_summary(ORDERS, as_of)
    assert list(found.index) == ["A", "B", "D"]
    assert found.loc["A", "last_order_on"] == pd.Timestamp("2025-02-01")
    assert "C" in customer_summary(ORDERS, "2025-02-02").index


def test_what_comes_after_as_of_changes_nothing():
    """A summary as of a day is what somebody would have got on that day."""
    then = ORDERS[ORDERS["ordered_at"] < "2025-01-16"]
    pd.testing.assert_frame_equal(
        customer_summary(ORDERS, "2025-01-15"), customer_summary(then, "2025-01-15")
    )


def test_returns_come_off_total_spend_and_nothing_else(hand_over):
    """What came back up to as_of is not spent; what comes back later, or from nobody known, changes nothing."""
    returns = pd.DataFrame(
        {
            "customer_id": ["A", "A", "A", "D", "Z"],
            "returned_at": pd.to_datetime(["2025-01-20", "2025-02-01 23:00", "2025-02-02", "2025-01-20", "2025-01-20"],
                                          format="ISO8601"),
            "amount": [12.0, 3.0, 40.0, 0.5, 9.0],
        }
    )  # fmt: skip
    gross = customer_summary(hand_over(ORDERS), AS_OF)
    net = customer_summary(hand_over(ORDERS), AS_OF, returns=hand_over(returns))
    assert (gross["total_spend"] - net["total_spend"]).to_dict() == {"A": 15.0, "B": 0.0, "D": 0.5}
    pd.testing.assert_frame_equal(net.drop(columns="total_spend"), gross.drop(columns="total_spend"))


def test_an_empty_table_of_returns_takes_nothing_off(small):
    """A shop without returns has a table `returns` without rows, and net is gross."""
    returns = small.returns.iloc[:0]
    pd.testing.assert_frame_equal(
        customer_summary(small.orders, small.end, returns=returns), customer_summary(small.orders, small.end)
    )


def test_lines_are_counted_by_their_order(hand_over):
    """With order=, rows are lines: purchases are different orders, and the rest is the same."""
    lines = pd.DataFrame(
        {"invoice": ["1", "1", "2", "3"], "who": ["A", "A", "A", "B"], "paid": [1.0, 2.0, 4.0, 8.0],
         "at": pd.to_datetime(["2025-01-01", "2025-01-01", "2025-01-01", "2025-01-03"])}
    )  # fmt: skip
    names = {"customer": "who", "time": "at", "amount": "paid"}
    found = customer_summary(hand_over(lines), AS_OF, order="invoice", **names)
    assert found["purchases"].to_dict() == {"A": 2, "B": 1}
    assert found["frequency"].to_dict() == {"A": 0, "B": 0}
    assert found["total_spend"].to_dict() == {"A": 7.0, "B": 8.0}
    assert found.index.name == "customer_id"
    uncounted = customer_summary(hand_over(lines), AS_OF, **names)
    assert uncounted["purchases"].to_dict() == {"A": 3, "B": 1}


def test_lines_and_orders_of_one_shop_agree(small):
    """Summing a shop's order lines by order is the same as taking its orders."""
    lines = small.order_lines.merge(small.orders[["order_id", "customer_id", "ordered_at"]], on="order_id")
    by_lines = customer_summary(lines, small.end, order="order_id")
    pd.testing.assert_frame_equal(by_lines, customer_summary(small.orders, small.end))


def test_errors_are_sentences(hand_over):
    """An unknown unit, a missing column and an as_of before the first order are the request's fault."""
    orders = hand_over(ORDERS)
    with pytest.raises(
        DataError, match=r"unit must be one of days, days/7, weeks; got 'week'\. Did you mean 'weeks'"
    ):
        customer_summary(orders, AS_OF, unit="week")
    with pytest.raises(DataError, match="The order history lacks the column 'paid'"):
        customer_summary(orders, AS_OF, amount="paid")
    with pytest.raises(DataError, match="lacks the column 'invoice'"):
        customer_summary(orders, AS_OF, order="invoice")
    with pytest.raises(DataError, match="Nobody ordered up to 2024-12-31; choose a later as_of"):
        customer_summary(orders, "2024-12-31")


def test_a_parquet_file_that_is_not_there_is_named(tmp_path):
    """The path is what the reader needs to see."""
    with pytest.raises(DataError, match=r"There is no Parquet file '.*none\.parquet'"):
        customer_summary(tmp_path / "none.parquet", AS_OF)


@pytest.mark.parametrize("name", ["orders.parquet", "it's ours"])
@pytest.mark.parametrize("as_text", [True, False])
def test_a_folder_of_parquet_files_is_one_history(tmp_path, name, as_text):
    """A large world's orders are a folder with a file a block: its summary is that of all rows together."""
    folder = tmp_path / name
    folder.mkdir()
    for i, rows in enumerate((ORDERS[:3], ORDERS[3:4], ORDERS[4:])):
        rows.to_parquet(folder / f"part-{i:04d}.parquet")
    found = customer_summary(str(folder) if as_text else folder, AS_OF, unit="days")
    pd.testing.assert_frame_equal(found, customer_summary(ORDERS, AS_OF, unit="days"), **CLOSE)


@pytest.mark.parametrize(("name", "parts"), [("empty", 0), ("orders [old]", 1)])
def test_a_folder_that_holds_no_parquet_is_told(tmp_path, name, parts):
    """A folder without files is told in a sentence, and brackets in a name are no pattern."""
    (tmp_path / name).mkdir()
    if parts:
        ORDERS.to_parquet(tmp_path / name / "part-0000.parquet")
        assert len(customer_summary(tmp_path / name, AS_OF)) == 3
    else:
        with pytest.raises(DataError, match="There is no Parquet file"):
            customer_summary(tmp_path / name, AS_OF)


histories = st.lists(
    st.tuples(st.sampled_from("ABCDE"), st.integers(0, 40 * 24), st.integers(0, 99_999)),
    min_size=1,
    max_size=40,
).map(
    lambda rows: pd.DataFrame(
        {
            "order_id": [str(i) for i in range(len(rows))],
            "customer_id": [r[0] for r in rows],
            "ordered_at": pd.Timestamp("2025-01-01") + pd.to_timedelta([r[1] for r in rows], unit="h"),
            "amount": [r[2] / 100 for r in rows],
        }
    )
)


@settings(max_examples=15)
@given(orders=histories, day=st.integers(0, 45))
def test_any_history_as_on_paper(hand_over, orders, day):
    """Whatever was bought and whenever one looks, every engine finds what is worked out customer by customer."""
    as_of = str(orders["ordered_at"].min().date() + pd.Timedelta(days=day))
    found = customer_summary(hand_over(orders), as_of, unit="days")
    pd.testing.assert_frame_equal(found, by_hand(orders, as_of), **CLOSE)


@pytest.fixture(scope="module")
def long_history() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw 20,000 order lines in cents, many orders of one day or one moment among them, and returns."""
    rng = np.random.default_rng(2026)
    when = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 500 * 86_400, 6_000), unit="s")
    when = when.where(rng.random(6_000) < 0.8, when.normalize())  # midnight is where days are mixed up first
    names = np.array([f"{letter}{i}" for letter in ("C", "c", "é", "岚", "𠮷") for i in range(300)])
    heads = pd.DataFrame({"customer_id": rng.choice(names, 6_000), "ordered_at": when})
    heads = pd.concat([heads, heads[:1_000]], ignore_index=True)  # the same moment, another order
    order = rng.integers(0, 7_000, 20_000)
    lines = heads.take(order).assign(
        order_id=[f"O{i}" for i in order], amount=rng.integers(0, 50_000, 20_000) / 100
    )
    back = lines.sample(2_000, random_state=1).rename(columns={"ordered_at": "returned_at"})
    return lines.reset_index(drop=True), back.reset_index(drop=True)


@pytest.fixture(scope="module")
def long_summary(long_history) -> pd.DataFrame:
    """Work the long history out by hand, up to the end of March 2025."""
    lines, back = long_history
    orders = lines.groupby(["customer_id", "ordered_at", "order_id"], as_index=False)["amount"].sum()
    back = back[back["returned_at"] < "2025-04-01"].groupby("customer_id")["amount"].sum()
    summary = by_hand(orders, "2025-03-31")
    return summary.assign(total_spend=summary["total_spend"].sub(back, fill_value=0.0)[summary.index])


@pytest.mark.slow
def test_a_long_history_is_the_same_to_the_cent(hand_over, long_history, long_summary):
    """Over 20,000 lines every engine finds each customer's money to the cent, and all else exactly, in one order."""
    lines, back = map(hand_over, long_history)
    found = customer_summary(lines, "2025-03-31", returns=back, order="order_id", unit="days")
    money = ["total_spend", "monetary_value"]
    pd.testing.assert_frame_equal(
        found.drop(columns=money), long_summary.drop(columns=money), check_exact=True
    )
    assert (found["total_spend"] * 100).round().tolist() == (
        long_summary["total_spend"] * 100
    ).round().tolist()
    pd.testing.assert_frame_equal(found[money], long_summary[money], **CLOSE)


@pytest.mark.spark
@pytest.mark.parametrize("zone", ["UTC", "America/Los_Angeles", "Asia/Shanghai"])
@pytest.mark.parametrize("kind", ["timestamp_ntz", "timestamp"])
def test_a_day_is_a_day_in_every_zone(spark, kind, zone):
    """In Spark a time belongs to the day that its session shows, whatever its zone and whether it has one."""
    session = spark.newSession()
    session.conf.set("spark.sql.session.timeZone", zone)
    rows = ", ".join(f"('{who}', '{at}', {paid})" for _, who, at, paid in ORDERS.astype(str).to_numpy())
    text = session.sql(f"select * from values {rows} as t(customer_id, ordered_at, amount)")
    orders = text.selectExpr("customer_id", f"cast(ordered_at as {kind})", "cast(amount as decimal(9, 2))")
    gross = customer_summary(orders, AS_OF)
    pd.testing.assert_frame_equal(gross, customer_summary(ORDERS, AS_OF))
    net = customer_summary(orders, AS_OF, returns=orders.withColumnRenamed("ordered_at", "returned_at"))
    assert net["total_spend"].tolist() == [0.0, 0.0, 0.0]


@pytest.mark.slow
@settings(max_examples=20)
@given(histories)
def test_any_history_as_lifetimes_has_it(orders):
    """Frequency, recency, T and monetary value are those of lifetimes, on which the models were published."""
    btyd.lifetimes()
    with warnings.catch_warnings():  # its own use of pandas is out of date
        warnings.simplefilter("ignore")
        theirs = import_module("lifetimes.utils").summary_data_from_transaction_data(
            orders, "customer_id", "ordered_at", "amount", observation_period_end="2025-03-01"
        )
    ours = customer_summary(orders, "2025-03-01", unit="days")
    pd.testing.assert_frame_equal(ours[theirs.columns], theirs.sort_index(), check_dtype=False, **CLOSE)


@pytest.mark.slow
@settings(max_examples=20)
@given(histories, st.randoms())
def test_the_order_of_rows_does_not_matter(orders, random):
    """A history is a set of orders, not a sequence of rows."""
    shuffled = orders.iloc[random.sample(range(len(orders)), len(orders))].reset_index(drop=True)
    one, other = (customer_summary(o, "2025-03-01") for o in (orders, shuffled))
    pd.testing.assert_frame_equal(one, other, **CLOSE)


def test_the_orders_are_left_as_they_were():
    """An analysis never writes into its caller's frame."""
    before = ORDERS.copy()
    customer_summary(ORDERS, AS_OF, returns=ORDERS.rename(columns={"ordered_at": "returned_at"}))
    split_history(ORDERS, "2025-01-15", AS_OF)
    pd.testing.assert_frame_equal(ORDERS, before)


def test_holdout_counts_by_hand():
    """A purchase is a day; the calibration's last day is not in the holdout, its own last day is."""
    more = pd.DataFrame(
        [
            ("9", "A", "2025-01-15 23:00", 3.0),  # the last day of the calibration, already seen there
            ("10", "A", "2025-01-16 00:00", 6.0),
            ("11", "A", "2025-01-16 21:00", 9.0),  # the same day once more
            ("12", "E", "2025-01-17 12:00", 50.0),  # nobody's customer in the calibration
        ],
        columns=["order_id", "customer_id", "ordered_at", "amount"],
    ).assign(ordered_at=lambda f: pd.to_datetime(f["ordered_at"], format="ISO8601"))
    orders = pd.concat([ORDERS, more], ignore_index=True)
    found = split_history(orders, "2025-01-15", "2025-02-01", unit="days")
    assert list(found.index) == ["A", "B", "D"]
    assert found["holdout_purchases"].to_dict() == {"A": 2, "B": 0, "D": 1}
    assert found["holdout_spend"].to_dict() == {"A": 55.0, "B": 0.0, "D": 0.0}
    assert found["holdout_T"].eq(17.0).all()
    assert (found.loc["A", "frequency"], found.loc["A", "monetary_value"]) == (1, 23.0)
    assert split_history(orders, "2025-01-15", "2025-02-01", unit="weeks")["holdout_T"].eq(3.0).all()


@pytest.mark.slow
@settings(max_examples=15)
@given(histories, st.integers(0, 40), st.integers(1, 20))
def test_a_day_belongs_to_one_period_only(orders, middle, length):
    """Days bought on until the holdout's end are those of the calibration and those of the holdout, added up."""
    first = orders["ordered_at"].min().normalize()
    cut, end = first + pd.Timedelta(days=middle), first + pd.Timedelta(days=middle + length)
    split = split_history(orders, cut, end, unit="days")
    calibration, whole = by_hand(orders, cut), by_hand(orders, end).reindex(split.index)
    pd.testing.assert_frame_equal(split[calibration.columns], calibration, **CLOSE)
    assert (split["frequency"] + split["holdout_purchases"]).eq(whole["frequency"]).all()
    spent = calibration["total_spend"] + split["holdout_spend"]
    np.testing.assert_allclose(spent, whole["total_spend"], **CLOSE)


def test_a_split_needs_two_periods():
    """The calibration must end before the holdout does, and somebody must have ordered in it."""
    with pytest.raises(
        DataError, match="calibration_end must lie before holdout_end; got 2025-02-01 and 2025-02-01"
    ):
        split_history(ORDERS, "2025-02-01", "2025-02-01 12:00")
    with pytest.raises(DataError, match="Nobody ordered up to 2024-12-01"):
        split_history(ORDERS, "2024-12-01", "2025-02-01")
