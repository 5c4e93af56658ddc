"""A table knows its day: what came later isn't there, and can't change anything that is."""

import pandas as pd
import pytest
from tests.tables.known_by_hand import known_by_hand, noised
from tests.tables.shops import shop

from workbook.analytics.service import waiting_times
from workbook.tables import schema
from workbook.tables.contract import END
from workbook.tables.dataset import UNKNOWN_DAY, Dataset, check_references
from workbook.tables.errors import DataError
from workbook.tables.folders import open_folder, save
from workbook.tables.known_tables import value_sources

DAYS = ["2024-07-20", "2024-12-31", "2025-06-15", "2025-10-31", "2025-12-29"]  # of 18 months


def equal(one: pd.DataFrame, other: pd.DataFrame) -> None:
    """Two frames have the same values, whatever type says that one is missing."""
    assert list(one.columns) == list(other.columns)
    assert len(one) == len(other)
    for column in one:
        a, b = one[column], other[column]
        assert a.isna().to_numpy().tolist() == b.isna().to_numpy().tolist(), column
        assert a.dropna().tolist() == b.dropna().tolist(), column


@pytest.mark.parametrize("name", schema.CONTRACTS)
@pytest.mark.parametrize("day", DAYS)
def test_each_table_is_the_one_cut_by_hand(small, by_hand, name, day):
    """Rows, references and values: what the contract declares is what a person would cut."""
    equal(small.at(day).tables[name], by_hand[day][name])


@pytest.fixture(scope="module")
def by_hand(small):
    """Cut the small world by hand, at each day."""
    return {day: known_by_hand(small, pd.Timestamp(day)) for day in DAYS}


@pytest.mark.parametrize("day", DAYS)
def test_what_came_later_changes_nothing(small, day):
    """With noise in place of the future every table of the day stays as it is, to the type."""
    told, other = small.at(day), noised(small, pd.Timestamp(day)).at(day)
    for name in small.tables:
        pd.testing.assert_frame_equal(told.tables[name], other.tables[name])


def test_the_noise_is_noise(small):
    """The test above says nothing unless the futures differ, in every table that has one."""
    day = pd.Timestamp("2025-06-15")
    other = noised(small, day)
    same = [name for name in small.tables if small.tables[name].equals(other.tables[name])]
    undated = {"products", "suppliers", "purposes", "stores", "policies"}
    undated |= {"item_views"}  # which has nothing but its key
    assert set(same) <= undated | {"vendors", "vendor_scores", "criteria_judgements"}


@pytest.mark.parametrize("day", DAYS)
def test_references_hold_on_every_day(small, day):
    """A row names no row that isn't known yet, and the truth neither."""
    told = small.at(day)
    check_references(dict(told.tables), told.tables, schema.CONTRACTS)
    check_references(dict(told.truth), told.tables, schema.TRUTH)


def test_nothing_is_known_before_its_row(small):
    """The days nest: what is known on a day is known on every later one, as it was."""
    early, late = small.at("2024-12-31"), small.at("2025-06-15")
    for name, contract in schema.CONTRACTS.items():
        key = schema.key(contract)
        both = early.tables[name].merge(
            late.tables[name], on=key, how="left", suffixes=("", "_late"), indicator=True
        )
        assert (both["_merge"] == "both").all(), name
        for column in early.tables[name].columns.difference(key):
            had = both[column].notna()
            assert (both.loc[had, column] == both.loc[had, f"{column}_late"]).all(), (name, column)


def test_at_its_end_the_data_is_what_it_is(small):
    """The last day hides nothing, not even what no time dates."""
    told = small.at(small.end)
    for name, frame in small.tables.items():
        pd.testing.assert_frame_equal(told.tables[name], frame)
    for name, frame in small.truth.items():
        pd.testing.assert_frame_equal(told.truth[name], frame)


def test_going_back_twice_is_going_back_once(small):
    """`at` of a past day goes further back, to the same tables."""
    twice, once = small.at("2025-06-15").at("2024-12-31"), small.at("2024-12-31")
    for name in small.tables:
        pd.testing.assert_frame_equal(twice.tables[name], once.tables[name])
    assert list(twice.truth) == list(once.truth)


