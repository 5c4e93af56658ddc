"""Adoption of a system by its staff: the logistic curve, with an interval that knows that the same people are counted every week.

The curve is ceiling / (1 + exp(-speed (week - midpoint))): Griliches (1957), doi 10.2307/1905380. It is fitted by least squares
on a grid of speeds and midpoints, where the best ceiling is one division. Teams, not weeks, are resampled; as they are few, the
percentiles are those that Student's t asks for (Hesterberg 2015, doi 10.1080/00031305.2015.1089789).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from workbook.analytics.estimate import Estimate

SPEEDS = np.geomspace(0.03, 0.9, 45)  # per week
MIDPOINTS = np.arange(-26.0, 79.0)  # weeks
RESAMPLES = 300
FEWEST_WEEKS, FEWEST_TEAMS = 6, 5
KNOWN_WEEKS = 26  # from which the rest is forecast, in a lesson
WEEK = pd.Timedelta(days=7)


@dataclass(frozen=True)
class Curve:
    """A fitted curve.

    Attributes
    ----------
    case : fitted; few (too few weeks or teams), or nobody (no user)
    ceiling : share of staff in the long run
    speed : per week
    midpoint : week in which half of the ceiling is reached
    draws : the same three of each resample of teams, a row each
    """

    case: str
    ceiling: Estimate
    speed: Estimate
    midpoint: Estimate
    draws: pd.DataFrame

    def at(self, weeks: np.ndarray) -> pd.DataFrame:
        """The curve over weeks with its band: index weeks; value, low, high."""
        if self.case != "fitted":
            return pd.DataFrame(np.nan, index=weeks, columns=["value", "low", "high"])
        values = [self.ceiling.value, self.speed.value, self.midpoint.value]
        each = logistic(np.asarray(weeks, dtype=float)[:, None], *self.draws.to_numpy().T)
        low, high = np.quantile(each, ends_for(self.ceiling.n or 2), axis=1)
        value = logistic(np.asarray(weeks, dtype=float), *values)
        return pd.DataFrame({"value": value, "low": low, "high": high}, index=weeks)

    def share(self, week: float) -> Estimate:
        """Share of staff in a week, with its interval."""
        row = self.at(np.array([week])).iloc[0]
        value, low, high = (float(row[end]) for end in ("value", "low", "high"))
        return Estimate(value, low, high, "share", self.ceiling.n)


def ends_for(teams: int) -> list[float]:
    """Percentiles of resamples of so few teams between which an interval of 95 % lies."""
    low = float(stats.norm.cdf(np.sqrt(teams / (teams - 1)) * stats.t.ppf(0.025, teams - 1)))
    return [low, 1 - low]


def logistic(
    week: np.ndarray, ceiling: np.ndarray | float, speed: np.ndarray | float, midpoint: np.ndarray | float
) -> np.ndarray:
    """Share of staff who use the system in a week."""
    return ceiling / (1 + np.exp(-np.clip(speed * (week - midpoint), -500, 500)))


def weekly(log: pd.DataFrame) -> pd.DataFrame:
    """Staff, users and their share by whole week since the first: index week, from 0."""
    table = log.groupby("week")[["staff", "used"]].sum()
    table.index = pd.Index(((table.index - table.index.min()) / WEEK).astype("int64"), name="week")
    return table.assign(share=table["used"] / table["staff"].where(table["staff"] > 0))


def fit(log: pd.DataFrame, seed: int = 1) -> Curve:
    """Fit the curve to a log of teams and weeks; see `Curve`.

    Parameters
    ----------
    log : week (date), team, staff, used
    """
    used, staff, number = squares(log)
    teams, weeks = len(used), len(number)
    if teams < FEWEST_TEAMS or weeks < FEWEST_WEEKS or used.sum() == 0:
        return no_curve("nobody" if used.size and used.sum() == 0 else "few")
    rng = np.random.default_rng(seed)
    picked = rng.multinomial(teams, np.full(teams, 1 / teams), RESAMPLES)
    times = np.vstack([np.ones(teams), picked])
    found = best_curves(times @ used, times @ staff, number)
    draws = pd.DataFrame(found[1:], columns=["ceiling", "speed", "midpoint"])
    ends = draws.quantile(ends_for(teams))
    units = {"ceiling": "share", "speed": "ratio", "midpoint": "weeks"}
    values = {
        name: Estimate(float(found[0][i]), float(ends[name].iloc[0]), float(ends[name].iloc[1]), unit, teams)
        for i, (name, unit) in enumerate(units.items())
    }
    return Curve("fitted", **values, draws=draws)


def squares(log: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Users and staff, a row a team and a column a week, and the numbers of the weeks."""
    week = ((log["week"] - log["week"].min()) / WEEK).round()
    used, staff = (log.pivot_table(c, "team", week, aggfunc="sum", fill_value=0) for c in ("used", "staff"))
    return used.to_numpy(float), staff.to_numpy(float), used.columns.to_numpy(float)


