"""What a pilot changed: the waits of its cities before and after, beside those of all others."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.analytics.estimate import Estimate
from workbook.analytics.experiments.pilot_cities import names
from workbook.analytics.service.waiting_times import CLOCKS, HOUR, quantile, waiting, waits


@dataclass(frozen=True)
class Pilot:
    """Tickets with ``pilot`` (whether of a pilot city) and ``after`` (whether of the time since its first day)."""

    tickets: pd.DataFrame
    began: pd.Timestamp
    cities: tuple[str, ...]

    @property
    def parts(self) -> dict[str, pd.DataFrame]:
        """The pilot's tickets before and after."""
        inside, after = self.tickets["pilot"], self.tickets["after"]
        return {"before": self.tickets[inside & ~after], "after": self.tickets[inside & after]}


def pilot(known: pd.DataFrame, customers: pd.DataFrame, cities: str, began: pd.Timestamp) -> Pilot:
    """Mark the tickets of a pilot.

    Parameters
    ----------
    known : from `as_known`
    customers : with their city
    cities : of the pilot, separated by commas
    began : its first day
    """
    where = known["customer_id"].map(customers.set_index("customer_id")["city"])
    return Pilot(
        known.assign(pilot=where.isin(names(cities)), after=known["opened_at"] >= began), began, names(cities)
    )


def project_report(complaints: pd.DataFrame, customers: pd.DataFrame, of: Pilot) -> pd.DataFrame:
    """Mean hours to the first response to a complaint of the pilot cities, before and after, as a project's report has it.

    Returns
    -------
    pandas.DataFrame
        index before and after; complaints answered, mean hours, and the share that a machine answered.
    """
    where = complaints["customer_id"].map(customers.set_index("customer_id")["city"])
    told = complaints[where.isin(of.cities)].dropna(subset=["first_response_at", "complained_at"])
    hours = (told["first_response_at"] - told["complained_at"]) / HOUR
    when = pd.Series(np.where(told["complained_at"] >= of.began, "after", "before"), told.index)
    by = told["first_response_by"].eq("machine").groupby(when).mean()
    found = hours.groupby(when).agg(["size", "mean"]).assign(machine=by).reindex(["before", "after"])
    return found.set_axis(["complaints", "mean hours", "by a machine"], axis=1).rename_axis(None)


def changes(of: Pilot, as_of: pd.Timestamp) -> dict[str, Estimate]:
    """The `change` on each clock, of tickets that needed a person."""
    found = {}
    for clock in CLOCKS:
        waited = waits(of.tickets, clock, as_of)
        waited = waited[~of.tickets["self_served"].reindex(waited.index).fillna(False).astype(bool)]
        groups = of.tickets.loc[waited.index]
        found[clock] = change(waited, groups["pilot"], groups["after"])
    return found


def receipt_only(found: Mapping[str, Estimate]) -> str:
    """What changed: receipt_only (the first response came sooner, no change of a person's answer can be told), both, other, unknown."""
    first, person = found["first response"].verdict, found["answer"].verdict
    if "unknown" in (first, person):
        return "unknown"
    return {("down", "unclear"): "receipt_only", ("down", "down"): "both"}.get((first, person), "other")


def waiting_curves(
    parts: Mapping[str, pd.DataFrame], as_of: pd.Timestamp, hours: np.ndarray | None = None
) -> pd.DataFrame:
    """Share still waiting after each of ``hours`` (up to 30 days if not given), by clock and part.

    Parameters
    ----------
    parts : name → tickets, from `as_known`

    Returns
    -------
    pandas.DataFrame
        hours, and the columns "first response, name" and "person, name"; empty if a part is.
    """
    hours = np.geomspace(1 / 60, 720, 120) if hours is None else hours
    if any(part.empty for part in parts.values()):
        return pd.DataFrame()
    lines = {
        f"{words}, {name}": waiting(waits(part, clock, as_of), hours)
        for clock, words in {"first response": "first response", "answer": "person"}.items()
        for name, part in parts.items()
    }
    return pd.DataFrame({"hours": hours, **lines})


def change(waited: pd.DataFrame, treated: pd.Series, after: pd.Series) -> Estimate:
    """Relative change of the median wait of the treated, beyond that of the others: difference in differences of logs.

    The median of each of the four groups is Kaplan and Meier's; their intervals are put together by MOVER (Zou & Donner
    2008, doi 10.1002/sim.3095). Says what the treatment did if both would have changed by the same factor without it.

    Parameters
    ----------
    waited : from `waits`
    treated, after : whether a ticket is of the treated group, of the time after; index of ``waited``

    Returns
    -------
    Estimate
        a change, −0.5 for half the time, of the tickets of all four groups; unknown where a group is too small.
    """
    medians = {
        (t, a): quantile(waited[(treated == t) & (after == a)]) for t in (True, False) for a in (True, False)
    }
    ends = {key: np.array([m.value, m.low, m.high]) for key, m in medians.items()}
    if not all(np.isfinite(e).all() and (e > 0).all() for e in ends.values()):
        return Estimate(unit="change", n=len(waited))
    found = below = above = 0.0
    for (t, a), (middle, low, high) in ((key, np.log(e)) for key, e in ends.items()):
        sign = 1 if t == a else -1
        down, up = (middle - low, high - middle) if sign > 0 else (high - middle, middle - low)
        found, below, above = found + sign * middle, below + down**2, above + up**2
    low, high = found - np.sqrt(below), found + np.sqrt(above)
    estimate, least, most = np.expm1([found, low, high]).tolist()
    return Estimate(estimate, least, most, "change", len(waited))


def change_table(found: Mapping[str, Estimate]) -> pd.DataFrame:
    """`changes` as a table: value, low, high, a row a clock."""
    rows = {clock: [estimate.value, estimate.low, estimate.high] for clock, estimate in found.items()}
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["value", "low", "high"])
    return table.rename_axis("change of the median")


def four_medians(of: Pilot, as_of: pd.Timestamp) -> pd.DataFrame:
    """Median hours on each clock before and after, in the pilot cities and elsewhere; open tickets counted."""
    where = of.tickets["pilot"].map({True: "pilot cities", False: "elsewhere"})
    when = of.tickets["after"].map({True: "after", False: "before"})
    rows = {}
    for clock in CLOCKS:
        waited = waits(of.tickets, clock, as_of)
        groups = waited.groupby([where.reindex(waited.index), when.reindex(waited.index)])
        rows[clock] = {f"{place}, {time}": quantile(part).value for (place, time), part in groups}
    columns = [f"{place}, {time}" for place in ("pilot cities", "elsewhere") for time in ("before", "after")]
    return pd.DataFrame.from_dict(
        rows, orient="index", columns=columns if not any(rows.values()) else None
    ).reindex(columns=columns)


def before_and_after(medians: pd.DataFrame) -> dict[str, Estimate]:
    """The medians of the pilot cities on two clocks, of `four_medians`: first_before, first_after, person_before, person_after."""
    return {
        f"{who}_{when}": Estimate(float(medians.loc[clock, f"pilot cities, {when}"]), unit="hours")
        for who, clock in {"first": "first response", "person": "answer"}.items()
        for when in ("before", "after")
    }
