"""What the media reach before anybody visits: impressions, people, and how many of them know the brand, by week.

Visits are given. As each person who was reached visits with the chance of the source, the visits of a week say how
many must have been reached for them.
"""

import numpy as np
import pandas as pd

from workbook.retailer.marketing.sessions import FUNNEL, STAGES

# One row a source: share of those reached who know the brand, share of these who visit in that week, impressions a
# person in a week, and one in how many is asked. What nobody pays for or posts, such as a direct visit, has no reach.
MEDIA = pd.DataFrame(
    [
        ("organic search", 0.80, 0.35, 1.3, 25),
        ("search ad", 0.88, 0.30, 1.5, 25),
        ("social ad", 0.25, 0.10, 3.2, 200),
        ("influencer", 0.40, 0.11, 1.8, 150),
        ("user content", 0.50, 0.12, 1.6, 120),
        ("livestream", 0.45, 0.16, 2.1, 80),
    ],
    columns=["source", "aware", "visit", "often", "asked"],
)
NOISE = 0.08  # spread of the logarithm of impressions a person


def visits_by_week(sessions: pd.DataFrame, flags: pd.DataFrame) -> pd.DataFrame:
    """Visits of people, each counted once, by week and source; index week, source: visits. To be added over blocks."""
    people = sessions[~sessions["session_id"].isin(flags["session_id"])]
    day = people["started_at"].dt.normalize()
    week = day - pd.to_timedelta(day.dt.day_of_week, unit="D")
    counts = people.groupby([week.rename("week"), people["source"].astype("str")]).size()
    return counts.to_frame("visits")


def make_awareness(visits: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Whom each source reached in each week, from `visits_by_week`; see `tables.contracts.digital.Awareness`."""
    weeks = visits.index.levels[0]
    grid = pd.MultiIndex.from_product([weeks, MEDIA["source"]], names=["week", "source"])
    came = visits["visits"].reindex(grid, fill_value=0).to_numpy()
    of = {c: np.tile(MEDIA[c].to_numpy(), len(weeks)) for c in MEDIA.columns[1:]}
    chance = of["aware"] * of["visit"]
    reached = came + np.where(came > 0, rng.negative_binomial(np.maximum(came, 1), chance), 0)
    often = of["often"] * rng.lognormal(0, NOISE, len(grid))
    asked = rng.binomial(reached, 1 / of["asked"])
    return pd.DataFrame(
        {
            "impressions": np.maximum(reached, np.round(reached * often)).astype("int64"),
            "reached": reached,
            "asked": asked,
            "aware": rng.binomial(asked, of["aware"]),
        },
        index=grid,
    ).reset_index()


def true_funnel() -> pd.DataFrame:
    """Chance to go on to each stage; see `tables.contracts.digital.TrueFunnel`."""
    sources = MEDIA.melt("source", ["aware", "visit"], "stage", "rate").rename(columns={"source": "name"})
    channels = FUNNEL.melt("channel", list(STAGES[1:]), "stage", "rate").rename(columns={"channel": "name"})
    return pd.concat([sources.assign(by="source"), channels.assign(by="channel")], ignore_index=True)[
        ["by", "name", "stage", "rate"]
    ]
