"""The loyalty programme: who refers whom, and the ledger of points.

What earns points follows from what members do. What takes them away depends on the balance, and so on all that came
before: these entries are settled in rounds, the first of every member, then the second, and so on.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.retailer.identity import make_folk
from workbook.retailer.sales import Sales
from workbook.retailer.season import HOUR, Season
from workbook.retailer.streams import Block, Part
from workbook.retailer.timeline import Timeline

DAY = 86_400  # seconds

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
STEP, STEP_WORTH = 500, 25.0  # points redeemed at a time, and the CNY that they pay
MOST_PAID = 0.5  # share of an order that points may pay
LIVES = 12  # months from the end of the month of earning to expiry
BONUS = {"birthday bonus": 100, "referral bonus": 200, "feedback bonus": 30}  # points
CHECK_IN = 5  # points, at most once a day

# How members use it.
REDEEMS = 0.55  # chance to want to pay with points, of those who mind prices most
ALL_IN = 0.35  # share of those who then take as many steps as they can; the others take one
FEEDBACK = 0.07  # chance of feedback on an order, times engagement
CHECK_INS = 0.010  # a day of a member who hasn't left, times engagement
LEFT = 0.12  # factor on check-ins after leaving
MISSIONS = 1.5  # factor on check-ins of members who are given missions, while these last
HABIT = 0.3  # spread of the logarithm of check-ins that has nothing to do with engagement
TOLD = 0.7  # share of members who told their birthday

# Who refers.
NAMED = 0.95  # share of referred customers who say by whom
HUBS, LARGEST = 0.85, 300.0  # power of the tail of how much people talk (Pareto), and its upper end
HEAVY = 0.5  # power of the purchase rate in it
TALKS = {"left": 0.1, "no member": 0.35, "elsewhere": 0.3}  # against members who still buy, of the same city
TRIES = 40  # candidates drawn for each referred customer

# Errors, as shares: of earnings posted twice, of earnings not posted, of wishes to redeem that may go too far.
DOUBLE, MISSED, OVERDRAWN = 0.002, 0.0012, 0.003
KINDS = ["redeem", "earn", "take back", *BONUS, "check-in", "expire"]  # in the order of one moment's entries
REDEEM, EARN, TAKE_BACK, BIRTHDAY, REFERRAL, COMMENT, CHECKED_IN, EXPIRE = range(len(KINDS))
AFTER = 2**36  # moments (see `moment`) of one customer
GAIN = ["who", "at", "kind", "points", "order"]  # row of customers, seconds, code, and row of orders or -1


def make_loyalty(sales: Sales, tables: Mapping[str, pd.DataFrame], timeline: Timeline, block: Block) -> Part:
    """Make the programme's tables.

    Parameters
    ----------
    tables : customers, orders and products, row for row those of ``sales``

    Returns
    -------
    tables : points and referrals; see `tables.contracts.loyalty`
    truth : points_errors
    """
    season = timeline.season
    folk, orders = make_members(sales, tables["customers"], timeline, block), placed(sales, tables["orders"])
    lines = sales.lines[sales.lines["at"] < sales.seen]
    points = line_points(lines, orders, folk["since"].to_numpy(), tables["products"])
    referrals = make_referrals(folk, block)
    earned = post(np.bincount(lines["at"], points, len(orders)).astype("int64"), orders, season, block)
    gains = pd.concat(
        [
            earned[earned["error"] != "missed earn"],
            birthdays(folk, season, block),
            rewards(referrals, orders),
            feedback(folk, orders, season, block),
            check_ins(folk, timeline, block),
        ],
        ignore_index=True,
    )
    wishes = [
        take_backs(sales.back, points, lines["at"].to_numpy(), orders, season),
        redemptions(folk, orders, block),
        expiries(gains, season),
    ]
    spent = settle(gains, pd.concat(wishes, ignore_index=True), len(folk))
    ledger = pd.concat([gains, spent], ignore_index=True).sort_values(
        ["at", "who", "kind"], ignore_index=True
    )
    ledger.insert(0, "entry_id", block.ids("L", len(ledger)))
    missed = earned[earned["error"] == "missed earn"]
    return (
        {
            "points": points_table(ledger, sales.ids, orders),
            "referrals": referrals_table(referrals, sales.ids),
        },
        {"points_errors": errors_table(pd.concat([ledger, missed]), orders)},
    )


def seconds(times: pd.Series | pd.DatetimeIndex) -> np.ndarray:
    """Times as seconds since 1970; a very low number for a missing one."""
    return times.to_numpy().astype("datetime64[s]").astype("int64")


def end_of(season: Season) -> int:
    """Last second of the data."""
    return int(season.end.timestamp()) + DAY - 1


def gain(
    kind: int, who: np.ndarray, at: np.ndarray, points: np.ndarray | int, order: np.ndarray | int = -1
) -> pd.DataFrame:
    """Entries of one kind that add to balances; columns as in GAIN."""
    return pd.DataFrame(dict(zip(GAIN, (who, at, kind, points, order), strict=True)))


def make_members(sales: Sales, customers: pd.DataFrame, timeline: Timeline, block: Block) -> pd.DataFrame:
    """All customers with what the programme does to them, a row each.

    Returns
    -------
    pandas.DataFrame
        since (membership), left (for good), given (missions), all in seconds and past the end for never; joined
        (seconds); born (date); referred; city, rate, engagement, price_level as in ``sales.people``.
    """
    season, n = timeline.season, len(customers)
    never = end_of(season) + 1
    gone = sales.bought[sales.bought["left"]].drop_duplicates("who")
    left, given, since = np.full(n, never), np.full(n, never), customers["member_since"]
    left[gone["who"]] = seconds(season.days)[np.searchsorted(season.clock, gone["inner"], side="right") - 1]
    for trial in sales.trials:
        if trial.name == "missions":
            given[trial.units.loc[trial.units["arm"] == "missions", "who"]] = int(trial.at.timestamp())
    return sales.people[["city", "rate", "engagement", "price_level"]].assign(
        since=np.where(since.notna(), seconds(since), never),
        left=left,
        given=given,
        joined=seconds(customers["joined_on"]),
        born=make_folk(customers, block)["born"].array,
        referred=(customers["acquisition_channel"] == "referral").to_numpy(),
    )


def placed(sales: Sales, orders: pd.DataFrame) -> pd.DataFrame:
    """All orders of the data, row for row: order_id, who (row of customers), at (seconds), amount."""
    seen = sales.orders[: sales.seen]
    rows = seen[["who", "amount"]].assign(at=seconds(seen["ordered_at"]))
    return rows.assign(order_id=orders["order_id"].array).reset_index(drop=True)


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
    again = np.minimum(twice["at"] + rng.integers(1, 7200, len(twice)), end_of(season))
    return pd.concat([earned, twice.assign(at=again, error="double earn")], ignore_index=True)


def birthdays(folk: pd.DataFrame, season: Season, block: Block) -> pd.DataFrame:
    """Bonus at eight o'clock of each birthday, for members who told it."""
    told = np.flatnonzero(block.rng("loyalty.birthdays").random(len(folk)) < TOLD)
    born = folk["born"].to_numpy()[told].astype("datetime64[D]")
    month = born.astype("datetime64[M]")
    day = (born - month).astype("int64")
    years = np.arange(season.start.year, season.end.year + 1) - 1970
    months = years[:, None] * 12 + month.astype("int64") % 12
    date = months.astype("datetime64[M]").astype("datetime64[D]") + day
    at = (date.astype("datetime64[s]").astype("int64") + 8 * 3600).ravel()
    who = np.tile(told, len(years))
    here = (at > folk["since"].to_numpy()[who] + DAY) & (at <= end_of(season))
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
    row = np.flatnonzero(says & member & (at <= end_of(season)))
    return gain(COMMENT, who[row], at[row], BONUS["feedback bonus"], row)


