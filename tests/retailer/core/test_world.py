"""The retailer as a whole: reproducible, consistent with itself, and with the truth behind it."""

import hashlib

import numpy as np
import pandas as pd
import pytest

from workbook.retailer import generate
from workbook.retailer.core import streams, truth
from workbook.retailer.core.world import make_world
from workbook.retailer.customers import people
from workbook.retailer.sales import assortment
from workbook.retailer.sales.sales import make_sales, sales_tables
from workbook.tables import dataset, folders, schema
from workbook.tables.dataset import Dataset
from workbook.tables.errors import DataError
from workbook.tables.locations import home


@pytest.fixture(scope="module")
def made() -> Dataset:
    """Make the bundled world anew."""
    return generate()


@pytest.fixture(scope="module")
def large() -> Dataset:
    """Make a world that is large enough for averages."""
    return generate(customers=12_000, months=12, seed=77)


def test_each_table_has_one_maker():
    """No topic makes a table, or a truth, that another makes too: one of the two would be lost silently."""
    world = make_world(customers=30, months=6, seed=3)
    block = world.blocks()[0]
    sales = make_sales(world.season, world.service, world.goods, block)
    topics = world.topics(sales, sales_tables(sales, world.season, world.goods, block), block)
    for side in zip(*topics, strict=True):
        names = [name for made in side for name in made]
        assert len(names) == len(set(names)) > 5


def everything(data: Dataset) -> dict[str, pd.DataFrame]:
    """All tables and truth tables by name."""
    return {**data.tables, **{f"truth/{n}": f for n, f in data.truth.items()}}


# Table → first digits of the hash of its content, in generate(customers=300, months=12, seed=5).
FINGERPRINTS = {
    "adoption": "ced98d53",
    "awareness": "80c73bf3",
    "batches": "8fdd4fac",
    "campaigns": "8eb5ded5",
    "complaints": "46c148aa",
    "consents": "7856f5c0",
    "contract_approvals": "0d02d4d1",
    "criteria_judgements": "9c43a30b",
    "customers": "3426f024",
    "deliverables": "83645e5e",
    "experiments": "a7c03a7c",
    "invoices": "665a844e",
    "item_views": "7891e588",
    "lead_stages": "2df678b9",
    "leads": "f0b4f206",
    "marketing_costs": "775429c5",
    "message_log": "ca98205c",
    "order_lines": "d0ec0b8e",
    "orders": "b83f7385",
    "points": "092596a9",
    "policies": "42fc2da4",
    "posts": "e2b2a408",
    "privacy_requests": "01338537",
    "processing_log": "23e0fe93",
    "products": "0063b94e",
    "profile_changes": "123c35c5",
    "project_costs": "71794249",
    "prospects": "425a0db8",
    "purposes": "5cd292e3",
    "recommendations": "e0d5b4bc",
    "referrals": "e71e1eb3",
    "returns": "b038bcf8",
    "sessions": "4852f026",
    "social_activity": "e783b4c7",
    "source_records": "5059d129",
    "stock": "d255844e",
    "store_visits": "3284eb70",
    "stores": "14f2860e",
    "suppliers": "917487a6",
    "surveys": "43e110fb",
    "tickets": "3952cdc5",
    "touchpoints": "2f63142b",
    "truth/caused_orders": "e5f8e4f0",
    "truth/channel_effects": "5047bfa2",
    "truth/channels": "e8e90db8",
    "truth/choices": "aea82bde",
    "truth/complaints": "b6b55961",
    "truth/crm_benefit": "88fcf1b0",
    "truth/customers": "0d26e525",
    "truth/effects": "397252b6",
    "truth/events": "9744e24d",
    "truth/funnel": "81371690",
    "truth/identities": "707575be",
    "truth/invoice_errors": "d147af9f",
    "truth/leads": "b9349b57",
    "truth/message_fatigue": "09f59bc1",
    "truth/message_values": "45b1028b",
    "truth/needs": "025c5400",
    "truth/points_errors": "a9a7b82b",
    "truth/points_fate": "e23b800a",
    "truth/posts": "8d6ea119",
    "truth/products": "b24082d2",
    "truth/profiles": "836e030b",
    "truth/programme": "6b1ab4ab",
    "truth/project": "37375713",
    "truth/prospects": "b0f41451",
    "truth/seasons": "e662e095",
    "truth/session_flags": "c9cd919b",
    "truth/stock_errors": "ef9849a0",
    "truth/tastes": "c510ff26",
    "truth/tickets": "252f3219",
    "truth/trigger_effects": "d4f7b211",
    "truth/vendors": "c611a779",
    "truth/violations": "eb8cf9b9",
    "vendor_scores": "6312faa3",
    "vendors": "98368625",
}


