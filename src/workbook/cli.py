"""The command ``workbook``. Heavy imports wait inside the commands, so that ``workbook list`` answers at once."""

import io
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from workbook.formatting.safe import visible
from workbook.tables.errors import DataError, refusal

app = typer.Typer(
    help="Customer analytics for apparel retail: a workbook to learn with, and to run on your own data.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
data_app = typer.Typer(help="Make, import or check a data set.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(data_app, name="data")

Select = Annotated[
    list[str] | None,
    typer.Argument(help="Chapters (02) or notebooks (rfm_tiers); all if none is named.", show_default=False),
]
Data = Annotated[str, typer.Option("--data", help="Name of a bundled data set, or a folder.")]
Jobs = Annotated[int, typer.Option(min=1, help="Notebooks that run at once.")]
Resume = Annotated[bool, typer.Option("--resume", help="Go on where an interrupted run stopped.")]
Dask = Annotated[
    str,
    typer.Option(
        "--dask",
        metavar="ADDRESS",
        help="Scheduler of a Dask cluster that runs them instead.",
        show_default=False,
    ),
]
PageOut = Annotated[
    Path | None, typer.Option("--out", help="Write a page as well: a new file, or a new folder.")
]
OUTPUT = Path("output")


def echo(text: str = "", *, err: bool = False) -> None:
    """Print a line; what comes from files can't move the cursor or change the colours of the terminal."""
    typer.echo(visible(text), err=err)


def check_world(world: list[str] | None, data: str) -> None:
    """See that a request doesn't ask for a data set and for a retailer made anew."""
    if world and data != "lanyu":
        raise DataError(f"--world makes the bundled retailer anew and can't go with --data {data!r}.")


def command_typed() -> str:
    """What was typed, so that a page can say how it was made."""
    return shlex.join(["workbook", *sys.argv[1:]])


@app.command("list", epilog="Example: workbook list rfm_tiers --data mine")
def list_notebooks(select: Select = None, data: Data = "lanyu") -> None:
    """List the notebooks: minutes for reading and for exercises, tables needed, and whether the data has them.

    Of those that are named, the parameters too.
    """
    from workbook.course import catalogue
    from workbook.formatting.words import once
    from workbook.tables.locations import data_folder, has

    there = has(data_folder(data))
    for notebook in catalogue.select(select or [], catalogue.notebooks()):
        lacking = notebook.lacking(lambda *needs: [need for need in needs if need not in there])
        state = f"lacks {', '.join(once(lacking))}" if lacking else "ready"
        minutes = f"{notebook.reading:3} + {notebook.practice:2} min"
        echo(f"{notebook.id:44} {minutes}  {state:8}  {notebook.title}")
        for line in catalogue.needed(notebook):
            echo(f"{'':44} {line}")
        for line in catalogue.description_lines(notebook) if select else []:
            echo(f"    {line}")


@app.command(epilog="Example: workbook run 02 --world seed=7 -p high_from=3")
def run(
    select: Select = None,
    data: Data = "lanyu",
    world: Annotated[
        list[str] | None,
        typer.Option(
            "--world",
            metavar="KEY=VALUE",
            help="Make the retailer anew: customers, months, seed, or a claim by its id.",
        ),
    ] = None,
    parameter: Annotated[
        list[str] | None, typer.Option("-p", metavar="NAME=VALUE", help="A parameter of the notebooks.")
    ] = None,
    jobs: Jobs = 1,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder of the results; output/<time> if not given.")
    ] = None,
    resume: Resume = False,
    dask: Dask = "",
) -> None:
    """Run notebooks on a data set and write an offline report."""
    from workbook.course import catalogue, data_gaps, runner, worlds

    selected = catalogue.select(select or [], catalogue.notebooks())
    values = catalogue.typed(parameter or [], selected)
    check_world(world, data)
    source: str | Path = worlds.world(world, OUTPUT / "worlds") if world else data
    latest = OUTPUT / "latest"
    folder = out or (latest.resolve() if resume and latest.is_symlink() else runner.new_folder(OUTPUT))
    content = runner.run(
        selected,
        source,
        values,
        folder,
        jobs=jobs,
        dask=dask,
        resume=resume,
        progress=sys.stderr.isatty(),
        command=command_typed(),
    )
    if folder.resolve().parent == OUTPUT.resolve() and folder.name != latest.name:
        runner.point_latest(folder, latest)
    for line in [*content["data"]["notes"], *data_gaps.lines(content["notebooks"], data)]:
        echo(line)
    echo(f"Report: {folder / 'index.html'}")
    if any(n["status"] == "failed" for n in content["notebooks"]):
        raise typer.Exit(1)


@app.command(epilog="Example: workbook sweep rfm_tiers -p high_from=3,4 --world seed=1..20 --jobs 2")
def sweep(
    select: Annotated[
        list[str], typer.Argument(help="Notebooks (rfm_tiers) or chapters (02).", show_default=False)
    ],
    data: Data = "lanyu",
    world: Annotated[
        list[str] | None,
        typer.Option(
            "--world", metavar="KEY=VALUES", help="Make the retailer anew with each of these values."
        ),
    ] = None,
    parameter: Annotated[
        list[str] | None,
        typer.Option("-p", metavar="NAME=VALUES", help="Values of a parameter, as 0.5,1,2 or 1..20."),
    ] = None,
    jobs: Jobs = 1,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder of the sweep; output/sweep-<time> if not given.")
    ] = None,
    resume: Resume = False,
    dask: Dask = "",
) -> None:
    """Run notebooks under every combination of some settings, and gather what they recorded in one table."""
    from workbook.course import catalogue, runner
    from workbook.course import sweep as sweeps
    from workbook.formatting.words import plural

    selected = catalogue.select(select, catalogue.notebooks())
    check_world(world, data)
    folder = out or runner.new_folder(OUTPUT, "sweep-")
    plan = sweeps.combinations(
        selected, world or [], parameter or [], data, folder.resolve(), (OUTPUT / "worlds").resolve()
    )
    several = plural(len(plan), "combination")
    echo(f"{several} of {', '.join(catalogue.short(n.id) for n in selected)}")
    table = sweeps.sweep(
        plan,
        folder,
        jobs=jobs,
        dask=dask,
        resume=resume,
        progress=sys.stderr.isatty(),
        command=command_typed(),
    )
    wrong = table[table["status"] != "passed"].drop_duplicates(["id", "status"])
    for one in wrong.itertuples():
        echo(f"{one.status:8} {one.id}  ({one.reason})")
    ran = len(plan) - wrong["id"].nunique()
    echo(f"{ran} of {len(plan)} combinations ran. Page: {folder / 'index.html'}")
    if "failed" in set(wrong["status"]):
        raise typer.Exit(1)


