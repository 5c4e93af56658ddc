"""Which table a file holds, and which of its columns is which: names that tell, and cells that speak against a name."""

import pandas as pd
import pytest

from workbook.tables import contract, schema
from workbook.tables.errors import DataError
from workbook.tables.importing import ImportRequest, describe, import_files
from workbook.tables.importing.mapping.columns import find_columns
from workbook.tables.importing.mapping.mapping import Mapping
from workbook.tables.importing.mapping.targets import SYNONYMS, as_likely, likeliest, plain_name, target

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
        ("Email,Gender,Date of Birth,City,Country,Signup Date,Loyalty tier", "customers"),
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


EXPORTS = {  # headers as systems write them, whose every column has a place
    "returns": "return-date,order-id,sku,quantity,license-plate-number,customer id",
    "order_lines": "订单编号,行号,商家编码,购买数量,商品单价,颜色,尺码",
    "suppliers": "LIFNR,NAME1,LAND1",
    "batches": "CHARG,MATNR,LIFNR,Goods receipt date",
    "marketing_costs": "Month,Campaign type,Campaign goal,Amount spent (USD)",
    "campaigns": "Campaign ID,Campaign,Campaign type,Publisher platform,Start date,End date,Audience",
    "touchpoints": "SubscriberKey,EventDate,SendID,Channel,Unique Opens,Unique Clicks",
    "awareness": "Week,Source,Impr.,Reach,样本量,知晓人数",
    "points": "流水号,会员号,变动时间,变动类型,变动积分,订单号",
    "referrals": "Friend email,Advocate email,Referral date,Reward points",
    "surveys": "ResponseId,RecipientEmail,StartDate,RecordedDate,NPS,CSAT",
    "posts": "笔记ID,发布时间,平台,粉丝数,阅读量,点赞数,正文",
    "profile_changes": "Contact ID,Field / Event,Edit Date,Edited By",
    "social_activity": "互动编号,粉丝ID,互动时间,互动类型,内容标题",
    "policies": "版本号,生效日期,变更内容,保存期限",
    "purposes": "Processing activity,Legal basis,Categories of data,Recipients",
    "privacy_requests": "Request ID,Requester email,Request type,Regulation,Date received,Completed at,Status",
    "processing_log": "eventID,eventTime,userName,eventName,row count,目的,记录数",
    "deliverables": "WBS,Phase,Task Name,Baseline Start,Baseline Finish,Baseline Cost,Actual Start,Actual Finish",
    "vendors": "厂商编号,厂商名称,部署方式,实施费,年费",
    "criteria_judgements": "Expert,Criterion 1,Criterion 2,Importance",
    "lead_stages": "Opportunity ID,Stage Name,Created Date",
    "contract_approvals": "Opportunity ID,Assigned To,Date Submitted,Date Completed",
}


@pytest.mark.parametrize("table", EXPORTS)
def test_names_that_systems_use(table: str) -> None:
    """The exports of common systems need no --map: what a table must have is found, and hardly a column is left."""
    header = EXPORTS[table].split(",")
    found = find_columns(header, True, Mapping(), {}, aim=target(table))
    taken = {name for f in found for name in f.columns}
    assert len(taken) >= len(header) - 1, set(header) - taken


def test_every_column_has_names() -> None:
    """Each column of each table goes by other names than its own, as the file of names has them: plain, and each once a column."""
    for table, rules in schema.CONTRACTS.items():
        known = SYNONYMS[table]
        assert table == "orders" or set(known) == set(contract.columns(rules)["column"])
        for words in known.values():
            assert all(plain_name(word) == word for word in words.split())
            assert len(set(words.split())) == len(words.split())


LINES = "t_dat,customer_id,article_id,price,sales_channel_id"
SOLD = "".join(f"2025-01-0{1 + n // 2},c{n % 2},{100 + n},9.5,{1 + n % 2}\n" for n in range(6))


