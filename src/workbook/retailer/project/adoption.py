"""Who uses the system, week by week: each member of a team starts one day, or never.

Starts follow a logistic curve over the weeks since the go-live, and who has started uses the system in most weeks. The same
people are counted week after week, so weeks of a team are alike, and teams differ in how many ever start.
"""

import numpy as np
import pandas as pd

from workbook.retailer.core.timeline import CRM_CITIES, Timeline

TEAMS = tuple(
    f"{place}: {team}"
    for place, teams in {
        **dict.fromkeys(CRM_CITIES, ("store 1", "store 2", "online shop", "service desk")),
        "Head office": ("marketing", "e-commerce", "finance", "key accounts"),
    }.items()
    for team in teams
)
STAFF = (6, 19)  # least and most people of a team
CEILING = 0.72  # expected share of staff who use it in a week, in the long run
SPEED = 0.18  # of the logistic curve, per week
MIDPOINT = 12.0  # weeks after the go-live at which half of the ceiling is reached
USES = 0.90  # chance that somebody who has started uses it in a week
ALIKE = 12.0  # how alike teams are: a + b of the Beta of their shares
WEEK = 7


def make_adoption(timeline: Timeline, rng: np.random.Generator) -> pd.DataFrame:
    """Staff and users by team and whole week; see `tables.contracts.project.Adoption`."""
    staff = rng.integers(STAFF[0], STAFF[1] + 1, len(TEAMS))
    ever = CEILING / USES
    share = (
        rng.beta(ever * ALIKE, (1 - ever) * ALIKE, len(TEAMS)) if 0 < ever < 1 else np.full(len(TEAMS), ever)
    )
    team = np.repeat(np.arange(len(TEAMS)), staff)
    starts = np.where(
        rng.random(len(team)) < share[team], rng.logistic(MIDPOINT, 1 / SPEED, len(team)), np.inf
    )
    weeks = whole_weeks(timeline)
    uses = (starts[:, None] <= np.arange(len(weeks))) & (rng.random((len(team), len(weeks))) < USES)
    used = np.add.reduceat(uses.astype("int64"), np.cumsum(staff) - staff, axis=0)
    return pd.DataFrame(
        {
            "week": np.tile(weeks.to_numpy(), len(TEAMS)),
            "team": np.repeat(np.array(TEAMS, dtype=object), len(weeks)),
            "staff": np.repeat(staff, len(weeks)),
            "used": used.ravel(),
        }
    ).sort_values(["week", "team"], ignore_index=True)


def whole_weeks(timeline: Timeline) -> pd.DatetimeIndex:
    """First days of the weeks since the go-live that are over by the data's end."""
    start, over = timeline.start("crm"), timeline.season.end + pd.Timedelta(days=1)
    return pd.date_range(start, over - pd.Timedelta(days=WEEK), freq=f"{WEEK}D")
