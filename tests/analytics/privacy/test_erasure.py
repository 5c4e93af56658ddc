"""The erasure run: what goes, what stays under another name, what nobody else loses, and the proof."""

import inspect
import random

import numpy as np
import pandas as pd
import pytest

from workbook.analytics.identity import record_linkage
from workbook.analytics.privacy import erasure
from workbook.tables import schema
from workbook.tables.dataset import Dataset, validate

END = pd.Timestamp("2025-12-31")


def records(*rows):
    """Make records of (id, key, name, phone, e-mail)."""
    frame = pd.DataFrame(rows, columns=["record_id", "source_key", "name", "phone", "email"], dtype="str")
    return frame.assign(source="POS")


@pytest.fixture
def data():
    """Make a shop of three: Ann to be erased, Bob who shares her phone, and Cao with an old order."""
    orders = pd.DataFrame(
        {
            "order_id": ["O1", "O2", "O3", "O4"],
            "customer_id": ["C1", "C2", "C3", "C1"],
            "ordered_at": pd.to_datetime(["2025-01-01", "2025-01-02", "2025-01-03", "2014-01-03"]),
            "amount": [10.0, 20.0, 30.0, 40.0],
        }
    )
    tables = {
        "customers": pd.DataFrame(
            {"customer_id": ["C1", "C2", "C3"], "city": ["Berlin", "Berlin", "Bonn"], "uses_online": [True, True, False]}
        ),
        "orders": orders,
        "invoices": pd.DataFrame({"invoice_id": ["F1", "F2", "F4"], "order_id": ["O1", "O2", "O4"], "amount": [10.0, 20.0, 40.0]}),
        "points": pd.DataFrame(
            {"entry_id": ["L1", "L2"], "customer_id": ["C1", "C2"], "posted_at": pd.to_datetime(["2025-01-01"] * 2),
             "kind": "earn", "points": [1, 2]}
        ),
        "referrals": pd.DataFrame({"referred_id": ["C2"], "referrer_id": ["C1"]}),
        "posts": pd.DataFrame(
            {"post_id": ["Y1", "Y2", "Y3"], "posted_at": pd.to_datetime(["2025-02-01"] * 3),
             "text": ["call 138 0000 1111 now", "Ann Example (ann+shop@x.org) was here", "fine, 13800002222"]}
        ),
        "source_records": records(
            ("X1", "O1", "Ann Example", "138-0000-1111", "ann@x.org"),
            ("X2", "M7", "Annie", "+86 13900009999", "ANN@x.org "),
            ("X3", "A5", "A. E.", "13800001111", None),
            ("X4", "O2", "Bob Example", "13900009999", "bob@x.org"),
            ("X5", "O3", "Cao Li Hua", "13800002222", "cao@x.org"),
        ),
    }  # fmt: skip
    return Dataset("mine", validate(tables, schema.CONTRACTS), pd.Timestamp("2014-01-03"), END)


def test_nothing_is_left_and_the_proof_can_find_what_was(data):
    """Before the run the search finds the person in every table that knows her; after it, nothing."""
    done = erasure.erase(data, ["C1"], END)
    before = erasure.traces(data, done.keys)
    assert set(before["table"]) == {"customers", "orders", "points", "referrals", "posts", "source_records"}
    assert set(before.loc[before["table"] == "posts", "row"]) == {"Y1", "Y2"}
    assert erasure.traces(done.data, done.keys).empty
    assert done.unlinked == []