def check_ins(folk: pd.DataFrame, timeline: Timeline, block: Block) -> pd.DataFrame:
    """Days on which members check in: the more engaged, those with missions, and those who haven't left do so more."""
    rng, end = block.rng("loyalty.check-ins"), end_of(timeline.season) + 1
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
    hour = rng.choice(24, len(at), p=HOUR / HOUR.sum())
    return gain(CHECKED_IN, who, at + hour * 3600 + rng.integers(0, 3600, len(at)), CHECK_IN)


def take_backs(
    back: pd.DataFrame, points: np.ndarray, order: np.ndarray, orders: pd.DataFrame, season: Season
) -> pd.DataFrame:
    """Points of lines that came back: columns as in GAIN, points being the most that is taken.

    Parameters
    ----------
    back : at (row of lines), returned_at
    points, order : of each line: points that it earned, row of its order
    """
    back = back[(back["at"] < len(points)) & (seconds(back["returned_at"]) <= end_of(season))]
    row = order[back["at"]]
    wished = gain(
        TAKE_BACK, orders["who"].to_numpy()[row], seconds(back["returned_at"]), points[back["at"]], row
    )
    return wished[wished["points"] > 0].assign(over=False, old=0)


def redemptions(folk: pd.DataFrame, orders: pd.DataFrame, block: Block) -> pd.DataFrame:
    """Orders whose customer would pay with points, if there are enough; those who mind prices more often.

    Columns as in GAIN, points being the most that is wished for, and over: whether nobody looks at the balance.
    """
    rng, n = block.rng("loyalty.redemptions"), len(orders)
    who = orders["who"].to_numpy()
    wants = rng.random(n) < REDEEMS * (1 - folk["price_level"].to_numpy()[who])
    most = (MOST_PAID * orders["amount"].to_numpy() // STEP_WORTH).astype("int64")
    steps = np.where(rng.random(n) < ALL_IN, most, np.minimum(most, 1))
    over = rng.random(n) < OVERDRAWN
    member = orders["at"].to_numpy() >= folk["since"].to_numpy()[who]
    row = np.flatnonzero(wants & member & (steps > 0))
    return gain(REDEEM, who[row], orders["at"].to_numpy()[row], steps[row] * STEP, row).assign(
        over=over[row], old=0
    )


def expiries(gains: pd.DataFrame, season: Season) -> pd.DataFrame:
    """Month ends at which points of a member may run out: columns as in GAIN, and old: last second of their earning."""
    month = gains["at"].to_numpy().astype("datetime64[s]").astype("datetime64[M]").astype("int64")
    pairs = np.unique(gains["who"].to_numpy().astype("int64") * 100_000 + month)
    who, month = pairs // 100_000, pairs % 100_000
    at, old = last_second(month + LIVES), last_second(month)
    here = at <= end_of(season)
    return gain(EXPIRE, who[here], at[here], 0).assign(over=False, old=old[here])


def last_second(month: np.ndarray) -> np.ndarray:
    """Last second of months that are counted from 1970."""
    return (month + 1).astype("datetime64[M]").astype("datetime64[s]").astype("int64") - 1


def settle(gains: pd.DataFrame, wishes: pd.DataFrame, n: int) -> pd.DataFrame:
    """What is in fact taken from the balances: the oldest points go first, and no more than there are.

    Parameters
    ----------
    gains : columns of GAIN; all that is added
    wishes : columns of GAIN; over (whether nobody looks at the balance) and old (second up to which points that are
        left run out); what may be taken, see `take_backs`, `redemptions`, `expiries`
    n : customers

    Returns
    -------
    pandas.DataFrame
        columns of GAIN with points below 0, and error: overdrawn where nobody looked at the balance.
    """
    gains, wishes = (f.iloc[np.argsort(moment(f), kind="stable")] for f in (gains, wishes))
    got = Gained(moment(gains), np.concatenate([[0], np.cumsum(gains["points"])]))
    have, old = got.until(wishes), got.until(wishes.assign(at=wishes["old"], kind=EXPIRE))
    who, kind, most, blind = (wishes[c].to_numpy() for c in ("who", "kind", "points", "over"))
    spent, taken, over = (
        np.zeros(n, dtype="int64"),
        np.zeros(len(wishes), dtype="int64"),
        np.zeros(len(wishes), dtype=bool),
    )
    for row in rounds(who):
        balance = np.maximum(have[row] - spent[who[row]], 0)
        over[row] = blind[row] & (balance < most[row])
        steps = np.minimum(most[row], balance) // STEP + over[row]
        run_out = np.maximum(old[row] - spent[who[row]], 0)
        cases = [kind[row] == REDEEM, kind[row] == EXPIRE]
        taken[row] = np.select(cases, [steps * STEP, run_out], np.minimum(most[row], balance))
        spent[who[row]] += taken[row]
    return wishes[GAIN].assign(points=-taken, error=np.where(over, "overdrawn", ""))[taken > 0]


def moment(entries: pd.DataFrame) -> np.ndarray:
    """Place of each entry in the order of customer, time and kind, as one number."""
    return (entries["who"] * AFTER + entries["at"] * len(KINDS) + entries["kind"]).to_numpy(dtype="int64")


@dataclass(frozen=True)
class Gained:
    """Points gained: place of each entry (see `moment`), in order, and their sum before each, over all customers."""

    place: np.ndarray
    total: np.ndarray

    def until(self, entries: pd.DataFrame) -> np.ndarray:
        """Points that each entry's customer has gained before it."""
        here = np.searchsorted(self.place, moment(entries))
        start = np.searchsorted(self.place, entries["who"].to_numpy(dtype="int64") * AFTER)
        return self.total[here] - self.total[start]


def rounds(who: np.ndarray) -> list[np.ndarray]:
    """Rows of the first entry of each customer, then of the second, and so on; ``who`` is in order."""
    nth = np.arange(len(who)) - np.searchsorted(who, who)
    by_turn = np.argsort(nth, kind="stable")
    return np.split(by_turn, np.cumsum(np.bincount(nth))[:-1]) if len(who) else []


def make_referrals(folk: pd.DataFrame, block: Block) -> pd.DataFrame:
    """Find who brought each referred customer, among those who were there on an earlier day.

    Candidates are drawn by how much they talk, and taken by how they stand with the shop on that day, until one is.

    Returns
    -------
    pandas.DataFrame
        referred, referrer (rows of customers), joined (seconds), reward (points); by the former.
    """
    rng, n = block.rng("loyalty.referrals"), len(folk)
    by_day = np.argsort(folk["joined"].to_numpy(), kind="stable")
    talks = np.minimum((1 - rng.random(n)) ** (-1 / HUBS), LARGEST) * folk["rate"].to_numpy() ** HEAVY
    reach = np.concatenate([[0], np.cumsum(talks[by_day])])
    referred = np.flatnonzero(folk["referred"].to_numpy() & (rng.random(n) < NAMED))
    before = np.searchsorted(folk["joined"].to_numpy()[by_day], folk["joined"].to_numpy()[referred])
    referrer = np.full(len(referred), -1)
    for _ in range(TRIES):
        luck = rng.random((2, len(referred)))
        drawn = np.searchsorted(reach, luck[0] * reach[before], side="right") - 1
        candidate = by_day[np.clip(drawn, 0, n - 1)]
        takes = (referrer < 0) & (before > 0) & (luck[1] < standing(folk, candidate, referred))
        referrer = np.where(takes, candidate, referrer)
    found = pd.DataFrame({"referred": referred, "referrer": referrer})[referrer >= 0]
    joined = folk["joined"].to_numpy()[found["referred"]]
    member = folk["since"].to_numpy()[found["referrer"]] < joined
    return found.assign(joined=joined, reward=np.where(member, BONUS["referral bonus"], 0)).reset_index(
        drop=True
    )


def standing(folk: pd.DataFrame, referrer: np.ndarray, referred: np.ndarray) -> np.ndarray:
    """How likely each referrer is the one, against a member who still buys and lives in the same city."""
    day = folk["joined"].to_numpy()[referred]
    city = folk["city"].to_numpy()
    return (
        np.where(folk["left"].to_numpy()[referrer] < day, TALKS["left"], 1.0)
        * np.where(folk["since"].to_numpy()[referrer] < day, 1.0, TALKS["no member"])
        * np.where(city[referrer] == city[referred], 1.0, TALKS["elsewhere"])
    )


def points_table(ledger: pd.DataFrame, ids: pd.Series, orders: pd.DataFrame) -> pd.DataFrame:
    """What the programme keeps; see `tables.contracts.loyalty.Points`."""
    return pd.DataFrame(
        {
            "entry_id": ledger["entry_id"],
            "customer_id": ids.take(ledger["who"]).array,
            "posted_at": ledger["at"].to_numpy().astype("datetime64[s]"),
            "kind": np.array(KINDS, dtype=object)[ledger["kind"]],
            "points": ledger["points"],
            "order_id": orders["order_id"].reindex(ledger["order"]).array,
        }
    )


def referrals_table(referrals: pd.DataFrame, ids: pd.Series) -> pd.DataFrame:
    """Who brought whom; see `tables.contracts.loyalty.Referrals`."""
    return pd.DataFrame(
        {
            "referred_id": ids.take(referrals["referred"]).array,
            "referrer_id": ids.take(referrals["referrer"]).array,
            "referred_on": referrals["joined"].to_numpy().astype("datetime64[s]"),
            "reward": referrals["reward"],
        }
    )


def errors_table(entries: pd.DataFrame, orders: pd.DataFrame) -> pd.DataFrame:
    """Entries that are wrong or missing; see `tables.contracts.loyalty.PointsErrors`."""
    wrong = entries[entries["error"].isin(["missed earn", "double earn", "overdrawn"])]
    return pd.DataFrame(
        {
            "order_id": orders["order_id"].take(wrong["order"]).array,
            "kind": wrong["error"].array,
            "entry_id": wrong["entry_id"].array,
        }
    )
