"""Tables other than orders: the table is guessed, types and limits are the contract's, every row is accounted for."""

import csv
from pathlib import Path

import pandas as pd
import pytest

from workbook.tables import schema
from workbook.tables.errors import DataError
from workbook.tables.folders import load_folder
from workbook.tables.importing import ImportRequest, describe, import_files
from workbook.tables.importing.mapping.columns import find_columns
from workbook.tables.importing.mapping.mapping import Mapping
from workbook.tables.importing.mapping.targets import SYNONYMS, TELLING, likeliest, plain_name, target

TODAY = pd.Timestamp("2025-06-30")
TICKETS = """Ticket No;Member no;Created;Closed;First response;Priority;Handling cost
T1;007;01/02/2025 10:00;01/02/2025 12:00;0:15;1;1.234,50
T2;008;13/02/2025 23:50;0000-00-00 00:00:00;26:30:00;2;10,25
T3;009;;14/02/2025;0:05;1;10,00
T4;010;soon;;;1;10,00
T2;011;15/02/2025;;;2;10,00
T6;011;15/07/2025;;;2;10,00
"""
ORDERS = "customer_id,order_id,ordered_at,amount\n007,A,2025-01-03,10\n008,B,2025-03-04,20\n"


@pytest.fixture
def bring(tmp_path, monkeypatch):
    """Import a text as a file: the data set, and the rejected rows by the file's own columns."""
    monkeypatch.chdir(tmp_path)

    def bring(name, text, to="mine", **options):
        Path(name).write_text(text, encoding="utf-8")
        return import_files(ImportRequest([Path(name)], Path(to), today=TODAY, **options))

    return bring


def rejected(table, to="mine"):
    """The rejected rows of a table, all as text."""
    return pd.read_csv(Path(to) / f"rejected-{table}.csv", dtype=str).fillna("")


def test_tickets_come_under_their_contract(bring):
    """Day before month, decimal comma, leading zeros, times counted on from the opening, a zero-time as none."""
    tickets = bring("tickets.csv", TICKETS).tickets
    assert tickets["ticket_id"].tolist() == ["T1", "T2"]
    assert tickets["customer_id"].tolist() == ["007", "008"]
    assert tickets["opened_at"].tolist() == [
        pd.Timestamp("2025-02-01 10:00"),
        pd.Timestamp("2025-02-13 23:50"),
    ]
    assert tickets["first_response_at"].tolist() == [
        pd.Timestamp("2025-02-01 10:15"), pd.Timestamp("2025-02-15 02:20")
    ]  # fmt: skip
    assert tickets["resolved_at"].isna().tolist() == [False, True]
    assert tickets["cost"].tolist() == [1234.5, 10.25]


def test_times_that_may_have_the_wrong_month_are_told_first(bring, tmp_path):
    """No date shows whether the day or the month comes first: every figure by month rests on that guess."""
    data = bring(
        "t.csv", "ticket_id,customer_id,opened_at\nT1,7,02/03/2025\nT2,8,04/05/2025\n", table="tickets"
    )
    said = data.facts["imports"]["tickets"]
    assert said["doubts"][0].startswith("opened_at: no date shows whether the day or the month comes first")
    assert not any("no date shows" in note for note in said["notes"])


def test_a_list_by_email_finds_those_who_bought(bring):
    """Such a list is one of customers; who hasn't bought is no doubt where all who have are in it, and how the id was found is said."""
    ids = [f"p{n}@x.org" for n in range(40)]
    bring(
        "o.csv",
        "email,ordered_at,amount\n"
        + "".join(f"{one},2025-01-05,{n + 5}\n" for n, one in enumerate(ids[:10])),
    )
    text = "Email,Account No,Gender,City\n" + "".join(f"{one},{n},f,Bern\n" for n, one in enumerate(ids))
    said = bring("c.csv", text, add=True).facts["imports"]["customers"]
    assert not any("have orders" in doubt for doubt in said["doubts"])
    assert any("10 (100%) are in this list" in note for note in said["notes"])


