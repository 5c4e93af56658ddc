"""What a breach may cost: the laws' caps, and an expected loss from stated assumptions. No legal advice."""

import numpy as np
import pandas as pd

# Highest fine for the gravest breaches: a fixed amount, a share of the last year's turnover, how the two combine.
CAPS = pd.DataFrame(
    [
        ("GDPR", "art. 83(5)", "EUR", 20_000_000.0, 0.04, "the higher of the two"),
        ("PIPL", "art. 66(2)", "CNY", 50_000_000.0, 0.05, "either; the law does not say which"),
    ],
    columns=["law", "article", "currency", "fixed", "share", "combined"],
).set_index("law")  # fmt: skip
# CCPA 1798.155 and .199.90, USD for each violation, without an upper limit. What one violation is (a message, a customer, a
# practice) is unsettled. 7,500 also where the business knows of a child under 16.
PER_VIOLATION = {"plain": 2_500.0, "intentional": 7_500.0}
# CCPA 1798.150(a)(1): what a consumer may claim in court after a leak, USD for each incident, or the actual damage if it is
# higher; for data that was neither encrypted nor redacted, and leaked for lack of reasonable security.
PER_CONSUMER = {"least": 100.0, "most": 750.0}
# All of these amounts move with prices in every odd year since 2025 (1798.199.95(d)); here are those of the law's text.


def leak_damages(people: float | pd.Series) -> pd.DataFrame:
    """Damages of CCPA 1798.150 for leaks that concern so many Californians each.

    Parameters
    ----------
    people : consumers concerned, of one leak or of several

    Returns
    -------
    pandas.DataFrame
        A row a leak: people, least and most (USD). Nothing says that everybody sues.
    """
    count = pd.Series(people, dtype=float)
    return pd.DataFrame({"people": count, **{end: count * usd for end, usd in PER_CONSUMER.items()}})


def caps(turnover: float, currency: str, rates: dict[str, float]) -> pd.DataFrame:
    """The caps for a turnover.

    Parameters
    ----------
    turnover : money of the last year
    currency : of the turnover
    rates : units of any one money for a unit of each currency, an assumption

    Returns
    -------
    pandas.DataFrame
        CAPS with of_turnover (its share, in the law's currency), cap (the higher of the two), in_shop (the cap in the
        turnover's currency); missing where the turnover or a rate isn't known.
    """
    shop = rates.get(currency, np.nan)
    law = CAPS["currency"].map(rates).astype(float)
    of_turnover = CAPS["share"] * turnover * shop / law
    cap = np.fmax(CAPS["fixed"], of_turnover)
    return CAPS.assign(of_turnover=of_turnover, cap=cap, in_shop=cap * law / shop)


def simulate_losses(
    yearly: float,
    low: float,
    high: float,
    cap: float,
    seed: int | np.random.Generator,
    *,
    draws: int = 20_000,
) -> np.ndarray:
    """Fines of one year, drawn many times: a Poisson number of cases, each log-normal and cut at the cap.

    Parameters
    ----------
    yearly : expected cases a year
    low, high : money; nine fines of ten lie between them
    cap : highest fine of a case
    draws : years drawn

    Returns
    -------
    numpy.ndarray
        ``draws`` sums of money.
    """
    rng = np.random.default_rng(seed)
    middle, reach = np.log(low * high) / 2, np.log(high / low) / 2 / 1.6448536269514722
    cases = rng.poisson(yearly, draws)
    fines = np.minimum(rng.lognormal(middle, reach, cases.sum()), cap)
    return np.bincount(np.repeat(np.arange(draws), cases), weights=fines, minlength=draws)


def due(last_order: pd.Series, days: int, as_of: pd.Timestamp) -> pd.Series:
    """Whether each customer's last order is more than ``days`` ago, so that a rule of so many days has the data deleted."""
    return (as_of - last_order.dt.normalize()).dt.days > days
