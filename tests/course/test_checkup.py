"""The page about a data set."""

import pandas as pd

from workbook.course import checkup
from workbook.tables.dataset import UNKNOWN_DAY, Dataset
from workbook.tables.importing import ImportRequest, import_files


def dataset(**columns):
    """Three orders of two customers."""
    orders = pd.DataFrame(
        {
            "order_id": ["1", "2", "3"],
            "customer_id": ["a", "a", "b"],
            "ordered_at": pd.to_datetime(["2024-01-01", "2024-01-01", "2024-01-11"]),
            "amount": [5.0, 5.0, 0.0],
        }
    ).assign(**columns)
    return Dataset(
        "<b>shop</b>", {"orders": orders}, pd.Timestamp("2024-01-01"), pd.Timestamp("2024-01-13"), "EUR"
    )


def test_quality_counts_what_is_odd():
    """Gaps, silence at the end, empty amounts and repeated orders are counted."""
    say = " ".join(checkup.quality(dataset()))
    assert "2 customers with 3 orders, EUR 10 in all." in say
    assert "The last order is 2 days before the data's end." in say
    assert "without any order is 10 days." in say
    assert "1 order of no amount." in say
    assert "1 order with the same customer, time and amount as an earlier one." in say


def test_quality_says_what_lacks():
    """Data without amounts says what that costs."""
    assert any("nothing that needs money" in s for s in checkup.quality(dataset(amount=float("nan"))))


def test_the_page_names_lacking_tables_and_escapes_names():
    """A table that isn't there is named; names of data are no markup."""
    page = checkup.page(dataset())
    assert "lacking" in page
    assert "<b>shop</b>" not in page
    assert "&lt;b&gt;shop&lt;/b&gt;" in page
    assert page.count("data:image/png;base64,") == 3
    assert "://" not in page


def test_nothing_in_the_data_is_markup():
    """Ids, categories and other texts that the page quotes are text."""
    evil = "<script>x</script>"
    page = checkup.page(dataset(customer_id=evil, order_id=[evil, "2", "3"], channel=evil))
    assert "<script" not in page
    assert page.count("&lt;script&gt;") >= 3


def test_undated_data_is_called_so():
    """No invented day stands on the page."""
    customers = pd.DataFrame({"customer_id": ["a", "b"]})
    page = checkup.page(Dataset("x", {"customers": customers}, UNKNOWN_DAY, UNKNOWN_DAY))
    assert "not dated" in page
    assert "1970" not in page


def test_the_page_tells_the_account_of_an_import(tmp_path):
    """What the import printed stands on the page, escaped."""
    file = tmp_path / "<i>.csv"
    file.write_text("customer,date,amount\nx,2024-01-01,1\n,2024-01-02,2\n")
    data = import_files(ImportRequest([file], tmp_path / "mine", today=pd.Timestamp("2025-01-01")))
    told = checkup.imported(data.facts["imports"]["orders"])
    assert "2 rows read = 1 kept + 0 returns + 1 rejected" in told
    assert "&lt;i&gt;.csv" in told
    assert checkup.imported({}) == ""


def test_data_without_orders_has_a_page_too(tmp_path):
    """Five marks a table; a picture of what there is; and nothing breaks for want of orders."""
    file = tmp_path / "tickets.csv"
    file.write_text(
        "ticket,customer_id,opened_at,resolved_at,topic\n"
        "1,a,2025-01-01,2025-01-02,\n2,a,2025-01-01,2025-01-02,\n3,b,2025-01-09,2025-01-03,late\n4,,2025-01-09,,\n"
    )
    data = import_files(ImportRequest([file], tmp_path / "mine", today=pd.Timestamp("2025-02-01")))
    assert checkup.scorecard(data).loc["tickets"].to_dict() == {
        "completeness": "86.7 %",
        "uniqueness": "66.7 %",
        "validity": "75.0 %",
        "consistency": "66.7 %",
        "timeliness": "0 days",
    }
    assert checkup.quality(data) == ["There are no orders: what needs purchases is left out."]
    assert checkup.page(data).count("data:image/png;base64,") == 1
