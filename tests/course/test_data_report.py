"""The page about a data set."""

from dataclasses import replace

import pandas as pd

from hostile import ATTACKS, active
from workbook.course import data_report
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
    say = " ".join(data_report.quality(dataset()))
    assert "2 customers with 3 orders, EUR 10 in all." in say
    assert "The last order is 2 days before the data's end." in say
    assert "without any order is 10 days." in say
    assert "1 order of no amount." in say
    assert "1 order with the same customer, time and amount as an earlier one." in say


def test_rows_after_the_last_day_are_counted():
    """Notebooks look at no row after the data's last day; how many there are is said here, and nowhere if none."""
    assert data_report.beyond(dataset()) == []
    late = replace(dataset(), end=pd.Timestamp("2024-01-10"))
    told = ["1 row of orders after the data's last day, 2024-01-10; notebooks leave such rows out."]
    assert data_report.beyond(late) == told
    assert told[0] in data_report.page(late).replace("&#x27;", "'")


def test_quality_says_what_lacks():
    """Data without amounts says what that costs."""
    assert any("nothing that needs money" in s for s in data_report.quality(dataset(amount=float("nan"))))


def test_the_page_names_lacking_tables_and_escapes_names():
    """A table that isn't there is named; names of data are no markup."""
    page = data_report.page(dataset())
    assert "lacking" in page
    assert "<b>shop</b>" not in page
    assert "&lt;b&gt;shop&lt;/b&gt;" in page
    assert page.count("data:image/png;base64,") == 3
    assert "://" not in page


def test_the_page_shows_nobodys_name_or_number():
    """Of texts there is no least and no greatest, whether names, phone numbers or words; of numbers and days there is."""
    orders = dataset(customer_id=["13800001278", "Anna Li", "b@c.de"]).orders
    shown = data_report.columns("orders", orders[["order_id", "customer_id", "ordered_at", "amount"]])
    assert shown.loc["customer_id", ["different", "least", "greatest"]].tolist() == ["3", "", ""]
    assert shown.loc["ordered_at", ["least", "greatest"]].tolist() == ["2024-01-01", "2024-01-11"]
    assert shown.loc["amount", ["least", "greatest"]].tolist() == ["0", "5"]
    page = data_report.page(dataset(customer_id=["13800001278", "Anna Li", "b@c.de"]))
    assert not any(said in page for said in ("13800001278", "Anna", "b@c.de"))


def test_an_order_line_repeats_another_of_the_same_order_only():
    """Who buys the same shirt in two orders makes no double row; the number of a line is no difference."""
    lines = pd.DataFrame(
        {
            "order_id": ["1", "1", "2", "3"],
            "line": [1, 2, 1, 1],
            "product_id": ["p", "p", "p", "p"],
            "amount": [5.0, 5.0, 5.0, 5.0],
        }
    )
    assert data_report.marks("order_lines", lines, dataset())["uniqueness"] == "75.0 %"
    orders = dataset().orders[["order_id", "customer_id", "ordered_at", "amount"]]
    assert data_report.marks("orders", orders, dataset())["uniqueness"] == "66.7 %"
    goods = pd.DataFrame(
        {"product_id": list("pqrs"), "name": ["a", "b", None, None], "category": ["x", "x", None, None]}
    )
    assert (
        data_report.marks("products", goods, dataset())["uniqueness"] == "100.0 %"
    )  # two are known by their ids alone
    units = pd.DataFrame({"experiment": ["x", "x"], "unit_id": ["a", "b"], "arm": ["new", "new"]})
    assert data_report.marks("experiments", units, dataset())["uniqueness"] == "100.0 %"


def test_only_events_can_be_late():
    """That no store was opened lately says nothing about the data."""
    day = pd.to_datetime(["2020-01-01"])
    stores = pd.DataFrame({"store_id": ["s"], "opened_on": day})
    returns = pd.DataFrame({"return_id": ["r"], "returned_at": day + pd.Timedelta(hours=5)})
    assert data_report.marks("stores", stores, dataset())["timeliness"] == ""
    assert data_report.marks("returns", returns, dataset())["timeliness"] == "1,473 days"


def test_without_amounts_nothing_is_said_of_money():
    """Neither a sum nor a picture of what nobody knows."""
    priceless = dataset(amount=float("nan"))
    assert "2 customers with 3 orders." in data_report.quality(priceless)
    assert "not known" not in data_report.page(priceless)
    assert data_report.page(priceless).count("data:image/png;base64,") == 2


def test_nothing_in_the_data_is_active():
    """Name, currency and what an import said are text on the page."""
    shop, evil = dataset(), " ".join(ATTACKS)
    odd = Dataset(evil, shop.tables, shop.start, shop.end, evil)
    assert active(data_report.page(odd)) == []


def test_undated_data_is_called_so():
    """No invented day stands on the page."""
    customers = pd.DataFrame({"customer_id": ["a", "b"]})
    page = data_report.page(Dataset("x", {"customers": customers}, UNKNOWN_DAY, UNKNOWN_DAY))
    assert "not dated" in page
    assert "1970" not in page


def test_the_page_tells_the_account_of_an_import(tmp_path):
    """What the import printed stands on the page, escaped."""
    file = tmp_path / "<i>.csv"
    file.write_text("customer,date,amount\nx,2024-01-01,1\n,2024-01-02,2\n")
    data = import_files(ImportRequest([file], tmp_path / "mine", today=pd.Timestamp("2025-01-01")))
    told = data_report.imported(data.facts["imports"]["orders"])
    assert "2 rows read = 1 kept + 0 returns + 1 rejected" in told
    assert "&lt;i&gt;.csv" in told
    assert data_report.imported({}) == ""


def test_data_without_orders_has_a_page_too(tmp_path):
    """Five marks a table; a picture of what there is; and nothing breaks for want of orders."""
    file = tmp_path / "tickets.csv"
    file.write_text(
        "ticket,customer_id,opened_at,resolved_at,topic\n"
        "1,a,2025-01-01,2025-01-02,\n2,a,2025-01-01,2025-01-02,\n3,b,2025-01-09,2025-01-03,late\n4,,2025-01-09,,\n"
    )
    data = import_files(ImportRequest([file], tmp_path / "mine", today=pd.Timestamp("2025-02-01")))
    assert data_report.scorecard(data).loc["tickets"].to_dict() == {
        "completeness": "86.7 %",
        "uniqueness": "66.7 %",
        "validity": "75.0 %",
        "consistency": "66.7 %",
        "timeliness": "0 days",
    }
    assert data_report.quality(data) == ["There are no orders: what needs purchases is left out."]
    assert data_report.page(data).count("data:image/png;base64,") == 1


def test_a_year_has_no_thousands():
    """Nobody is born in 1,950."""
    customers = pd.DataFrame({"customer_id": ["a", "b"], "birth_year": [1950, 2001]})
    shown = data_report.columns("customers", customers)
    assert shown.loc["birth_year", ["least", "greatest"]].tolist() == ["1950", "2001"]
