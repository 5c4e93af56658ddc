"""Six systems' records of the same people, and the ledger. Seeds are fixed; tolerances are 4 standard errors."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from workbook.retailer import generate
from workbook.retailer.core.streams import Block, numbered
from workbook.retailer.customers import names, profiles
from workbook.retailer.customers.personas import make_styles
from workbook.retailer.identity import identity, source_records, source_systems
from workbook.retailer.privacy import personal_data
from workbook.retailer.sales import erp
from workbook.retailer.sales.assortment import CITIES
from workbook.retailer.sales.season import make_season
from workbook.tables.contracts import identity as contracts
from workbook.tables.contracts.sales import Orders
from workbook.tables.dataset import validate

PEOPLE = 5000


def make_shop(n: int, months: int = 24, seed: int = 1) -> tuple:
    """Make customers, orders and returns of a simple shop, and its season."""
    rng, season = np.random.default_rng(seed), make_season(months)
    length = (season.end - season.start).days + 1
    count = rng.geometric(0.3, n)
    who = np.repeat(np.arange(n), count)
    home = rng.random(n) < 0.35  # buys in stores, mostly
    online = rng.random(len(who)) < np.where(home, 0.15, 0.85)[who]
    orders = pd.DataFrame(
        {
            "customer_id": numbered("C", n, 6)[who],
            "ordered_at": season.start + pd.to_timedelta(rng.integers(0, length * 86400, len(who)), unit="s"),
            "channel": np.where(online, rng.choice(["e-shop", "app", "mini-program"], len(who)), "store"),
            "amount": rng.integers(3900, 150_000, len(who)) / 100,
        }
    ).sort_values("ordered_at", ignore_index=True)
    orders.insert(0, "order_id", numbered("O", len(orders), 8))
    customers = pd.DataFrame(
        {
            "customer_id": numbered("C", n, 6),
            "gender": rng.choice(["female", "male", "not said"], n, p=[0.66, 0.28, 0.06]),
            "birth_year": pd.array(rng.integers(1960, 2007, n), dtype="Int64"),
            "city": rng.choice(CITIES, n),
        }
    )
    first = orders.groupby("customer_id")["ordered_at"].min().reindex(customers["customer_id"])
    customers.insert(1, "joined_on", first.dt.normalize().to_numpy())
    back = orders[rng.random(len(orders)) < 0.2]
    part = np.where(rng.random(len(back)) < 0.3, 1.0, 0.4)
    wait = pd.to_timedelta(2 + rng.gamma(2, 3, len(back)), unit="D").round("s")
    returns = pd.DataFrame(
        {
            "order_id": back["order_id"],
            "customer_id": back["customer_id"],
            "returned_at": back["ordered_at"] + wait,
            "amount": (back["amount"] * part).round(2),
        }
    )
    returns = returns[returns["returned_at"] < season.end + pd.Timedelta(days=1)].reset_index(drop=True)
    returns.insert(0, "return_id", numbered("R", len(returns), 7))
    return customers, orders, returns, season


def likes(customers: pd.DataFrame, block: Block) -> profiles.Profiles:
    """What these customers like, if their segments and price levels are anybody's."""
    rng = np.random.default_rng(block.seed)
    n = len(customers)
    people = pd.DataFrame({"segment": rng.integers(0, 6, n), "price_level": rng.beta(3, 4, n)})
    styles = make_styles(people["segment"].to_numpy(), rng)
    return profiles.make_profiles(personal_data.make_folk(customers, block), people, styles, block)


def identify(customers, orders, returns, season, block: Block) -> tuple:
    """Make the records and the ledger of a shop."""
    return identity.make_identity(customers, orders, returns, likes(customers, block), season, block)


@pytest.fixture(scope="module")
def shop():
    """Make one shop."""
    return make_shop(PEOPLE)


@pytest.fixture(scope="module")
def part(shop):
    """Make its records and its ledger."""
    return identify(*shop, Block(7, 0, PEOPLE))


@pytest.fixture(scope="module")
def records(part) -> pd.DataFrame:
    """Join the records with whose they are."""
    tables, truth = part
    return tables["source_records"].merge(truth["identities"], on="record_id")


@pytest.fixture(scope="module")
def ledger(part) -> pd.DataFrame:
    """Take the ledger without cancelled documents."""
    return part[0]["invoices"].query("state != 'cancelled'")