def test_each_table_is_treated_as_its_rule_says(data):
    """Deleted, stripped, or under a drawn name; orders older than ten years go, with their invoices."""
    left = erasure.erase(data, ["C1"], END).data.tables
    assert left["points"]["customer_id"].tolist() == ["C2"]
    assert left["orders"]["order_id"].tolist() == ["O1", "O2", "O3"]
    assert left["invoices"]["invoice_id"].tolist() == ["F1", "F2"]
    drawn = left["orders"]["customer_id"].iloc[0]
    assert drawn.startswith("erased-")
    assert left["referrals"].iloc[0].tolist() == ["C2", drawn]
    assert left["customers"]["customer_id"].tolist() == ["C2", "C3", drawn]
    assert left["customers"]["city"].isna().tolist() == [False, False, True]
    assert left["customers"]["uses_online"].isna().tolist() == [False, False, True]
    assert left["posts"]["text"].tolist() == [
        "call [erased] now",
        "[erased] ([erased]) was here",
        "fine, 13800002222",
    ]
    validate(left, schema.CONTRACTS)


def test_a_shared_phone_takes_nobody_else_along(data):
    """Bob uses a number that Ann once gave: his record stays, and the number is named as shared."""
    done = erasure.erase(data, ["C1"], END)
    assert done.data.source_records["record_id"].tolist() == ["X4", "X5"]
    assert done.shared.phones == {"13900009999"}
    assert done.keys.phones == {"13800001111"}


def test_no_other_row_changes(data):
    """Row by row, what was not hers is as it was; the differences are those of the account."""
    done = erasure.erase(data, ["C1"], END)
    touched = done.account[["deleted", "pseudonymised", "redacted"]].sum(axis=1)
    assert erasure.differences(data, done.data).to_dict() == touched.to_dict()
    for name in ("orders", "points", "customers"):
        theirs = data.tables[name][data.tables[name]["customer_id"] != "C1"].reset_index(drop=True)
        after = done.data.tables[name]
        pd.testing.assert_frame_equal(
            after[after["customer_id"].isin(["C2", "C3"])].reset_index(drop=True), theirs
        )


def test_a_second_run_changes_nothing_and_the_first_data_is_untouched(data):
    """Idempotent; and a copy, not the shop's own tables."""
    print_before = data.fingerprint
    once = erasure.erase(data, ["C1"], END)
    twice = erasure.erase(once.data, ["C1"], END)
    assert Dataset("m", data.tables, data.start, data.end).fingerprint == print_before
    assert twice.data.fingerprint == once.data.fingerprint != print_before
    assert twice.account[["deleted", "pseudonymised", "redacted"]].sum().sum() == 0


def test_nobody_and_strangers_change_nothing(data):
    """No ids, or ids that nobody has, leave everything as it was."""
    for ids in ([], ["C99"]):
        done = erasure.erase(data, ids, END)
        assert done.data.fingerprint == data.fingerprint
        assert erasure.traces(done.data, done.keys).empty


def test_who_has_no_linked_record_is_named_and_can_help(data):
    """A customer whose records no order names is reported; a phone given with the request finds them."""
    tables = dict(data.tables) | {"source_records": data.source_records.assign(source_key="M1")}
    tables["source_records"]["source_key"] = ["M1", "M2", "M3", "M4", "M5"]
    lost = Dataset("mine", tables, data.start, data.end)
    done = erasure.erase(lost, ["C3"], END)
    assert done.unlinked == ["C3"]
    assert len(done.data.source_records) == 5
    known = pd.DataFrame({"customer_id": ["C3"], "phone": ["138 0000 2222"], "email": [None]}, dtype="str")
    told = erasure.erase(lost, ["C3"], END, known=known)
    assert told.unlinked == []
    assert "X5" not in told.data.source_records["record_id"].tolist()
    assert erasure.traces(told.data, told.keys).empty


def test_every_table_that_names_a_customer_has_a_treatment():
    """A new table with a customer in it can't be forgotten."""
    named = set()
    for name, contract in schema.CONTRACTS.items():
        columns = schema.columns(contract)
        named |= {(name, c) for c in columns.loc[columns["refers"] == "customers.customer_id", "column"]}
    assert named <= set(zip(erasure.TREATMENT["table"], erasure.TREATMENT["column"], strict=True))
    assert erasure.TREATMENT["action"].isin(["strip", "pseudonymise", "delete"]).all()


