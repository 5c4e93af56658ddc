"""What came back belongs to the purchase that it was, in whatever part of the lines that is."""

import pandas as pd
import pytest

from workbook.tables.folders import load_folder
from workbook.tables.importing import ImportRequest, import_files, import_orders
from workbook.tables.importing.mapping.mapping import Mapping, Rules
from workbook.tables.importing.orders import lines
from workbook.tables.importing.readers.pieces import Pieces

TODAY = pd.Timestamp("2025-06-30 12:00")
BOUGHT = (
    "customer,order,date,qty,price,sku\n"
    "A,1,2025-01-01,2,5,X\n"
    "A,1,2025-01-01,1,3,Y\n"
    "A,2,2025-02-01,2,5,X\n"
    "B,3,2025-02-02,1,5,X\n"
    "A,4,2025-03-01,2,5,X\n"
)


@pytest.fixture
def returns(tmp_path):
    """Import lines below zero beside what was bought."""

    def load(*back: str) -> pd.DataFrame:
        path = tmp_path / "orders.csv"
        path.write_text(BOUGHT + "".join(f"{row}\n" for row in back))
        mapping = Mapping(rules=Rules(negatives="returns", cancelled="^C"))
        result = import_orders([Pieces(path)], mapping, name="shop", today=TODAY)
        return result.data.table("returns")[["return_id", "order_id", "line", "quantity", "amount"]]

    return load


@pytest.mark.parametrize(
    ("back", "order", "line"),
    [
        ("A,C9,2025-02-15,-2,5,X", "2", 1),  # the latest before it, not the first, not one after it
        ("A,C9,2025-01-01,-1,3,Y", "1", 2),  # on the same day
        ("A,,2025-03-09,-1,5,X", "4", 1),  # no order named at all
        ("A,1,2025-03-09,-1,3,Y", "1", 2),  # the order that it names goes before
        ("A,1,2025-03-09,-1,5,X", "1", 1),
        ("A,3,2025-03-09,-1,5,X", "4", 1),  # it names somebody else's
        ("A,C9,2025-03-09,-1,5,Z", None, None),  # never bought: the customer's alone
        ("A,C9,2024-12-31,-1,5,X", None, None),  # bought later only
        ("A,C9,2025-03-09,-1,5,", None, None),  # of no product
    ],
)
def test_the_purchase_of_a_return(returns, back, order, line) -> None:
    """The order it names, else the same customer's and product's latest earlier purchase, else nothing."""
    found = returns(back).iloc[0]
    assert (found["order_id"] if pd.notna(found["order_id"]) else None) == order
    assert (int(found["line"]) if pd.notna(found["line"]) else None) == line


def test_several_returns_keep_their_order(returns) -> None:
    """Each has its own number, size and purchase, as they stand in the file."""
    found = returns("B,C8,2025-02-03,-1,5,X", "A,C7,2025-03-02,-2,5,X", "A,C7,2025-01-02,-1,5,X")
    assert found.astype(object).to_numpy().tolist() == [
        ["C8-1", "3", 1, 1.0, 5.0],
        ["C7-1", "4", 1, 2.0, 10.0],
        ["C7-2", "1", 1, 1.0, 5.0],
    ]


def test_the_purchase_lies_in_another_part(returns, tmp_path) -> None:
    """Where lines are laid on disk, orders and returns of other names lie in different parts, and still meet."""
    back = [f"A,C{i},2025-03-0{i},-1,5,X" for i in range(2, 9)]
    one = returns(*back)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "MOST", 2)
        (tmp_path / "rules.toml").write_text('[rules]\nnegatives = "returns"\ncancelled = "^C"\n')
        import_files(
            ImportRequest(
                [tmp_path / "orders.csv"], tmp_path / "shop", today=TODAY, mapping=tmp_path / "rules.toml"
            )
        )
    many = load_folder(tmp_path / "shop").table("returns")[one.columns]
    assert one["order_id"].tolist() == ["4"] * 7
    pd.testing.assert_frame_equal(many, one, check_dtype=False)
