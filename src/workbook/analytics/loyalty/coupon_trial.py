"""A trial of coupons with several arms: who ordered, what it left in money, and who reacts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd

from workbook.analytics.estimate import Estimate
from workbook.analytics.experiments import ab_tests
from workbook.analytics.experiments.experiment_metrics import in_window
from workbook.analytics.experiments.several import level_of_each
from workbook.tables.dataset import Dataset
from workbook.tables.matching import is_in

WANTED, DAYS = "coupon test", 60  # the trial's name at Lanyu, and the days of its outcome
FEWEST = 20  # customers in each of two groups, below which no interval is stated
CHEAP, EXPENSIVE = "buy cheaper things", "buy more expensive things"
COLUMNS = ["value", "low", "high", "unit", "n"]


def trial(shop: Dataset) -> pd.DataFrame:
    """Customers of the coupon test, or of the largest trial on customers, whose time is over.

    Returns
    -------
    pandas.DataFrame
        unit_id, arm, assigned_at, came (whether there is an order in `DAYS` days), orders, revenue, cost.
    """
    experiments, orders = shop.experiments, shop.orders
    of_customers = experiments[is_in(experiments["unit_id"], orders["customer_id"])]
    name = ab_tests.pick(of_customers, WANTED)
    found = in_window(of_customers, orders, name, days=DAYS, as_of=shop.today)
    return found[["unit_id", "arm", "assigned_at", "came", "orders", "revenue", "cost"]]


def arms(of: pd.DataFrame) -> pd.DataFrame:
    """Each arm: customers, share that came, orders for and cost, means of a customer; the one without a coupon first."""
    table = of.groupby("arm").agg(
        customers=("came", "size"), came=("came", "mean"), revenue=("revenue", "mean"), cost=("cost", "mean")
    )
    return table.reindex(in_order(of))


def in_order(of: pd.DataFrame) -> list[str]:
    """Arms, the control first, the others by name backwards: a plain coupon before one that is fitted, at Lanyu."""
    control = ab_tests.control_arm(of["arm"])
    others = sorted(set(of["arm"]) - {control}, reverse=True)
    return [control, *others] if len(of) else []


def pairs(of: pd.DataFrame) -> list[tuple[str, str]]:
    """Comparisons: each arm with the control, and the others with each other."""
    order = in_order(of)
    return [(b, a) for i, a in enumerate(order) for b in order[i + 1 :]]


def compared(
    of: pd.DataFrame, outcome: str, unit: str, which: Sequence[tuple[str, str]] | None = None
) -> pd.DataFrame:
    """Compare arms two by two in one outcome, with intervals that hold together.

    Parameters
    ----------
    of : from `trial`
    which : (arm, what it is compared with); all `pairs` if not given

    Returns
    -------
    pandas.DataFrame
        as `together`; index comparison: the arm less the other.
    """
    arm = {name: of.loc[of["arm"] == name, outcome] for name in in_order(of)}
    return together({f"{a} − {b}": (arm[a], arm[b]) for a, b in which or pairs(of)}, unit)


def together(of: Mapping[str, tuple[pd.Series, pd.Series]], unit: str) -> pd.DataFrame:
    """Differences of means, with intervals that all hold together: Newcombe's of yes and no, Welch's of numbers.

    Parameters
    ----------
    of : two groups by comparison
    unit : of the difference

    Returns
    -------
    pandas.DataFrame
        index comparison; value (mean of the first less that of the second), low, high, unit, n (of the first); without an
        interval where one of the two has fewer than `FEWEST`; empty groups are left out.
    """
    large = [name for name, groups in of.items() if min(map(len, groups)) >= FEWEST]
    level, rows = level_of_each(0.95, len(large)), {}
    for name, (one, other) in of.items():
        compare = ab_tests.compare_rates if one.dtype == bool else ab_tests.compare_means
        n, _, _, value, _, *ends = compare(one, other, level)[:7]
        rows[name] = [value, *(ends if name in large else [np.nan, np.nan]), unit, n]
    found = pd.DataFrame.from_dict(rows, orient="index", columns=COLUMNS).rename_axis("comparison")
    return found.dropna(subset="value")


def left_after_cost(of: pd.DataFrame, margin: float, currency: str) -> pd.DataFrame:
    """What each arm leaves of margin, its coupons paid, above the control, a customer: as `compared`."""
    against = [pair for pair in pairs(of) if pair[1] == in_order(of)[0]]
    left = of.assign(left=of["revenue"] * margin - of["cost"])
    return compared(left, "left", currency, against)


@dataclass(frozen=True)
class Distinguished:
    """What a trial distinguishes: case some, nothing, or unknown (no two arms are large enough); the comparisons; how many were made."""

    case: str
    apart: Sequence[str]
    of: int


def distinguished(comparisons: pd.DataFrame) -> Distinguished:
    """Which of several comparisons distinguish two arms, all of them taken together."""
    known = comparisons.dropna(subset=["low", "high"])
    apart = list(known.index[(known["low"] > 0) | (known["high"] < 0)])
    return Distinguished("unknown" if known.empty else "some" if apart else "nothing", apart, len(known))


def tastes(of: pd.DataFrame, shop: Dataset) -> pd.Series:
    """Which half each customer belongs to, in the order of ``of``: who buys cheaper, or more expensive things; "" if unknown.

    By what was bought before the trial began.
    """
    earlier = shop.orders[shop.orders["ordered_at"] < of["assigned_at"].min()]
    taste = price_taste(shop.order_lines, earlier, shop.products).reindex(of["unit_id"]).to_numpy()
    known = taste[np.isfinite(taste)]
    middle = np.median(known) if len(known) else np.nan
    half = np.select([taste > middle, taste <= middle], [EXPENSIVE, CHEAP], "")
    return pd.Series(half, index=of.index)


def price_taste(lines: pd.DataFrame, orders: pd.DataFrame, products: pd.DataFrame) -> pd.Series:
    """How expensive each customer buys: mean list price over the median that is bought of the category; index customer_id."""
    bought = lines.merge(orders[["order_id", "customer_id"]], on="order_id").merge(products, on="product_id")
    usual = bought.groupby("category")["list_price"].transform("median").astype(float)
    return (bought["list_price"].astype(float) / usual).groupby(bought["customer_id"]).mean()


def by_taste(of: pd.DataFrame, half: pd.Series) -> pd.DataFrame:
    """Each arm against the control within each half: as `compared` in the share that came; intervals hold together."""

    def came(arm: str, part: str) -> pd.Series:
        return of.loc[(half == part) & (of["arm"] == arm), "came"]

    order = in_order(of)
    both = product(order[1:], (CHEAP, EXPENSIVE))
    groups = {f"{arm}: {part}": (came(arm, part), came(order[0], part)) for arm, part in both}
    return together(groups, "points")


def true_differences(of: pd.DataFrame, effects: pd.DataFrame, half: pd.Series) -> pd.DataFrame:
    """What the arms would truly do, in points: index as in `compared`, and as in `by_taste`; truth.

    Parameters
    ----------
    of : from `trial`
    effects : the truth table of effects
    half : from `tastes`
    """
    own = effects[effects["experiment"] == WANTED]
    which = own["unit_id"].map(pd.Series(half.to_numpy(), index=of["unit_id"]))
    effect = own["effect"].astype(float)
    mean = effect.groupby(own["arm"]).mean()
    mean[ab_tests.control_arm(of["arm"])] = 0.0
    whole = {f"{a} − {b}": mean.get(a, np.nan) - mean.get(b, np.nan) for a, b in pairs(of)}
    halves = effect[which.isin([CHEAP, EXPENSIVE])].groupby([own["arm"], which]).mean()
    return pd.DataFrame({"truth": whole | {f"{arm}: {name}": value for (arm, name), value in halves.items()}})


def likeliest(estimates: pd.DataFrame, truth: pd.DataFrame) -> "Likeliest":
    """Hold the order of the estimates of `by_taste` (others are left out) against that of the truth."""
    within = estimates[estimates.index.astype(str).str.contains(f"{CHEAP}|{EXPENSIVE}")]
    known = within.join(truth).dropna(subset=["value", "truth"])
    if known.empty:
        return Likeliest("unknown")
    found, true = str(known["value"].idxmax()), str(known["truth"].idxmax())
    apart = known.loc[found, "low"] > known["high"].drop(found).max()
    return Likeliest("other" if found != true else "sure" if apart else "same", found, true)


@dataclass(frozen=True)
class Likeliest:
    """Where most seems to be won, and where it is: case sure (the same, and its interval is above all others),
    same, other, or unknown.
    """

    case: str
    found: str = ""
    true: str = ""


def roi(of: pd.DataFrame, arm: str) -> Estimate:
    """ROI of one arm on revenue: what it added in revenue over what it cost; unknown where nobody can say."""
    means = arms(of)
    control = in_order(of)[:1]
    if arm not in means.index or arm in control or not means.loc[arm, "cost"] > 0:
        return Estimate()
    added = means.loc[arm, "revenue"] - means.loc[control[0], "revenue"]
    return Estimate(float(added / means.loc[arm, "cost"]), unit="ratio", n=int(means.loc[arm, "customers"]))
