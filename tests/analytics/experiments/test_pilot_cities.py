"""A change that began in some cities: difference in differences, and what may refute it."""

import numpy as np
import pandas as pd
import pytest

from workbook.analytics.experiments import pilot_cities as part

BEGAN = pd.Timestamp("2025-01-01")
CITIES = tuple("ABCDEFGHIJKL")


def rows_of(shares: dict[tuple[bool, bool], tuple[int, int]]) -> pd.DataFrame:
    """Rows by treated and after: hits and rows; each of a customer and a city of its own kind."""
    parts = []
    for (treated, after), (hits, n) in shares.items():
        at = BEGAN + pd.to_timedelta((np.arange(n) % 80) + (1 if after else -91), unit="D")
        city = np.array(CITIES[:4] if treated else CITIES[4:])[np.arange(n) % (4 if treated else 8)]
        parts.append(
            pd.DataFrame(
                {"outcome": np.arange(n) < hits, "treated": treated, "after": after, "at": at, "city": city}
            )
        )
    table = pd.concat(parts, ignore_index=True)
    return table.assign(customer_id=[f"C{i}" for i in range(len(table))])


FOUR = {
    (True, False): (40, 100),
    (True, True): (20, 100),
    (False, False): (50, 100),
    (False, True): (40, 100),
}


def test_the_difference_by_hand():
    """40 to 20 % here and 50 to 40 % elsewhere: 10 points less, a factor of 0.5 over 0.8, odds of 0.375 over 2/3."""
    rows = rows_of(FOUR)
    assert part.difference(rows).value == pytest.approx(-0.10)
    assert part.difference(rows, "change").value == pytest.approx(0.5 / 0.8 - 1)
    assert part.difference(rows, "odds").value == pytest.approx(0.375 / (2 / 3))
    error = np.sqrt(sum(p * (1 - p) / 100 for p in (0.4, 0.2, 0.5, 0.4)) * 400 / 399)
    found = part.difference(rows)
    assert found.high - found.low == pytest.approx(2 * 1.959964 * error)
    assert part.difference(rows, "odds").unit == "ratio"


def test_the_same_customer_twice_is_no_second_customer():
    """Rows that come in identical pairs of one customer leave the interval as wide as the half of them."""
    once = rows_of(FOUR)
    twice = pd.concat([once, once], ignore_index=True)
    one, two = part.difference(once), part.difference(twice)
    assert two.value == pytest.approx(one.value)
    assert two.high - two.low == pytest.approx(one.high - one.low)


def test_too_few_rows_say_nothing():
    """Where one of the four groups is tiny, or a relative change has nothing to start from, the answer is not known."""
    assert not part.difference(rows_of(FOUR | {(True, True): (1, 5)})).known
    assert not part.difference(rows_of(FOUR | {(True, True): (0, 100)}), "change").known


def test_other_cities_in_place_of_the_real_ones():
    """495 ways to choose four of twelve, and the real one: a large effect is rare among them, none is usual."""
    strong = part.permuted(rows_of(FOUR | {(True, True): (0, 100)}), 1)
    assert strong.ways == 496
    assert strong.case == "rare"
    none = dict.fromkeys(FOUR, (40, 100))
    assert part.permuted(rows_of(none), 1).case == "usual"
    assert part.permuted(rows_of(FOUR).query("treated"), 1).case == "unknown"


def test_a_placebo_looks_at_the_time_before_only():
    """What happened after the real day does not move it."""
    rows = rows_of(FOUR)
    changed = rows.assign(outcome=rows["outcome"] | rows["after"])
    assert part.placebo(rows, BEGAN) == part.placebo(changed, BEGAN)
    assert not part.placebo(rows[rows["after"]], BEGAN).known


def test_who_does_not_come_back():
    """Of repeat purchases that were watched long enough, those that no other followed in time; days, not orders."""
    days = ["2025-01-01", "2025-01-01", "2025-02-01", "2025-08-01", "2025-11-01"]
    orders = pd.DataFrame({"customer_id": "a", "ordered_at": pd.to_datetime(days)})
    found = part.purchases_watched(orders, pd.Timestamp("2025-12-01"), 90)
    assert found["at"].dt.month.tolist() == [2, 8]
    assert found["outcome"].tolist() == [True, True]
    assert part.purchases_watched(orders, pd.Timestamp("2025-12-01"), 100)["outcome"].tolist() == [
        True,
        False,
    ]


def test_answers_after_a_ticket():
    """A survey without an answer, or of no ticket, is left out; 4 and 5 are satisfied."""
    surveys = pd.DataFrame(
        {
            "customer_id": list("abcd"),
            "ticket_id": ["K1", None, "K3", "K4"],
            "sent_at": pd.Timestamp("2025-01-05"),
            "csat": pd.array([4, 5, None, 3], dtype="Int64"),
        }
    )
    assert part.answers(surveys, pd.Timestamp("2025-02-01"))["outcome"].tolist() == [True, False]
    assert part.answers(surveys, pd.Timestamp("2025-01-04")).empty


