"""Values of other systems → ours."""

import pandas as pd
import pytest

from workbook.tables import schema
from workbook.tables.contract import columns
from workbook.tables.importing.cells.ids import read_ids
from workbook.tables.importing.cells.statuses import bare_letters
from workbook.tables.importing.cells.values import known, our_values


def test_what_matomo_calls_the_stages_of_a_visit() -> None:
    """Matomo's four statuses are stages, "none" too, which elsewhere means that nothing is said; a word that isn't known stays."""
    cells = pd.Series(["none", "ordered", "abandonedCart", "orderedThenAbandonedCart", "cart", "lost", ""])
    values, notes, _ = our_values(cells, read_ids(cells), "sessions", "stage")
    assert values.fillna("").tolist() == ["visit", "order", "cart", "order", "cart", "lost", ""]
    assert notes == [
        "values by our names: 'none' → visit, 'ordered' → order, 'abandonedCart' → cart, 'orderedThenAbandonedCart' → order"
    ]


def test_a_column_without_values_of_its_own_stays() -> None:
    """A text is only translated where our column has values."""
    cells = pd.Series(["ordered"])
    assert our_values(cells, cells, "sessions", "source") == (cells, [], [])


@pytest.mark.parametrize(("table", "column"), [(t, c) for t, some in known().items() for c in some])
def test_values_are_those_that_a_contract_allows(table: str, column: str) -> None:
    """What words are translated to is what the contract knows, and each of its values is known by its own name."""
    contract = schema.CONTRACTS[table].to_schema().columns[column]
    assert column in columns(schema.CONTRACTS[table])["column"].tolist()
    allowed = [v for check in contract.checks for v in check.statistics.get("allowed_values", ())]
    ours = {value for value in known()[table][column].values() if value}
    assert not allowed or ours == set(allowed)
    assert all(known()[table][column].get(bare_letters(v)) == v for v in ours)


@pytest.mark.parametrize(
    ("table", "column", "words"),
    [
        ("consents", "how", {"Pre-checked": "pre-ticked box", "默认勾选": "pre-ticked box", "Terms & Conditions": "Terms & Conditions",
                             "terms and conditions": "bundled with terms", "double opt-in": "double opt-in"}),
        ("privacy_requests", "outcome", {"Completed": "done", "Rejected": "refused", "partially fulfilled": "partly", "Open": "",
                                         "partly: tax invoices kept": "partly: tax invoices kept", "已完成": "done"}),
    ],
)  # fmt: skip
def test_consent_tools_and_their_words(table: str, column: str, words: dict[str, str]) -> None:
    """A box that came ticked is none by any name, and a request that was completed was granted; other words stay as they are."""
    cells = pd.Series(list(words))
    assert our_values(cells, read_ids(cells), table, column)[0].fillna("").tolist() == list(words.values())