def test_every_rejected_ticket_has_its_reasons(bring):
    """What is wrong is said in words, row by row, and the account adds up."""
    account = bring("tickets.csv", TICKETS).facts["imports"]["tickets"]
    assert dict(rejected("tickets")[["Ticket No", "reasons"]].to_numpy().tolist()) == {
        "T3": "no opened_at",
        "T4": "opened_at can't be read",
        "T2": "ticket_id of another row",
        "T6": "opened_at in the future",
    }
    assert account["rows"] == {"read": 6, "kept": 2, "rejected": 4, "doubtful": 0}
    told = "\n".join(describe(account))
    assert "taken for tickets, by its columns" in told
    assert "first_response_at: written as how long it took, and counted on from opened_at" in told
    assert "resolved_at: 1 placeholders such as '0000-00-00 00:00:00' are taken as no time" in told


@pytest.mark.parametrize(
    ("header", "table"),
    [
        ("CustomerID,InvoiceNo,InvoiceDate,Quantity,UnitPrice", "orders"),
        ("customer,date,amount", "orders"),
        ("id,caller,opened_at,resolved_at,priority", "tickets"),
        ("date,review text,grade", "complaints"),
        ("text,category", "complaints"),
        ("user_id,variant,converted,revenue", "experiments"),
        ("id,treat,spend,outcome", "experiments"),
        ("household_id,opened,closed,issue", "tickets"),
        ("customer_id,purpose,opt-in,date", "consents"),
        ("customer_id,gender,birth_year,city", "customers"),
        ("会员编号,创建时间,解决时间,优先级", "tickets"),
        ("colour,size", "orders"),
    ],
)
def test_the_table_is_guessed_from_the_header(header, table):
    """The table of which most columns are there; orders where nothing fits, for its error says what is needed."""
    assert likeliest(header.split(",")) == table


def test_what_is_told_narrows_the_guess():
    """A column that only one table has decides, whatever the header looks like."""
    assert likeliest(["a", "b", "c"], ["arm", "unit_id"]) == "experiments"


def test_spellings_are_of_columns_and_can_be_found():
    """Every spelling is as `plain_name` writes it, and belongs to a column of its table."""
    for table, known in SYNONYMS.items():
        assert set(known) <= set(target(table).columns)
        assert table in schema.CONTRACTS
        for words in known.values():
            assert [plain_name(w) for w in words.split()] == words.split()


def test_lists_of_products_and_stores_are_taken_for_them_only_when_told():
    """Order lines name a product and a store too, so neither makes a file a list of them; told, its columns are known."""
    assert set(TELLING) < set(schema.CONTRACTS)
    assert likeliest(["product_id", "product_category", "brand"]) == "orders"
    header = ["SKU", "Description", "Name", "Department", "RRP", "Cost price"]
    matched = {f.column: f.theirs for f in find_columns(header, True, Mapping(), {}, aim=target("products"))}
    assert matched == {
        "product_id": "SKU", "name": "Name", "description": "Description", "category": "Department",
        "list_price": "RRP", "unit_cost": "Cost price",
    }  # fmt: skip
    header = ["Branch", "Branch name", "Town", "Opening date"]
    matched = {f.column: f.theirs for f in find_columns(header, True, Mapping(), {}, aim=target("stores"))}
    assert matched == {
        "store_id": "Branch",
        "name": "Branch name",
        "city": "Town",
        "opened_on": "Opening date",
    }


GA4 = [
    "ga_session_id",
    "user_id",
    "user_pseudo_id",
    "event_timestamp",
    "Platform",
    "Session source / medium",
    "Views",
]
MATOMO = ["idVisit", "userId", "visitorId", "visit_first_action_time", "siteName", "referrerName", "actions"]


@pytest.mark.parametrize("header", [GA4, MATOMO])
def test_sessions_of_web_analytics_are_known_by_their_names(header):
    """What GA4 and Matomo call a session, a person, a device, a start, a source and pages; neither names a stage."""
    names = ["session_id", "customer_id", "visitor_id", "started_at", "channel", "source", "pages"]
    found = find_columns([*header, "Funnel step"], True, Mapping(), {}, aim=target("sessions"))
    matched = {f.column: f.theirs for f in found}
    assert matched == dict(zip(names, header, strict=True)) | {"stage": "Funnel step"}


def test_a_file_without_ids_is_numbered_and_said(bring):
    """A review has no id and no customer: rows are numbered, each a customer of its own."""
    data = bring("reviews.csv", "date,text\n2025-01-02,late again\n2025-01-03,broken\n")
    assert data.complaints["complaint_id"].tolist() == ["reviews-2", "reviews-3"]
    assert data.complaints["customer_id"].nunique() == 2
    notes = data.facts["imports"]["complaints"]["notes"]
    assert "no complaint_id: rows are numbered" in notes
    [doubt] = data.facts["imports"]["complaints"]["doubts"]
    assert (
        doubt
        == "no customer: every row counts as a customer of its own; say --map customer_id=… if one is named"
    )