def pair_scores(records: pd.DataFrame, key: pd.Series) -> tuple[float, float]:
    """Precision and recall of calling two records one person when they agree on ``key``."""
    whose = records["customer_id"]

    def pairs(*by: pd.Series) -> int:
        size = key.groupby(list(by)).size()
        return int((size * (size - 1) // 2).sum())

    size = whose.value_counts()
    true = (size * (size - 1) // 2).sum()
    found = pd.Series(key.notna())
    agree = key[found].groupby(key[found]).size()
    right = key[found].groupby([key[found], whose[found]]).size()
    count = [int((s * (s - 1) // 2).sum()) for s in (agree, right)]
    return count[1] / count[0], count[1] / true


def plain_phone(phone: pd.Series) -> pd.Series:
    """Eleven digits from any notation; empty where they aren't a customer's number."""
    digits = phone.str.replace(r"\D", "", regex=True).str.replace(r"^86(?=\d{11}$)", "", regex=True)
    return digits.where(digits.str.fullmatch(r"12[1-9]\d{8}"))


def within(share: float, wanted: float, n: int) -> bool:
    """Whether a share of ``n`` is within 4 standard errors of the wanted one."""
    return abs(share - wanted) < 4 * np.sqrt(wanted * (1 - wanted) / n) + 1e-12


def test_tables_keep_their_contracts(shop, part):
    """Keys are unique, invoices name orders, and truth names records and documents that exist."""
    tables, truth = part
    validate(tables | {"orders": shop[1].assign(store_id=None)}, contracts.TABLES | {"orders": Orders})
    validate(truth, contracts.TRUTH)
    assert list(tables) == list(contracts.TABLES)
    assert list(truth) == list(contracts.TRUTH)
    assert truth["invoice_errors"]["invoice_id"].dropna().isin(tables["invoices"]["invoice_id"]).all()
    assert truth["invoice_errors"]["order_id"].isin(shop[1]["order_id"]).all()


def test_every_record_has_one_customer_and_every_customer_a_record(shop, records, part):
    """Truth names exactly one customer for each record; nobody is unknown to all systems."""
    assert len(records) == len(part[0]["source_records"]) == len(part[1]["identities"])
    assert set(records["customer_id"]) == set(shop[0]["customer_id"])
    assert 2.3 * PEOPLE < len(records) < 3.5 * PEOPLE


def test_the_same_seed_gives_the_same_records(shop, part):
    """All is drawn from named streams: the same seed, the same bits; another seed, others."""
    again = identify(*shop, Block(7, 0, PEOPLE))
    for old, new in zip(part, again, strict=True):
        for name in old:
            pd.testing.assert_frame_equal(old[name], new[name])
    other = identify(*shop, Block(8, 0, PEOPLE))[0]["source_records"]
    assert not other["phone"].equals(part[0]["source_records"]["phone"])


def test_blocks_share_no_id(shop, part):
    """A large world is made block by block: ids and the systems' own keys never meet."""
    other = identify(*shop, Block(7, 1, PEOPLE))[0]
    for table, column in (("source_records", "record_id"), ("invoices", "invoice_id")):
        assert not part[0][table][column].isin(other[table][column]).any()
    own = other["source_records"]["source_key"]
    assert not part[0]["source_records"]["source_key"][lambda k: ~k.str.startswith("O")].isin(own).any()


@pytest.mark.parametrize(("n", "months"), [(0, 3), (1, 1), (2, 60), (30, 1)])
def test_tiny_worlds_work(n, months):
    """No customer, one customer, one month, five years: tables keep their contracts."""
    customers, orders, returns, season = make_shop(max(n, 1), months)
    if n == 0:
        customers, orders, returns = customers[:0], orders[:0], returns[:0]
    tables, truth = identify(customers, orders, returns, season, Block(3, 0, n))
    validate(tables, contracts.TABLES)
    validate(truth, contracts.TRUTH)
    assert truth["identities"]["customer_id"].nunique() == n
    assert len(tables["invoices"]) >= len(orders) - 1


def test_customers_without_orders_are_known_to_someone():
    """A customer with no order at all still has a record, made from the joining day on."""
    customers, orders, returns, season = make_shop(50)
    tables, truth = identify(customers, orders[:0], returns[:0], season, Block(3, 0, 50))
    records = tables["source_records"].merge(truth["identities"], on="record_id").merge(customers)
    assert set(records["source"]) <= {"ERP", "social", "service desk"}
    erp_ = records.query("source == 'ERP'")
    assert (erp_["created_at"] >= erp_["joined_on"]).all()
    assert len(tables["invoices"]) == 0


def test_people_are_where_they_shop(shop, records):
    """A till, an e-shop and an app know only those who bought there, and nearly all of them."""
    for channel, source in (("store", "POS"), ("e-shop", "e-shop"), ("app", "app")):
        buyers = set(shop[1].loc[shop[1]["channel"] == channel, "customer_id"])
        known = set(records.loc[records["source"] == source, "customer_id"])
        assert known <= buyers
        wanted = source_systems.SOURCES.set_index("source")["known"][source]
        assert within(len(known) / len(buyers), wanted, len(buyers))
    share = records.groupby("source")["customer_id"].nunique() / PEOPLE
    assert share["ERP"] > 0.94
    assert 0.1 < share["service desk"] < 0.35
    assert 0.08 < share["social"] < 0.22


@pytest.mark.parametrize("field", ["phone", "email", "gender", "city"])
def test_fields_are_filled_as_each_system_asks(records, field):
    """Completeness of each system is its own share, never all; copies are left out."""
    wanted = source_systems.SOURCES.set_index("source")[field]
    for source, rows in records[~records["duplicate"]].groupby("source"):
        assert within(rows[field].notna().mean(), wanted[source], len(rows))
        assert rows[field].notna().mean() < 1


def test_no_record_tells_the_customer(records):
    """No system keeps the customer id; only the ERP's key may be an order or a POS member number."""
    written = records.drop(columns=["customer_id", "record_id"]).select_dtypes("str")
    assert not any(written[c].str.fullmatch(r"C\d{6}").any() for c in written)
    first = records["source_key"].str[0]
    assert records[first == "O"]["source"].eq("ERP").all()
    assert set(records[first == "M"]["source"]) == {"POS", "ERP"}


def test_the_erp_keys_lead_to_their_person(shop, records):
    """An order or a member number in the ERP is that of the person the record is about."""
    in_erp = records.query("source == 'ERP'")
    by_order = in_erp.merge(shop[1], left_on="source_key", right_on="order_id")
    assert len(by_order) > 0.3 * len(in_erp)
    assert by_order["customer_id_x"].eq(by_order["customer_id_y"]).all()
    cards = records.query("source == 'POS'").drop_duplicates("source_key")
    by_card = in_erp.merge(cards, on="source_key")
    assert len(by_card) > 0.1 * len(in_erp)
    assert by_card["customer_id_x"].eq(by_card["customer_id_y"]).all()


def test_duplicates_are_further_records_of_a_person_in_a_system(records):
    """The first record of a person in a system is none, each later one is; some copies are exact."""
    assert (~records["duplicate"]).sum() == len(records.drop_duplicates(["source", "customer_id"]))
    assert (
        records.sort_values(["created_at", "record_id"])
        .duplicated(["source", "customer_id"])
        .equals(records.sort_values(["created_at", "record_id"])["duplicate"])
    )
    exact = records.drop(columns=["record_id", "duplicate"]).duplicated()
    assert 0.01 < exact.mean() < 0.03
    assert 0.02 < records["duplicate"].mean() - exact.mean() < 0.08


def test_times_lie_in_the_season_and_in_order(shop, records):
    """No record is made before the data begins or after it ends, nor touched before it is made."""
    season = shop[3]
    assert (records["created_at"] >= season.start).all()
    assert (records["updated_at"] >= records["created_at"]).all()
    assert (records["updated_at"] < season.end + pd.Timedelta(days=1)).all()
    assert (records["created_at"].dt.microsecond == 0).all()


def test_some_records_are_entered_late(shop, records):
    """A share LATE of ERP records comes days after the first order, so that a join by time fails."""
    first = shop[1].groupby("customer_id")["ordered_at"].min()
    rows = records.query("source == 'ERP' and not duplicate")
    rows = rows[rows["created_at"] < shop[3].end - pd.Timedelta(days=150)]
    days = (rows["created_at"] - first[rows["customer_id"]].to_numpy()).dt.total_seconds() / 86400
    assert (days >= 0).all()
    assert within((days > 1).mean(), source_systems.LATE * np.exp(-1 / source_systems.LATE_DAYS), len(rows))


def test_households_share_a_phone(shop, records):
    """About 4 % of customers share a number with one or two others of their city."""
    current = records.assign(phone=plain_phone(records["phone"])).dropna(subset="phone")
    folk = personal_data.make_folk(shop[0], Block(7, 0, PEOPLE))
    size = folk.groupby(["phone", "city"])["phone"].transform("size")
    assert size.max() <= 4  # a recycled number may join a household
    assert 0.03 < (size > 1).mean() < 0.05
    sharing = current.groupby("phone")["customer_id"].nunique()
    assert (sharing > 1).sum() > 0.01 * PEOPLE


def test_namesakes_exist(shop):
    """Some people have the full name of another, as in life, but most don't."""
    folk = personal_data.make_folk(shop[0], Block(7, 0, PEOPLE))
    alike = folk.duplicated(["surname", "one", "two"], keep=False).mean()
    assert 0.05 < alike < 0.4


def test_numbers_and_addresses_are_nobodys(records):
    """Phones begin with 12, which no mobile in China does; addresses are of example.com and example.cn."""
    digits = records["phone"].dropna().str.replace(r"\D", "", regex=True).str.removeprefix("86")
    assert digits.str.startswith("1").all()
    assert (digits.str[1] == "2").mean() > 0.99  # the others are slips of that digit
    assert records["email"].dropna().str.strip().str.lower().str.contains(r"@?example\.(?:com|cn)$").all()


def test_one_field_does_not_find_the_people(records):
    """Phone alone is neither precise nor complete; the raw text is hopeless; phone or e-mail finds more."""
    raw = pair_scores(records, records["name"] + "|" + records["phone"])
    phone = plain_phone(records["phone"])
    precision, recall = pair_scores(records, phone)
    assert raw[1] < 0.6
    assert 0.8 < precision < 0.97
    assert 0.6 < recall < 0.97
    email = records["email"].str.strip().str.lower()
    assert pair_scores(records, email)[1] < 0.6
    # Records with one phone are one person; so are those whose e-mail leads to such a record.
    by_phone = phone.fillna("r" + records["record_id"])
    chained = by_phone.groupby(email).transform("first").fillna(by_phone)
    both_precision, both = pair_scores(records, chained)
    assert both > recall
    assert 2 * both * both_precision / (both + both_precision) > 2 * recall * precision / (recall + precision)


def test_names_are_in_each_systems_script(records):
    """Tills and the ERP write characters; the e-shop and the app mostly pinyin; social has nicknames."""
    characters = records["name"].str.contains(r"[一-鿿]", regex=True).groupby(records["source"]).mean()
    assert characters[["POS", "ERP"]].min() > 0.9
    assert characters[["e-shop", "app"]].max() < 0.45
    digits = records["name"].str.contains(r"\d").groupby(records["source"]).mean()
    assert digits["social"] > 0.1
    assert digits[["POS", "ERP", "service desk", "e-shop"]].max() == 0


def test_birth_dates_have_the_systems_defaults(records):
    """POS and ERP write 1900-01-01 for a share DEFAULT_BIRTH of those whom nobody asked."""
    pos = records.query("source == 'POS'")["birth_date"].dropna()
    assert within((pos == "1900-01-01").mean(), source_records.DEFAULT_BIRTH, len(pos))
    erp_ = records.query("source == 'ERP'")["birth_date"].dropna()
    assert erp_.str.fullmatch(r"\d{8}").all()
    assert not records.query("source == 'app'")["birth_date"].eq("1900/01/01").any()


def test_gift_profiles_are_of_other_people(shop, records):
    """Who fills in for a gift buys more online and is younger; sizes and tags are then empty more often."""
    online = shop[1].query("channel != 'store'").groupby("customer_id").size()
    rows = records[records["source"].isin(["e-shop", "app"]) & ~records["duplicate"]].merge(
        shop[0], on="customer_id"
    )
    rows["online"] = online.reindex(rows["customer_id"]).to_numpy()
    gift = rows["gift"]
    assert 0.05 < gift.mean() < 0.25
    assert not records.loc[~records["source"].isin(["e-shop", "app"]), "gift"].any()
    for column in ("online", "birth_year"):
        a, b = (rows.loc[g, column].astype(float) for g in (gift, ~gift))
        assert (a.mean() - b.mean()) / np.sqrt(a.var() / len(a) + b.var() / len(b)) > 4
    left = {
        f: rows.loc[gift, f].notna().mean() / rows.loc[~gift, f].notna().mean()
        for f in source_records.GIFT_KEEPS
    }
    assert left["birth_date"] < left["size"] < left["favourite_colour"]
    assert left["favourite_colour"] > 0.7
    assert left["preference_tags"] < 0.6


def test_a_reward_fills_the_own_profile_and_makes_some_of_it_up(shop, records):
    """Of own profiles of e-shop and app a share REWARDED was completed for points or a small gift; MADE_UP of them with anything."""
    rewarded = records["reward"].notna()
    assert set(records.loc[rewarded, "reward"]) == set(source_records.REWARDS)
    assert not records.loc[rewarded, "gift"].any()
    assert set(records.loc[rewarded, "source"]) == {"e-shop", "app"}
    own = records[records["source"].isin(["e-shop", "app"]) & ~records["gift"] & ~records["duplicate"]]
    own = own.merge(shop[0][["customer_id", "birth_year"]], on="customer_id")
    paid = own["reward"].notna()
    assert within(paid.mean(), source_records.REWARDED, len(own))
    for field in ("size", "favourite_colour", "preference_tags"):
        assert within(own.loc[paid, field].notna().mean(), source_records.REWARD_FILLS, paid.sum())
    assert own.loc[paid, "birth_date"].notna().all()
    true = own["birth_date"].str[:4].astype(float) == own["birth_year"]
    told = own["birth_date"].notna()
    kept = true[paid].mean() / true[told & ~paid].mean()
    assert within(kept, 1 - source_records.MADE_UP * 46 / 47, paid.sum())  # 1 of 47 years is right by chance


def test_without_rewards_everything_else_is_the_same_to_the_bit(monkeypatch):
    """The reward draws from a stream of its own: other tables don't change, nor does any profile without a reward."""
    usual = generate(150, 6, 7)
    monkeypatch.setattr(source_records, "REWARDED", 0.0)
    without = generate(150, 6, 7)
    whose = usual.truth["identities"]
    assert whose["reward"].notna().any()
    assert without.truth["identities"]["reward"].isna().all()
    pd.testing.assert_frame_equal(
        without.truth["identities"].drop(columns="reward"), whose.drop(columns="reward")
    )
    plain = whose["reward"].isna().to_numpy()
    pd.testing.assert_frame_equal(without.source_records[plain], usual.source_records[plain])
    fixed = [
        "record_id",
        "source",
        "source_key",
        "name",
        "phone",
        "email",
        "city",
        "created_at",
        "updated_at",
    ]
    pd.testing.assert_frame_equal(without.source_records[fixed], usual.source_records[fixed])
    changes = [
        d.profile_changes[~d.profile_changes["record_id"].isin(whose.loc[~plain, "record_id"])]
        for d in (usual, without)
    ]
    pd.testing.assert_frame_equal(*(c.reset_index(drop=True) for c in changes))
    for name in set(usual.tables) - {"source_records", "profile_changes"}:
        pd.testing.assert_frame_equal(without.tables[name], usual.tables[name])
    for name in set(usual.truth) - {"identities"}:
        pd.testing.assert_frame_equal(without.truth[name], usual.truth[name])


def agreement(records: pd.DataFrame, truth: pd.DataFrame) -> float:
    """Mean share of a profile's tags that are among its person's true ones, where it is no gift's."""
    own = records[~records["gift"] & records["reward"].isna()].dropna(subset="preference_tags")
    own = own.merge(truth, on="customer_id")
    said, true = (own[c].str.split("|") for c in ("preference_tags", "tags"))
    return float(np.mean([len(set(s) & set(t)) / len(s) for s, t in zip(said, true, strict=True)]))


def test_tags_follow_true_likings_with_noise(shop, records, part, monkeypatch):
    """Most tags of a profile are true ones, not all; with no strength they are drawn at random, 3 of 10."""
    assert 0.5 < agreement(records, part[1]["profiles"]) < 0.85
    monkeypatch.setattr(source_records, "TAGS_FOLLOW", 0.0)
    tables, truth = identify(*shop, Block(7, 0, PEOPLE))
    random = tables["source_records"].merge(truth["identities"], on="record_id")
    assert within(agreement(random, truth["profiles"]), 0.3, 1500)
    pd.testing.assert_frame_equal(
        random.drop(columns="preference_tags"), records.drop(columns="preference_tags")
    )


def test_favourite_colours_follow_true_likings_with_noise(shop, records, part, monkeypatch):
    """Half of the favourite colours are among the true two; with no strength they are what everybody says."""

    def right(rows: pd.DataFrame) -> pd.Series:
        own = rows[~rows["gift"] & rows["reward"].isna()].dropna(subset="favourite_colour")
        own = own.merge(part[1]["profiles"], on="customer_id")
        return pd.Series(
            [c in t.split("|") for c, t in zip(own["favourite_colour"], own["colours"], strict=True)]
        )

    assert 0.35 < right(records).mean() < 0.75
    monkeypatch.setattr(source_records, "COLOURS_FOLLOW", 0.0)
    tables, truth = identify(*shop, Block(7, 0, PEOPLE))
    random = right(tables["source_records"].merge(truth["identities"], on="record_id"))
    assert within(random.mean(), 0.2, len(random))


def test_who_leaves_a_field_empty_is_no_accident(records):
    """Among profiles that aren't for a gift, large sizes are told less than they are worn."""
    rows = records[records["source"].isin(["e-shop", "app"]) & ~records["gift"] & ~records["duplicate"]]
    told = rows["size"].dropna()
    men = rows["gender"].eq("male")
    worn = np.where(
        men, sum(personal_data.SIZE_SHARE[True][4:]), sum(personal_data.SIZE_SHARE[False][4:])
    ).mean()
    assert told.isin(["XL", "XXL"]).mean() < worn
    fill = rows["favourite_colour"].notna().groupby(rows["gender"]).mean()
    assert fill["male"] < fill["female"]


def test_slips_change_one_thing():
    """A slip drops, swaps or doubles one letter; a text too short for one stays."""
    text = pa.array(["xiaomei"] * 300 + ["x"])
    slipped = names.slip(text, np.random.default_rng(1)).to_pylist()
    assert slipped[-1] == "x"
    assert {"xaomei", "xaiomei", "xiiaomei"} <= set(slipped)
    assert {len(t) for t in slipped[:-1]} == {6, 7, 8}
    assert all(sorted(set(t)) == sorted(set("xiaomei")) or len(t) == 6 for t in slipped[:-1])


def test_misdialled_numbers_differ_by_one_slip():
    """One digit wrong, two swapped or one left out, and only where told."""
    number = np.full(600, 12_345_678_901)
    rows = np.arange(600) < 500
    out = names.misdial(number, rows, np.random.default_rng(2))
    assert (out[~rows] == number[0]).all()
    assert (out[rows] != number[0]).all()
    assert {len(str(v)) for v in out[rows]} == {10, 11}
    differ = [sum(a != b for a, b in zip(str(v), str(number[0]), strict=True)) for v in out if v > 10**10]
    assert max(differ) == 2


def test_notations_of_a_number():
    """Every notation holds the same digits, but the masked one."""
    ways = names.dial(np.full(7, 12_123_456_789), np.arange(7)).to_pylist()
    assert ways == [
        "12123456789", "121 2345 6789", "121-2345-6789", "+86 12123456789", "8612123456789", "12123456789 ",
        "121****6789",
    ]  # fmt: skip


def test_days_and_months_are_swapped_where_that_is_a_date():
    """7 March becomes 3 July; 25 March can't be swapped and stays."""
    dates = np.array(["1992-03-07", "1992-03-25", "1992-12-12"], dtype="datetime64[D]")
    assert names.swap_day_and_month(dates).astype(str).tolist() == ["1992-07-03", "1992-03-25", "1992-12-12"]


def test_dates_in_each_format():
    """A date in the format of its system."""
    day = np.full(4, np.datetime64("1992-03-07"))
    formats = ("%Y-%m-%d", "%Y/%m/%d", "%m-%d", "%Y%m%d")
    assert names.dates(day, np.arange(4), formats).to_pylist() == [
        "1992-03-07", "1992/03/07", "03-07", "19920307",
    ]  # fmt: skip


def test_homophones_sound_alike():
    """A misheard character is another one with the same sound; one without a like stays."""
    code = np.arange(len(names.GIVEN))
    heard = names.homophone(code, np.random.default_rng(3))
    sound = names.GIVEN["sound"].to_numpy()
    assert (sound[heard] == sound).all()
    assert ((heard != code) == (names.GIVEN["size"] > 1)).all()
    assert names.homophone(np.array([names.NONE]), np.random.default_rng(3)).tolist() == [names.NONE]


def test_all_cities_can_be_written():
    """Every city of the shop has its characters and code, in the order in which the shop lists them."""
    assert set(names.CITIES) == set(CITIES)
    assert names.cities(np.array([0] * 5), np.arange(5)).to_pylist() == [
        "上海",
        "上海市",
        "Shanghai",
        "shanghai",
        "SH",
    ]


def test_the_ledger_agrees_with_orders_to_the_cent(shop, ledger, part):
    """But for the orders that truth lists, each has one document with its amount and its refunds."""
    wrong = part[1]["invoice_errors"]["order_id"]
    book = ledger[~ledger["order_id"].isin(wrong)].set_index("order_id")
    orders = shop[1][~shop[1]["order_id"].isin(wrong)].set_index("order_id")
    assert book.index.is_unique
    assert set(book.index) == set(orders.index)
    assert (book["amount"] == orders["amount"].reindex(book.index)).all()
    refunds = shop[2].groupby("order_id")["amount"].sum().reindex(book.index).fillna(0).round(2)
    assert (book["refunded"] == refunds).all()
    wait = book["invoiced_at"] - orders["ordered_at"].reindex(book.index)
    assert wait.dropna().between(pd.Timedelta(0), pd.Timedelta(hours=73)).all()


def test_every_planted_mistake_can_be_found(shop, ledger, part):
    """A mistake that truth lists shows in the ledger, as its kind says; about 0.5 % of orders have one."""
    mistakes = part[1]["invoice_errors"].set_index("order_id")["kind"]
    assert 0.0025 < len(mistakes) / len(shop[1]) < 0.0075
    orders = shop[1].set_index("order_id").loc[mistakes.index]
    book = ledger[ledger["order_id"].isin(mistakes.index)].drop_duplicates("order_id").set_index("order_id")
    book = book.reindex(mistakes.index)
    off = (book["amount"] - orders["amount"]).abs().round(2)
    back = shop[2].groupby("order_id")["amount"].sum().reindex(mistakes.index).fillna(0).round(2)
    seen = {
        "missing invoice": book["amount"].isna(),
        "doubled invoice": ledger["order_id"].value_counts().reindex(mistakes.index) > 1,
        "cents off": off.between(0.01, 0.05),
        "amount mistyped": off >= 9,
        "refund missing": (back > 0) & (book["refunded"] == 0),
        "refund doubled": (back > 0) & (book["refunded"] == (2 * back).round(2)),
        "booked a month late": book["invoiced_at"] - orders["ordered_at"] > pd.Timedelta(days=8),
        "booked in the next year": book["invoiced_at"].dt.year == orders["ordered_at"].dt.year + 1,
    }
    assert set(seen) == set(contracts.MISTAKES) == set(erp.KINDS)
    for kind, rows in mistakes.groupby(mistakes):
        assert seen[kind][rows.index].all(), kind
    assert mistakes.nunique() >= 7


def test_states_say_what_became_of_the_order(shop, part):
    """A cancelled document was made anew; an open order has no invoice; a return shows in the state."""
    book = part[0]["invoices"]
    cancelled = book.query("state == 'cancelled'")
    assert within(len(cancelled) / len(shop[1]), erp.CANCELLED, len(shop[1]))
    assert cancelled["order_id"].isin(book.query("state != 'cancelled'")["order_id"]).all()
    assert book["invoiced_at"].isna().equals(book["state"] == "open")
    assert (book["state"] == "open").any()
    right = book[~book["order_id"].isin(part[1]["invoice_errors"]["order_id"])]
    assert right.query("state == 'returned'").eval("amount == refunded").all()
    assert right.query("state == 'partly returned'").eval("0 < refunded < amount").all()
    assert right.query("state in ['shipped', 'open', 'cancelled']")["refunded"].eq(0).all()
    assert (book["invoiced_at"].dropna() < shop[3].end + pd.Timedelta(days=1)).all()


def test_a_missing_invoice_leaves_a_gap_in_the_numbers(part):
    """Documents are numbered as they are made, so what is missing can be counted."""
    number = part[0]["invoices"]["invoice_id"].str[1:].astype(int)
    gaps = sum(b - a - 1 for a, b in pairwise(number))
    missing = (part[1]["invoice_errors"]["kind"] == "missing invoice").sum()
    assert gaps == missing
