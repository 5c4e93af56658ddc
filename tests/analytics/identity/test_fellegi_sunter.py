"""The adapter of Splink: silent, repeatable, with weights that say what they should."""

import numpy as np
import pandas as pd
import pytest
from rapidfuzz.distance import JaroWinkler

from workbook.analytics.identity import fellegi_sunter, normalising, resolution


@pytest.fixture(scope="module")
def linked(small):
    """Link the records of 400 customers."""
    plain = normalising.normalised(small.source_records)
    return plain, fellegi_sunter.link(plain, seed=1)


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [("MARTHA", "MARHTA", 0.9611), ("DIXON", "DICKSONX", 0.8133), ("DWAYNE", "DUANE", 0.84)],
)
def test_jaro_and_winkler_as_published(one, other, alike):
    """Winkler's own examples (1990), to four digits, by DuckDB as Splink calls it and by rapidfuzz."""
    import duckdb

    found = duckdb.sql(f"select jaro_winkler_similarity('{one}', '{other}')").limit(1).fetchall()[0][0]
    assert found == pytest.approx(alike, abs=5e-5)
    assert JaroWinkler.similarity(one, other) == pytest.approx(alike, abs=5e-5)


def test_it_says_nothing_and_repeats_itself(linked, capfd):
    """Not a line on any channel, and the same pairs to the bit from the same seed, whatever the order of the records."""
    plain, first = linked
    again = fellegi_sunter.link(plain.sample(frac=1, random_state=3), seed=1)
    assert capfd.readouterr() == ("", "")
    pd.testing.assert_frame_equal(first.pairs, again.pairs)
    pd.testing.assert_frame_equal(first.weights, again.weights)


def test_agreement_speaks_for_one_person_and_difference_against(linked):
    """An equal phone or e-mail counts more bits than an equal city; differing counts below zero."""
    bits = linked[1].weights["bits"]
    assert bits["phone", "equal"] > bits["city", "equal"] > 0
    assert bits["email", "equal"] > bits["gender", "equal"]
    assert (bits.xs("different", level="agreement") < 0).all()
    m, u = (linked[1].weights[c] for c in "mu")
    np.testing.assert_allclose(bits, np.log2(m / u))
    named = fellegi_sunter.named(bits)
    assert named.index[-1].endswith(": different")
    assert named.is_monotonic_decreasing


def test_bits_are_added_to_the_prior_odds():
    """A prior of one in nine is -3 bits; three bits of evidence make a half; a pair that the model doesn't know is left out."""
    weights = fellegi_sunter.indexed([("phone", "Exact match", 0.8, 0.1), ("name", "All other", 0.2, 0.4)])
    table = fellegi_sunter.added_up(fellegi_sunter.Linkage(fellegi_sunter.no_pairs(), weights, 1 / 9))
    assert table["sum"].to_dict() == pytest.approx(
        {"any two records": -3, "same phone": 0, "same phone, another name": -1}
    )
    assert table["probability"].tolist() == pytest.approx([1 / 9, 1 / 2, 1 / 3])
    nothing = fellegi_sunter.Linkage(fellegi_sunter.no_pairs(), fellegi_sunter.indexed([]), np.nan)
    assert fellegi_sunter.added_up(nothing).empty


def test_it_finds_most_people_and_not_all(linked, small):
    """Better than the phone alone, and never perfect: the data is not easy."""
    plain, found = linked
    true = resolution.true_people(small)
    links = found.pairs[found.pairs["probability"] >= 0.9]
    score = resolution.scores(resolution.people(plain["record_id"], links), true)
    phone = resolution.scores(
        resolution.people(plain["record_id"], resolution.equal_pairs(plain, "phone")), true
    )
    assert phone["F"] < score["F"] < 1


def test_records_that_share_nothing_are_no_error():
    """Without two fields that somebody shares there is no pair, and no weight."""
    records = pd.DataFrame(
        {"record_id": ["X1", "X2"], "source": "till", "phone": ["1212345678", "1212345679"]}
    )
    found = fellegi_sunter.link(normalising.normalised(records))
    assert found.pairs.empty
    assert found.weights.empty
    assert np.isnan(found.prior)


def test_a_placeholder_links_nobody(monkeypatch):
    """A value that too many records share is no evidence: it is taken as missing."""
    monkeypatch.setattr(fellegi_sunter, "LARGE", 2)
    records = pd.DataFrame({"phone": ["0"] * 3 + ["1"] * 2, "email": ["a"] * 2 + [None] * 3}, dtype="str")
    found = fellegi_sunter.without_crowds(records, ["phone", "email"])
    assert found["phone"].isna().tolist() == [True] * 3 + [False] * 2
    assert found["email"].tolist()[:2] == ["a", "a"]
