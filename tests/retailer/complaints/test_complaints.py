"""Complaints: whose they are, what about, and how well staff filed them."""

import numpy as np
import pandas as pd
import pytest

from workbook.retailer.complaints import complaints as part
from workbook.retailer.sales.supply import FAULTY_COMPLAINTS
from workbook.tables import schema
from workbook.tables.dataset import validate


def near(hits: pd.Series, share: float) -> None:
    """Assert that a share is met within 4 standard errors."""
    assert abs(hits.mean() - share) < 4 * np.sqrt(share * (1 - share) / len(hits))


@pytest.fixture(scope="module")
def filed(served) -> pd.DataFrame:
    """Give each complaint as filed, with the truth beside it."""
    return served.complaints.merge(
        served.true_complaints, on="complaint_id", suffixes=("", "_true"), validate="one_to_one"
    )


def test_complaints_keep_their_contract(served):
    """Keys, references and scales hold, of the truth too."""
    tables = served.tables | {
        "tickets": served.tickets,
        "complaints": served.complaints,
        "products": served.world.goods.products,
    }
    names = ("complaints", "tickets", "orders", "customers", "products")
    good = validate({n: tables[n] for n in names}, schema.CONTRACTS)
    validate({"complaints": served.true_complaints}, schema.TRUTH, good)


def test_the_truth_lists_each_complaint(served):
    """Every complaint has one row in the truth, in the same order, with a cause of its category."""
    truth = served.true_complaints
    assert truth["complaint_id"].tolist() == served.complaints["complaint_id"].tolist()
    assert truth["complaint_id"].is_unique
    known = set(part.CAUSES[["category", "sub_cause"]].itertuples(index=False, name=None))
    assert set(truth[["category", "sub_cause"]].itertuples(index=False, name=None)) <= known


def test_order_and_product_belong_together_and_to_the_customer(served):
    """What a complaint is about was on an order of this very customer, placed before."""
    about = served.complaints.dropna(subset="order_id")
    assert len(about) > 0.9 * len(served.complaints)
    assert served.complaints["product_id"].notna().equals(served.complaints["order_id"].notna())
    orders = served.tables["orders"].set_index("order_id").loc[about["order_id"]]
    assert (orders["customer_id"].to_numpy() == about["customer_id"].to_numpy()).all()
    assert (orders["ordered_at"].to_numpy() <= about["complained_at"].to_numpy()).all()
    lines = pd.MultiIndex.from_frame(served.tables["order_lines"][["order_id", "product_id"]])
    assert pd.MultiIndex.from_frame(about[["order_id", "product_id"]]).isin(lines).all()


def test_a_ticket_that_turns_into_a_complaint_is_the_customers(served):
    """A complaint that names a ticket has its customer and order, comes after it, and is its only one."""
    turned = served.complaints.dropna(subset="ticket_id")
    asked = served.tickets.set_index("ticket_id").loc[turned["ticket_id"]].reset_index()
    turned = turned.reset_index(drop=True)
    assert turned["ticket_id"].is_unique
    assert (turned["customer_id"] == asked["customer_id"]).all()
    assert turned["order_id"].fillna("none").eq(asked["order_id"].fillna("none")).all()
    assert (turned["complained_at"] > asked["opened_at"]).all()


def test_staff_file_some_under_another_category(filed):
    """WRONG_CATEGORY of the categories are another, within 4 standard errors: no perfect score without looking."""
    near(filed["category"] != filed["category_true"], part.WRONG_CATEGORY)
    assert set(filed["category"]) == set(part.CAUSES["category"])


def test_staff_grade_some_too_high_or_low(filed):
    """WRONG_GRADE of the grades are off, within 4 standard errors, and by one only."""
    off = filed["grade"].astype(int) - filed["grade_true"]
    near(off != 0, part.WRONG_GRADE)
    assert set(off) == {-1, 0, 1}


