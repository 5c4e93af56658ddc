"""Ways to sort complaints, compared by hand."""

import numpy as np
import pandas as pd
import pytest

from workbook.analytics.complaints import desk_costs, ways

MATRIX = desk_costs.costs(3000, 150)
TEST = pd.DataFrame({"grade": [1, 1, 3], "customer_id": ["a", "b", "c"], "language": ["en", "en", "zh"]})
SENT = {"low": pd.Series([1, 1, 1]), "high": pd.Series([3, 3, 3])}


def test_two_ways_by_hand():
    """All to staff: two of three right, 3,000 for the senior one; all to the executives: one right, 150 twice."""
    found = ways.compared(TEST, SENT, MATRIX)
    assert found["right"].tolist() == pytest.approx([2 / 3, 1 / 3])
    assert found["cost"].tolist() == [1000, 100]
    assert found["executives read"].tolist() == [0, 1]
    assert found["senior missed"].tolist() == [1, 0]


def test_without_a_senior_case_none_is_missed_nor_found():
    """A share of nothing is missing."""
    found = ways.compared(TEST.head(2), {"low": pd.Series([1, 1])}, MATRIX)
    assert np.isnan(found.loc["low", "senior missed"])


@pytest.mark.parametrize(("chosen", "case"), [("high", "paradox"), ("low", "agree")])
def test_more_right_answers_may_cost_more(chosen, case):
    """Staff alone are right more often and cost ten times as much."""
    table = ways.compared(TEST, SENT, MATRIX)
    found = ways.paradox(table, "low", chosen, "CNY")
    assert found.case == case
    assert f"{found.right} {found.cost}" == "67 % CNY 1,000"


def test_of_no_complaints_nothing_is_compared():
    """Costs of nothing are not known."""
    table = ways.compared(TEST.iloc[:0], {way: sent.iloc[:0] for way, sent in SENT.items()}, MATRIX)
    assert ways.paradox(table, "low", "high").case == "unknown"


def test_the_commonest_desk_is_that_of_the_past():
    """Most of the past decides; without a past it is front-line staff."""
    assert ways.desk_of_most(pd.Series([2, 2, 1]), TEST.index).tolist() == [2, 2, 2]
    assert ways.desk_of_most(pd.Series([], dtype=int), TEST.index).tolist() == [1, 1, 1]


def test_desks_are_counted():
    """One row per way, one column per desk."""
    found = ways.desks({"mixed": pd.Series([1, 1, 3])})
    assert found.loc["mixed"].to_dict() == {"front-line staff": 2, "regional manager": 0, "executives": 1}


def test_the_cheapest_way_and_what_the_next_costs_more():
    """On many complaints the difference is clear; one way alone has no next; of nothing there is no cheapest."""
    many = pd.concat([TEST] * 100, ignore_index=True).assign(customer_id=range(300))
    sent = {way: pd.concat([desk] * 100, ignore_index=True) for way, desk in SENT.items()}
    table, costs = ways.compared(many, sent, MATRIX), ways.costs_of(many["grade"], sent, MATRIX)
    found = ways.cheapest(table, costs, cluster=many["customer_id"], unit="CNY")
    assert (found.case, found.way, found.next) == ("clear", "high", "low")
    assert found.more is not None
    assert found.more.value == 900
    alone = table.loc[["high"]]
    assert ways.cheapest(alone, costs, cluster=many["customer_id"]).case == "alone"
    assert ways.cheapest(table.assign(cost=np.nan), costs, cluster=many["customer_id"]).case == "unknown"


def test_few_large_differences_do_not_make_a_way_clear():
    """Three complaints can't tell two ways apart."""
    costs = ways.costs_of(TEST["grade"], SENT, MATRIX)
    table = ways.compared(TEST, SENT, MATRIX)
    assert ways.cheapest(table, costs, cluster=TEST["customer_id"]).case == "close"


def test_a_guess_against_file_and_truth():
    """A guess that equals the truth matches a file with a slip less often."""
    filed, true = pd.Series([1, 2, 3, 3]), pd.Series([1, 2, 2, np.nan])
    found = ways.against_both({"guess": pd.Series([1, 2, 2, 3]), "the file": filed}, filed, true)
    assert found.loc["guess"].tolist() == [0.75, 1.0]
    assert found.loc["the file"].tolist() == pytest.approx([1.0, 2 / 3])


def test_languages_have_their_own_rows():
    """Shares and costs are of the complaints of each language."""
    costs = ways.costs_of(TEST["grade"], SENT, MATRIX)[["low"]]
    found = ways.by_language(TEST, SENT["low"] == TEST["grade"], costs)
    assert found["complaints"].to_dict() == {"en": 2, "zh": 1}
    assert found["right"].to_dict() == {"en": 1.0, "zh": 0.0}
    assert found["cost, low"].to_dict() == {"en": 0.0, "zh": 3000.0}


def test_the_share_of_right_answers_has_its_number():
    """Two of three, by three customers."""
    found = ways.right_share(TEST, SENT["low"])
    assert (found.value, found.n) == (pytest.approx(2 / 3), 3)
    assert found.low < found.value < found.high


def test_the_more_a_missed_case_costs_the_more_the_executives_read():
    """A chance of 5 % for senior goes up at 600 alarms a missed case, and not at 1; the rule never moves."""
    chances = pd.DataFrame([[0.95, 0.0, 0.05]], columns=[1, 2, 3])
    for ratio, share in ((1, 0.0), (600, 1.0)):
        found = ways.executives_at(ratio, 150, chances, pd.Series([3]))
        assert found.to_dict() == {"keyword rule": 1.0, "model": share}
