"""What earns points: orders by the programme's rules, and bonuses for birthdays, referrals, feedback and check-ins."""

import numpy as np
import pandas as pd

from workbook.retailer.core.epoch_seconds import DAY, at_shop_hour, last_of
from workbook.retailer.core.streams import Block
from workbook.retailer.core.timeline import Timeline
from workbook.retailer.sales.season import Season

# The rules of the programme, as members read them.
YEAR = 365 * DAY  # before an order: what was ordered in it sets the tier (returns not taken off)
TIERS = pd.DataFrame(
    [("silver", 0.0, 1.0), ("gold", 3000.0, 1.2), ("platinum", 8000.0, 1.5)],
    columns=["tier", "spend", "rate"],  # CNY from which the tier is held, points per CNY
)
# Factor on the points of a line: its category, a price below the list price, three pieces or more.
CATEGORY = {
    "shirt": 1.0, "trousers": 1.0, "dress": 1.2, "knitwear": 1.0,
    "outerwear": 1.2, "shoes": 0.8, "bag": 1.5, "accessory": 1.5,
}  # fmt: skip
MARKED_DOWN = 0.5
MANY, MANY_FACTOR = 3, 1.2
BONUS = {"birthday bonus": 100, "referral bonus": 200, "feedback bonus": 30}  # points
CHECK_IN = 5  # points, at most once a day

# How members use it.
FEEDBACK = 0.07  # chance of feedback on an order, times engagement
CHECK_INS = 0.010  # a day of a member who hasn't left, times engagement
LEFT = 0.12  # factor on check-ins after leaving
MISSIONS = 1.5  # factor on check-ins of members who are given missions, while these last
HABIT = 0.3  # spread of the logarithm of check-ins that has nothing to do with engagement
TOLD = 0.7  # share of members who told their birthday

# Errors, as shares: of earnings posted twice, of earnings not posted.
DOUBLE, MISSED = 0.002, 0.0012

KINDS = ["redeem", "earn", "take back", *BONUS, "check-in", "expire"]  # in the order of one moment's entries
REDEEM, EARN, TAKE_BACK, BIRTHDAY, REFERRAL, COMMENT, CHECKED_IN, EXPIRE = range(len(KINDS))
GAIN = ["who", "at", "kind", "points", "order"]  # row of customers, seconds, code, and row of orders or -1


def gain(
    kind: int, who: np.ndarray, at: np.ndarray, points: np.ndarray | int, order: np.ndarray | int = -1
) -> pd.DataFrame:
    """Entries of one kind that add to balances; columns as in GAIN."""
    return pd.DataFrame(dict(zip(GAIN, (who, at, kind, points, order), strict=True)))


def spent_before(orders: pd.DataFrame) -> np.ndarray:
    """What each order's customer ordered in the year before it, in CNY; returns aren't taken off.

    Parameters
    ----------
    orders : who, at (seconds), amount
    """
    order = np.lexsort((orders["at"], orders["who"]))
    who, at = orders["who"].to_numpy()[order], orders["at"].to_numpy()[order]
    span = int(np.ptp(at)) + YEAR + 1 if len(at) else 1  # so that no year reaches back into another customer
    place = who * span + at - at.min(initial=at[0] if len(at) else 0)
    total = np.concatenate(
        [[0], np.cumsum((orders["amount"].to_numpy()[order] * 100).round().astype("int64"))]
    )
    spend = np.empty(len(at))
    spend[order] = (total[np.searchsorted(place, place)] - total[np.searchsorted(place, place - YEAR)]) / 100
    return spend


def line_points(
    lines: pd.DataFrame, orders: pd.DataFrame, since: np.ndarray, products: pd.DataFrame
) -> np.ndarray:
    """Points that each order line earns by the rules.

    Parameters
    ----------
    lines : at (row of orders), product (row of products), quantity, unit_price, amount
    orders : who (row of customers), at (seconds), amount
    since : membership of each customer, in seconds
    products : category, list_price
    """
    tier = np.searchsorted(TIERS["spend"], spent_before(orders), side="right") - 1
    member = orders["at"].to_numpy() >= since[orders["who"]]
    product = lines["product"].to_numpy()
    rate = (TIERS["rate"].to_numpy()[tier] * member)[lines["at"]]
    rate = rate * products["category"].map(CATEGORY).to_numpy()[product]
    rate = rate * np.where(lines["unit_price"] < products["list_price"].to_numpy()[product], MARKED_DOWN, 1.0)
    rate = rate * np.where(lines["quantity"] >= MANY, MANY_FACTOR, 1.0)
    return np.floor(lines["amount"].to_numpy() * rate + 1e-6).astype("int64")