def taken(tmp_path, text: str, **options) -> dict:
    """What the account says of a text that is imported."""
    (tmp_path / "x.csv").write_text(text)
    today = pd.Timestamp("2025-06-30")
    data = import_files(ImportRequest([tmp_path / "x.csv"], tmp_path / "mine", today=today, **options))
    return next(iter(data.facts["imports"].values()))


def test_dates_that_nobody_knows_by_their_name(tmp_path) -> None:
    """The one column of dates says when it was, so lines of orders are no list of customers of which most are rejected."""
    account = taken(tmp_path, f"{LINES}\n{SOLD}")
    assert account["rows"] == {"read": 6, "kept": 6, "returns": 0, "rejected": 0}
    assert {c["column"]: (c["theirs"], c["how"]) for c in account["columns"]} == {
        "customer_id": ("customer_id", "guessed"),
        "ordered_at": ("t_dat", "dates"),
        "unit_price": ("price", "guessed"),
        "product_id": ("article_id", "guessed"),
        "channel": ("sales_channel_id", "guessed"),
    }
    assert "ordered_at   t_dat             its dates" in "\n".join(describe(account))


@pytest.mark.parametrize(
    "text",
    [
        "customer_id,city,last_seen_dt\nc1,Ulm,2025-01-01\nc2,Bonn,2025-01-02\n",  # each customer once
        "customer_id,city,t_no\nc1,Ulm,20250101007\nc1,Bonn,20250102008\n",  # long numbers
        "customer_id,city,from_dt,to_dt\nc1,Ulm,2025-01-01,2025-01-02\nc1,Bonn,2025-01-02,2025-01-03\n",  # two
    ],
)
def test_a_list_stays_a_list(tmp_path, text) -> None:
    """A day in a list of customers isn't that of an order; a number is no date, and of two columns nobody knows which."""
    account = taken(tmp_path, text)
    assert account["table"] == "customers"
    assert [c["column"] for c in account["columns"]] == ["customer_id", "city"]


def test_further_files_have_the_same_dates(tmp_path) -> None:
    """A column that was found by its dates is wanted in each file."""
    (tmp_path / "a.csv").write_text(f"{LINES}\n{SOLD}")
    (tmp_path / "b.csv").write_text(f"{LINES.replace('t_dat', 'other')}\n{SOLD}")
    files = [tmp_path / "a.csv", tmp_path / "b.csv"]
    with pytest.raises(DataError, match=r"b.csv lacks the column 't_dat' that a.csv has"):
        import_files(ImportRequest(files, tmp_path / "mine", today=pd.Timestamp("2025-06-30")))


def test_an_id_differs_from_row_to_row(tmp_path) -> None:
    """Of two columns that may be a product's id, the one that isn't shared; a code of several sizes or colours is of many."""
    rows = "".join(f"10{n // 3},10{n // 3}00{n},Shirt,Jersey\n" for n in range(6))
    account = taken(tmp_path, f"product_code,article_id,prod_name,product_group_name\n{rows}")
    assert account["rows"]["rejected"] == 0
    assert {c["column"]: c["theirs"] for c in account["columns"]} == {
        "product_id": "article_id",
        "name": "prod_name",
        "category": "product_group_name",
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "product_id,department,product_type\n25671,GROCERY,ICE\n26081,MISC,\n",
            "None of them holds dates, and orders can't be without ordered_at. Say --map customer_id=COLUMN, or --table products if "
            "that is what it holds.",
        ),
        (
            "coupon,item\n1,a\n2,b\n",
            "Say --map customer_id=COLUMN, or --table if it doesn't hold order lines.",
        ),
    ],
)
def test_an_error_names_the_table_that_fits(tmp_path, text, said) -> None:
    """Where a file can't hold orders, what it may hold is named; ids in figures aren't proposed as dates."""
    (tmp_path / "x.csv").write_text(text)
    with pytest.raises(DataError) as error:
        import_files(ImportRequest([tmp_path / "x.csv"], tmp_path / "mine", today=pd.Timestamp("2025-06-30")))
    assert str(error.value).endswith(said)
