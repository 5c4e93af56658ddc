"""Business customers: firms that ask for uniforms and gifts, who talks to them when, and how far the talk gets.

A lead has one chance to be won, by its source, its size and how long the first talk took; each stage takes its part of the way.
Good sources are called first, and by hand they go to favoured salespeople: so a quick talk and a salesperson look
better than they are. From the go-live on leads are assigned by the system, and contracts are approved in it.
"""

import numpy as np
import pandas as pd
from scipy.special import expit

from workbook.retailer.core.streams import draw_rows, numbered
from workbook.retailer.core.timeline import Timeline

A_MONTH = 26.0  # leads
# One row a source: its share, log odds to be won after a talk within the hour, wait for that talk against the usual one.
SOURCES = pd.DataFrame(
    [
        ("website", 0.34, -0.75, 1.2),
        ("trade fair", 0.20, -0.95, 1.6),
        ("referral", 0.18, 0.10, 0.5),
        ("cold call", 0.18, -1.70, 1.0),
        ("own customer", 0.10, 0.25, 0.4),
    ],
    columns=["source", "share", "win", "wait"],
)
# One row a need: its share, and the median value of a contract in CNY.
NEEDS = pd.DataFrame(
    [("uniforms", 0.45, 12_000), ("gifts", 0.40, 6_000), ("both", 0.15, 20_000)],
    columns=["need", "share", "value"],
)
SIZES = 0.9  # spread of the logarithm of a value
CHANGES = 0.25  # of the logarithm of the value in the contract against that at first
PER_DOUBLING = -0.16  # log odds to be won, each time the hours to the first talk double
LARGER = -0.12  # the same, each time the value doubles
SALESPEOPLE = ("Chen Yu", "Fang Li", "Gao Min", "He Jun", "Luo Ying", "Tang Wei")
FAVOURED = 0.6  # chance that a good source goes to one of the first two, while people assign
GOOD = ("referral", "own customer")
ASSIGN = {"by hand": 14.0, "by the system": 0.3}  # median hours until a lead is assigned
TALK = 7.0  # median hours from then to the first talk
WAITS = 1.0  # spread of the logarithms of these hours
# One row a stage: its part of the way to a won lead (the rest is the signature), and median days until it is reached from the one before.
STAGES = pd.DataFrame(
    [
        ("qualified", 0.25, 2.0),
        ("needs known", 0.20, 6.0),
        ("offer", 0.20, 9.0),
        ("negotiation", 0.15, 12.0),
        ("contract", 0.12, 10.0),
    ],
    columns=["stage", "part", "days"],
)
LASTS = 0.7  # spread of the logarithm of these days
GIVES_UP = 20.0  # median days until a lead that gets no further is closed
STEPS = {
    "sales manager": 0.0,
    "finance": 0.0,
    "legal": 10_000.0,
    "general manager": 40_000.0,
}  # from which value on
DECIDES = 22.0  # median hours of one step of approval
WORKFLOW = 0.5  # the same in the system, against before


def make_leads(timeline: Timeline, rng: np.random.Generator) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """Leads, stages and approvals up to the data's end, and the truth about each lead; see `tables.contracts.leads`."""
    whole = lives(timeline, rng)
    stages = stage_times(whole, rng)
    approvals = approval_times(whole, stages, timeline, rng)
    decided = approvals.groupby("row")["decided_at"].max().reindex(whole.index)
    whole["closed_at"] = decided.fillna(stages.groupby("row")["gives_up"].max())
    over = timeline.season.end + pd.Timedelta(days=1)
    tables = {
        "leads": leads_table(whole, over),
        "lead_stages": up_to(stages, "entered_at", over)[["lead_id", "stage", "entered_at"]],
        "contract_approvals": up_to(approvals, "asked_at", over)[
            ["lead_id", "step", "asked_at", "decided_at"]
        ],
    }
    tables["contract_approvals"]["decided_at"] = before(tables["contract_approvals"]["decided_at"], over)
    return tables, whole[["lead_id", "win_chance", "win_chance_fast"]].round(4)