def test_rows_find_their_city():
    """Cities are named with commas, a customer without a city is left out, and the first day is after."""
    customers = pd.DataFrame({"customer_id": list("ab"), "city": ["Wuhan", None]})
    rows = pd.DataFrame(
        {"customer_id": list("aab"), "at": [BEGAN, BEGAN - pd.Timedelta(days=1), BEGAN], "outcome": True}
    )
    found = part.in_cities(rows, customers, part.names("Chengdu , Wuhan"), BEGAN)
    assert found["treated"].tolist() == [True, True]
    assert found["after"].tolist() == [True, False]


def test_quarters_are_counted_from_the_day():
    """The last quarter before the day is -1, the first after it 0; one of few rows is left out of the picture."""
    rows = rows_of(FOUR)
    found = part.by_quarter(rows, BEGAN)
    assert found.index.tolist() == [-1, 0]
    assert found.loc[-1, "pilot cities"] == 0.4
    assert part.by_quarter(rows[:105], BEGAN).isna().any(axis=None)


def test_before_the_day_is_known_there_are_no_quarters():
    """On a day before the change nothing is before or after it."""
    rows = pd.DataFrame(
        {"at": pd.to_datetime(["2025-01-01"] * 20), "treated": [True, False] * 10, "outcome": True}
    )
    assert part.by_quarter(rows, pd.NaT).empty


def test_the_share_to_be_expected():
    """40 % before, and elsewhere 40 of 50 %: 32 % would be expected, and 20 % is 37.5 % less, the relative change."""
    rows = rows_of(FOUR)
    expected = part.expected_share(rows)
    assert expected.value == pytest.approx(0.32)
    assert 0.2 / expected.value - 1 == pytest.approx(part.difference(rows, "change").value)
    assert not part.expected_share(rows[rows["after"]]).known


def test_the_truth_of_not_coming_back():
    """Somebody who leaves with 0.2 instead of 0.25 and is never slow: the share falls by a fifth; where all are slow, by nothing."""
    rows = pd.DataFrame({"customer_id": ["a"], "treated": [True], "after": [True]})
    quick = pd.DataFrame({"customer_id": ["a"], "purchase_rate": [50.0], "dropout_probability": [0.2]})
    assert part.true_not_back(rows, quick, -0.2, 120, "change") == pytest.approx(-0.2)
    assert part.true_not_back(rows, quick, -0.2, 120, "points") == pytest.approx(-0.05)
    slow = quick.assign(purchase_rate=1e-9)
    assert part.true_not_back(rows, slow, -0.2, 120, "change") == pytest.approx(0, abs=1e-6)
    assert part.true_not_back(rows, quick, 0.0, 120, "change") == 0
    assert np.isnan(part.true_not_back(rows[:0], quick, -0.2, 120, "change"))


def test_odds_do_not_mind_who_answers():
    """Where the disappointed answer twice as often everywhere, the true odds of all tickets are those of the answers."""
    chance = {(True, False): 0.6, (True, True): 0.9, (False, False): 0.6, (False, True): 0.7}
    rows = rows_of({key: (round(200 * p / (p + 2 * (1 - p))), 200) for key, p in chance.items()})
    rows["ticket_id"] = [f"K{i}" for i in range(len(rows))]
    means = [chance[t, a] for t, a in zip(rows["treated"], rows["after"], strict=True)]
    truth = pd.DataFrame({"ticket_id": rows["ticket_id"], "satisfied_chance": means})
    true = part.true_satisfied(rows, truth)
    assert true == pytest.approx((9 / 1.5) / ((7 / 3) / 1.5))
    assert part.difference(rows, "odds").value == pytest.approx(true, rel=0.05)


def test_the_true_odds_are_of_all_tickets():
    """Tickets that were resolved by the day count, whoever was asked about them: those who answered are a sample of them."""
    times = pd.to_datetime(["2025-01-01", "2025-06-30", "2025-07-01", None])
    tickets = pd.DataFrame(
        {
            "customer_id": list("abcd"),
            "ticket_id": list("KLMN"),
            "resolved_at": times + pd.Timedelta(hours=23),
        }
    )
    found = part.resolved(tickets, pd.Timestamp("2025-06-30"))
    assert found["ticket_id"].tolist() == ["K", "L"]
    assert found["at"].tolist() == list(times[:2] + pd.Timedelta(hours=23))


def test_results_are_a_row_a_kind():
    """Each kind of difference has its interval, its placebo and its share of the ways; what cannot be known stays empty."""
    rows = rows_of(FOUR)
    found = part.results(rows, BEGAN, 1, ["points", "odds"])
    assert found.index.tolist() == ["points", "odds"]
    assert found["value"].notna().all()
    assert found.loc["points", "value"] == part.difference(rows).value


def test_customers_needed():
    """An interval of a tenth on each side, and a change of a twentieth: some ten times as many, said to two digits."""
    found = part.difference(rows_of(FOUR), "change")
    many = part.needed(found, found.value, 400).value
    z = (np.log1p(found.value) / ((np.log1p(found.high) - np.log1p(found.low)) / (2 * 1.959964))) ** 2
    assert many == pytest.approx(400 * (1.959964 + 0.841621) ** 2 / z, rel=0.05)
    assert not part.needed(found, 0.0, 400).known