def test_the_day_is_the_end_and_the_rest_stays(small):
    """Period, name and fingerprint are of the data; today is a midnight, whatever time is given."""
    told = small.at("2025-06-15 15:00")
    assert told.today == told.end == pd.Timestamp("2025-06-15")
    assert (told.start, told.name, told.currency, told.facts) == (
        small.start,
        small.name,
        small.currency,
        small.facts,
    )
    assert told.fingerprint == small.fingerprint
    assert small.today == small.end


def test_a_day_that_has_not_come_is_refused(small):
    """From a past day nobody looks forward."""
    for data, day in ((small, small.end + pd.Timedelta(days=1)), (small.at("2025-06-15"), "2025-06-16")):
        sentence = rf"^day must not lie after {data.today:%Y-%m-%d}, the data's day; got {pd.Timestamp(day):%Y-%m-%d}\.$"
        with pytest.raises(DataError, match=sentence):
            data.at(day)


@pytest.mark.parametrize("day", ["soon", "", None, pd.NaT, "2025-02-30"])
def test_what_is_no_day_is_refused(small, day):
    """A typing error ends in a sentence, not in an empty shop."""
    with pytest.raises(DataError, match=r"^day must be a date such as 2025-06-30; got "):
        small.at(day)


def test_a_folder_is_cut_as_far_as_it_is_read(small, tmp_path):
    """A table is read and cut when it is first used, once, and no other table than those it needs."""
    save(small, tmp_path / "shop", format="parquet")
    told = open_folder(tmp_path / "shop").at("2024-12-31")
    read = told.tables.whole.valid
    assert not set(read) & {"orders", "tickets"}
    assert told.orders["ordered_at"].max() < pd.Timestamp("2025-01-01")
    assert "orders" in read
    assert "tickets" not in read
    assert told.tables["orders"] is told.tables["orders"]


def test_the_truth_of_a_past_day_is_what_does_not_depend_on_the_day(small):
    """Rates and true grades are there; what sums up the time until the end, or looks forward from it, isn't."""
    told = small.at("2025-06-15").truth
    assert told["customers"]["purchase_rate"].notna().all()
    for column in ("active", "expected_purchases_12m", "purchases_12m", "purchase_days_12m", "value_12m"):
        assert told["customers"][column].isna().all()
    assert told["customers"]["dropped_out_at"].max() > small.end  # the maker of the world knows it beforehand
    assert told["channel_effects"]["orders_caused"].isna().all()
    assert (told["events"]["starts_at"] <= pd.Timestamp("2025-06-15")).all()
    assert not {"violations", "invoice_errors"} & set(told)
    assert told.get("violations") is None


@pytest.mark.parametrize("contracts", [schema.CONTRACTS, schema.TRUTH])
def test_what_is_known_from_a_time_names_a_time_of_its_row(contracts):
    """A misspelt column in a contract would hide nothing, and say nothing."""
    for contract in contracts.values():
        about = schema.columns(contract).set_index("column")
        for column, sources in value_sources(contract).items():
            for source in set(sources) - {END, "the row"}:
                assert about.loc[source.partition(" + ")[0], "type"] == "datetime", (contract, column)
        for source in set(schema.rows_known_from(contract)) - {END, "the first row that names it"}:
            row = about.loc[source.partition(" + ")[0]]
            assert row["type"] == "datetime" or row["refers"], (contract, source)


# A user's own data, in which little is dated.


def own(**tables) -> Dataset:
    """A shop of a user: five weeks of 2025, with some tables more."""
    return shop(**{name: pd.DataFrame(columns) for name, columns in tables.items()})


def test_an_outcome_without_its_day_is_known_at_the_end_only():
    """Nobody can say when a trial without `measured_on` was read, so a past day doesn't have it."""
    trial = {"experiment": ["x", "x"], "unit_id": ["a", "b"], "arm": ["new", "old"], "ordered": [1, 0],
             "assigned_at": pd.to_datetime(["2025-01-03", "2025-02-03"])}  # fmt: skip
    data = own(experiments=trial)
    assert data.at(data.end).experiments["ordered"].tolist() == [1, 0]
    past = data.at("2025-01-31")
    assert past.experiments["unit_id"].tolist() == ["a"]
    assert past.experiments["ordered"].isna().all()
    assert past.lacks("experiments", "experiments.ordered") == ["experiments.ordered"]


