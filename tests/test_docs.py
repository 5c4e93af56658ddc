"""What is written about the project is true of it."""

import pkgutil
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import typer
import yaml

from workbook.cli import app
from workbook.course import catalogue, contents
from workbook.tables.schema import CONTRACTS, columns

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def commands():
    """All commands with their full names."""
    group = typer.main.get_command(app)
    for name, command in group.commands.items():
        subs = getattr(command, "commands", None)
        if subs is None:
            yield f"workbook {name}", command
        else:
            yield from ((f"workbook {name} {sub}", c) for sub, c in subs.items())


@pytest.mark.parametrize(("name", "command"), list(commands()), ids=lambda v: v if isinstance(v, str) else "")
def test_the_readme_documents_every_command(name, command):
    """Each command and each of its options stands in the README, and its help ends with an example."""
    assert f"`{name}" in README or f"    {name}" in README
    for option in command.params:
        names = [n for n in [*option.opts, *option.secondary_opts] if n.startswith("-")]
        assert not names or any(n in README for n in names), option.name
    assert f"Example: {name}" in command.epilog


def test_what_follows_from_the_notebooks_is_up_to_date():
    """README's and the start notebook's tables, and the minutes in each notebook, are as `make notebooks` writes them."""
    assert contents.outdated(ROOT) == {}
    for notebook in catalogue.notebooks():
        assert f"| `{notebook.id}` | {notebook.reading} + {notebook.practice} |" in README


CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
RECIPES = dict(part.split("\n", 1) for part in CONTRIBUTING.split("\n## Add ")[1:])
NEW = re.compile(r"NN_|/name\.py$")  # in a path that whoever follows the recipe makes


@pytest.mark.parametrize("thing", RECIPES)
def test_a_recipe_takes_few_lines(thing):
    """To add something takes fewer than ten lines to say."""
    assert len([line for line in RECIPES[thing].splitlines() if line]) < 10


# Idioms of several words, which docs/words.txt can't hold.
PHRASES = (
    r"\ba row an? \w+", r"\b(?:above|below) the line\b", r"\bgoes? before\b", r"\bintervals? holds?\b",
    r"\bone (?:it|that) was not\b", r"\bwhat it is of\b",
)  # fmt: skip


def test_no_idiom_stops_an_international_reader():
    """What `make quick` holds to docs/words.txt has none of the idioms of several words either."""
    held = [
        *(ROOT / "notebooks" / "04_service").glob("*.ipynb"),
        ROOT / "src/workbook/course/lessons/service_kpis.py",
    ]
    for path in held:
        text = path.read_text(encoding="utf-8")
        assert [hit[0] for phrase in PHRASES for hit in re.finditer(phrase, text, re.IGNORECASE)] == []


def test_there_is_a_recipe_for_all_that_is_added_often():
    """A newcomer finds how to add each of these."""
    assert {re.sub("^an? ", "", thing) for thing in RECIPES} >= {
        "notebook", "exercise", "table", "claim", "KPI", "import format", "chart", "option of a command",
        "setting of the world",
    }  # fmt: skip


def test_recipes_name_what_is_there():
    """Each path exists, but those that are to be made; each module's names in capitals or with a dot are in the source."""
    words = re.findall(r"`([^`\n]+)`", CONTRIBUTING)
    inside = r"\b(?:src|tests|notebooks|datasets|benchmarks|docs)/\S*"
    paths = [path for word in words for path in re.findall(inside, word)]
    assert len(paths) > 15
    for path in paths:
        assert NEW.search(path) or (ROOT / path).exists(), path
    source = "\n".join(
        p.read_text(encoding="utf-8") for d in ("src", "tests") for p in (ROOT / d).rglob("*.py")
    )
    for name in [w for w in words if re.fullmatch(r"[A-Z][A-Z]+|[a-z]+\.[A-Z]\w+\.[a-z_]+", w)]:
        assert re.search(rf"\b{name.rpartition('.')[2]}\b", source), name


