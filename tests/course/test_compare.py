"""Runs side by side: what differs is marked, and why it may is said."""

import copy
import json
from pathlib import Path

import pytest

from workbook.course.compare import compare, labels, lines, page
from workbook.tables.errors import DataError

RUN = {
    "schema": 1,
    "data": {"name": "lanyu", "fingerprint": "aaa", "start": "2024-01-01", "end": "2025-12-31"},
    "versions": {"pandas": "3.1.1"},
    "notebooks": [
        {
            "id": "02_a/01_b",
            "status": "passed",
            "parameters": {"bins": 5},
            "figures": [
                {"name": "customers", "value": 5000.0, "unit": "customers"},
                {"name": "share", "value": 0.25, "unit": "share"},
                {"name": "unknown", "value": None, "unit": "share"},
            ],
        }
    ],
}


@pytest.fixture
def runs(tmp_path):
    """Write runs that differ from RUN by what is done to them."""

    def write(*changes):
        folders = []
        for number, change in enumerate(changes):
            content = copy.deepcopy(RUN)
            change(content)
            folders.append(tmp_path / f"run{number}")
            folders[-1].mkdir()
            (folders[-1] / "run.json").write_text(json.dumps(content))
        return folders

    return write


def same(content):
    """Change nothing."""


def smaller(content):
    """Another share, bins and data; one figure is gone."""
    content["notebooks"][0]["figures"][1]["value"] = 0.2
    content["notebooks"][0]["parameters"] = {}
    content["data"]["fingerprint"] = "bbb"
    del content["notebooks"][0]["figures"][0]


def in_currency(name):
    """A run with one figure in money."""

    def change(content):
        content["data"]["currency"] = name
        content["notebooks"][0]["figures"] = [{"name": "order", "value": 671.4, "unit": "money"}]

    return change


def test_money_is_written_in_the_currency_that_all_runs_have(runs):
    """As in the report of a run."""
    assert "CNY 671" in "\n".join(lines(*compare(runs(in_currency("CNY"), in_currency("CNY")))))


def test_money_of_several_currencies_has_none(runs):
    """The number stands alone, and the first lines say which run is in which."""
    said = "\n".join(lines(*compare(runs(in_currency("CNY"), in_currency("EUR")))))
    assert "currency: CNY (run0), EUR (run1)" in said
    assert "CNY 671" not in said


def test_equal_runs_differ_in_nothing(runs):
    """No mark, no change, and it is said so."""
    table, changed = compare(runs(same, same))
    assert not table["differs"].any()
    assert changed == []
    text = "\n".join(lines(table, changed))
    assert "The runs had the same data, versions and parameters." in text
    assert "0 of 3 figures differ" in text


def test_what_differs_is_marked_and_explained(runs):
    """A changed figure and one that only some have are marked; data and parameters are named with their values."""
    table, changed = compare(runs(same, smaller))
    marked = table["differs"].droplevel("notebook")
    assert marked.to_dict() == {"customers": True, "share": True, "unknown": False}
    assert changed == [
        "data's fingerprint: aaa (run0), bbb (run1)",
        "bins of 02_a/01_b: 5 (run0), as it is (run1)",
    ]
    text = "\n".join(lines(table, changed))
    assert "25.0 %" in text
    assert "20.0 %" in text
    assert "-5.0 points" in text
    assert "2 of 3 figures differ" in text


def test_three_runs_stand_side_by_side(runs):
    """A column a run, in the order they were named."""
    table, _ = compare(runs(same, smaller, same))
    assert list(table.columns)[:3] == ["run0", "run1", "run2"]


def test_truth_stands_beside_what_was_found(runs):
    """What is true of each run's retailer, and what it was made with."""

    def retailer(lift, **world):
        def change(content):
            content["data"]["world"] = {"seed": 1, "claims": {}} | world
            content["notebooks"][0]["figures"][1] |= {"truth": lift}

        return change

    table, changed = compare(runs(retailer(0.2), retailer(0.0, seed=2, claims={"a-claim": 0.0})))
    assert changed == [
        "the retailer's seed: 1 (run0), 2 (run1)",
        "the retailer's a-claim: as it is (run0), 0.0 (run1)",
    ]
    shown = "\n".join(lines(table, changed))
    assert "25.0 % (truth 20.0 %)" in shown
    assert "25.0 % (truth 0.0 %)" in shown