def test_texts_may_have_no_date(bring):
    """A review with a grade is enough to learn grades from; that nothing can be said over time is told."""
    data = bring("reviews.csv", "review,grade\nlate again,1\nbroken,3\n", table="complaints")
    assert data.complaints["grade"].tolist() == [1, 3]
    assert data.complaints["complained_at"].isna().all()
    account = data.facts["imports"]["complaints"]
    assert account["lacks"] == ["anything over time (no complained_at column)"]
    assert "Can't be computed:" in describe(account)
    assert load_folder(Path("mine")).complaints["complained_at"].isna().all()


def test_an_experiment_may_have_an_arm_called_none(bring):
    """Control groups are called none, control or 0; dates, revenue and a name may lack."""
    rows = "user_id,variant,converted\nu1,none,0\nu2,coupon,1\nu3,0,1\nu4,,1\n"
    experiments = bring("spring.csv", rows).experiments
    assert experiments["arm"].tolist() == ["none", "coupon", "control"]
    assert experiments["experiment"].unique().tolist() == ["spring"]
    assert experiments["ordered"].tolist() == [0, 1, 1]
    assert rejected("experiments")["reasons"].tolist() == ["no arm"]


def test_words_for_yes_and_no(bring):
    """Consents are yes or no in many words; any other is rejected."""
    said = ["yes", "N", "1", "false", "同意", "maybe"]
    rows = "".join(f"c{i},news,2025-01-0{i + 1},{word}\n" for i, word in enumerate(said))
    data = bring("consents.csv", "customer_id,purpose,asked_at,granted\n" + rows)
    assert data.consents["granted"].tolist() == [True, False, True, False, True]
    assert rejected("consents")["reasons"].tolist() == ["granted can't be read"]


SPARE = {
    "severity": ("priority", "4", "a whole number from 1 to 3"),
    "resolved_at": ("closed", "soon", "a date and time"),
    "cost": ("handling cost", "-3", "a number, 0 or more"),
    "self_served": ("self-service", "perhaps", "yes or no"),
}


@pytest.mark.parametrize("column", SPARE)
def test_a_cell_that_nobody_needs_is_left_empty_where_it_cant_be_read(bring, column):
    """It doesn't cost the ticket; what was there, and how to leave the column out, is said first."""
    name, slip, allowed = SPARE[column]
    good = {"severity": "2", "resolved_at": "2025-03-01", "cost": "5", "self_served": "no"}[column]
    rows = "".join(f"T{i},A,2025-02-0{i} 10:00,{good if i > 1 else slip}\n" for i in range(1, 7))
    data = bring("tickets.csv", f"ticket,customer,opened,{name}\n" + rows)
    assert data.tickets[column].isna().tolist() == [True] + [False] * 5
    account = data.facts["imports"]["tickets"]
    assert account["rows"] == {"read": 6, "kept": 6, "rejected": 0, "doubtful": 1}
    where = "" if name == column else f" (in the file: {name})"
    assert (
        f"{column}{where} should be {allowed}, and one row has something else ('{slip}'): left empty there; "
        f"--map {column}= leaves the column out"
    ) in account["doubts"]


@pytest.mark.parametrize("column", SPARE)
def test_a_column_that_nobody_needs_is_left_out_where_it_cant_be_read(bring, column):
    """More than a fifth that can't be read is another column than was meant; no row is lost for it."""
    name, slip, _ = SPARE[column]
    rows = "".join(f"T{i},A,2025-02-0{i} 10:00,{slip}\n" for i in range(1, 7))
    data = bring("tickets.csv", f"ticket,customer,opened,{name}\n" + rows)
    assert column not in data.tables["tickets"]
    account = data.facts["imports"]["tickets"]
    assert account["rows"]["kept"] == 6
    assert "6 rows have something else" in account["doubts"][0]
    assert account["doubts"][0].endswith(
        f"100% of those that are filled: the column is left out; --map {column}=… names another one, "
        f"or [values.{column}] in a file for --mapping says what its values are here"
    )


def test_many_rejected_rows_are_told_first(bring):
    """Where over a fifth of the rows can't be used, most likely a column is another one than was meant."""
    rows = "".join(f"T{i},A,{'2025-02-01' if i < 4 else 'soon'}\n" for i in range(6))
    account = bring("tickets.csv", "ticket,customer,opened\n" + rows).facts["imports"]["tickets"]
    assert account["doubts"][0].startswith(
        "2 of 6 rows (33%) are rejected, most often for: opened_at can't be read (2)"
    )