@pytest.mark.parametrize(
    ("text", "there"),
    [("12 pieces, call 8888-7777 or 1", True), ("+86 138 0000 1111", True), ("813800001111", False),
     ("for C1, twice", True), ("C12", False), ("ANN+a@X.org", True), ("joann@x.org", False),
     ("met Ann Example there", True), ("王小明你好", True), ("李雷", False)],
)  # fmt: skip
def test_the_search_knows_spellings_and_whole_words(text, there):
    """However a number is spaced and an address capitalised; but no part of a longer number, id or address."""
    keys = record_linkage.Keys(
        frozenset({"C1"}), frozenset({"88887777", "13800001111"}), frozenset({"ann@x.org"}),
        frozenset({"Ann Example", "王小明", "李雷"}),
    )  # fmt: skip
    assert keys.find(pd.Series([text, None], dtype="str"), running=True).tolist() == [there, False]
    assert keys.find(pd.Series(["李雷", "李雷雷"], dtype="str"), running=False).tolist() == [True, False]


def test_chinese_names_with_a_slip_are_alike_and_sisters_are_not():
    """One wrong character of three is a slip; of two it is somebody else."""
    assert record_linkage.names_alike("熊璐静", "熊璐菁")
    assert not record_linkage.names_alike("张波", "张玲")
    assert not record_linkage.names_alike("熊璐静", "熊波菁")


def test_phones_and_emails_are_compared_however_they_are_written():
    """Blanks, dashes, prefixes and pluses don't make another number or address; a masked number is none."""
    numbers = pd.Series(
        ["138-0000-1111", "+86 13800001111", "138 0000 1111 ", "138****1111", None], dtype="str"
    )
    assert record_linkage.phones(numbers).tolist()[:3] == ["13800001111"] * 3
    assert record_linkage.phones(numbers).isna().tolist() == [False, False, False, True, True]
    mails = pd.Series(["Ann@X.org ", "ann+lanyu@x.org", "ann.x.org"], dtype="str")
    assert record_linkage.emails(mails).tolist()[:2] == ["ann@x.org"] * 2
    assert record_linkage.emails(mails).isna().tolist() == [False, False, True]


def test_a_whole_shop_is_left_without_a_trace_and_valid(small):
    """Twenty people of another world: nothing of them left, the contracts kept, and no stranger's record deleted."""
    ids = small.customers["customer_id"].iloc[::25].tolist()
    done = erasure.erase(small, ids, small.end)
    assert erasure.traces(done.data, done.keys).empty
    validate(done.data.tables, schema.CONTRACTS)
    gone = ~small.source_records["record_id"].isin(done.data.source_records["record_id"])
    whose = small.truth["identities"].set_index("record_id")["customer_id"]
    assert whose[small.source_records.loc[gone, "record_id"]].isin(ids).all()
    assert gone.sum() > 10
    touched = done.account[["deleted", "pseudonymised", "redacted"]].sum(axis=1)
    assert (erasure.differences(small, done.data) == touched).all()


def at_random(data: Dataset) -> Dataset:
    """Number the customers at random, as opaque ids are, and sort every table by them: the worst case for who looks at places."""
    ids = data.customers["customer_id"]
    drawn = dict(zip(ids, np.random.default_rng(5).permutation(ids), strict=True))
    columns = erasure.TREATMENT[erasure.TREATMENT["column"] != ""].groupby("table")["column"].agg(list)
    tables = dict(data.tables)
    for name, named in columns.items():
        frame = tables[name].assign(**{c: tables[name][c].replace(drawn) for c in named})
        tables[name] = frame.sort_values(named, kind="stable", ignore_index=True)
    return Dataset("opaque", tables, data.start, data.end, facts=data.facts)