@app.command(epilog="Example: workbook compare output/20260105-101500 output/latest")
def compare(
    runs: Annotated[
        list[Path], typer.Argument(metavar="RUN", help="Folders of two runs or more.", show_default=False)
    ],
    out: PageOut = None,
) -> None:
    """Set what several runs recorded side by side, mark what differs, and say how the runs differ."""
    from workbook.course import compare as side_by_side

    table, changed = side_by_side.compare(runs)
    for line in side_by_side.lines(table, changed):
        echo(line)
    if out:
        write_page(out, side_by_side.page(table, changed))


def write_page(out: Path, page: str) -> None:
    """Write a page where there is none yet: into a file, or a folder's index.html."""
    from workbook.course.runner import write_whole

    target = out if out.suffix == ".html" else out / "index.html"
    if target.exists():
        raise DataError(f"--out must be a new file or folder; {str(target)!r} is there already.")
    target.parent.mkdir(parents=True, exist_ok=True)
    write_whole(target, page)
    echo(f"Page: {target}")


@app.command(epilog="Example: workbook marks handed-in --out marks.html")
def marks(
    places: Annotated[
        list[Path],
        typer.Argument(
            metavar="PLACE", help="Notebooks that were handed in, or folders of them.", show_default=False
        ),
    ],
    out: PageOut = None,
) -> None:
    """Show who answered what in notebooks that were handed in, and how each exercise went; nothing in them is run."""
    from workbook.course import marks as of_answers

    found, notes = of_answers.marks(places)
    for line in of_answers.lines(found, notes):
        echo(line)
    if out:
        write_page(out, of_answers.page(found, notes))


