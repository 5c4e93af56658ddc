"""A trial of treating customers by class: what it changed, for whom, and what a report without a holdout would say."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.analytics.estimate import Estimate
from workbook.analytics.experiments import ab_tests, several
from workbook.analytics.experiments.experiment_metrics import in_window
from workbook.analytics.segments.rfm_tiers import CLASS_NAMES, CLASSES, rfm_at
from workbook.tables.dataset import Dataset
from workbook.tables.matching import is_in

WANTED, DAYS = "class treatment", 180  # the trial's name at Lanyu, and the days of its outcome
ARMS = ["holdout", "treated"]
FEWEST = 20  # customers in each arm of a class; of fewer nothing is said
FLATTERED = 0.02  # of a lift; what is less makes no difference
UNKNOWN = Estimate()


def trial(experiments: pd.DataFrame, orders: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Customers of the trial of treatment by class, or of the largest trial on customers, whose time is over.

    Parameters
    ----------
    experiments, orders : the tables
    as_of : the day; units whose `DAYS` aren't over by its end are left out

    Returns
    -------
    pandas.DataFrame
        unit_id, arm (holdout or treated, whatever the shop calls them; other arms are left out), assigned_at, came_back
        (whether there is an order in the time), orders, spent (ordered for) and cost.
    """
    of_customers = experiments[is_in(experiments["unit_id"], orders["customer_id"])]
    found = in_window(of_customers, orders, ab_tests.pick(of_customers, WANTED), days=DAYS, as_of=as_of)
    control = ab_tests.control_arm(found["arm"])
    arms = {control: ARMS[0], ab_tests.treated_arm(found["arm"], control): ARMS[1]}
    renamed = found.assign(arm=found["arm"].map(arms)).rename(
        columns={"came": "came_back", "revenue": "spent"}
    )
    columns = ["unit_id", "arm", "assigned_at", "came_back", "orders", "spent", "cost"]
    return renamed.dropna(subset="arm")[columns].reset_index(drop=True)


def classes_before(of: pd.DataFrame, shop: Dataset, *, bins: int = 5, high_from: int = 4) -> pd.Series:
    """The class of each customer on the day before a trial began; no rows for a trial without customers."""
    if of.empty:
        return pd.Series(dtype=pd.CategoricalDtype(CLASS_NAMES))
    day = of["assigned_at"].min().normalize() - pd.Timedelta(days=1)
    sorted_then = rfm_at(shop.orders, shop.returns, [day], shop.order_lines, bins=bins, high_from=high_from)
    return sorted_then.iloc[:, 0]


def recency(classes: pd.Series) -> pd.Series:
    """High or low R, of customers whose class is known."""
    high = CLASSES.set_index("class")["R_high"].map({True: "high R", False: "low R"})
    return classes.astype(object).map(high).astype(pd.CategoricalDtype(["high R", "low R"]))


def arms(of: pd.DataFrame) -> pd.DataFrame:
    """Customers of each arm, and the share that came back."""
    return of.groupby("arm")["came_back"].agg(customers="size", came_back="mean")


def of_arm(of: pd.DataFrame, name: str, column: str = "came_back") -> pd.Series:
    """One column of one arm."""
    return of.loc[of["arm"] == name, column]


def lift(of: pd.DataFrame) -> Estimate:
    """Relative lift of the share that came back, treated over holdout, with Katz's interval."""
    return Estimate(*ab_tests.lift(of_arm(of, "treated"), of_arm(of, "holdout")), "change", len(of))


@dataclass(frozen=True)
class Naive:
    """What the report says that has no holdout.

    Attributes
    ----------
    case : flattered (more than the trial found), alike, less, or unknown
    others, alone : share that came back of the customers outside of the trial, and of the holdout
    naive, lift : the treated over those others, and over the holdout
    """

    case: str
    others: Estimate
    alone: Estimate
    naive: Estimate
    lift: Estimate


def naive(of: pd.DataFrame, orders: pd.DataFrame) -> Naive:
    """Compare the treated with everybody outside of the trial who had bought before it began, as reports do.

    Parameters
    ----------
    of : from `trial`
    orders : the table
    """
    found, start = lift(of), of["assigned_at"].min()
    if not found.known:
        return Naive("unknown", UNKNOWN, UNKNOWN, UNKNOWN, found)
    before = orders.loc[orders["ordered_at"] < start, "customer_id"].unique()
    outside = pd.Index(before).difference(of["unit_id"])
    over = start + pd.Timedelta(days=DAYS)
    within = orders.loc[(orders["ordered_at"] >= start) & (orders["ordered_at"] < over), "customer_id"]
    rest = pd.Series(outside.isin(within), dtype=bool)
    value = Estimate(ab_tests.lift(of_arm(of, "treated"), rest)[0], unit="change", n=len(rest))
    others = Estimate(float(rest.mean()) if len(rest) else np.nan, unit="share", n=len(rest))
    alone = Estimate(float(of_arm(of, "holdout").mean()), unit="share")
    if not value.known:
        return Naive("unknown", others, alone, value, found)
    apart = value.value - found.value
    case = "flattered" if apart > FLATTERED else "less" if apart < -FLATTERED else "alike"
    return Naive(case, others, alone, value, found)