def test_categories_come_as_often_as_the_causes_say(filed):
    """Complaints nobody asked about before, and not of the faulty batch, have the shares of CAUSES; 4 standard errors."""
    plain = filed[filed["ticket_id"].isna() & ~filed["faulty_batch"]]
    for cause in part.CAUSES.itertuples():
        of_cause = (plain["category_true"] == cause.category) & (plain["sub_cause"] == cause.sub_cause)
        near(of_cause, cause.share / part.CAUSES["share"].sum())


def test_faulty_ones_are_about_the_faulty_batch(served, filed):
    """A complaint that the truth calls faulty is about quality of the faulty batch's product, of a line of that batch."""
    goods = served.world.goods
    batch = goods.batches.iloc[goods.faulty]
    faulty = filed[filed["faulty_batch"]]
    assert (faulty["product_id"] == batch["product_id"]).all()
    assert (faulty["category_true"] == "product").all()
    assert (faulty["sub_cause"] == "quality").all()
    lines = served.tables["order_lines"]
    sold = lines[lines["batch_id"] == batch["batch_id"]]
    assert set(faulty["order_id"]) <= set(sold["order_id"])
    near(pd.Series(range(len(sold))) < len(faulty), FAULTY_COMPLAINTS)


def test_a_remedy_comes_with_the_resolution(served):
    """What a complaint was settled with, and its cost, is known once it is resolved and not before."""
    complaints = served.complaints
    resolved = complaints["resolved_at"].notna()
    assert (complaints["remedy"].notna() == resolved).all()
    assert (complaints["remedy_cost"].notna() == resolved).all()
    assert 0 < (~resolved).sum() < 0.05 * len(complaints)


def test_a_remedy_has_its_price(served):
    """An apology costs nothing, a voucher 20, a replacement a part of the order's amount, a refund all of it."""
    settled = served.complaints.dropna(subset=["order_id", "remedy"])
    amount = served.tables["orders"].set_index("order_id")["amount"].loc[settled["order_id"]].to_numpy()
    price = {
        "apology": 0 * amount, "voucher": 0 * amount + 20, "replacement": part.PRICE[2] * amount, "refund": amount
    }  # fmt: skip
    assert set(settled["remedy"]) == set(price)
    wanted = np.select([settled["remedy"] == name for name in price], list(price.values()))
    np.testing.assert_allclose(settled["remedy_cost"], wanted, atol=0.0051)


def test_a_graver_complaint_is_settled_with_more(filed):
    """Each true grade gets its remedies as REMEDY says, within 4 standard errors."""
    settled = filed.dropna(subset="remedy")
    for grade in (1, 2, 3):
        of_grade = settled.loc[settled["grade_true"] == grade, "remedy"]
        for remedy, share in zip(part.REMEDIES, part.REMEDY[grade - 1], strict=True):
            near(of_grade == remedy, share)


def test_times_of_a_complaint_are_in_order_and_none_is_past_the_end(served):
    """First the complaint, then the response, then the end; what would come later is empty."""
    complaints, season = served.complaints, served.world.season
    times = complaints[["complained_at", "first_response_at", "resolved_at"]]
    assert complaints["complained_at"].is_monotonic_increasing
    assert complaints["complained_at"].min() >= season.start
    assert (times.max() < season.end + pd.Timedelta(days=1)).all()
    for one, later in (("complained_at", "first_response_at"), ("first_response_at", "resolved_at")):
        both = times[[one, later]].dropna()
        assert (both[one] <= both[later]).all()
    assert times.loc[times["first_response_at"].isna(), "resolved_at"].isna().all()


def test_some_are_written_in_english(served):
    """ENGLISH of the texts are English, within 4 standard errors, and no text is empty."""
    near(served.complaints["language"] == "en", part.ENGLISH)
    assert (served.complaints["text"].str.strip() != "").all()


def test_who_complains_unasked_was_disappointed_without_asking(served):
    """Complaints without a ticket come from disappointing purchases that raised none, or from the faulty batch."""
    sales = served.sales
    cases = part.unasked(sales, served.world.service, served.block)
    visit = sales.orders["visit"].to_numpy()[cases["order"]]
    assert not sales.bought["satisfied"].to_numpy()[visit].any()
    assert (sales.bought["severity"].to_numpy()[visit] == 0).all()
    assert cases["order"].is_unique