def best_curves(used: np.ndarray, staff: np.ndarray, weeks: np.ndarray) -> np.ndarray:
    """Ceiling, speed and midpoint with the least squares, weighted by staff, a row for each row of users and staff."""
    grid = np.array([(s, m) for s in SPEEDS for m in MIDPOINTS])
    shape = logistic(weeks, 1.0, grid[:, :1], grid[:, 1:])
    along, square = used @ shape.T, staff @ (shape**2).T
    ceiling = np.clip(along / square, 0.0, 1.0)
    best = (ceiling**2 * square - 2 * ceiling * along).argmin(axis=1)
    return np.column_stack([np.take_along_axis(ceiling, best[:, None], axis=1), grid[best]])


def no_curve(case: str) -> Curve:
    """What is known where nothing can be fitted."""
    none = {
        "ceiling": Estimate(unit="share"),
        "speed": Estimate(unit="ratio"),
        "midpoint": Estimate(unit="weeks"),
    }
    return Curve(case, **none, draws=pd.DataFrame(columns=list(none), dtype=float))


def straight_on(log: pd.DataFrame, ahead: int) -> float:
    """Share of staff so many weeks after the last, if the last four weeks' growth went on as a line: the popular forecast."""
    share = weekly(log)["share"].tail(4)
    slope = (share.iloc[-1] - share.iloc[0]) / max(len(share) - 1, 1)
    return float(share.iloc[-1] + slope * ahead)


def forecasts(log: pd.DataFrame, known_weeks: int = KNOWN_WEEKS, seed: int = 1) -> pd.DataFrame:
    """What the first weeks forecast of all weeks, beside what came: index week; came, curve, low, high, straight line."""
    table = weekly(log)
    first = log[log["week"] < log["week"].min() + known_weeks * WEEK]
    curve = fit(first, seed).at(table.index.to_numpy())
    line = [straight_on(first, w - known_weeks + 1) if w >= known_weeks else np.nan for w in table.index]
    frame = pd.DataFrame(
        {"came": table["share"], "curve": curve["value"], "low": curve["low"], "high": curve["high"]}
    )
    return frame.assign(**{"straight line": line}).rename_axis("week since the start")


def band_widths(log: pd.DataFrame, seed: int = 1) -> pd.Series:
    """Width of the ceiling's band by what is resampled: weeks, teams, or single rows; missing where nothing can be fitted."""
    ways = ["weeks", "teams", "rows"]
    used, staff, weeks = squares(log)
    teams = len(used)
    if teams < FEWEST_TEAMS or len(weeks) < FEWEST_WEEKS or used.sum() == 0:
        return pd.Series(np.nan, index=ways)
    rng = np.random.default_rng(seed)
    n, cells = len(weeks), used.size
    by_week = rng.multinomial(n, np.full(n, 1 / n), RESAMPLES).astype(float)
    by_team = rng.multinomial(teams, np.full(teams, 1 / teams), RESAMPLES).astype(float)
    by_row = rng.multinomial(cells, np.full(cells, 1 / cells), RESAMPLES).reshape(RESAMPLES, teams, n)
    drawn = {
        "weeks": (by_week * used.sum(axis=0), by_week * staff.sum(axis=0)),
        "teams": (by_team @ used, by_team @ staff),
        "rows": ((by_row * used).sum(axis=1), (by_row * staff).sum(axis=1)),
    }
    ends = {way: np.quantile(best_curves(*both, weeks)[:, 0], [0.025, 0.975]) for way, both in drawn.items()}
    return pd.Series({way: high - low for way, (low, high) in ends.items()})


@dataclass(frozen=True)
class Forecast:
    """How a forecast of the first weeks turned out at the last week.

    Attributes
    ----------
    case : contained (what came lies in the curve's band), missed, or unknown
    came, curve, line, last : share of staff in the last week, as each had it
    weeks : between the last known week and the last
    """

    case: str
    came: Estimate
    curve: Estimate
    line: Estimate
    last: Estimate
    weeks: int


def turned_out(table: pd.DataFrame, known_weeks: int = KNOWN_WEEKS) -> Forecast:
    """Judge `forecasts` at its last week."""
    none = Estimate(unit="share")
    if len(table) <= known_weeks or known_weeks < 1 or not np.isfinite(table["curve"].iloc[-1]):
        return Forecast("unknown", none, none, none, none, 0)
    end, last = table.iloc[-1], float(table["came"].iloc[known_weeks - 1])
    came = float(end["came"])
    tries = {"straight line": float(end["straight line"]), "curve": float(end["curve"]), "no change": last}
    return Forecast(
        "contained" if end["low"] <= came <= end["high"] else "missed",
        Estimate(came, unit="share"),
        Estimate(tries["curve"], float(end["low"]), float(end["high"]), "share"),
        Estimate(tries["straight line"], unit="share"),
        Estimate(last, unit="share"),
        len(table) - known_weeks,
    )