def spend_difference(of: pd.DataFrame, currency: str) -> Estimate:
    """What a treated customer ordered for more than one of the holdout, on average, with the normal interval of two means."""
    treated, holdout = (of_arm(of, name, "spent") for name in ("treated", "holdout"))
    if min(len(treated), len(holdout)) < 2:
        return Estimate(unit=currency)
    more, reach = treated.mean() - holdout.mean(), 1.96 * np.hypot(treated.sem(), holdout.sem())
    return Estimate(float(more), float(more - reach), float(more + reach), currency, len(of))


def mean_cost(of: pd.DataFrame, currency: str) -> Estimate:
    """What a treated customer cost, on average."""
    return Estimate(float(of_arm(of, "treated", "cost").mean()), unit=currency)


def by_group(of: pd.DataFrame, groups: pd.Series, kept: float) -> pd.DataFrame:
    """Value × chance × effect, group by group: what treating one customer more leaves.

    Parameters
    ----------
    of : from `trial`
    groups : of customers on the day before the trial: `classes_before`, or their `recency`
    kept : margin on one unit ordered, see `workbook.analytics.value.lifetime_value.kept_share`

    Returns
    -------
    pandas.DataFrame
        index group; customers; left alone (share of the holdout that came back); value, low, high (points that the
        treatment adds, Newcombe; all groups' intervals hold at once, as the best is picked from them); an order (mean margin on
        one in that time); cost; gain (value × an order − cost), gain_low, gain_high, whose interval is that of the points
        alone. Groups that are not `large_enough` are left out.
    """
    left = ["customers", "left alone", "value", "low", "high"]
    columns = [*left, "an order", "cost", "gain", "gain_low", "gain_high"]
    names = of["unit_id"].map(groups).astype(object)
    parts = {name: part for name, part in of.groupby(names) if large_enough(part)}
    level, rows = several.level_of_each(0.95, len(parts)), {}
    for name, part in parts.items():
        treated, holdout = of_arm(part, "treated"), of_arm(part, "holdout")
        _, alone, _, value, _, low, high, *_ = ab_tests.compare_rates(treated, holdout, level)
        order = kept * part["spent"].sum() / part["orders"].sum()
        cost = of_arm(part, "treated", "cost").mean()
        gains = [points * order - cost for points in (value, low, high)]
        rows[name] = [len(part), alone, value, low, high, order, cost, *gains]
    found = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
    return found.reindex([g for g in groups.cat.categories if g in found.index]).rename_axis("group")


def large_enough(part: pd.DataFrame) -> bool:
    """Whether a group has `FEWEST` customers in each arm, and an order."""
    return all(len(of_arm(part, name)) >= FEWEST for name in ARMS) and part["orders"].sum() > 0


@dataclass(frozen=True)
class Call:
    """Whom to call by the numbers.

    Attributes
    ----------
    case : same (the class that comes back most by itself), other (more is added elsewhere), larger_orders (less is added
        there, to larger orders), unclear (it can't be told from nothing), unknown (no class in the trial is large enough)
    best, gain, effect, alone : the class of which the low end of the gain is the highest; that gain; the points added; how many
        came back by themselves
    likeliest, likeliest_alone, likeliest_effect : the class that comes back most by itself
    """

    case: str
    best: str = ""
    gain: Estimate = UNKNOWN
    effect: Estimate = UNKNOWN
    alone: Estimate = UNKNOWN
    likeliest: str = ""
    likeliest_alone: Estimate = UNKNOWN
    likeliest_effect: Estimate = UNKNOWN


def call(classes: pd.DataFrame, currency: str) -> Call:
    """Of which class treating one customer more surely brings most: the low end of its gain is the highest; from `by_group`."""
    if classes.empty:
        return Call("unknown")
    best, likeliest = classes["gain_low"].idxmax(), classes["left alone"].idxmax()
    row = classes.loc[best]
    value, low, high = (float(row[end]) for end in ("gain", "gain_low", "gain_high"))
    gain = Estimate(value, low, high, currency, int(row["customers"]))
    if not row["gain_low"] > 0:
        case = "unclear"
    elif best == likeliest:
        case = "same"
    else:
        case = "other" if row["value"] > classes.loc[likeliest, "value"] else "larger_orders"
    effects = [Estimate.of(classes.loc[name], "points") for name in (best, likeliest)]
    alone = [Estimate(float(classes.loc[name, "left alone"]), unit="share") for name in (best, likeliest)]
    return Call(case, best, gain, effects[0], alone[0], likeliest, alone[1], effects[1])