def test_scores_without_an_answers_time_are_known_at_the_end_only():
    """Files of surveys often have no time of the answer; at the end their scores count."""
    survey = {
        "survey_id": ["1"],
        "customer_id": ["1e5"],
        "sent_at": pd.to_datetime(["2025-01-03"]),
        "nps": [9],
    }
    data = own(surveys=survey)
    assert data.at(data.end).surveys["nps"].tolist() == [9]
    assert data.at("2025-01-31").surveys["nps"].isna().all()


def test_customers_without_a_day_are_known_from_their_first_trace():
    """An order or a ticket shows that somebody is known; who left no trace yet is known at the end."""
    ticket = {"ticket_id": ["1"], "customer_id": ["null"], "opened_at": pd.to_datetime(["2025-01-20"])}
    data = own(tickets=ticket)
    assert set(data.at("2025-01-19").customers["customer_id"]) == {"1e5"}  # ordered on the first
    assert set(data.at("2025-01-20").customers["customer_id"]) == {"1e5", "null"}  # ordered in February
    alone = own(customers={"customer_id": ["1e5", "null", "nobody"]})
    assert "nobody" not in set(alone.at("2025-02-27").customers["customer_id"])
    assert "nobody" in set(alone.at(alone.end).customers["customer_id"])


def test_a_later_order_is_taken_off_an_earlier_ticket():
    """The ticket stays, as it came in; the order that was added to it later isn't known yet."""
    ticket = {
        "ticket_id": ["1"],
        "customer_id": ["null"],
        "order_id": ["O3"],
        "opened_at": pd.to_datetime(["2025-01-20"]),
    }
    data = own(tickets=ticket)
    assert data.at("2025-01-31").tickets["order_id"].isna().all()
    assert data.at("2025-02-01").tickets["order_id"].tolist() == ["O3"]


def test_a_ticket_that_was_given_up_is_over_at_that_time():
    """Its totals are known from then on, whenever the system wrote its end."""
    ticket = {"ticket_id": ["1"], "customer_id": ["1e5"], "opened_at": pd.to_datetime(["2025-01-03"]), "cost": [7.0],
              "abandoned_at": pd.to_datetime(["2025-01-10 12:00"]), "resolved_at": pd.to_datetime(["2025-02-10"])}  # fmt: skip
    data = own(tickets=ticket)
    assert data.at("2025-01-09").tickets["cost"].isna().all()
    past = data.at("2025-01-10").tickets
    assert past["cost"].tolist() == [7.0]
    assert past["resolved_at"].isna().all()


def test_a_return_of_an_earlier_order_stays():
    """What came back by the day belongs to the day, whenever it was bought."""
    back = {"return_id": ["1", "2"], "customer_id": ["1e5", "1e5"], "order_id": ["007", "NA"], "amount": [0.1, 0.1],
            "returned_at": pd.to_datetime(["2025-01-04", "2025-01-06"])}  # fmt: skip
    data = own(returns=back)
    assert data.at("2025-01-05").returns["order_id"].tolist() == ["007"]
    assert data.at("2025-01-06").returns["order_id"].tolist() == ["007", "NA"]


def test_rows_after_the_last_day_of_the_data_are_no_part_of_it():
    """Orders say when the data ends; a ticket after that day isn't looked at, and its times aren't."""
    ticket = {"ticket_id": ["1", "2"], "customer_id": ["1e5", "1e5"],
              "opened_at": pd.to_datetime(["2025-02-28 23:59", "2025-03-01 00:00"]),
              "resolved_at": pd.to_datetime(["2025-03-01", "2025-03-02"])}  # fmt: skip
    data = own(tickets=ticket)
    told = data.at(data.end).tickets
    assert told["ticket_id"].tolist() == ["1"]
    assert told["resolved_at"].isna().all()


def test_data_without_dates_stays_as_it_is():
    """Where nothing says when, no day can be looked at."""
    trial = pd.DataFrame({"experiment": ["x"], "unit_id": ["a"], "arm": ["new"], "ordered": [1]})
    data = Dataset("mine", {"experiments": trial}, UNKNOWN_DAY, UNKNOWN_DAY)
    assert data.at(data.end) is data


def test_tickets_as_known_are_the_same_from_a_cut_table(small):
    """The analysis that cuts for itself finds nothing left to cut."""
    for day in map(pd.Timestamp, DAYS):
        equal(waiting_times.as_known(small.at(day).tickets, day), waiting_times.as_known(small.tickets, day))
