"""What the words of the classes mean in days: a high R is recent, a low one long ago, for this shop only."""

from dataclasses import dataclass

import pandas as pd

from workbook.analytics.estimate import Estimate

SHORT, LONG = (
    30,
    180,
)  # days: after so short a silence hardly anybody is gone; what is so long ago isn't recent


@dataclass(frozen=True)
class Silence:
    """How long customers of high and of low R have been silent.

    Attributes
    ----------
    case : short (those of low R haven't been silent for long), long (not even those of high R were here lately), usual,
        or unknown where all R are high, or none
    high_up_to : days since the last purchase, at most, of a high R
    low_from : days, at least, of a low one
    low_half : days that half of those with a low R have been silent or longer
    """

    case: str
    high_up_to: Estimate
    low_from: Estimate
    low_half: Estimate


def silence(scored: pd.DataFrame, high_from: int) -> Silence:
    """What high and low R mean in days.

    Parameters
    ----------
    scored : from `rfm_tiers.rfm`
    high_from : a score from here on counts as high
    """
    days, high = scored["days_since_last"], scored["R"] >= high_from
    ends = [days[high].max(), days[~high].min(), days[~high].median()]
    up_to, since, half = (Estimate(float(end), unit="days") for end in ends)
    if not (up_to.known and since.known):
        case = "unknown"
    else:
        case = "short" if half.value < SHORT else "long" if up_to.value > LONG else "usual"
    return Silence(case, up_to, since, half)


def new_among_recent(scored: pd.DataFrame, new_days: int) -> Estimate:
    """Of the customers with the best R, the share who bought for the first time in the last ``new_days``.

    Parameters
    ----------
    scored : with R and days_since_first
    """
    best = scored.loc[scored["R"] == scored["R"].max(), "days_since_first"]
    return Estimate(float((best <= new_days).mean()), unit="share", n=len(best))


@dataclass(frozen=True)
class FewAndLittle:
    """Customers of low F and low M: case mixed (some of high R among them, some of low), one_kind or unknown."""

    case: str
    customers: int
    recent: Estimate
    recent_half: Estimate
    silent_half: Estimate


def few_and_little(scored: pd.DataFrame, high_from: int) -> FewAndLittle:
    """Whom a rule flags that looks at F and M and not at R.

    Parameters
    ----------
    scored : from `rfm_tiers.rfm`
    high_from : a score from here on counts as high
    """
    some = scored[(scored["F"] < high_from) & (scored["M"] < high_from)]
    recent = (some["R"] >= high_from).astype(bool)
    share = Estimate(float(recent.mean()), unit="share", n=len(some))
    halves = (
        Estimate(float(some.loc[of, "days_since_last"].median()), unit="days") for of in (recent, ~recent)
    )
    case = "unknown" if some.empty else "mixed" if 0 < share.value < 1 else "one_kind"
    return FewAndLittle(case, len(some), share, *halves)