def test_a_value_has_its_interval(runs):
    """What is known of a figure only within some bounds is not read as a finding; an end may be open."""

    def bounded(**ends):
        def change(content):
            content["notebooks"][0]["figures"][1] |= ends

        return change

    table, changed = compare(runs(bounded(low=-0.01, high=0.52, truth=0.2), bounded(high=0.5), same))
    shown = "\n".join(lines(table, changed))
    assert "25.0 % (-1.0 to 52.0 %, truth 20.0 %)" in shown
    assert "25.0 % (up to 50.0 %)" in shown
    assert "25.0\N{NO-BREAK SPACE}% (up to 50.0\N{NO-BREAK SPACE}%)" in page(table, changed)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda n: n.update(status="failed", figures=[]), "failed"),
        (lambda n: n.update(status="skipped", figures=[]), "data lacks"),
        (lambda n: n.update(id="another", figures=[]), "not run"),
    ],
)
def test_a_notebook_that_did_not_run_is_no_difference_of_its_figures(runs, change, says):
    """A blank could mean many things, so that it is said which."""
    table, _ = compare(runs(same, lambda content: change(content["notebooks"][0])))
    assert not table["differs"].any()
    assert (table["state of run1"] == says).all()
    assert says in "\n".join(lines(table, []))


def test_a_default_is_named_as_the_notebook_has_it(runs):
    """That a parameter was given as the notebook has it anyway is no difference."""

    def tiers(**parameters):
        def change(content):
            content["notebooks"][0] |= {"id": "02_segmentation/01_rfm_tiers", "parameters": parameters}

        return change

    folders = runs(tiers(high_from=3), tiers(), tiers(high_from=4))
    assert compare(folders[:2])[1] == ["high_from of 02_segmentation/01_rfm_tiers: 3 (run0), 4 (run1)"]
    assert compare(folders[1:])[1] == []


def test_long_names_are_cut_where_they_stay_apart():
    """Runs of a sweep have long names, and stand beside one another."""
    long = [Path(f"{n}-customers=300_seed=1_points_cost=0.5") for n in (1, 2)]
    assert labels(long) == ["1-customers=300_seed=1_p…", "2-customers=300_seed=1_p…"]
    alike = [Path(f"customers=300_seed=1_points_cost={n}") for n in (1, 2)]
    assert labels(alike) == [path.name for path in alike]


def test_a_long_interval_takes_two_lines(runs):
    """Numbers are kept in one line, and would push the second run off the page."""
    assert 'class="number"' not in page(*compare(runs(same, same)))


def test_what_a_run_calls_itself_is_no_html(runs):
    """Names come from folders and data, and are shown, not interpreted."""

    def evil(content):
        content["data"]["name"] = "<script>x</script>"
        content["notebooks"][0]["id"] = "<script>y</script>"
        content["notebooks"][0]["figures"][0]["name"] = "<script>z</script>"

    table, changed = compare(runs(same, evil))
    shown = page(table, changed)
    assert "<script" not in shown
    for name in "xyz":
        assert f"&lt;script&gt;{name}" in shown
    assert shown.count('<tr class="wrong">') == int(table["differs"].sum())


def test_what_is_no_run_is_told(runs, tmp_path):
    """One run alone, a folder without run.json, and a broken one."""
    folders = runs(same)
    with pytest.raises(DataError, match="takes two runs or more"):
        compare(folders)
    with pytest.raises(DataError, match=r"A run is a folder with a run\.json; .*nothing' is none"):
        compare([folders[0], tmp_path / "nothing"])
    (folders[0] / "run.json").write_text("[]")
    with pytest.raises(DataError, match=r"A run is a folder with a run\.json"):
        compare([folders[0], tmp_path])
    with pytest.raises(DataError, match=r"A run is compared with others; .* is named twice"):
        compare([folders[0], folders[0] / ".." / folders[0].name])
    (tmp_path / "sweep.json").write_text("{}")
    with pytest.raises(DataError, match=r"The runs of a sweep are in its folder runs/"):
        compare([tmp_path, tmp_path / "nothing"])
