"""People who registered and have not ordered: who will, by a score from the past, and what an offer for the first order does."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from workbook.analytics import roc
from workbook.analytics.estimate import Estimate
from workbook.analytics.experiments import ab_tests, causal

WITHIN = 30  # days in which an order counts as of a prospect
LEAST = 20  # people in a group by the score
UNKNOWN = Estimate()


def ripe(prospects: pd.DataFrame, as_of: pd.Timestamp, days: int = WITHIN) -> pd.DataFrame:
    """Those who registered so long ago that their days to order are over, by time, with ``ordered``.

    Parameters
    ----------
    prospects : registered_at, converted_on (of an order that came in time)
    """
    day = prospects["registered_at"].dt.normalize()
    old = prospects[(as_of - day).dt.days > days].sort_values("registered_at", ignore_index=True)
    return old.assign(ordered=old["converted_on"].notna())


def past_and_later(old: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The first two thirds of the time, to learn from, and the last third, to be judged by."""
    first, last = old["registered_at"].min(), old["registered_at"].max()
    cut = (first + (last - first) * 2 / 3).normalize()
    return old[old["registered_at"] < cut], old[old["registered_at"] >= cut]


def features(people: pd.DataFrame) -> pd.DataFrame:
    """What is known of each on the first day; pages on a log scale, and whether they and the city are known."""
    pages = people.get("pages", pd.Series(pd.NA, people.index, dtype="Int64")).astype(float)
    known = {c: people[c].astype(float) for c in ("app", "newsletter", "offered") if c in people}
    return pd.DataFrame(
        {
            "pages": np.log1p(pages).fillna(np.log1p(pages.median()) if pages.notna().any() else 0.0),
            "tracked": pages.notna().astype(float),
            "source": people.get("source", pd.Series("", people.index)).fillna("unknown").astype(str),
            **known,
        }
    )


def learn(past: pd.DataFrame) -> Pipeline:
    """A logistic regression of ``ordered`` on the `features`, from prospects of the past."""
    known = features(past)
    words = ["source"]
    columns = make_column_transformer(
        (OneHotEncoder(handle_unknown="ignore", sparse_output=False), words),
        (StandardScaler(), [c for c in known if c not in words]),
    )
    model = make_pipeline(columns, LogisticRegression(max_iter=500))
    return model.fit(known, past["ordered"])


def scored(model: Pipeline, people: pd.DataFrame) -> pd.DataFrame:
    """People with ``chance``: that to order without an offer, by the model."""
    plain = people.assign(offered=False) if "offered" in people else people
    return people.assign(chance=model.predict_proba(features(plain))[:, 1])