def guesses(frame: pd.DataFrame, column: str, missing: list[str]) -> dict[str, dict[str, str]]:
    """What places tell an attacker who knows which ids are missing: a guess for each pseudonym, by way of attack."""
    ids = frame[column].dropna()
    drawn = ids[ids.str.startswith("erased-")].drop_duplicates()
    before = ids.mask(ids.str.startswith("erased-")).ffill()[drawn.index]
    order = {
        "place": drawn,
        "pseudonym": drawn.sort_values(),
        "index": drawn.sort_index(),
        "longest first": ids[ids.isin(drawn)].value_counts().sort_index().sort_values(ascending=False).index,
    }
    found = {way: dict(zip(names, missing, strict=False)) for way, names in order.items()}
    after = [next((m for m in missing if m > str(b)), missing[0]) for b in before]
    return found | {"neighbour": dict(zip(drawn, after, strict=True))}


def right(tables, named, missing, truth):
    """The most that any way finds in each table, of all who are in it."""
    return {
        (table, column): max(
            sum(truth[name] == guess for name, guess in found.items())
            for found in guesses(tables[table], column, missing).values()
        )
        for table, column in named
    }


def test_no_place_tells_whose_a_pseudonym_was(small, monkeypatch):
    """Who has the erased tables, the code and a list of missing ids finds no more of a hundred people than by chance.

    By chance one of them is right, and more than eight in one of a million tries. The same attacks find nearly all
    where ids are replaced in their places.
    """
    shop = at_random(small)
    people = sorted(np.random.default_rng(6).choice(shop.customers["customer_id"], 100, replace=False))
    kept = erasure.TREATMENT[erasure.TREATMENT["action"].isin(["strip", "pseudonymise"])]
    named = list(zip(kept["table"], kept["column"], strict=True))
    known = {}
    real = erasure.pseudonyms
    monkeypatch.setattr(erasure, "pseudonyms", lambda *given: known.update(real(*given)) or known)
    done = erasure.erase(shop, people, shop.end)
    whose = {drawn: person for person, drawn in known.items()}
    for (table, column), found in right(done.data.tables, named, people, whose).items():
        assert found <= 8, (table, column)
        assert isinstance(done.data.tables[table].index, pd.RangeIndex), (table, column)
    in_place = {t: shop.tables[t].assign(**{c: shop.tables[t][c].replace(known)}) for t, c in named}
    assert right(in_place, [("customers", "customer_id")], people, whose)["customers", "customer_id"] == 100


def test_no_two_runs_draw_the_same_pseudonyms(data, monkeypatch):
    """No state of any generator that a program can set gives the pseudonyms again, and no seed can be handed over."""
    drawn = set()
    for _ in range(3):
        np.random.seed(1)  # noqa: NPY002 what an attacker would do
        random.seed(1)
        ids = erasure.erase(data, ["C1", "C2"], END).data.customers["customer_id"]
        drawn |= set(ids[ids.str.startswith("erased-")])
    assert len(drawn) == 6
    assert not {"seed", "rng", "random_state"} & set(inspect.signature(erasure.erase).parameters)


def test_no_time_leads_to_a_record_that_was_missed(small):
    """Profiles are made in the minute of an order or a consent; what is kept has days, so that no minute leads to a name."""
    unlinked = small.source_records.assign(source_key=[f"K{i}" for i in range(len(small.source_records))])
    shop = Dataset("lost", dict(small.tables) | {"source_records": unlinked}, small.start, small.end)
    people = shop.customers["customer_id"].iloc[::4].tolist()
    whose = small.truth["identities"].set_index("record_id")["customer_id"]
    theirs = unlinked[unlinked["record_id"].map(whose).isin(people)]
    minutes = set(theirs["created_at"].dropna()) | set(theirs["updated_at"].dropna())

    def led(data, ids):
        sold = data.orders.loc[data.orders["customer_id"].isin(ids), "order_id"]
        rows = [f[f["customer_id"].isin(ids)] for f in data.tables.values() if "customer_id" in f]
        rows += [data.invoices[data.invoices["order_id"].isin(sold)]]
        times = pd.concat([r[c].dropna() for r in rows for c in r.select_dtypes("datetime")])
        return int(times[times != times.dt.normalize()].dt.floor("min").isin(minutes).sum())

    done = erasure.erase(shop, people, shop.end).data
    drawn = done.customers["customer_id"][done.customers["customer_id"].str.startswith("erased-")]
    assert led(shop, people) > 50
    assert led(done, drawn) == 0
    assert len(done.source_records) > 0.9 * len(unlinked)


