"""Logs of consent: a row for each change of state, or a row a customer with two days; between yes and withdrawal it was valid."""

from pathlib import Path

import pandas as pd
import pytest

from workbook.analytics.privacy import consent
from workbook.tables.errors import DataError
from workbook.tables.folders import load_folder
from workbook.tables.importing import ImportRequest, import_files

TODAY = pd.Timestamp("2025-06-30")
HEADER = "customer_id,purpose,date,status\n"


@pytest.fixture
def bring(tmp_path, monkeypatch):
    """Import texts, a file each; gives the consents, and what is said first and after."""
    monkeypatch.chdir(tmp_path)

    def bring(*texts, **options):
        files = [Path(f"log{i}.csv") for i in range(len(texts))]
        for file, text in zip(files, texts, strict=True):
            file.write_text(text, encoding="utf-8")
        import_files(
            ImportRequest(files, Path("mine"), today=TODAY, table="consents", replace=True, **options)
        )
        data = load_folder(Path("mine"))
        account = data.facts["imports"]["consents"]
        return data.consents, account["doubts"], account["notes"]

    return bring


def worth_on(consents: pd.DataFrame, *days: str) -> list[str]:
    """What customer A's answer to news was worth on some days."""
    acts = pd.DataFrame({"customer_id": "A", "purpose": "news", "processed_at": pd.to_datetime(list(days))})
    return consent.standing(consents, acts)["worth"].tolist()


@pytest.mark.parametrize("word", ["withdrawn", "撤回", "opted out", "unsubscribed", "Revoked", "unsubscribe"])
def test_a_withdrawal_ends_the_yes_before_it(bring, word):
    """Given on one day and withdrawn on another: one consent, valid between the two, and none before or after."""
    consents, doubts, notes = bring(HEADER + f"A,news,2025-01-10,subscribed\nA,news,2025-03-01,{word}\n")
    assert consents["granted"].tolist() == [True]
    assert consents["withdrawn_at"].tolist() == [pd.Timestamp("2025-03-01")]
    days = "2025-01-09", "2025-01-10", "2025-02-28", "2025-03-01"
    assert worth_on(consents, *days) == ["none", "given", "given", "withdrawn"]
    assert not doubts
    assert "rows that withdraw a yes: 1; each ends the yes before it, which was a consent until then" in notes


def test_each_withdrawal_ends_the_latest_yes_before_it_of_the_same_purpose(bring):
    """Order of rows, other purposes, other customers and a second file change nothing; one that was withdrawn may be given anew."""
    first = (
        "A,news,2025-03-01,withdrawn\nA,news,2025-01-10,yes\nB,news,2025-01-10,yes\nA,sms,2025-01-10,yes\n"
    )
    second = "A,news,2025-04-01,yes\nA,news,2025-05-01,withdrawn\nA,news,2025-05-02,withdrawn\n"
    consents, doubts, _ = bring(HEADER + first, HEADER + second)
    of = consents.sort_values("asked_at").set_index(["customer_id", "purpose"])["withdrawn_at"]
    assert of.loc[("A", "news")].dt.strftime("%m-%d").tolist() == ["03-01", "05-01"]
    assert of.drop(("A", "news")).isna().all()
    assert len(consents) == 4
    assert not doubts


def test_a_withdrawal_without_a_yes_is_told(bring):
    """Nobody knows since when there had been a yes: it is a no from its own time on, and that comes first."""
    consents, doubts, _ = bring(HEADER + "A,news,2025-03-01,unsubscribed\nB,news,2025-01-01,yes\n")
    assert consents["granted"].tolist() == [False, True]
    assert worth_on(consents, "2025-02-01", "2025-03-02") == ["none", "refused"]
    assert doubts[0].startswith("withdrawals without a yes before them, and without a time of their own: 1;")
    assert "--map withdrawn_at=…" in doubts[0]


def test_rows_of_one_id_are_states_of_one_consent(bring):
    """A log may repeat the consent's id for each state: the withdrawal isn't lost as a repeated key."""
    text = "consent_id,customer_id,purpose,date,status\nN1,A,news,2025-01-10,granted\nN1,A,news,2025-03-01,withdrawn\n"
    consents, doubts, _ = bring(text)
    assert consents[["consent_id", "granted"]].to_numpy().tolist() == [["N1", True]]
    assert consents["withdrawn_at"].notna().all()
    assert not doubts


def test_a_double_opt_in_counts_from_its_confirmation(bring):
    """Pending isn't an answer beside one that came; without one it is no yes, and that is told."""
    rows = "A,news,2025-01-10 10:00,pending\nA,news,2025-01-10 13:00,confirmed\nB,news,2025-01-10,pending\nB,news,2025-01-11,pending\n"
    consents, doubts, notes = bring(HEADER + rows)
    assert consents[["customer_id", "granted"]].to_numpy().tolist() == [["A", True], ["B", False]]
    assert worth_on(consents, "2025-01-10 12:00", "2025-01-10 14:00") == ["none", "given"]
    assert doubts == [
        "questions that wait for an answer, such as a double opt-in that nobody confirmed: 1; they are no yes"
    ]
    assert any("rows that wait for an answer, beside one that came: 2;" in note for note in notes)
    assert any("'pending' → no answer yet (3), 'confirmed' → yes (1)" in note for note in notes)


def test_two_days_in_a_row_say_the_same_as_two_rows(bring):
    """A list with the day of a yes and that of its withdrawal, whatever its state is called now."""
    header = "customer_id,purpose,opt_in_date,opt_out_date,status\n"
    rows = "A,news,2025-01-10,2025-03-01,no\nB,news,2025-01-10,2025-03-01,withdrawn\nC,news,2025-01-10,,active\nD,news,2025-01-10,,no\n"
    consents, doubts, _ = bring(header + rows)
    assert consents["granted"].tolist() == [True, True, True, False]
    assert worth_on(consents, "2025-02-01", "2025-03-02") == ["given", "withdrawn"]
    assert not doubts


def test_a_word_that_says_nothing_costs_its_row(bring):
    """Unknown is no answer: the row is rejected and counted, and is no no."""
    consents, doubts, _ = bring(HEADER + "A,news,2025-03-01,unknown\nB,news,2025-01-01,yes\n")
    assert consents["customer_id"].tolist() == ["B"]
    assert any("1 of 2 rows (50%) are rejected, most often for: no granted (1)" in doubt for doubt in doubts)
    with pytest.raises(DataError, match="expired"):
        bring(HEADER + "A,news,2025-03-01,expired\n")


def test_unknown_ways_of_asking_are_named_with_their_numbers(bring):
    """What isn't known is said first, and stays; it is none of the known ways."""
    rows = "A,news,2025-01-01,yes,soft opt-in\nB,news,2025-01-01,yes,soft opt-in\nC,news,2025-01-01,yes,Double opt-in\n"
    consents, doubts, _ = bring("customer_id,purpose,date,status,how\n" + rows)
    assert consents["how"].tolist() == ["soft opt-in", "soft opt-in", "double opt-in"]
    assert doubts[0].startswith("how: what 'soft opt-in' (2) means isn't known here")
    assert worth_on(consents, "2025-01-02") == ["unclear"]