def test_what_is_added_leaves_the_rest_as_it_was():
    """Adding a table or a column leaves all others equal to the bit; whoever changes one on purpose changes its line here."""
    made = everything(generate(customers=300, months=12, seed=5))
    found = {n: hashlib.sha256(dataset.content_hash(f)).hexdigest()[:8] for n, f in made.items()}
    differ = [n for n in sorted(found.keys() | FINGERPRINTS) if found.get(n) != FINGERPRINTS.get(n)]
    lines = "\n".join(f'    "{n}": "{found[n]}",' if n in found else f"    {n} is gone" for n in differ)
    assert not differ, f"{len(differ)} tables differ; if that is on purpose, these are their lines:\n{lines}"


def test_the_same_settings_give_the_same_data_to_the_bit(small):
    """A world is its settings: made twice it is equal, truth included."""
    again = generate(customers=400, months=18, seed=11)
    assert again.fingerprint == small.fingerprint
    for name, frame in everything(again).items():
        pd.testing.assert_frame_equal(frame, everything(small)[name], check_exact=True)


@pytest.mark.slow
@pytest.mark.parametrize("setting", [{"customers": 401}, {"months": 17}, {"seed": 12}])
def test_another_setting_gives_other_data(small, setting):
    """Every setting matters."""
    assert generate(**{"customers": 400, "months": 18, "seed": 11} | setting).fingerprint != small.fingerprint


def test_the_committed_data_is_what_it_makes(lanyu, made):
    """datasets/lanyu has the content of generate()."""
    assert lanyu.fingerprint == made.fingerprint
    assert (lanyu.start, lanyu.end, lanyu.currency, lanyu.facts) == (
        made.start, made.end, made.currency, made.facts
    )  # fmt: skip
    for name, frame in everything(lanyu).items():
        pd.testing.assert_frame_equal(frame, everything(made)[name], check_exact=True)


def test_the_committed_files_are_what_it_writes(tmp_path, made):
    """Not a byte of datasets/lanyu differs from what `workbook data make` writes, truth and description included."""
    folders.save(made, tmp_path / "lanyu")
    there = home() / "datasets" / "lanyu"
    files = {p.relative_to(there) for p in there.rglob("*") if p.is_file()}
    written = {p.relative_to(tmp_path / "lanyu") for p in (tmp_path / "lanyu").rglob("*") if p.is_file()}
    assert files == written
    assert [
        str(f) for f in sorted(files) if (there / f).read_bytes() != (tmp_path / "lanyu" / f).read_bytes()
    ] == []


def test_the_committed_data_is_small():
    """What everybody clones stays under 30 MB, each table small enough for a spreadsheet."""
    assert sum(p.stat().st_size for p in (home() / "datasets" / "lanyu").rglob("*") if p.is_file()) < 30e6