def post(points: np.ndarray, orders: pd.DataFrame, season: Season, block: Block) -> pd.DataFrame:
    """Post what each order earns, with error: some is posted twice, and some that should be there is not."""
    row = np.flatnonzero(points)
    earned = gain(EARN, orders["who"].to_numpy()[row], orders["at"].to_numpy()[row], points[row], row)
    rng = block.rng("loyalty.errors")
    luck = rng.random(len(row))
    earned = earned.assign(error=np.where(luck < MISSED, "missed earn", ""))
    twice = earned[luck >= 1 - DOUBLE]
    again = np.minimum(twice["at"] + rng.integers(1, 7200, len(twice)), last_of(season))
    return pd.concat([earned, twice.assign(at=again, error="double earn")], ignore_index=True)


def birthdays(folk: pd.DataFrame, season: Season, block: Block) -> pd.DataFrame:
    """Bonus at eight o'clock of each birthday, for members who told it."""
    told = np.flatnonzero(block.rng("loyalty.birthdays").random(len(folk)) < TOLD)
    born = folk["born"].to_numpy()[told].astype("datetime64[D]")
    month = born.astype("datetime64[M]")
    day = (born - month).astype("int64")
    years = np.arange(season.start.year, season.days[-1].year + 1) - 1970
    months = years[:, None] * 12 + month.astype("int64") % 12
    date = months.astype("datetime64[M]").astype("datetime64[D]") + day
    at = (date.astype("datetime64[s]").astype("int64") + 8 * 3600).ravel()
    who = np.tile(told, len(years))
    here = (at > folk["since"].to_numpy()[who] + DAY) & (at <= last_of(season))
    return gain(BIRTHDAY, who[here], at[here], BONUS["birthday bonus"])


def rewards(referrals: pd.DataFrame, orders: pd.DataFrame) -> pd.DataFrame:
    """Bonus for members who brought a customer, at the moment of that one's first order."""
    first = orders.groupby("who")["at"].min()
    due = referrals[referrals["reward"] > 0]
    at = first.reindex(due["referred"]).to_numpy()
    return gain(REFERRAL, due["referrer"].to_numpy(), at, due["reward"].to_numpy())


def feedback(folk: pd.DataFrame, orders: pd.DataFrame, season: Season, block: Block) -> pd.DataFrame:
    """Bonus for members who say, some days later, how an order was; the engaged say it more often."""
    rng, who = block.rng("loyalty.feedback"), orders["who"].to_numpy()
    at = orders["at"].to_numpy() + (DAY * (0.5 + rng.gamma(1.5, 2.5, len(orders)))).astype("int64")
    says = rng.random(len(orders)) < FEEDBACK * folk["engagement"].to_numpy()[who]
    member = orders["at"].to_numpy() >= folk["since"].to_numpy()[who]
    row = np.flatnonzero(says & member & (at <= last_of(season)))
    return gain(COMMENT, who[row], at[row], BONUS["feedback bonus"], row)


def check_ins(folk: pd.DataFrame, timeline: Timeline, block: Block) -> pd.DataFrame:
    """Days on which members check in: the more engaged, those with missions, and those who haven't left do so more."""
    rng, end = block.rng("loyalty.check-ins"), last_of(timeline.season) + 1
    start = folk["since"].to_numpy() + DAY
    keen = CHECK_INS * folk["engagement"].to_numpy() * rng.lognormal(-(HABIT**2) / 2, HABIT, len(folk))
    # As many as with missions all the time are drawn; of the others, and after leaving, only a share is kept.
    days = np.maximum((end - start) // DAY, 0)
    who = np.repeat(np.arange(len(folk)), rng.poisson(keen * MISSIONS * days))
    at = start[who] + rng.integers(0, days[who]) * DAY
    chance = np.where(at >= folk["given"].to_numpy()[who], 1.0, 1 / MISSIONS)
    chance = chance * np.where(at >= folk["left"].to_numpy()[who], LEFT, 1.0)
    kept = rng.random(len(who)) < chance
    once = np.unique(who[kept] * end + at[kept])  # no more than one a day
    who, at = once // end, once % end
    return gain(CHECKED_IN, who, at_shop_hour(at, rng), CHECK_IN)
