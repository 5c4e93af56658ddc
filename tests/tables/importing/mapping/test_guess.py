"""Which table a file holds, and which of its columns is which: names that tell, and cells that speak against a name."""

import pandas as pd
import pytest

from workbook.tables.errors import DataError
from workbook.tables.importing import ImportRequest, import_files
from workbook.tables.importing.mapping.columns import find_columns
from workbook.tables.importing.mapping.mapping import Mapping
from workbook.tables.importing.mapping.targets import as_likely, likeliest

SHOP = (
    "Name,Email,Financial Status,Paid at,Total,Lineitem quantity,Lineitem name,Lineitem price,Refunded Amount,Cancelled at,Id,"
    "Source"
)


@pytest.mark.parametrize(
    ("header", "table"),
    [
        (SHOP, "orders"),
        ("id,Description,Created (UTC),Amount,Customer ID", "orders"),
        ("id,customer_id,date_created,total,status,currency", "orders"),
        ("id,user_id,created_at,total,status,channel", "orders"),
        ("date,id", "orders"),
        (
            "Order ID,Order Date,Order Status,Customer Name,Billing Email,Order Total,Shipping Total,Items",
            "orders",
        ),
        ("amazon-order-id,purchase-date,order-status,sku,quantity,currency,item-price,buyer-email", "orders"),
        ("Receipt,Date,Time,Item,Qty,Price,Customer", "orders"),
        ("Bestellnummer,Kundennummer,Bestelldatum,Gesamtbetrag,Status", "orders"),
        ("N° commande,Client,Date de commande,Montant total", "orders"),
        ("Número de pedido,Cliente,Fecha,Importe total,Estado del pedido", "orders"),
        ("Numero ordine,Codice cliente,Data ordine,Totale", "orders"),
        ("Número do pedido,Cliente,Data do pedido,Valor total", "orders"),
        ("Bestelnummer,Klantnummer,Besteldatum,Totaalbedrag", "orders"),
        ("Numer zamówienia,Klient,Data zamówienia,Kwota", "orders"),
        ("注文番号,顧客ID,注文日時,合計金額", "orders"),
        ("Ticket ID,Created time,Contact ID,Status,Priority,Source", "tickets"),
        ("id,customer_id,created_at,closed_at,priority,subject", "tickets"),
        ("complaint_id,date,text,category", "complaints"),
        ("review_id,customer_id,product_id,star_rating,review_body,review_date", "complaints"),
        ("user_id,variant,timestamp,converted", "experiments"),
        ("user_id,group,date,revenue,converted", "experiments"),
        ("customer_id,purpose,granted,date", "consents"),
        ("customer_id,gender,birth_year,city,joined", "customers"),
        ("sku,name,category,price", "products"),
        ("store_id,store_name,city,opened", "stores"),
    ],
)
def test_the_table_by_names_that_tell(header: str, table: str) -> None:
    """A name that one table alone has counts; id, date, status, source and the like hardly do, however many."""
    assert likeliest(header.split(",")) == table


def test_two_tables_that_fit_nearly_as_well(tmp_path) -> None:
    """Where each knows a telling name that the other doesn't, the user is asked; where neither does, it is said."""
    path = tmp_path / "x.csv"
    path.write_text("id,customer_id,date,quantity,solved at\n7,A,2025-01-01,3,2025-01-02\n")
    today = pd.Timestamp("2025-06-30")
    with pytest.raises(
        DataError,
        match=r"^x.csv: it may hold orders \(quantity\) or tickets \(solved at\): say --table orders or --table tickets",
    ):
        import_files(ImportRequest([path], tmp_path / "mine", today=today))
    data = import_files(ImportRequest([path], tmp_path / "mine", today=today, table="orders"))
    assert data.orders["order_id"].tolist() == ["7"]
    path.write_text("id,date\nA,2025-01-01\n")
    data = import_files(ImportRequest([path], tmp_path / "other", today=today))
    assert data.facts["imports"]["orders"]["doubts"][0] == (
        "taken for orders, but the columns' names fit tickets as well: --table says which it is"
    )
    assert as_likely(["customer_id", "order_date", "amount"], (), "orders") == []


def columns(header: str, *rows: str) -> dict[str, str]:
    """Column → theirs, of a file of orders with a few rows."""
    names = header.split(",")
    sample = pd.DataFrame([row.split(",") for row in rows], columns=names, dtype="str")
    return {f.column: f.theirs for f in find_columns(names, True, Mapping(), {}, sample)}


def test_a_shop_systems_columns() -> None:
    """An order's name, who bought, and what holds for the whole order are found; the inner id isn't needed."""
    assert columns(SHOP, "#1001,a@x.org,paid,2025-01-05,165,2,Shirt,40,0,,88001,web") == {
        "customer_id": "Email",
        "order_id": "Name",
        "ordered_at": "Paid at",
        "quantity": "Lineitem quantity",
        "unit_price": "Lineitem price",
        "amount": "Total",
        "product_name": "Lineitem name",
        "channel": "Source",
        "payment_status": "Financial Status",
        "cancelled": "Cancelled at",
        "refunded": "Refunded Amount",
    }


def test_id_is_the_customers_only_where_nobody_else_is() -> None:
    """Beside another customer id an id is the order's; alone it is who bought."""
    assert columns("id,customer_id,date", "1,A,2025-01-01") == {
        "customer_id": "customer_id",
        "order_id": "id",
        "ordered_at": "date",
    }
    assert columns("date,id", "2025-01-01,7") == {"customer_id": "id", "ordered_at": "date"}


@pytest.mark.parametrize(
    ("header", "row", "absent"),
    [
        ("customer,date,name", "A,2025-01-01,Ann Lee", "order_id"),
        ("customer,date,items", "A,2025-01-01,2 x Shirt and Sock", "quantity"),
        ("customer,date,total", "A,2025-01-01,see invoice", "amount"),
        ("customer,date,status", "A,2025-01-01,Bavaria", "status"),
    ],
)
def test_cells_that_speak_against_a_name(header: str, row: str, absent: str) -> None:
    """A name that fits is not taken where the cells hold something else."""
    assert absent not in columns(header, row)