def test_an_import_without_a_row_names_column_value_and_option(bring):
    """Nothing can be used: the sentence says what of which column it could not read, and what helps."""
    with pytest.raises(DataError) as error:
        bring("tickets.csv", "ticket,customer,Created\nT1,A,2025-13-45\n")
    assert str(error.value) == (
        "No row of tickets.csv can be used; of 1 rows: opened_at can't be read (1). opened_at (in the file: Created) should be a "
        "date and time, and one row has something else ('2025-13-45'). Say --map COLUMN=THEIRS if another column is meant, "
        "--date-format if dates are written in another way."
    )


def test_where_there_are_no_dates_none_is_asked_for(bring):
    """A column that can't be there isn't suggested; the first of several that hold dates is, by its name."""
    with pytest.raises(DataError) as error:
        bring("tickets.csv", "ticket,customer,topic\nT1,A,late\n", table="tickets")
    assert "None of them holds dates, and tickets can't be without opened_at." in str(error.value)
    assert "--map opened_at" not in str(error.value)
    with pytest.raises(DataError, match="Say --map opened_at=When it rang"):
        text = "ticket,customer,When it rang,When it was over\nT1,A,2025-01-01 10:00,2025-01-01 10:05\n"
        bring("tickets.csv", text, table="tickets")


def test_a_customer_who_is_nobody_is_told(bring):
    """An id with over a tenth of many tickets is a word for nobody, most likely."""
    rows = "".join(f"T{i},{'0' if i % 3 else f'C{i}'},2025-02-01\n" for i in range(150))
    doubts = bring("tickets.csv", "ticket,customer,opened\n" + rows).facts["imports"]["tickets"]["doubts"]
    assert doubts == [
        "customer '0' has 67% of all tickets: it may be a collective account, such as guests or a till, or stand for nobody, and "
        "figures by customer would be misread; --map customer_id= counts every row as a customer of its own"
    ]


def test_what_must_be_there_costs_its_row(bring):
    """A column that may not be empty can't be left so, though the table can do without it."""
    rows = "".join(f"A,{i},2025-01-01,{5 if i else 'much'}\n" for i in range(6))
    data = bring("r.csv", "referrer_id,referred_id,referred_on,reward\n" + rows, table="referrals")
    assert data.referrals["reward"].tolist() == [5] * 5
    assert rejected("referrals")["reasons"].tolist() == ["reward can't be read"]
    [doubt] = data.facts["imports"]["referrals"]["doubts"]
    assert (
        doubt
        == "reward should be a whole number, 0 or more, and one row has something else ('much'): rejected"
    )


@pytest.mark.parametrize(
    ("words", "levels"),
    [
        (["1 - Critical", "2 - High", "3 - Moderate", "4 - Low"], [3, 3, 2, 1]),
        (["urgent", "HIGH", "normal", "low"], [3, 3, 2, 1]),
        (["紧急", "高", "中", "低"], [3, 3, 2, 1]),
        (["高优先级", "中优先级", "低优先级", "普通"], [3, 2, 1, 2]),
        (["P1", "P2", "P3", "P4"], [3, 3, 2, 1]),
        (["Blocker", "Major", "Minor", "Trivial"], [3, 2, 1, 1]),
        (["P1 - Critical", "Sev 3", "priority 4", "Very High"], [3, 2, 1, 3]),
        (["3", "2", "1", "1"], [3, 2, 1, 1]),
    ],
)
def test_a_priority_in_words_is_a_severity(bring, words, levels):
    """The usual words have a level, and the account says which word became which number."""
    rows = "".join(f"T{i},A,2025-02-01 10:00,{word}\n" for i, word in enumerate(words))
    data = bring("tickets.csv", "ticket,customer,opened,priority\n" + rows)
    assert data.tickets["severity"].tolist() == levels
    account = data.facts["imports"]["tickets"]
    if not words[0].isdigit():
        [note] = [n for n in account["notes"] if n.startswith("severity: words are read as numbers: ")]
        assert all(f"{word!r} → {level}" in note for word, level in zip(words, levels, strict=True))
    else:  # many systems count the other way round
        [doubt] = account["doubts"]
        assert "severity is taken from priority as it stands, where 3 is the most serious" in doubt


