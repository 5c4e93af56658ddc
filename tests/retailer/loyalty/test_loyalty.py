"""The loyalty programme: a ledger that follows its rules to the point, and who refers whom."""

from collections import deque

import numpy as np
import pandas as pd
import pytest

from workbook.retailer.core.world import make_world
from workbook.retailer.loyalty import loyalty, points_earned, points_spent
from workbook.retailer.sales.sales import make_sales, sales_tables
from workbook.tables import schema
from workbook.tables.contracts import loyalty as contracts
from workbook.tables.dataset import validate

pytestmark = pytest.mark.slow


def make(customers: int, months: int, seed: int = 5):
    """Make the programme of a world, with what it rests on: world, sales, tables, truth."""
    world = make_world(customers, months, seed)
    block = world.blocks()[0]
    sales = make_sales(world.season, world.service, world.goods, block)
    tables = sales_tables(sales, world.season, world.goods, block) | {"products": world.goods.products}
    made, truth = loyalty.make_loyalty(sales, tables, world.timeline, block)
    return world, sales, tables | made, truth


@pytest.fixture(scope="module")
def made():
    """Make a world of 2,500 customers and two years."""
    return make(2500, 24)


@pytest.fixture(scope="module")
def reckoned(made) -> pd.DataFrame:
    """Points that each line should earn, order by order as a clerk would reckon."""
    tables = made[2]
    orders = tables["orders"].merge(tables["customers"][["customer_id", "member_since"]])
    year, rates = np.timedelta64(365, "D"), {}
    for _, own in orders.groupby("customer_id"):
        at, amount = own["ordered_at"].to_numpy(), own["amount"].to_numpy()
        member = at >= own["member_since"].to_numpy()
        for order, now, counts in zip(own["order_id"], at, member, strict=True):
            spend = amount[(at < now) & (now - at <= year)].sum().round(2)
            rates[order] = counts * (1.0 if spend < 3000 else 1.2 if spend < 8000 else 1.5)
    lines = tables["order_lines"].merge(tables["products"][["product_id", "category", "list_price"]])
    rate = lines["order_id"].map(rates) * lines["category"].map(points_earned.CATEGORY)
    rate = rate.where(lines["unit_price"] >= lines["list_price"], rate * 0.5)
    rate = rate.where(lines["quantity"] < 3, rate * 1.2)
    return lines.assign(points=np.floor((lines["amount"] * rate).round(6)).astype(int))


def day(text: str) -> int:
    """Seconds of a time."""
    return int(pd.Timestamp(text).timestamp())


def entries(kind: int, rows: list[tuple[str, int]], **more: object) -> pd.DataFrame:
    """Entries of customer 0 at these times."""
    at = np.array([day(time) for time, _ in rows])
    points = np.array([p for _, p in rows])
    return points_earned.gain(kind, np.zeros(len(rows), dtype="int64"), at, points).assign(**more)


def test_tables_keep_their_contracts(made):
    """Keys are unique, and every id names a row of its table; truth likewise."""
    world, _, tables, truth = made
    good = validate({n: f for n, f in tables.items() if n in schema.CONTRACTS}, schema.CONTRACTS)
    validate(truth, contracts.TRUTH, good)
    assert good["points"]["entry_id"].is_monotonic_increasing
    assert good["points"]["posted_at"].is_monotonic_increasing
    assert good["points"]["posted_at"].max() < world.season.end + pd.Timedelta(days=1)
    assert (good["points"]["points"] != 0).all()
    assert set(good["points"]["kind"]) == set(points_earned.KINDS)


@pytest.mark.parametrize(("customers", "months"), [(1, 1), (1, 60), (40, 1), (40, 60)])
def test_small_worlds_keep_their_contracts(customers, months):
    """A programme without members is tables without rows."""
    _, _, tables, truth = make(customers, months)
    good = validate({n: f for n, f in tables.items() if n in schema.CONTRACTS}, schema.CONTRACTS)
    validate(truth, contracts.TRUTH, good)
    assert (
        good["points"]["customer_id"]
        .isin(tables["customers"].dropna(subset="member_since")["customer_id"])
        .all()
    )


def test_the_same_block_gives_the_same_ledger():
    """A programme is its world: made twice it is equal."""
    first, second = make(200, 12), make(200, 12)
    for name in ("points", "referrals"):
        pd.testing.assert_frame_equal(first[2][name], second[2][name])


def test_spend_before_an_order_is_that_of_365_days():
    """The order itself and what is older don't count; neither do others' orders."""
    orders = pd.DataFrame(
        [(1, "2024-01-01 12:00", 100.0), (0, "2024-06-01", 7.0), (1, "2024-12-31 12:00", 50.5),
         (1, "2024-12-31 12:01", 20.0)], columns=["who", "at", "amount"]
    )  # fmt: skip
    orders["at"] = [day(at) for at in orders["at"]]
    assert points_earned.spent_before(orders).tolist() == [0.0, 0.0, 100.0, 50.5]