@app.command(epilog="Example: workbook lab rfm_tiers --data mine")
def lab(
    select: Select = None,
    data: Data = "lanyu",
    browser: Annotated[bool, typer.Option(help="Open the browser.")] = True,
    warm: Annotated[
        bool, typer.Option("--warm", help="For a class on one Linux machine: kernels share what they import.")
    ] = False,
) -> None:
    """Open JupyterLab on your own copy of the notebooks, in my/; a copy is never overwritten.

    Of other data the copy is in my/NAME/, without the sections whose tables the data lacks.
    """
    from workbook.course import catalogue
    from workbook.course.trainee_copy import copy_notebooks, open_lab
    from workbook.tables.locations import data_folder

    selected = catalogue.select(select or [], catalogue.notebooks())
    folder, source = Path("my"), None
    if data != "lanyu":
        from workbook.course.runner import opened

        source = opened(data)
        folder /= Path(source[0]).name
    done = copy_notebooks(selected, folder, source)
    for line in done.lines(folder):
        echo(line)
    if not done.paths:
        raise DataError(f"{data!r} carries none of these notebooks; workbook run says what brings it.")
    raise typer.Exit(open_lab(folder, done.first(folder), browser=browser, warm=warm, data=data_folder(data)))


@data_app.command(
    "make", epilog="Example: workbook data make big --customers 50000 --seed 7 --format parquet"
)
def data_make(
    folder: Annotated[Path, typer.Argument(help="New folder for the data set.")],
    customers: Annotated[
        int, typer.Option(help="Customers won in the period; up to 10,000,000, in CSV 1,000,000.")
    ] = 5000,
    months: Annotated[int, typer.Option(help="Whole months up to the end of 2025; up to 240.")] = 24,
    seed: Annotated[int, typer.Option(help="Another seed is another world.")] = 2026,
    claim: Annotated[
        list[str] | None,
        typer.Option(metavar="ID=VALUE", help="Give a claim of datasets/claims.csv another true value."),
    ] = None,
    format: Annotated[str, typer.Option("--format", help="csv or parquet.")] = "csv",
    replace: Annotated[bool, typer.Option("--replace", help="Replace a data set that is there.")] = False,
) -> None:
    """Make the synthetic retailer Lanyu, with its truth."""
    from workbook.retailer.core.claims import parse
    from workbook.retailer.core.write_world import make

    rows = make(
        folder, customers, months, seed, parse(claim or [], "--claim"),
        format=format, replace=replace, progress=sys.stderr.isatty(),
    )  # fmt: skip
    for name, count in rows.items():
        echo(f"{count:>12,} {name}")
    echo(f"{folder}: {sum(rows.values()):,} rows")


@data_app.command("check", epilog="Example: workbook data check mine")
def data_check(
    folder: Annotated[str, typer.Argument(help="Folder or bundled name of the data set.")],
    out: Annotated[
        Path | None, typer.Option("--out", help="The page; output/check-<name>.html if not given.")
    ] = None,
) -> None:
    """Check a data set against its contracts and write a page about it."""
    from workbook.course import data_report, pages
    from workbook.course.runner import write_whole
    from workbook.tables.folders import load_folder
    from workbook.tables.locations import data_folder

    target = out or OUTPUT / f"check-{Path(folder).resolve().name}.html"
    pages.check_target(target)
    data = load_folder(data_folder(folder))
    target.parent.mkdir(parents=True, exist_ok=True)
    write_whole(target, data_report.page(data))
    for sentence in [*data.notes, *data_report.quality(data)]:
        echo(sentence)
    echo(f"All tables keep their contracts. Page: {target}")