def for_customers(who: pd.Series, today: pd.Series, classes: pd.DataFrame) -> pd.DataFrame:
    """The class of named customers today, with its numbers from the trial where it has any.

    Parameters
    ----------
    who : customer_id by name
    today : class by customer
    classes : from `by_group`
    """
    named = pd.DataFrame({"class": who.map(today.astype(object))}).rename_axis("customer")
    return named.join(classes[["left alone", "value", "an order", "gain"]], on="class")


def again(of: pd.DataFrame, truth: float, seed: int, times: int = 12) -> pd.DataFrame:
    """The trial beside others of its size, drawn with the true lift: value, low, high, truth.

    Parameters
    ----------
    of : from `trial`
    truth : the true lift; the share that comes back by itself is taken from both arms
    seed : of the draws
    times : how many
    """
    rng = np.random.default_rng(seed)
    sizes = {name: len(of_arm(of, name)) for name in ARMS}
    base = of["came_back"].sum() / (sizes["holdout"] + sizes["treated"] * (1 + truth)) if len(of) else np.nan
    chances = {"holdout": base, "treated": min(1.0, base * (1 + truth))}
    rows = {"this trial": list(ab_tests.lift(of_arm(of, "treated"), of_arm(of, "holdout")))}
    for number in range(1, times + 1):
        drawn = {name: pd.Series(rng.random(sizes[name]) < chances[name]) for name in ARMS}
        rows[f"trial {number}"] = list(ab_tests.lift(drawn["treated"], drawn["holdout"]))
    found = pd.DataFrame.from_dict(rows, orient="index", columns=["value", "low", "high"])
    return found.assign(truth=truth)


@dataclass(frozen=True)
class Held:
    """How intervals of trials did: case holds or misses, for the trial itself (or unknown); how many of the others contain the truth."""

    case: str
    truth: Estimate
    held: int
    others: int


def held(trials: pd.DataFrame) -> Held:
    """Whether the trial's interval contains the truth, and how many of the others' do, from `again`."""
    contains = (trials["low"] <= trials["truth"]) & (trials["truth"] <= trials["high"])
    known = trials["value"].notna().iloc[0] and trials["truth"].notna().iloc[0]
    case = "unknown" if not known else "holds" if contains.iloc[0] else "misses"
    return Held(case, Estimate(float(trials["truth"].iloc[0]), unit="change"), int(contains.iloc[1:].sum()), len(trials) - 1)  # fmt: skip


def true_effects(
    of: pd.DataFrame, classes: pd.Series, effects: pd.DataFrame, active: pd.Series
) -> pd.DataFrame:
    """The truth by class: the points that the treatment adds, and the share that would still buy without it today.

    Parameters
    ----------
    of : from `trial`
    classes : class by customer, on the day before the trial
    effects : the truth table of effects
    active : whether each customer is truly active, by customer_id
    """
    of_trial = effects[effects["experiment"] == WANTED].groupby("unit_id")["effect"].first()
    frame = pd.DataFrame({
        "class": of["unit_id"].map(classes).astype(object), "effect": of["unit_id"].map(of_trial).astype(float), "active": of["unit_id"].map(active).astype(float),
    })  # fmt: skip
    found = frame.groupby("class").agg(customers=("effect", "size"), true_effect=("effect", "mean"), truly_active=("active", "mean"))  # fmt: skip
    found = found.set_axis(["customers", "true effect", "truly active"], axis=1)
    return found[found["customers"] >= 2 * FEWEST]


@dataclass(frozen=True)
class Needed:
    """How large a trial must be.

    Attributes
    ----------
    case : possible, too_few (the class has not twice as many), more_than_all (a lift to over 100 %), or unknown
    base, lifted : the share that comes back without the treatment, and with it
    customers, has : needed in each arm; of the class
    """

    case: str
    base: Estimate
    lifted: Estimate
    customers: Estimate
    has: Estimate


def needed(base: float, lift: float, has: int) -> Needed:
    """Customers needed in each of two equal arms to see a lift of a share, in four trials of five, at 5 %.

    Parameters
    ----------
    base : share that comes back without the treatment
    lift : relative
    has : customers that can be drawn
    """
    lifted = base * (1 + lift)
    size = ab_tests.group_size(base, lifted) if lifted <= 1 else np.nan
    case = "more_than_all" if lifted > 1 else "unknown" if size != size else "possible" if 2 * size <= has else "too_few"  # fmt: skip
    shares = (Estimate(share, unit="share") for share in (base, lifted))
    return Needed(case, *shares, *(Estimate(n, unit="customers") for n in (size, has)))