@pytest.mark.parametrize(
    ("product", "quantity", "price", "before", "points"),
    [
        (0, 1.0, 199.5, 0.0, 199),  # a shirt at list price
        (1, 1.0, 200.0, 0.0, 240),  # a dress earns more
        (0, 1.0, 150.0, 0.0, 75),  # marked down
        (0, 3.0, 199.5, 0.0, 718),  # three pieces: 598.5 × 1.2, cut
        (0, 1.0, 199.5, 2999.99, 199),  # still silver
        (0, 1.0, 199.5, 3000.0, 239),  # gold
        (0, 1.0, 199.5, 8000.0, 299),  # platinum
    ],
)
def test_points_of_a_line(product, quantity, price, before, points):
    """A point a yuan, times category, price, quantity and tier; a broken point is lost."""
    at = np.array([day("2025-01-01"), day("2025-06-01")])
    orders = pd.DataFrame({"who": 0, "at": at, "amount": [before, price]})
    line = {"at": [1], "product": [product], "quantity": [quantity], "unit_price": [price]}
    lines = pd.DataFrame(line | {"amount": [quantity * price]})
    products = pd.DataFrame({"category": ["shirt", "dress"], "list_price": [199.5, 200.0]})
    for since, due in ((at[1], points), (at[1] + 1, 0)):
        assert points_earned.line_points(lines, orders, np.array([since]), products).tolist() == [due]


def test_the_oldest_points_go_first_and_the_rest_runs_out():
    """Of 900 points of January 500 are redeemed, so 400 run out a year on; those of March stay."""
    gains = entries(points_earned.EARN, [("2024-01-05", 900), ("2024-03-01", 300)])
    wishes = [
        entries(points_earned.REDEEM, [("2024-02-01", 1500)], over=False, old=0),
        entries(
            points_earned.EXPIRE, [("2025-01-31 23:59:59", 0)], over=False, old=day("2024-01-31 23:59:59")
        ),
    ]
    spent = points_spent.settle(gains, pd.concat(wishes), 1)
    assert spent["points"].tolist() == [-500, -400]


def test_a_return_takes_back_no_more_than_there_is():
    """Of 700 points 500 are redeemed before the goods come back: 200 are taken."""
    wishes = [
        entries(points_earned.REDEEM, [("2024-02-01", 500)], over=False, old=0),
        entries(points_earned.TAKE_BACK, [("2024-02-03", 700)], over=False, old=0),
    ]
    spent = points_spent.settle(entries(points_earned.EARN, [("2024-01-05", 700)]), pd.concat(wishes), 1)
    assert spent["points"].tolist() == [-500, -200]


def test_who_does_not_look_redeems_a_step_too_much():
    """A redemption that nobody holds against the balance overdraws it by one step, if that was wished for."""
    gains = entries(points_earned.EARN, [("2024-01-05", 700)])
    for most, taken, error in ((1000, -1000, "overdrawn"), (500, -500, "")):
        spent = points_spent.settle(
            gains, entries(points_earned.REDEEM, [("2024-02-01", most)], over=True, old=0), 1
        )
        assert spent[["points", "error"]].to_numpy().tolist() == [[taken, error]]


def test_earnings_are_those_of_the_rules_but_for_the_errors(made, reckoned):
    """Each order of a member earns what a plain reckoning says; the errors are all others, and few."""
    _, _, tables, truth = made
    due = reckoned.groupby("order_id")["points"].sum()
    posted = tables["points"].query("kind == 'earn'").groupby("order_id")["points"].sum()
    due, posted = due.align(posted, fill_value=0)
    errors = truth["points_errors"].set_index("order_id")["kind"]
    wrong = errors[errors.isin(["double earn", "missed earn"])]
    expected = due.copy()
    expected[wrong.index] *= wrong.map({"double earn": 2, "missed earn": 0})
    assert (posted == expected).all()
    assert wrong.value_counts().min() >= 2
    assert 0.001 < len(wrong) / (due > 0).sum() < 0.006


def test_the_ledger_is_that_of_a_clerk_with_lots(made):
    """Kept lot at random, oldest first, what runs out is what a clerk finds unspent, and no balance falls below 0."""
    _, _, tables, truth = made
    over = set(truth["points_errors"].query("kind == 'overdrawn'")["entry_id"])
    for _, own in tables["points"].groupby("customer_id"):
        lots, owed = deque(), 0
        for e in own.itertuples():
            if e.kind == "expire":
                limit = (e.posted_at - pd.DateOffset(months=12)).to_period("M").end_time
                assert -e.points == sum(p for at, p in lots if at <= limit)
            if e.points > 0:
                gone = min(owed, e.points)
                owed -= gone
                lots.append((e.posted_at, e.points - gone))
                continue
            left = -e.points
            while left and lots:
                at, points = lots.popleft()
                left, rest = max(left - points, 0), max(points - left, 0)
                lots.extendleft([(at, rest)] if rest else [])
            owed += left
            assert left == 0 or e.entry_id in over


