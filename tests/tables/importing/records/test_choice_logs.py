"""Logs of choices as engines and bandits write them: what was chosen, by what chance, and what it brought."""

from pathlib import Path

import pandas as pd
import pytest

from workbook.tables.errors import DataError
from workbook.tables.folders import load_folder
from workbook.tables.importing import ImportRequest, import_files

TODAY = pd.Timestamp("2025-06-30")


@pytest.fixture
def bring(tmp_path, monkeypatch):
    """Import a text, whose table nobody names."""
    monkeypatch.chdir(tmp_path)

    def bring(text, **options):
        Path("log.csv").write_text(text, encoding="utf-8")
        request = ImportRequest([Path("log.csv")], Path("mine"), today=TODAY, replace=True, **options)
        import_files(request)
        return load_folder(Path("mine"))

    return bring


@pytest.mark.parametrize(
    "header",
    [
        "arm,propensity,reward",
        "Action,Propensity Score,Click",
        "item_id,pscore,clicked",
        "chosen_arm,action_prob,outcome",
        "内容,倾向得分,奖励",
    ],
)
def test_arm_reward_and_propensity_are_enough(bring, header):
    """Whatever the three are called, the file is a log of choices, and rows are numbered."""
    log = bring(f"{header}\na,0.5,1\nb,0.25,0\n").tables["message_log"]
    assert log["content"].tolist() == ["a", "b"]
    assert log["propensity"].tolist() == [0.5, 0.25]
    assert log["reward"].tolist() == [1.0, 0.0]
    assert log["message_id"].is_unique


def test_equal_choices_are_no_file_that_was_exported_twice(bring):
    """Of arm, chance and reward alone most rows are alike by nature: all are kept, and that is what is said."""
    data = bring("arm,propensity,reward\n" + "a,0.5,1\na,0.5,0\nb,0.5,0\n" * 20)
    assert len(data.tables["message_log"]) == 60
    said = data.facts["imports"]["message_log"]["doubts"]
    assert [text for text in said if "57 of its 60 rows (95%) are equal to an earlier one" in text]
    assert not [text for text in said if "twice" in text]
    assert "--map message_id=…" in said[0]


def test_reader_time_and_context_are_taken(bring):
    """What else engines log is found by its name, and the data ends with the last row."""
    data = bring("timestamp,user_id,arm,propensity,reward,segment\n2025-03-01 08:00,u1,a,0.5,2.5,loyal\n")
    row = data.tables["message_log"].iloc[0]
    assert (row["customer_id"], row["context"], row["reward"]) == ("u1", "loyal", 2.5)
    assert f"{data.end:%Y-%m-%d}" == "2025-03-01"


def test_a_chance_that_is_none_costs_its_row(bring):
    """Nobody chooses by a chance of 0, or above 1: such a row can't be weighted."""
    data = bring("arm,propensity,reward\na,0,1\nb,1.2,0\nc,0.5,0\nd,1,1\n")
    assert data.tables["message_log"]["content"].tolist() == ["c", "d"]


def test_an_experiment_is_no_log_of_choices(bring):
    """Units with an arm and without a chance are an experiment still."""
    data = bring("user_id,arm,converted\nu1,a,1\nu2,b,0\n")
    assert "experiments" in data.tables


def test_a_log_without_chances_says_what_is_missing(bring):
    """Under its name a file without chances is refused, by the column that it has not."""
    with pytest.raises(DataError, match="propensity"):
        bring("arm,reward\na,1\n", table="message_log")
