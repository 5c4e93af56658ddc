"""What a breach may cost: the laws' caps, and an expected loss from stated assumptions. No legal advice."""

from math import exp, log

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
# higher; for data that was neither encrypted nor redacted, and leaked for lack of reasonable security. Not for any data: a
# name with a number or note of the kinds of 1798.81.5(d)(1)(A), or an e-mail address with its password.
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
        A row a leak: people, least and most (USD), if the data is of the kinds that count. Nothing says that everybody sues.
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


def due_by_days(last_order: pd.Series, as_of: pd.Timestamp, longest: int = 1095, step: int = 5) -> pd.Series:
    """Share of customers due for deletion, by the days that their data is kept after the last order."""
    days = pd.RangeIndex(0, longest + 1, step, name="days kept after the last order")
    ages = (as_of - last_order.dt.normalize()).dt.days
    younger = np.searchsorted(np.sort(ages.dropna()), days, side="right")
    counts = pd.Series(ages.count() - younger, days, name="share of customers due for deletion")
    return counts / len(ages)


USUAL = (5_000.0, 50_000.0, 500_000.0)  # median fines of three worlds, as different as one likes


def worlds_of_an_anecdote(
    fine: float, usual: tuple[float, ...] = USUAL, spread: float = 30.0
) -> pd.DataFrame:
    """Worlds whose fines are quite different, and in each of which one reads of a fine like this one.

    Fines are taken as log-normal.

    Parameters
    ----------
    fine : the one that is told of
    usual : median fine of each world, an assumption
    spread : nine fines of ten lie within this factor below and above the median, an assumption

    Returns
    -------
    pandas.DataFrame
        Index: the median; mean_fine, share (of fines that reach this one), one_in (so many fines until one does).
    """
    from scipy.stats import norm

    reach = log(spread) / 1.6448536269514722
    shares = [float(norm.sf(log(fine / median) / reach)) for median in usual]
    return pd.DataFrame(
        {
            "mean_fine": [median * exp(reach**2 / 2) for median in usual],
            "share": shares,
            "one_in": [1 / share for share in shares],
        },
        index=pd.Index([f"{median:,.0f}" for median in usual], name="median_fine"),
    )


def turnover_of_a_year(orders: pd.DataFrame, returns: pd.DataFrame, as_of: pd.Timestamp) -> float:
    """Amounts of the orders of the year up to ``as_of``, less what was sent back in it; missing where no amount is known."""
    began, end = as_of + pd.Timedelta(days=1) - pd.DateOffset(years=1), as_of + pd.Timedelta(days=1)
    sold = orders.loc[orders["ordered_at"].between(began, end, inclusive="left"), "amount"]
    back = returns.loc[returns["returned_at"].between(began, end, inclusive="left"), "amount"]
    return float(sold.sum(min_count=1) - back.sum())


def cap_case(table: pd.DataFrame, turnover: float) -> str:
    """Whether a turnover lies below all caps (below), above one at least (above), or isn't known (unknown)."""
    if not turnover > 0 or table["in_shop"].isna().any():
        return "unknown"
    return "below" if turnover < table["in_shop"].min() else "above"


def readable(table: pd.DataFrame, currency: str) -> pd.DataFrame:
    """The caps as they are read: amounts without the share among them, each headed by its money; columns not known left out."""
    money = {"in_shop": f"cap in {currency or 'your money'}", "of_turnover": "that share of turnover"}
    shown = table.assign(share=table["share"].map("{:.0%}".format)).rename(columns=money)
    return shown.drop(columns=[c for c in money.values() if shown[c].isna().all()])


YEARLY = {"one in 100 years": 0.01, "one in 20 years": 0.05, "one in 4 years": 0.25}  # cases, assumed
PARTS = (0.0002, 0.02)  # of turnover; nine fines of ten are assumed to lie between


def assumed_years(turnover: float, seed: int, currency: str = "") -> pd.DataFrame:
    """What fines cost in a year, by how often there is a case, as parts of the turnover are assumed (PARTS).

    Returns
    -------
    pandas.DataFrame
        Index cases: how often; columns years in 1,000 with a fine, and with the currency of the turnover behind their names
        mean loss, 19 years of 20 below, 199 of 200 below. Empty where no turnover is known.
    """
    if not turnover > 0:
        return pd.DataFrame()
    rows = {}
    for name, yearly in YEARLY.items():
        years = simulate_losses(yearly, PARTS[0] * turnover, PARTS[1] * turnover, np.inf, seed)
        rows[name] = [1000 * (years > 0).mean(), years.mean(), *np.quantile(years, [0.95, 0.995])]
    money = ["mean loss", "19 years of 20 below", "199 of 200 below"]
    columns = ["years in 1,000 with a fine", *(f"{name} ({currency or 'money'})" for name in money)]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("cases")