def test_nothing_outlives_its_month(made):
    """At the end of the data no points are older than their twelve months, but for what an overdraft ate."""
    world, _, tables, _ = made
    points = tables["points"]
    old = points["posted_at"].dt.to_period("M") <= (world.season.end - pd.DateOffset(months=12)).to_period(
        "M"
    )
    gained = points[old & (points["points"] > 0)].groupby("customer_id")["points"].sum()
    spent = -points[points["points"] < 0].groupby("customer_id")["points"].sum()
    assert (gained.sub(spent, fill_value=0) <= 0).all()


def test_what_comes_back_takes_its_points_back(made, reckoned):
    """A returned line takes what it earned, or all that the balance has."""
    _, _, tables, _ = made
    points = tables["points"]
    before = points.groupby("customer_id")["points"].cumsum() - points["points"]
    taken = points.assign(before=before).query("kind == 'take back'")
    back = tables["returns"].merge(reckoned[["order_id", "line", "points"]], on=["order_id", "line"])
    found = taken.merge(
        back, left_on=["order_id", "posted_at"], right_on=["order_id", "returned_at"], suffixes=("", "_due")
    )
    assert len(found) == len(taken) > 500
    assert (-found["points"] == np.minimum(found["points_due"], found["before"])).all()
    assert 0 < (-found["points"] < found["points_due"]).mean() < 0.3


def test_only_members_have_points(made):
    """No entry is earlier than the day of joining."""
    _, _, tables, _ = made
    since = tables["customers"].set_index("customer_id")["member_since"]
    joined = since.reindex(tables["points"]["customer_id"]).to_numpy()
    assert (tables["points"]["posted_at"].to_numpy() >= joined).all()


def test_points_pay_in_steps_and_half_an_order_at_most(made):
    """Redemptions come in steps of 500 points for 25 yuan, and pay no more than half."""
    _, _, tables, _ = made
    paid = tables["points"].query("kind == 'redeem'").merge(tables["orders"], on="order_id")
    assert (paid["points"] % points_spent.STEP == 0).all()
    assert (-paid["points"] / points_spent.STEP * points_spent.STEP_WORTH <= paid["amount"] / 2).all()
    assert (paid["posted_at"] == paid["ordered_at"]).all()


def test_the_engaged_check_in_more_and_missions_add_half():
    """Check-ins a day go with engagement; by missions they are 1.5 times as many, within 4 standard errors."""
    _, sales, tables, _ = make(12_000, 24, 9)
    trial = next(t for t in sales.trials if t.name == "missions")
    seen = tables["points"].query("kind == 'check-in'")
    assert not seen.assign(day=seen["posted_at"].dt.normalize()).duplicated(["customer_id", "day"]).any()
    later = seen[seen["posted_at"] >= trial.at].groupby("customer_id").size()
    units = sales.ids.take(trial.units["who"])
    count = pd.Series(later.reindex(units).fillna(0).to_numpy()).groupby(trial.units["arm"].to_numpy())
    mean, error = count.mean(), count.sem()
    ratio = mean["missions"] / mean["none"]
    se = ratio * np.hypot(error["missions"] / mean["missions"], error["none"] / mean["none"])
    assert se < 0.08
    assert abs(ratio - 1.5) < 4 * se
    members = tables["customers"]["member_since"].notna().to_numpy()
    often = seen.groupby("customer_id").size().reindex(sales.ids).fillna(0).to_numpy()[members]
    keen = sales.people["engagement"].to_numpy()[members]
    assert 0.1 < np.corrcoef(often, keen)[0, 1] < 0.8  # told, but not given away


def test_who_refers_was_there_before(made):
    """A referrer joined on an earlier day, nobody refers himself, and only the referred are referred."""
    _, _, tables, _ = made
    customers = tables["customers"].set_index("customer_id")
    found = tables["referrals"]
    joined = customers["joined_on"]
    assert (joined.reindex(found["referrer_id"]).array < joined.reindex(found["referred_id"]).array).all()
    assert (found["referred_on"].array == joined.reindex(found["referred_id"]).array).all()
    assert (customers.loc[found["referred_id"], "acquisition_channel"] == "referral").all()
    share = len(found) / (customers["acquisition_channel"] == "referral").sum()
    assert 0.85 < share < 1


def test_rewards_are_posted_to_those_who_were_members(made):
    """The rewards of the referrals are the referral bonuses of the ledger."""
    _, _, tables, _ = made
    promised = tables["referrals"].query("reward > 0")
    since = tables["customers"].set_index("customer_id")["member_since"].reindex(promised["referrer_id"])
    assert (since.to_numpy() < promised["referred_on"].to_numpy()).all()
    posted = tables["points"].query("kind == 'referral bonus'").groupby("customer_id")["points"].sum()
    assert posted.to_dict() == promised.groupby("referrer_id")["reward"].sum().to_dict()


def test_a_few_people_refer_many(made):
    """The network has hubs: a tenth of those who refer bring a third or more; heavy buyers are among them."""
    _, sales, tables, _ = made
    brought = tables["referrals"]["referrer_id"].value_counts()
    assert brought.head(len(brought) // 10).sum() > brought.sum() / 3
    assert brought.max() >= 8
    rate = pd.Series(sales.people["rate"].to_numpy(), index=sales.ids)
    assert rate.reindex(tables["referrals"]["referrer_id"]).mean() > 1.3 * rate.mean()