def test_a_part_that_draws_more_changes_no_other(monkeypatch, small):
    """Each part has its own stream, so a change to one leaves the others equal to the bit."""
    make_stores = assortment.make_stores

    def draws_first(rng):
        rng.random(1000)
        return make_stores(rng)

    monkeypatch.setattr(assortment, "make_stores", draws_first)
    other = everything(generate(customers=400, months=18, seed=11))
    assert not other.pop("stores").equals(small.stores)
    for name, frame in other.items():
        pd.testing.assert_frame_equal(frame, everything(small)[name], check_exact=True)


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        ({"customers": 0}, "customers must be a whole number from 1 on; got 0"),
        ({"customers": -5}, "customers must be a whole number from 1 on; got -5"),
        ({"months": 0}, "months must be a whole number from 1 on; got 0"),
        ({"seed": -1}, "seed must be a whole number from 0 on; got -1"),
    ],
)
def test_a_setting_out_of_range_is_told(setting, sentence):
    """What setting, what is allowed, what came."""
    with pytest.raises(DataError, match=sentence):
        generate(**setting)


@pytest.mark.slow
@pytest.mark.parametrize("customers", [1, 50])
@pytest.mark.parametrize("months", [1, 60])
def test_edge_worlds_keep_their_contracts(tmp_path, customers, months):
    """One customer or one month is a world like any other: it is saved, loaded and validated, references included."""
    data = generate(customers=customers, months=months, seed=3)
    folders.save(data, tmp_path / "edge")
    again = folders.load_folder(tmp_path / "edge")
    assert again.fingerprint == data.fingerprint
    assert len(again.customers) == customers
    assert again.orders["customer_id"].nunique() == customers
    assert (
        again.orders["ordered_at"]
        .between(data.start, data.end + pd.Timedelta(days=1), inclusive="left")
        .all()
    )
    assert len(again.marketing_costs) == months * len(people.CHANNELS) * 2


def test_ids_of_every_table_refer_to_each_other(small):
    """Orders have lines and lines have orders; every customer ordered and every order has a customer."""
    assert set(small.order_lines["order_id"]) == set(small.orders["order_id"])
    assert set(small.orders["customer_id"]) == set(small.customers["customer_id"])
    assert list(small.truth["customers"]["customer_id"]) == list(small.customers["customer_id"])
    dataset.validate(small.tables, schema.CONTRACTS)


def test_an_order_is_the_sum_of_its_lines(lanyu):
    """The amount of an order is that of its lines, and a line's is quantity times price, to the cent."""
    lines = lanyu.order_lines
    np.testing.assert_allclose(lines["amount"], (lines["quantity"] * lines["unit_price"]).round(2), atol=1e-9)
    total = lines.groupby("order_id")["amount"].sum()
    np.testing.assert_allclose(lanyu.orders["amount"], total.reindex(lanyu.orders["order_id"]), atol=1e-6)


def test_a_customer_joins_with_the_first_order(lanyu):
    """joined_on is the day of the first purchase."""
    first = lanyu.orders.groupby("customer_id")["ordered_at"].min().dt.normalize()
    joined = lanyu.customers.set_index("customer_id")["joined_on"]
    assert joined.equals(first.reindex(joined.index).rename("joined_on"))


def test_customers_join_with_their_own_first_order_also_from_a_million_on(monkeypatch):
    """Where ids outgrow their zeros, C10 sorts before C2: joined_on must go by id and not by place."""
    numbered = streams.numbered
    monkeypatch.setattr(
        streams,
        "numbered",
        lambda letter, n, width, first=1: numbered(letter, n, 1 if letter == "C" else width, first),
    )
    data = generate(customers=40, months=6, seed=3)
    first = data.orders.groupby("customer_id")["ordered_at"].min().dt.normalize()
    joined = data.customers.set_index("customer_id")["joined_on"]
    assert joined.to_dict() == first.to_dict()


def test_returns_never_exceed_what_was_ordered(lanyu):
    """What comes back was bought before, by this customer, in at least this quantity, and comes back once."""
    back = lanyu.returns.merge(
        lanyu.order_lines, on=["order_id", "line"], how="left", suffixes=("", "_bought")
    )
    back = back.merge(lanyu.orders, on="order_id", how="left", suffixes=("", "_ordered"))
    assert not lanyu.returns.duplicated(["order_id", "line"]).any()
    assert (back["quantity"] <= back["quantity_bought"]).all()
    assert (back["amount"] <= back["amount_bought"]).all()
    assert (back["product_id"] == back["product_id_bought"]).all()
    assert (back["customer_id"] == back["customer_id_ordered"]).all()
    assert (back["returned_at"] > back["ordered_at"]).all()
    assert (back["returned_at"] < lanyu.end + pd.Timedelta(days=1)).all()


