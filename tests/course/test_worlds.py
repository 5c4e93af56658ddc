"""Worlds made for a run, and kept."""

import pytest

from workbook.course import worlds
from workbook.tables import folders
from workbook.tables.errors import DataError


def test_settings_are_whole_numbers_by_name():
    """--world key=value, several of them; the last of one key counts."""
    assert worlds.settings(["seed=7", "customers=200"]) == {"seed": 7, "customers": 200}
    assert worlds.settings(["seed=7", "seed=8"]) == {"seed": 8}
    assert worlds.settings([]) == {}


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (
            "sede=7",
            r"A setting of --world must be one of .*customers, .*months, .*seed, .*; got 'sede'\. Did you mean 'seed'\?",
        ),
        ("=7", r"A setting of --world must be one of"),
        ("customers=many", r"--world customers must be a whole number; got 'many'\."),
        ("customers=1.5", r"--world customers must be a whole number; got '1\.5'\."),
        ("seed", r"--world seed must be a whole number; got ''\."),
        ("rfm-retention=much", r"--world rfm-retention must be a number; got 'much'\."),
        ("rfm-retention=7", r"The claim rfm-retention must lie from 0 to 0\.6 \(relative\); got 7\."),
        ("privacy-fine=1", r"The claim privacy-fine is of kind anecdote and no parameter: one case is no"),
    ],
)
def test_a_wrong_setting_is_told(given, sentence):
    """An unknown key with the nearest, a value with what is allowed."""
    with pytest.raises(DataError, match=sentence):
        worlds.settings([given])


def test_a_claim_is_a_setting_too(tmp_path):
    """--world claim=value makes a world of which that is true, and its folder says so."""
    assert worlds.settings(["seed=7", "rfm-retention=0"]) == {"seed": 7, "claims": {"rfm-retention": 0.0}}
    folder = worlds.world(["customers=20", "months=1", "rfm-retention=0"], tmp_path)
    assert folder.name.startswith("lanyu-customers20-months1-rfm-retention0-")
    assert folders.load_folder(folder).facts["claims"] == {"rfm-retention": 0.0}


@pytest.mark.slow
def test_a_world_is_made_once_and_reused(tmp_path):
    """The folder is named by its settings; the second request finds it as it is."""
    first = worlds.world(["months=2", "customers=30", "seed=5"], tmp_path)
    stamp = (first / "datapackage.json").stat().st_mtime_ns
    assert first.is_absolute()
    assert first.parent == tmp_path.resolve()
    assert first.name.startswith("lanyu-customers30-months2-seed5-")
    data = folders.load_folder(first)
    assert (len(data.customers), data.facts) == (30, {"customers": 30, "months": 2, "seed": 5, "claims": {}})
    assert worlds.world(["seed=5", "customers=030", "months=2"], tmp_path) == first
    assert (first / "datapackage.json").stat().st_mtime_ns == stamp
    assert worlds.world(["months=2", "customers=30", "seed=6"], tmp_path) != first
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.slow
def test_a_changed_generator_makes_its_worlds_anew(tmp_path, monkeypatch):
    """A world made by an older generator isn't taken for one of today's."""
    first = worlds.world(["months=1", "customers=20"], tmp_path)
    monkeypatch.setattr(worlds, "maker", lambda: "0ther0")
    assert worlds.world(["months=1", "customers=20"], tmp_path) != first


def test_a_setting_out_of_range_leaves_nothing_behind(tmp_path):
    """The retailer says what is wrong, and no half-made folder is kept."""
    with pytest.raises(DataError, match="customers must be a whole number from 1 on; got 0"):
        worlds.world(["customers=0"], tmp_path / "worlds")
    assert not (tmp_path / "worlds").exists()


def test_two_runs_may_make_one_world_at_once(tmp_path, monkeypatch):
    """Whoever comes second takes the first one's world, which may be in use, and leaves it as it is."""
    from workbook import retailer

    asked, generate = ["customers=20", "months=1"], retailer.generate

    def slow(**wanted):
        monkeypatch.setattr(retailer, "generate", generate)
        made.append(worlds.world(asked, tmp_path))
        made.append((made[0] / "datapackage.json").stat().st_ino)
        return generate(**wanted)

    made = []
    monkeypatch.setattr(retailer, "generate", slow)
    second = worlds.world(asked, tmp_path)
    assert [second, (second / "datapackage.json").stat().st_ino] == made
    assert list(tmp_path.iterdir()) == [second]