def tenths(people: pd.DataFrame, truth: pd.DataFrame | None = None) -> pd.DataFrame:
    """By tenth of the score, or fewer groups of few people: the mean chance, the share who ordered with its interval, and the mean true chance.

    Parameters
    ----------
    people : chance, ordered; of those who got no offer
    truth : prospect_id, without_offer
    """
    if people.empty:
        return pd.DataFrame(columns=["people", "score", "ordered", "low", "high"], dtype=float)
    many = min(10, max(1, len(people) // LEAST))
    tenth = pd.qcut(people["chance"].rank(method="first"), many, labels=False) + 1
    by = people.groupby(tenth.rename("part by the score, the lowest first"))
    ends = {name: ab_tests.share_interval(part["ordered"]) for name, part in by}
    table = pd.DataFrame({"people": by.size(), "score": by["chance"].mean(), "ordered": by["ordered"].mean()})
    table["low"], table["high"] = zip(*[ends[name] for name in table.index], strict=True)
    if truth is None:
        return table
    chance = people["prospect_id"].map(truth.set_index("prospect_id")["without_offer"])
    return table.assign(true=chance.groupby(tenth).mean())


@dataclass(frozen=True)
class Score:
    """How good the score is, on people whom it has not seen.

    Attributes
    ----------
    case : sorts (better than chance beyond doubt), unclear, or unknown where fewer than two ordered, or did not
    auc : chance that of one who ordered and one who did not the first has the higher score
    top : of those who ordered, the share among the best fifth
    said, came : mean chance by the score, and share who ordered
    """

    case: str
    auc: Estimate = UNKNOWN
    top: Estimate = UNKNOWN
    said: Estimate = UNKNOWN
    came: Estimate = UNKNOWN


def judge(people: pd.DataFrame) -> Score:
    """Judge the score by who then ordered: chance and ordered."""
    ordered = people["ordered"].astype(bool)
    area = roc.auc(people["chance"], ordered)
    if not area.known:
        return Score("unknown")
    best = people["chance"] >= people["chance"].quantile(0.8)
    came = Estimate(float(ordered.mean()), *ab_tests.share_interval(ordered), "share", len(people))
    top = Estimate(float(best[ordered].mean()), unit="share", n=int(ordered.sum()))
    return Score("sorts" if area.verdict == "up" else "unclear", area, top, Estimate(float(people["chance"].mean()), unit="share"), came)  # fmt: skip


def offer_effect(old: pd.DataFrame) -> Estimate:
    """By how many points more order with the offer than without it, with Newcombe's interval."""
    units = old.assign(arm=np.where(old["offered"], "offer", "none"))
    found = ab_tests.effects(units, "ordered", control="none", rate=True)
    if found.empty:
        return Estimate(unit="points")
    row = found.iloc[0]
    return Estimate(float(row["difference"]), float(row["low"]), float(row["high"]), "points", len(units))


def true_effect(old: pd.DataFrame, truth: pd.DataFrame | None) -> float:
    """Mean true effect of the offer on these people, in shares; missing where it isn't known."""
    if truth is None:
        return np.nan
    both = truth.set_index("prospect_id").reindex(old["prospect_id"])
    return float((both["with_offer"] - both["without_offer"]).mean())


def cost_of_one_more(old: pd.DataFrame, cost: float, unit: str) -> Estimate:
    """What one additional first order costs: each order with the offer costs ``cost``, those that would have come anyway too.

    That is cost × (1 + 1 / lift), so that the ends are those of the lift (Katz); without an upper end where the offer may bring
    nothing.
    """
    offered = old["offered"].astype(bool)
    with_it, without = (old.loc[some, "ordered"] for some in (offered, ~offered))
    more = with_it.mean() - without.mean()
    if not more > 0:
        return Estimate(unit=unit)
    _, low, high = ab_tests.lift(with_it, without)
    most = cost * (1 + 1 / low) if low > 0 else np.nan
    return Estimate(float(cost * with_it.mean() / more), float(cost * (1 + 1 / high)), most, unit, len(old))


def offer_by_part(
    people: pd.DataFrame, *, value: float, cost: float, truth: pd.DataFrame | None = None, parts: int = 3
) -> pd.DataFrame:
    """What the offer earns a person, by part of the score: the low, the middle and the high third, if there are three.

    The profit of a person is ``value`` for an order, less ``cost`` where it came with the offer. The intervals hold all at once.

    Parameters
    ----------
    people : chance (without the offer), ordered, offered
    value : what a first order brings, before the offer
    cost : of the offer, where it is used
    truth : prospect_id, without_offer, with_offer

    Returns
    -------
    pandas.DataFrame
        index part, low chances first; people, chance, earns (profit), low, high, and true where the truth is known.
    """
    part = pd.qcut(people["chance"].rank(method="first"), parts, labels=False)
    names = ["low chance", "middle chance", "high chance"] if parts == 3 else list(range(1, parts + 1))
    offered = people["offered"].astype(bool)
    profit = people["ordered"] * (value - cost * offered)
    level = 1 - 0.05 / parts
    rows = {}
    for number, name in enumerate(names):
        here = (part == number).to_numpy()
        found = causal.compare(profit[here], offered[here], level=level)
        rows[name] = [
            int(here.sum()),
            people.loc[here, "chance"].mean(),
            found.difference,
            found.low,
            found.high,
        ]
    columns = ["people", "chance", "earns", "low", "high"]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("third")
    if truth is None:
        return table
    both = truth.set_index("prospect_id").reindex(people["prospect_id"])
    gain = both["with_offer"] * (value - cost) - both["without_offer"] * value
    return table.assign(true=[gain[(part == i).to_numpy()].mean() for i in range(parts)])


@dataclass(frozen=True)
class Whom:
    """To whom the offer should be made.

    Attributes
    ----------
    case : some (it pays for some thirds beyond doubt, not for others), all, nobody, unclear
    pays, loses : the thirds for which it pays, or loses, beyond doubt
    """

    case: str
    pays: str = ""
    loses: str = ""


def whom(table: pd.DataFrame) -> Whom:
    """Read `offer_by_part`."""
    pays, loses = table.index[table["low"] > 0], table.index[table["high"] < 0]
    case = "all" if len(pays) == len(table) else "nobody" if len(loses) == len(table) else "some" if len(pays) or len(loses) else "unclear"  # fmt: skip
    return Whom(case, ", ".join(map(str, pays)), ", ".join(map(str, loses)))