def test_nothing_is_kept_from_which_the_world_could_be_made_again(small):
    """The settings of a synthetic retailer, and what an import told with examples, would know the erased."""
    done = erasure.erase(small, small.customers["customer_id"].iloc[:3].tolist(), small.end)
    assert small.facts["seed"] == 11
    assert (done.data.facts, done.data.truth) == ({}, None)


def test_a_visit_of_nobody_known_that_ended_in_their_order_goes(data):
    """A row that names no customer but an order of theirs is theirs; that of somebody else about that order stays."""
    visits = pd.DataFrame(
        {"session_id": ["W1", "W2", "W3"], "customer_id": [None, "C2", None], "visitor_id": ["V1", None, "V2"],
         "started_at": pd.to_datetime(["2025-01-01"] * 3), "stage": "order", "order_id": ["O1", "O1", "O2"]}
    )  # fmt: skip
    tables = validate({**data.tables, "sessions": visits}, schema.CONTRACTS)
    done = erasure.erase(Dataset("mine", tables, data.start, END), ["C1"], END)
    assert done.data.sessions["session_id"].tolist() == ["W2", "W3"]


def test_whom_a_run_erases():
    """All whose erasure was granted, wholly or in part; without any the customer who has been silent for longest."""
    requests = pd.DataFrame(
        {"customer_id": list("bacd"), "kind": ["erasure", "erasure", "erasure", "access"],
         "outcome": ["done", "partly: tax", "refused", "done"]}
    )  # fmt: skip
    orders = pd.DataFrame(
        {"customer_id": list("xyx"), "ordered_at": pd.to_datetime(["2025-01-01", "2025-02-01", "2025-03-01"])}
    )
    asked = erasure.whom(requests, orders)
    assert (asked.case, asked.people, asked.n) == ("asked", ["a", "b"], 2)
    alone = erasure.whom(requests[2:], orders)
    assert (alone.case, alone.people) == ("longest_silent", ["y"])


def test_a_run_accounts_for_every_change(data):
    """Tables that changed, the largest first; and no table in which more changed than was told."""
    done = erasure.erase(data, ["C1"], END)
    told = erasure.changes(done)
    assert told["rows before"].is_monotonic_decreasing
    assert (told[["deleted", "pseudonymised", "redacted"]].sum(axis=1) > 0).all()
    assert "points" in told.index
    assert erasure.strangers_touched(data, done) == 0
    more = done.account.assign(deleted=0)
    assert erasure.strangers_touched(data, erasure.replace(done, account=more)) > 0


@pytest.mark.parametrize(("before", "after", "case"), [(3, 0, "clean"), (3, 1, "traces"), (0, 0, "unknown")])
def test_a_proof_needs_a_search_that_can_find(before, after, case):
    """A search that found nothing before proves nothing."""
    assert erasure.proved({"traces before": before, "traces after": after}) == case


def test_what_a_run_misses_by_the_truth(data):
    """A record under a phone that nobody knew to be hers is missed, and found once she gives it."""
    records_too = pd.DataFrame(
        {"record_id": ["X1", "X2", "X3", "X9"], "customer_id": ["C1", "C1", "C1", "C1"]}
    )
    hidden = data.source_records.iloc[[0]].assign(
        record_id="X9", source_key="M9", name="A. Example", phone="13700000000", email=None
    )
    tables = dict(data.tables) | {"source_records": pd.concat([hidden, data.source_records])}
    shop = Dataset("mine", tables, data.start, data.end, truth={"identities": records_too})
    found = erasure.left_behind(shop, ["C1"])
    assert found["records truly theirs"].tolist() == [4, 4]
    assert found["still there"].tolist() == [1, 0]