@data_app.command(
    "import", epilog='Example: workbook data import orders.csv --to mine --map customer_id="Member no"'
)
def data_import(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE",
            help="CSV, TSV, aligned text, JSON, Excel, Parquet, a DuckDB or SQLite database, or any of these in a ZIP or gzip; "
            "several must have the same columns.",
            show_default=False,
        ),
    ],
    to: Annotated[
        Path, typer.Option("--to", metavar="DIR", help="New folder for the data set.", show_default=False)
    ],
    table: Annotated[
        str,
        typer.Option(
            metavar="TABLE",
            help="What the files hold: orders, customers, tickets, complaints, experiments, consents, or any "
            "other table of the data dictionary; guessed from the columns if not given.",
            show_default=False,
        ),
    ] = "",
    map: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            metavar="COLUMN=THEIRS",
            help="Say which of the file's columns is ours (customer_id, ordered_at, order_id, quantity, unit_price, "
            "amount, product_id, product_name, category, store_id, channel, country, city, acquisition_channel, "
            "scene, payment, delivery for orders; else a column of the table in the data dictionary): by its name, or by its position from 0 "
            "(-1 is the last). Nothing after = leaves a column out.",
        ),
    ] = None,
    set_to: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="COLUMN=VALUE",
            help="Give one of our columns the same value in all rows: purpose=newsletter, channel=store.",
        ),
    ] = None,
    mapping: Annotated[
        str | None,
        typer.Option(
            metavar="NAME|FILE.toml", help="A ready mapping (cdnow, online_retail), or a TOML file."
        ),
    ] = None,
    format: Annotated[str, typer.Option("--format", help="csv or parquet.")] = "parquet",
    add: Annotated[bool, typer.Option("--add", help="Add the table to the data set in DIR.")] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace a data set that is there; with --add, the table alone.")
    ] = False,
    currency: Annotated[
        str, typer.Option(metavar="ISO", help="Currency of all amounts, such as CNY.", show_default=False)
    ] = "",
    date_format: Annotated[
        str,
        typer.Option(
            metavar="FORMAT",
            help="How dates are written, as in strptime, such as %d.%m.%Y; found from the dates if not given.",
            show_default=False,
        ),
    ] = "",
    query: Annotated[
        str,
        typer.Option(metavar="SQL", help="Which rows of a DuckDB database: a SELECT.", show_default=False),
    ] = "",
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Judge all rows and show what would come; write nothing."),
    ] = False,
    save_mapping: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.toml",
            help="Keep what was found as a mapping, for the next file of this kind.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Import your own files, a table at a time; rows that can't be used go to rejected.csv, each with its reasons.

    Table and columns are guessed from the columns' names (English or Chinese), and the guess is shown. Of orders only
    a customer and a date are needed.
    """
    import pandas as pd

    from workbook.tables.importing import ImportRequest, import_files
    from workbook.tables.importing.describing import describe

    data = import_files(
        ImportRequest(
            files,
            to,
            table=table,
            mapping=mapping,
            pairs=map or [],
            sets=set_to or [],
            format=format,
            add=add,
            replace=replace,
            currency=currency,
            date_format=date_format,
            query=query,
            today=pd.Timestamp.now(),
            progress=True,
            dry_run=dry_run,
            save_mapping=save_mapping,
        )
    )
    *_, account = data.facts["imports"].values()
    for line in describe(account):
        echo(line)
    echo()
    if save_mapping:
        echo(f"Mapping: {save_mapping}")
    echo(
        "Nothing was written. Next: the same command without --dry-run"
        if dry_run
        else f"Next: workbook run --data {to}"
    )


def main() -> None:
    """Run the command; what the user can mend, or the system refuses, is one sentence and exit status 2."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(
                errors="backslashreplace"
            )  # a terminal that doesn't know a character is no error
    try:
        check_words([*sys.argv[1:], here()])
        app()
    except DataError as error:
        stop(str(error))
    except OSError as error:
        stop(refusal(error))
    except MemoryError as error:
        told = f" ({error})" if str(error) else ""
        stop(f"The memory is too small for this{told}; close other programs, or take fewer rows.")


def here() -> str:
    """The folder that one is in."""
    try:
        return str(Path.cwd())
    except FileNotFoundError:
        raise DataError("The folder that you are in is gone; go to another one (cd).") from None


def check_words(words: Sequence[str]) -> None:
    """See that what was typed, and where, is text, since it is written into pages and files."""
    for word in words:
        try:
            word.encode("utf-8")
        except UnicodeEncodeError:
            raise DataError(f"Names must be in UTF-8, and {word!a} isn't; rename it.") from None


def stop(sentence: str) -> NoReturn:
    """End with what is wrong."""
    echo(f"Error: {sentence}", err=True)
    sys.exit(2)


if __name__ == "__main__":
    main()