def test_returns_and_several_orders_on_one_day_occur(lanyu):
    """What makes real order histories awkward is in the bundled one."""
    days = lanyu.orders.groupby(["customer_id", lanyu.orders["ordered_at"].dt.normalize()]).size()
    assert (days > 1).sum() > 100
    assert 0.05 < len(lanyu.returns) / len(lanyu.order_lines) < 0.2


def test_orders_are_by_time(small):
    """A till numbers its orders as they come."""
    assert small.orders["ordered_at"].is_monotonic_increasing
    assert small.orders["order_id"].is_monotonic_increasing
    assert small.returns["returned_at"].is_monotonic_increasing


def test_online_orders_alone_have_no_store(lanyu):
    """An order has a store exactly when it was placed in one."""
    assert (lanyu.orders["store_id"].isna() == (lanyu.orders["channel"] != "store")).all()


def within(came: pd.Series, expected: pd.Series) -> None:
    """Assert that the means agree within 4 standard errors of their difference, and that this says something."""
    off = came - expected
    error = off.std() / np.sqrt(len(off))
    assert error < 0.05 * expected.mean()
    assert abs(off.mean()) < 4 * error


@pytest.mark.parametrize(
    ("came", "expected"),
    [("purchases_12m", "expected_purchases_12m"), ("value_12m", "expected_value_12m")],
)
def test_what_is_expected_of_the_next_year_is_what_comes(large, came, expected):
    """Over many customers, expected purchases and value are those that then happen."""
    told = large.truth["customers"]
    within(told[came], told[expected])


def test_those_who_left_are_expected_to_buy_nothing(large):
    """Who has left for good buys nothing more by himself, and left on the day of such an order."""
    truth = large.truth["customers"].set_index("customer_id")
    gone = truth[~truth["active"]]
    columns = ["expected_purchases_12m", "expected_value_12m", "purchases_12m", "value_12m"]
    assert (gone[columns] == 0).all(axis=None)
    own = large.orders[~large.orders["order_id"].isin(large.truth["caused_orders"]["order_id"])]
    last = own.groupby("customer_id")["ordered_at"].max().dt.normalize()
    assert (gone["dropped_out_at"] == last.reindex(gone.index)).all()
    later = truth.loc[truth["active"], "dropped_out_at"].dropna()
    assert (later > large.end).all()


def test_channels_are_told_with_cost_and_worth(large):
    """True value over three years is that of the first purchase and all expected ones, by channel."""
    told = large.truth["channels"].set_index("channel")
    truth = large.truth["customers"].set_index("customer_id")
    weeks = 3 * 365.25 / 7
    p = truth["dropout_probability"].clip(lower=1e-9)  # truth is rounded to six digits, at times to 0
    worth = (1 + (1 - np.exp(-truth["purchase_rate"] * p * weeks)) / p) * truth["mean_margin"]
    channel = large.customers.set_index("customer_id")["acquisition_channel"]
    by_channel = worth.groupby(channel.reindex(worth.index)).mean()
    np.testing.assert_allclose(
        told["value_3y"], by_channel.reindex(told.index), atol=0.02
    )  # both are rounded
    assert told["acquisition_cost"].to_dict() == people.CHANNELS.set_index("channel")["cost"].to_dict()


def test_expected_purchases_of_one_customer():
    """Someone who never leaves buys at the rate; someone who leaves at once buys once at most."""
    found = truth.expected_purchases(np.array([0.1, 0.1]), np.array([1e-9, 1.0]), 52.0)
    assert found.tolist() == pytest.approx([5.2, 1 - np.exp(-5.2)])