def lives(timeline: Timeline, rng: np.random.Generator) -> pd.DataFrame:
    """Each lead with its source, need, value, times until the first talk, and its chance."""
    season = timeline.season
    days = (season.end - season.start).days + 1
    n = max(1, int(rng.poisson(A_MONTH * days / 30.4)))
    seconds = np.sort(rng.integers(0, days, n) * 86_400 + rng.integers(8 * 3600, 21 * 3600, n))
    created = season.start + pd.to_timedelta(seconds, unit="s").floor("min")
    source = draw_rows(np.broadcast_to(SOURCES["share"].to_numpy(), (n, len(SOURCES))), rng)
    need = draw_rows(np.broadcast_to(NEEDS["share"].to_numpy(), (n, len(NEEDS))), rng)
    typical = NEEDS["value"].to_numpy()[need]
    size = SIZES * rng.standard_normal(n)
    automatic = created >= timeline.start("crm")
    frame = pd.DataFrame({"lead_id": numbered("L", n, 4), "created_at": created})
    frame["source"] = SOURCES["source"].to_numpy()[source]
    frame["need"] = NEEDS["need"].to_numpy()[need]
    frame["estimate"] = (typical * np.exp(size)).round(-2).clip(500)
    hours = np.where(automatic, ASSIGN["by the system"], ASSIGN["by hand"]) * np.exp(
        WAITS * rng.standard_normal(n)
    )
    talk = TALK * SOURCES["wait"].to_numpy()[source] * np.exp(WAITS * rng.standard_normal(n))
    frame["assigned_at"] = later(frame["created_at"], hours)
    frame["contacted_at"] = later(frame["assigned_at"], talk)
    favoured = np.isin(frame["source"], GOOD) & (rng.random(n) < FAVOURED) & ~automatic
    person = np.where(favoured, rng.integers(0, 2, n), rng.integers(0, len(SALESPEOPLE), n))
    frame["salesperson"] = np.array(SALESPEOPLE, dtype=object)[person]
    odds = SOURCES["win"].to_numpy()[source] + LARGER * size / np.log(2)
    frame["win_chance"] = expit(odds + PER_DOUBLING * np.log2(np.maximum(hours + talk, 1.0)))
    frame["win_chance_fast"] = expit(odds)
    frame["luck"] = rng.random(n)
    frame["worth"] = (frame["estimate"] * np.exp(CHANGES * rng.standard_normal(n))).round(-2).clip(500)
    return frame


def stage_times(whole: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Every stage that each lead reaches: row, lead_id, stage, entered_at, gives_up (when it closes, if it gets no further)."""
    chance = whole["win_chance"].to_numpy()[:, None] ** np.cumsum(STAGES["part"].to_numpy())
    reached = whole["luck"].to_numpy()[:, None] < chance
    days = STAGES["days"].to_numpy() * np.exp(LASTS * rng.standard_normal(chance.shape))
    at = whole["contacted_at"].to_numpy()[:, None] + pd.to_timedelta(
        np.cumsum(days, axis=1).ravel(), unit="D"
    ).to_numpy().reshape(chance.shape)
    row, stage = np.nonzero(reached)
    entered = pd.Series(at[row, stage]).dt.floor("min")
    quiet = GIVES_UP * np.exp(LASTS * rng.standard_normal(len(whole)))
    first = later(whole["contacted_at"], quiet * 24)
    frame = pd.DataFrame({"row": row, "lead_id": whole["lead_id"].to_numpy()[row], "entered_at": entered})
    frame["stage"] = STAGES["stage"].to_numpy()[stage]
    frame["gives_up"] = later(entered, quiet[row] * 24)
    none = whole.index.difference(row)
    lost = pd.DataFrame({"row": none, "gives_up": first[none]})
    return pd.concat([frame, lost], ignore_index=True)


def approval_times(
    whole: pd.DataFrame, stages: pd.DataFrame, timeline: Timeline, rng: np.random.Generator
) -> pd.DataFrame:
    """The steps of approval of each contract, one after the other: row, lead_id, step, asked_at, decided_at."""
    asked = stages.loc[stages["stage"] == STAGES["stage"].iloc[-1], ["row", "lead_id", "entered_at"]]
    faster = np.where(asked["entered_at"] >= timeline.start("crm"), WORKFLOW, 1.0)
    steps = []
    begins = asked["entered_at"].reset_index(drop=True)
    worth = whole["worth"].to_numpy()[asked["row"].astype("int64")]
    for step, least in STEPS.items():
        ends = later(begins, DECIDES * faster * np.exp(WAITS * rng.standard_normal(len(asked))))
        there = worth >= least
        rows = pd.DataFrame({"row": asked["row"].array, "lead_id": asked["lead_id"].array, "step": step})
        steps.append(rows.assign(asked_at=begins, decided_at=ends)[there])
        begins = ends.where(there, begins)
    return pd.concat(steps).sort_values(["row", "asked_at"], ignore_index=True)


def leads_table(whole: pd.DataFrame, over: pd.Timestamp) -> pd.DataFrame:
    """What is known of each lead at the data's end; see `tables.contracts.leads.Leads`."""
    seen = whole.assign(
        **{c: before(whole[c], over) for c in ("assigned_at", "contacted_at", "closed_at")},
        outcome=np.where(whole["luck"] < whole["win_chance"], "won", "lost"),
    )
    closed = seen["closed_at"].notna()
    seen["salesperson"] = seen["salesperson"].where(seen["assigned_at"].notna())
    seen["outcome"] = seen["outcome"].where(closed)
    seen["value"] = seen["worth"].where(closed & (seen["outcome"] == "won"))
    return seen[["lead_id", "created_at", "source", "need", "estimate", "assigned_at", "salesperson", "contacted_at",
                 "closed_at", "outcome", "value"]]  # fmt: skip


def later(times: pd.Series, hours: np.ndarray) -> pd.Series:
    """Times so many hours later, to the minute."""
    return (times + pd.to_timedelta(hours, unit="h")).dt.floor("min")


def before(times: pd.Series, over: pd.Timestamp) -> pd.Series:
    """Times that had come; the others are empty."""
    return times.where(times < over)


def up_to(rows: pd.DataFrame, time: str, over: pd.Timestamp) -> pd.DataFrame:
    """Rows whose time had come."""
    return rows[rows[time] < over].reset_index(drop=True)