def test_words_that_say_no_level_are_none(bring):
    """Neither "not urgent" nor two levels at once is one; where most words are so, the column is left out."""
    rows = "".join(
        f"T{i},A,2025-02-01,{w}\n" for i, w in enumerate(["not urgent", "low or high", "purple", "low"])
    )
    data = bring("tickets.csv", "ticket,customer,opened,priority\n" + rows)
    assert data.tickets["severity"].isna().all()


def test_a_consent_that_was_withdrawn_had_been_granted(bring):
    """Whoever took it back gave it before, if it is on record when; a word of another language is read too."""
    rows = "A,news,2025-01-01,withdrawn,2025-02-01\nB,news,2025-01-01,Withdrawn,\nC,news,2025-01-01,ja,\nD,news,2025-01-01,nein,\n"
    data = bring("consents.csv", "customer_id,purpose,asked_at,status,withdrawn_at\n" + rows)
    assert data.consents["granted"].tolist() == [True, False, True, False]
    assert data.consents["withdrawn_at"].notna().tolist() == [True, False, False, False]
    assert (
        "granted: 1 that were withdrawn later had been granted" in data.facts["imports"]["consents"]["notes"]
    )


def test_who_ordered_nothing_brought_nothing(bring):
    """A blank is 0 beside a 0, and unknown beside an order; where revenue isn't on record at all it stays so."""
    rows = "unit,arm,ordered,revenue\n1,a,1,10\n2,a,0,\n3,b,1,\n4,b,0,3\n"
    data = bring("test.csv", rows)
    assert data.experiments["revenue"].fillna(-1).tolist() == [10, 0, -1, 3]
    notes = data.facts["imports"]["experiments"]["notes"]
    assert "revenue: 1 blanks of those who ordered nothing are taken as 0" in notes
    data = bring("test.csv", "unit,arm,ordered,revenue\n1,a,1,\n2,a,0,\n", replace=True)
    assert data.experiments["revenue"].isna().all()


@pytest.mark.parametrize(
    ("opened", "resolved", "zones"),
    [
        ("2025-01-01T10:00:00Z", "2025-01-01T12:00:00+02:00", "+00:00, +02:00"),
        ("2025-01-01 10:00", "2025-01-01 12:00:30.5+0200", "+0200, none"),
        ("2025-01-01T10:00:00Z", "2025-01-01T12:00:00+00:00", ""),
        ("2025-01-01", "2025-01-01 12:00", ""),
    ],
)
def test_clocks_of_different_zones_are_told(bring, opened, resolved, zones):
    """A wait from one clock to another may be wrong by hours."""
    data = bring("tickets.csv", f"ticket,customer,opened,resolved\n1,A,{opened},{resolved}\n")
    doubts = data.facts["imports"]["tickets"]["doubts"]
    assert (
        ([f"times carry different zones ({zones})" in d for d in doubts] == [True]) if zones else not doubts
    )


def test_an_end_before_its_beginning_is_told(bring):
    """A ticket that was resolved before it was opened is a slip of some system; a day that is the same is none."""
    rows = "1,A,2025-01-05 10:00,2025-01-03 10:00\n2,A,2025-01-05 10:00,2025-01-05 10:00\n3,A,2025-01-05 10:00,\n"
    data = bring("tickets.csv", "ticket,customer,opened,resolved\n" + rows)
    assert data.facts["imports"]["tickets"]["doubts"] == [
        "rows whose resolved_at lies before their opened_at: 1"
    ]
    people = "customer_id,joined_on,member_since\nA,2025-01-05,2025-01-03\n"
    assert bring("people.csv", people, to="two").facts["imports"]["customers"]["doubts"] == []


def test_ids_that_match_nobody_are_told(bring):
    """A spreadsheet eats leading zeros, and then no customer is the one who bought."""
    orders = "".join(f"{i:05},O{i},2025-01-03,10\n" for i in range(1, 31))
    bring("orders.csv", "customer_id,order_id,ordered_at,amount\n" + orders)
    people = "".join(f"{i},f\n" for i in range(1, 31))
    data = bring("people.csv", "customer_id,gender\n" + people, add=True, table="customers")
    assert data.facts["imports"]["customers"]["doubts"] == [
        "0 of its 30 customers have orders: are ids written in the same way? Here one is '1', of those who bought '00001'",
        "of 30 customers that other tables name, 0 (0%) are in this list, and '00001' is one that isn't",
    ]
    people = "".join(f"{i:05},f\n" for i in range(10, 40))
    data = bring("people.csv", "customer_id,gender\n" + people, add=True, replace=True, table="customers")
    assert data.facts["imports"]["customers"]["doubts"] == []