def test_the_readme_lists_every_target():
    """Each target of the Makefile stands in the README, and the other way round."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):.*## ", makefile, flags=re.M))
    assert targets == set(re.findall(r"^ +make ([a-z]+)", README, flags=re.M))


def test_links_of_the_readme_lead_somewhere():
    """Files that the README names are there."""
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).exists(), target


CONDA = {
    "Babel": "babel",
    "duckdb": "python-duckdb",
    "pandera[pandas]": "pandera",
}
CORE = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["build"]]


def test_conda_has_what_pip_has():
    """environment.yml names the same packages with the same bounds as pyproject.toml."""
    wanted = set()
    for requirement in CORE:
        name, bounds = re.fullmatch(r"([A-Za-z0-9-]+(?:\[[a-z]+\])?)(.*)", requirement).groups()
        wanted.add(CONDA.get(name, name) + bounds)
    wanted.add("python" + PROJECT["requires-python"])
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    *conda, by_pip = environment["dependencies"]  # the last holds what conda-forge hasn't
    assert {*conda, *by_pip["pip"]} - {"pip"} == wanted


def test_the_build_is_pinned():
    """What builds the workbook is in the extra `build`, hence in the lock, and each way to install it uses that."""
    system = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]
    assert set(system["requires"]) <= set(PROJECT["optional-dependencies"]["build"])
    ways = re.findall(r"install .*--editable .*", README + (ROOT / "Makefile").read_text(encoding="utf-8"))
    assert len(ways) == 3
    assert all("--no-deps --no-build-isolation" in way for way in ways)


def test_the_changelog_knows_this_version():
    """The version in pyproject.toml has its entry."""
    assert f"## {PROJECT['version']}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_locks_cover_what_is_asked_for():
    """Each package of pyproject.toml is in the lock, with hashes and no address."""
    core = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    for requirement in CORE:
        name = re.match(r"[A-Za-z0-9-]+", requirement)[0].lower()
        assert re.search(rf"^{name}==", core, flags=re.M), name
    for lock in (core, (ROOT / "requirements-dev.lock").read_text(encoding="utf-8")):
        assert "--hash=sha256:" in lock
        assert "://" not in lock


def test_no_file_names_a_place():
    """No tracked text names a path of somebody's machine."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    place = re.compile(r"/(?:work|root|tmp|home/[a-z]+|Users/[A-Za-z]+)/")
    found = []
    for name in listed.splitlines():
        try:
            text = (ROOT / name).read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError):
            continue
        if name != "tests/test_docs.py" and (hit := place.search(text)):
            found.append(f"{name}: {hit[0]}")
    assert found == []


GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
TERMS = [
    "relative percent", "percentage points", "holdout", "uplift",
    "repurchase rate", "conversion per session", "conversion per visitor",
    "new", "active", "sleeping", "lost",
    "new (handbook)", "growth (handbook)", "mature (handbook)", "decline (handbook)",
    "purchases", "order that came back whole", "days_since_last", "total_spend", "frequency", "recency", "T", "monetary_value",
    "R score", "F score", "M score", "eight classes", "general win-back", "value tiers",
    "propensity", "value of a policy", "effective rows", "regret",
    "member", "programme tier", "engagement frequency", "engagement depth", "points", "breakage", "liability",
    "retention", "churn rate", "chance of being active", "lead time",
    "revenue net of returns", "margin", "margin share", "average order value", "LTV (course)", "CLV (course)",
    "lifetime value", "value of a new customer", "CAC", "ROI (course)", "net ROI",
    "first response time", "answer time of a person", "resolution time", "first-contact resolution",
    "problem-resolution rate", "abandonment rate", "service level", "SLA", "CSAT", "NPS",
    "complaint rate", "complaint share of tickets",
]  # fmt: skip


def glossary_rows():
    """Cells of each row of the glossary's tables of terms: term, what it is, window, what over what, function."""
    rows = [line.strip("| ").split(" | ") for line in GLOSSARY.splitlines() if line.startswith("| ")]
    return [cells for cells in rows if cells[0] != "term"]


def test_the_glossary_has_each_term_once():
    """Each term has exactly one row, with its Chinese name and five cells."""
    named = [re.fullmatch(r"([ -~]+?) ([\u4e00-\u9fff]+)", cells[0]) for cells in glossary_rows()]
    assert sorted(name[1] for name in named) == sorted(TERMS)
    assert all(len(cells) == 5 and all(cells) for cells in glossary_rows())


def test_functions_of_the_glossary_can_be_called():
    """Each function that the glossary names is there, and the last cell of a row is one or a dash."""
    paths = set(re.findall(r"`(workbook\.[\w.]+)`", GLOSSARY))
    assert all(callable(pkgutil.resolve_name(path)) for path in paths)
    assert {cells[4].strip("`") for cells in glossary_rows()} <= paths | {"—"}


def test_columns_of_the_glossary_are_under_contract():
    """Each `table.column` that the glossary names is in the table's contract."""
    named = set(re.findall(r"`([a-z_]+)\.([a-z_]+)`", GLOSSARY)) - {("workbook", "customer_summary")}
    assert {table for table, _ in named} <= set(CONTRACTS)
    for table, name in named:
        assert name in set(columns(CONTRACTS[table])["column"]), f"{table}.{name}"


def test_links_of_the_glossary_lead_somewhere():
    """Files that the glossary names are there, and the README leads to it."""
    assert "](docs/glossary.md)" in README
    for target in re.findall(r"\]\(([^)#:]+)\)", GLOSSARY):
        assert (ROOT / "docs" / target).exists(), target
