"""Rows of one customer are no independent draws: wherever customers come several times an interval counts customers."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from analytics.desk import desk, ticket
from workbook.analytics.bandits import choices, fatigue, off_policy, policies
from workbook.analytics.complaints import calibration, desk_costs, ways
from workbook.analytics.funnel import steps
from workbook.analytics.lifecycle import transitions
from workbook.analytics.privacy import consent_gaps, deadlines
from workbook.analytics.project import pipeline
from workbook.analytics.recommenders import exposure
from workbook.analytics.segments import cuts
from workbook.analytics.segments.lifecycle import STAGES
from workbook.analytics.service import standards
from workbook.analytics.service.waiting_times import as_known

CUSTOMERS, TIMES = 160, 4
DAY = pd.Timestamp("2025-06-30")


def rows(times: int = 1, *, strangers: bool = False) -> pd.DataFrame:
    """Two of five customers hit; each is there so many times, always with the same outcome; strangers are each there once."""
    number = np.repeat(np.arange(CUSTOMERS), times)
    whose = np.arange(len(number)) if strangers else number
    hit = np.random.default_rng(1).permutation(np.arange(CUSTOMERS) % 5 < 2)[number]
    groups = {"half": number % 2 == 0, "tired": number // 2 % 2}
    return pd.DataFrame({"customer_id": [f"C{n}" for n in whose], "hit": hit, **groups})


def graded(of: pd.DataFrame) -> pd.DataFrame:
    """Complaints, two of five of which are basic."""
    return of.assign(grade=np.where(of["hit"], 1, 2), language="en")


def all_to(of: pd.DataFrame, desk: int) -> pd.Series:
    """One desk for each."""
    return pd.Series(desk, of.index)


def cheapest(of: pd.DataFrame) -> pd.Series:
    """Two ways to sort, one of which costs more."""
    test, matrix = graded(of), desk_costs.costs(3000, 150)
    desks = {"front-line staff": all_to(of, 1), "regional manager": all_to(of, 2)}
    table, costs = ways.compared(test, desks, matrix), ways.costs_of(test["grade"], desks, matrix)
    return pd.Series(vars(ways.cheapest(table, costs, cluster=of["customer_id"]).more))


def tickets(of: pd.DataFrame) -> pd.DataFrame:
    """Two of five are answered after an hour, the others after two days."""
    one = as_known(desk(ticket("a", "2025-06-01 08:00", answered_at="2025-06-01 09:00")), DAY)
    known = one.loc[[0] * len(of)].reset_index(drop=True).assign(customer_id=of["customer_id"])
    late = pd.Timestamp("2025-06-03 08:00")
    slow = {c: known[c].where(of["hit"], late) for c in ("answered_at", "first_response_at")}
    return known.assign(**slow)


def kept(of: pd.DataFrame) -> pd.Series:
    """A standard of 24 hours."""
    none = pd.DataFrame(
        {"complaint_id": [], "customer_id": [], "first_response_by": []}
        | {c: pd.to_datetime([]) for c in ("complained_at", "first_response_at", "resolved_at")}
    )
    return standards.standards_kept(tickets(of), none, DAY).loc[("reaction in 24 hours", "a person")]


def log(of: pd.DataFrame) -> pd.DataFrame:
    """A log of messages, those to half of the customers after another message."""
    return choices.choices(
        of.assign(
            content=np.where(of["half"], "a", "b"),
            propensity=0.5,
            reward=of["hit"].astype(float),
            messages_before=of["tired"],
        )
    )


def credited(of: pd.DataFrame) -> pd.Series:
    """Half of the customers are shown the product of a policy, and two of five of these buy it."""
    shown = of.assign(
        policy=np.where(of["half"], "ours", "other"),
        product_id="P",
        session_id=of.index.astype(str),
        started_at=DAY + pd.to_timedelta(of.index, unit="min"),
        bought=of["hit"],
    )
    nothing = pd.DataFrame({"order_id": ["O"], "product_id": ["Q"]})
    found = exposure.attribution(shown, nothing, pd.Series(dtype=object), "ours")
    return pd.Series(vars(found.caused))


def moves(of: pd.DataFrame) -> pd.DataFrame:
    """Two of five of the active fall asleep."""
    stage = pd.Categorical(["active"] * len(of), STAGES, ordered=True)
    later = pd.Categorical(np.where(of["hit"], "sleeping", "active"), STAGES, ordered=True)
    return of.assign(stage=stage, next_stage=later)


def approved(of: pd.DataFrame) -> pd.DataFrame:
    """Steps of approval of one contract a customer; every second contract comes after a change that changes nothing."""
    asked = pd.Series(np.where(of["half"], "2025-02-01", "2025-01-01")).astype("datetime64[ns]")
    hours = pd.to_timedelta(pd.Series(np.where(of["hit"], 10, 30)), unit="h")
    return pd.DataFrame(
        {"lead_id": of["customer_id"], "step": "legal", "asked_at": asked, "decided_at": asked + hours}
    )


def late(of: pd.DataFrame) -> pd.DataFrame:
    """Requests whose time is up, two of five of them late."""
    return of.assign(time_is_up=True, state=np.where(of["hit"], "late", "in time"), limit="law")


def leak(of: pd.DataFrame) -> pd.Series:
    """Two of five visits to the e-shop end in an order, and three of five to the app."""
    worse, better = (np.where(hits, "order", "checkout") for hits in (of["hit"], ~of["hit"]))
    visits = [of.assign(channel=c, stage=s) for c, s in (("e-shop", worse), ("app", better))]
    visits = pd.concat(visits, ignore_index=True)
    visits["visitor_id"] = visits["channel"] + visits["customer_id"]
    return steps.leaks(steps.reached(visits), "app", visits).iloc[0]


CALLS: dict[str, Callable[[pd.DataFrame], object]] = {
    "orders of a leak, a visit each": lambda of: leak(of)[["low", "high"]] / len(of),
    "a scene of orders": lambda of: cuts.recorded_share(
        of.assign(scene=np.where(of["hit"], "gift", "other"))
    ),
    "clicks of a policy": lambda of: exposure.by_policy(of.assign(policy="x", clicked=of["hit"])).loc["x"],
    "a share of sessions": lambda of: exposure.share_of(of["hit"], of["customer_id"]),
    "sales that a tile caused": credited,
    "a standard": kept,
    "a service level": lambda of: standards.service_levels(
        tickets(of), "answer", pd.Timedelta(hours=4), DAY
    ).loc["all tickets"],
    "a bin of chances": lambda of: calibration.calibration_table(
        pd.Series(0.4, of.index), of["hit"], 1, cluster=of["customer_id"]
    ).iloc[0],
    "all chances": lambda of: (
        calibration.judged(
            pd.Series(0.4, of.index),
            of["hit"],
            calibration.calibration_table(pd.Series(0.4, of.index), of["hit"]),
            cluster=of["customer_id"],
        ).came
    ),
    "right grades": lambda of: ways.right_share(graded(of), all_to(of, 1)),
    "right grades by language": lambda of: ways.by_language(
        graded(of), of["hit"], pd.DataFrame({"a": 1.0}, of.index)
    ).loc["en"],
    "cost of a complaint": lambda of: ways.compared(
        graded(of), {"a": all_to(of, 1)}, desk_costs.costs(3000, 150)
    ).loc["a"],
    "cost of a way against another": cheapest,
    "yes to a question": lambda of: dict(
        zip(("value", "low", "high"), consent_gaps.yes_share(of.assign(granted=of["hit"])), strict=False)
    ),
    "late requests": lambda of: deadlines.late_requests(late(of)).share,
    "a change of stage": lambda of: transitions.changes(moves(of)).loc["active to sleeping"],
    "a policy by IPS": lambda of: off_policy.ips(log(of), policies.always(log(of), "a")),
    "a policy by SNIPS": lambda of: off_policy.snips(log(of), policies.always(log(of), "a")),
    "clicks after a message": lambda of: fatigue.ratio_within_groups(log(of), 1),
    "time of an approval": lambda of: pipeline.approval_change(approved(of), pd.Timestamp("2025-01-15"), DAY),
}


def ends(found: object) -> tuple[float, float]:
    """Low and high of an estimate, or of a row of a table."""
    of = found if isinstance(found, dict | pd.Series) else vars(found)
    return float(of["low"]), float(of["high"])


@pytest.mark.parametrize("name", CALLS)
def test_who_is_there_four_times_is_one_customer(name):
    """An interval of rows that are alike within customers is that of the customers; of as many strangers it is half as wide."""
    call = CALLS[name]
    once, often, strangers = (ends(call(of)) for of in (rows(), rows(TIMES), rows(TIMES, strangers=True)))
    width = {
        n: high - low for n, (low, high) in {"once": once, "often": often, "strangers": strangers}.items()
    }
    assert width["often"] == pytest.approx(width["once"], rel=0.15)
    assert width["strangers"] == pytest.approx(width["once"] / 2, rel=0.15)