def test_a_column_goes_by_its_own_name_first(bring):
    """A file with purpose and channel names the purpose in the one, not in the other."""
    data = bring(
        "consents.csv", "customer_id,purpose,channel,asked_at,granted\nA,news,e-mail,2025-01-01,yes\n"
    )
    assert data.consents["purpose"].tolist() == ["news"]


def test_tables_are_added_to_a_data_set(bring):
    """Each keeps its account; who asked without having bought is added to the customers, and counted."""
    bring("orders.csv", ORDERS)
    data = bring("tickets.csv", TICKETS.replace("008", "099"), add=True)
    assert set(data.tables) == {"customers", "orders", "order_lines", "tickets"}
    assert data.customers["customer_id"].tolist() == ["007", "008", "099"]
    assert data.customers["joined_on"].isna().tolist() == [False, False, True]
    assert data.facts["imports"]["tickets"]["conflicts"] == {
        "customers of tickets who were unknown, added": 1
    }
    assert list(data.facts["imports"]) == ["orders", "tickets"]
    assert (data.start, data.end) == (pd.Timestamp("2025-01-03"), pd.Timestamp("2025-03-04"))
    again = load_folder(Path("mine"))
    assert again.fingerprint == data.fingerprint
    assert {p.name for p in Path("mine").glob("rejected*")} == {"rejected.csv", "rejected-tickets.csv"}


def test_orders_may_come_last(bring):
    """Without orders a data set is one all the same, with the period of what it has."""
    first = bring("tickets.csv", TICKETS)
    assert (first.start, first.end) == (pd.Timestamp("2025-02-01"), pd.Timestamp("2025-02-13"))
    assert first.orders.empty
    both = bring("orders.csv", ORDERS, add=True)
    assert both.customers["customer_id"].tolist() == ["007", "008"]


def test_customers_are_put_together(bring):
    """What a member list knows comes to those who bought; nobody is lost."""
    bring("orders.csv", ORDERS)
    data = bring("members.csv", "customer_id,gender,city\n007,female,Wuhan\n111,male,\n", add=True)
    known = data.customers.set_index("customer_id")
    assert known["gender"].fillna("?").to_dict() == {"007": "female", "008": "?", "111": "male"}
    assert known["joined_on"].isna().to_dict() == {"007": False, "008": False, "111": True}


def test_an_order_that_is_not_here_keeps_its_name(bring):
    """A ticket about an order from before the data begins stays as it came, and is counted."""
    bring("orders.csv", ORDERS)
    rows = "id,customer_id,opened_at,order_id,resolved_at\nT1,007,2025-01-05,A,\nT2,007,2025-01-06,Z,\n"
    data = bring("tickets.csv", rows, add=True)
    assert data.tickets["order_id"].tolist() == ["A", "Z"]
    assert data.facts["imports"]["tickets"]["conflicts"] == {
        "rows of tickets whose order_id isn't among the orders, kept as it came": 1
    }


def test_a_table_is_not_replaced_unasked(bring):
    """The second import of a table needs --replace; then the new one stands alone."""
    bring("tickets.csv", TICKETS)
    with pytest.raises(DataError, match="'mine' has the table tickets already; say --replace"):
        bring("tickets.csv", TICKETS, add=True)
    data = bring("tickets.csv", TICKETS.replace("T1;", "T9;"), add=True, replace=True)
    assert data.tickets["ticket_id"].tolist() == ["T9", "T2"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"table": "calls"}, "--table must be one of .*got 'calls'"),
        ({"table": "contacts"}, "--table: the table contacts is called tickets now"),
        ({"pairs": ["contact_id=Ticket No"]}, "A column to map: contact_id is called ticket_id now"),
        ({"table": "tickets", "pairs": ["amount=Handling cost"]}, "A column to map must be .*got 'amount'"),
        ({"table": "consents"}, "tickets.csv: no column was found for purpose and granted"),
        ({"add": True, "to": "nowhere"}, "A data set is a folder; 'nowhere' is none"),
    ],
)
def test_wrong_requests_are_told(bring, options, message):
    """One sentence that names what is allowed, and nothing is left behind."""
    with pytest.raises(DataError, match=message):
        bring("tickets.csv", TICKETS, **options)
    assert not Path("mine").exists()


