"""What follows from the notebooks elsewhere is written by one command."""

import json
import re

import pytest

from workbook.course import contents, sections
from workbook.tables.errors import DataError
from workbook.tables.locations import home


@pytest.fixture
def project(tmp_path):
    """Copy the notebooks' texts and the README."""
    for path in (home() / "notebooks").rglob("*.ipynb"):
        copy = tmp_path / path.relative_to(home())
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "README.md").write_text(
        f"# x\n\n{contents.BEGIN}old\n{contents.END}\nmore\n", encoding="utf-8"
    )
    return tmp_path


def test_a_table_is_written_between_its_marks(project):
    """What stands around the marks stays; written once, nothing is outdated."""
    changed = contents.outdated(project)
    assert list(changed) == [project / "README.md"]
    text = changed[project / "README.md"]
    assert text.startswith("# x\n\n")
    assert text.endswith(f"{contents.END}\nmore\n")
    assert "old" not in text
    assert "| `02_segmentation/01_rfm_tiers` | 50 + 40 | Who are the best customers" in text
    (project / "README.md").write_text(text, encoding="utf-8")
    assert contents.outdated(project) == {}


def test_minutes_follow_from_the_notebook(project):
    """Two hundred words and an exercise more change the line under the title, README's row, and nothing else."""
    path = project / "notebooks" / "02_segmentation" / "01_rfm_tiers.ipynb"
    page = json.loads(path.read_text(encoding="utf-8"))
    more = [{"cell_type": "markdown", "metadata": {}, "source": ["word " * 1300]}]
    more += [{"cell_type": "code", "metadata": {"tags": ["exercise"]}, "source": ["answer = ..."]}]
    page["cells"] += more
    path.write_text(json.dumps(page, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    changed = contents.outdated(project)
    assert set(changed) == {path, project / "README.md"}
    assert "· 60 minutes to read, 44 for exercises\\n" in changed[path]
    assert "| `02_segmentation/01_rfm_tiers` | 60 + 44 |" in changed[project / "README.md"]


def test_the_start_notebook_leads_to_all_others(project):
    """A row for each, with its chapter, its question and a link that leads there."""
    page = json.loads((project / "notebooks" / "00_start_here.ipynb").read_text(encoding="utf-8"))
    text = next(sections.text(c) for c in page["cells"] if contents.BEGIN in sections.text(c))
    listed = {target.removesuffix(".ipynb") for target in re.findall(r"\]\(([^)]+)\) \|", text)}
    found = {
        p.relative_to(project / "notebooks").with_suffix("").as_posix() for p in project.rglob("*.ipynb")
    }
    assert listed == found - {"00_start_here"}
    (row,) = [line for line in text.splitlines() if "[rfm_tiers](02_segmentation/01_rfm_tiers.ipynb)" in line]
    assert row.startswith("| 02 segmentation | Who are")


@pytest.mark.parametrize(
    "line",
    [
        "**乙** · chapter 04, x",
        "**乙** · chapter 04, x · 50 minutes",
        "**乙** · chapter 04, x · 5 minutes to read",
    ],
)
def test_minutes_end_the_line_under_the_title(line):
    """Whether there are some already or not; other lines in bold stay as they are."""
    cell = {"source": f"# B: what?\n\n{line}\n\n**More** · 5 minutes\n"}
    contents.write_minutes(cell, "a/01_b", 10, 4)
    contents.write_minutes(cell, "a/01_b", 15, 8)
    told = "**乙** · chapter 04, x · 15 minutes to read, 8 for exercises"
    assert "".join(cell["source"]) == f"# B: what?\n\n{told}\n\n**More** · 5 minutes\n"


def test_a_file_without_its_place_is_told(project):
    """Without the marks, or the line of minutes, nothing could be written."""
    (project / "README.md").write_text("# x\n", encoding="utf-8")
    with pytest.raises(
        DataError, match=r"README\.md must have the lines '<!-- notebooks: .*around its table"
    ):
        contents.outdated(project)
    with pytest.raises(
        DataError, match=r"Under its title a/01_b must have a line of its Chinese one, \*\*中文\*\*"
    ):
        contents.write_minutes({"source": "# B\n\nmore\n"}, "a/01_b", 5, 0)