def test_formulas_are_quoted_in_rejected_rows_and_read_back(bring):
    """A cell that a spreadsheet would run is written as text; mended, it is read as it was."""
    rows = 'text,date\n"=HYPERLINK(""x"")",2027-01-01\n-5,2027-01-01\nfine,2025-01-01\n'
    bring("reviews.csv", rows)
    kept = rejected("complaints")
    assert kept["text"].tolist() == ['\'=HYPERLINK("x")', "-5"]
    kept["date"] = "2025-01-02"
    kept.to_csv("again.csv", index=False)
    data = import_files(ImportRequest([Path("reviews.csv"), Path("again.csv")], Path("again"), today=TODAY))
    assert data.complaints["text"].tolist() == ['=HYPERLINK("x")', "-5", "fine"]


@pytest.mark.parametrize("start", [*"=@+-＝＠＋－", "\t=", "\r=", "\n="])
def test_no_cell_and_no_header_of_rejected_rows_begins_a_formula(bring, start):
    """Wide signs and white space begin one too, and so may a column's name; mended, all is read as it was."""
    evil = f"{start}cmd|'/c calc'!A0"
    bring("reviews.csv", f'text,date,"{evil}"\n"{evil}",2027-01-01,"{evil}"\nfine,2025-01-01,\n')
    with Path("mine/rejected-complaints.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.reader(file))
    assert f"'{evil.strip()}" in lines[0]
    assert f"'{evil}" in lines[1]
    assert not any(cell.startswith(start) for line in lines for cell in line)
    kept = rejected("complaints").assign(date="2025-01-02")
    kept.to_csv("again.csv", index=False, quoting=csv.QUOTE_ALL)
    data = import_files(ImportRequest([Path("reviews.csv"), Path("again.csv")], Path("again"), today=TODAY))
    assert data.complaints["text"].tolist() == [evil.strip(), "fine"]


def test_a_table_that_is_replaced_takes_its_strangers_along(bring):
    """Customers of whom only the old table knew go with it; those who bought, and those of the new table, stay."""
    bring("orders.csv", ORDERS)
    bring("tickets.csv", TICKETS.replace("008", "099"), add=True)
    data = bring("tickets.csv", TICKETS.replace("008", "100"), add=True, replace=True)
    assert data.customers["customer_id"].tolist() == ["007", "008", "100"]


def test_customers_are_replaced(bring):
    """What the new file tells goes for all, who is in neither it nor another table is gone; what orders tell stays."""
    bring("orders.csv", ORDERS)
    bring("people.csv", "customer_id,gender,city\n007,f,Lyon\n008,m,Nice\n009,f,Lyon\n", add=True)
    data = bring("people.csv", "customer_id,city\n007,Paris\n010,Brest\n", add=True, replace=True)
    assert data.customers["customer_id"].tolist() == ["007", "008", "010"]
    assert data.customers["city"].fillna("").tolist() == ["Paris", "", "Brest"]
    assert data.customers["gender"].fillna("").tolist() == ["f", "m", ""]
    assert data.customers["joined_on"].notna().tolist() == [True, True, False]


def test_arms_that_are_renamed_are_told(bring):
    """0 and 1 become control and treatment, and the account says so."""
    data = bring("test.csv", "user_id,variant,converted\na,0,1\nb,1,0\n")
    assert sorted(data.experiments["arm"]) == ["control", "treatment"]
    notes = data.facts["imports"]["experiments"]["notes"]
    assert {"arm: 0 is read as control", "arm: 1 is read as treatment"} <= set(notes)


def test_lists_of_people_are_one_table_by_the_files_names(tmp_path, monkeypatch):
    """Two systems' lists, in their own words, become source_records; each row's system is its file's name."""
    monkeypatch.chdir(tmp_path)
    Path("till.csv").write_text(
        "会员卡号,姓名,手机,生日\nM1,王小明,12345678901,1990-01-02\n", encoding="utf-8"
    )
    Path("shop.csv").write_text("会员卡号,姓名,手机,生日\nE1,Wang Xiaoming,,1990-01-02\n", encoding="utf-8")
    done = import_files(
        ImportRequest([Path("till.csv"), Path("shop.csv")], Path("mine"), today=TODAY, table="source_records")
    )
    records = done.source_records
    assert records["source"].tolist() == ["till", "shop"]
    assert records["source_key"].tolist() == ["M1", "E1"]
    assert records["name"].tolist() == ["王小明", "Wang Xiaoming"]
    assert records["phone"].tolist()[0] == "12345678901"
    assert records["record_id"].is_unique


def test_a_comma_in_how_long_it_took(bring):
    """Hours with a decimal comma are read as such where no other number of the file shows the sign."""
    text = "Ticket ID;Created;Requester;Resolution time (in hrs)\n1;2025-01-05 10:00;A;0,5\n2;2025-01-05 10:00;B;11,0\n"
    tickets = bring("tickets.csv", text).tickets
    assert (tickets["resolved_at"] - tickets["opened_at"]).dt.total_seconds().tolist() == [1800, 39_600]


def test_spellings_of_an_arm(bring):
    """Arms that differ by case and blanks alone are one, and that is told."""
    data = bring("test.csv", "unit,arm,ordered\n1,control,0\n2,Control ,1\n3,NEW_PAGE,1\n4,new page,0\n")
    assert data.experiments["arm"].tolist() == ["control", "control", "NEW_PAGE", "NEW_PAGE"]
    assert "arm: 'Control' is another spelling of 'control'" in data.facts["imports"]["experiments"]["notes"]


def test_blanks_beside_nothing_but_yes(bring):
    """Where a yes is all that is ever written, a blank is a no; beside a no it is a gap."""
    data = bring("test.csv", "unit,arm,ordered\n1,a,1\n2,a,\n3,b,1\n")
    assert data.experiments["ordered"].tolist() == [1, 0, 1]
    data = bring("test.csv", "unit,arm,ordered\n1,a,1\n2,a,\n3,b,0\n", replace=True)
    assert data.experiments["ordered"].tolist() == [1, 0]


def test_visits_as_matomo_exports_them(bring):
    """Its columns and its statuses are ours."""
    text = "idVisit,visitorId,serverTimestamp,referrerType,visitEcommerceStatus\n1,a,1735689600,search,abandonedCart\n2,b,1735689661,direct,none\n"
    data = bring("visits.csv", text, table="sessions", sets=("channel=web",))
    assert data.tables["sessions"]["stage"].tolist() == ["cart", "visit"]


def test_a_file_of_refunds(bring):
    """What was paid back counts without its sign where all of it is below zero; one among others is an error."""
    head = "return-date,order-id,customer-id,license-plate-number,refund amount\n"
    rows = head + "2025-01-09,1,A,L1,-10\n2025-01-10,2,B,L2,{}\n"
    data = bring("back.csv", rows.format("(5.00)"), table="returns")
    assert data.tables["returns"]["amount"].tolist() == [10, 5]
    assert len(bring("back.csv", rows.format("5"), table="returns", replace=True).tables["returns"]) == 1


def test_months_without_a_day(bring):
    """A month is its first day, however it is written; a purpose goes by our name."""
    months = ["2024-05", "202406", "2024年7月", "Aug 2024", "2024-09-01"]
    rows = "".join(f"{month},search,acquisition,1\n" for month in months)
    costs = bring("costs.csv", f"Month,Channel,Goal,Spend\n{rows}", table="marketing_costs").tables[
        "marketing_costs"
    ]
    assert costs["month"].dt.month.tolist() == [5, 6, 7, 8, 9]
    assert set(costs["month"].dt.day) == {1}
    assert set(costs["purpose"]) == {"winning"}


def test_an_opportunity_that_is_open_is_kept(bring):
    """A stage that is neither won nor lost is no outcome yet, and costs no row."""
    text = "Opportunity ID,Created Date,Close Date,Stage\n1,2025-01-05,2025-02-01,Closed Won\n2,2025-01-06,,Negotiation\n"
    leads = bring("leads.csv", text, table="leads").tables["leads"]
    assert leads["outcome"].fillna("").tolist() == ["won", ""]


def test_a_guess_that_leaves_most_columns_is_doubted(bring):
    """A file of refunds isn't quietly a list of customers: the table that its names fit is said."""
    data = bring(
        "back.csv", "return-date,order-id,customer-id,rma number,refund amount\n2025-01-09,1,A,L1,10\n"
    )
    assert "say --table returns if that is what it holds" in data.facts["imports"]["customers"]["doubts"][0]
    data = bring("people.csv", "customer id,gender,city\nA,f,Paris\n", replace=True)
    assert not data.facts["imports"]["customers"]["doubts"]
