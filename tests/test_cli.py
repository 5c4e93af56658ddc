"""The command: what it prints, its exit status, and one clear sentence for what a user can mend."""

import errno
import inspect
import json
import os
import re
import sys

import pytest

from workbook import cli
from workbook.course import catalogue


@pytest.fixture
def workbook(monkeypatch, capsys, tmp_path):
    """Call the command in an empty folder; gives exit status, output and error output."""
    monkeypatch.chdir(tmp_path)

    def call(*words):
        monkeypatch.setattr(sys, "argv", ["workbook", *map(str, words)])
        with pytest.raises(SystemExit) as stop:
            cli.main()
        said = capsys.readouterr()
        return stop.value.code or 0, said.out, said.err

    return call


def test_list_says_what_each_notebook_needs(workbook):
    """A notebook is listed with minutes, needs, and whether the data has them."""
    status, out, _ = workbook("list")
    assert status == 0
    assert "02_segmentation/01_rfm_tiers" in out
    (rfm,) = catalogue.select(["rfm_tiers"], catalogue.notebooks())
    assert f"{rfm.reading} + {rfm.practice} min  ready" in out
    assert "needs orders, orders.amount" in out


def test_list_says_what_the_data_lacks(workbook, tmp_path):
    """Data without amounts can't carry a notebook that needs them; of a table that lacks no column is told."""
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain" / "orders.csv").write_text("order_id,customer_id,ordered_at\n1,a,2024-01-01\n")
    _, out, _ = workbook("list", "rfm_tiers", "--data", "plain")
    assert "lacks orders.amount" in out
    (tmp_path / "people").mkdir()
    (tmp_path / "people" / "customers.csv").write_text("customer_id\na\n")
    _, out, _ = workbook("list", "rfm_tiers", "--data", "people")
    assert "lacks orders  " in out


def test_a_run_says_what_the_data_lacks(workbook, tmp_path):
    """What can't run is told with what is missing, what it is for and the command that brings it, here and in the report."""
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain" / "orders.csv").write_text("order_id,customer_id,ordered_at\n1,a,2024-01-01\n")
    status, out, _ = workbook("run", "rfm_tiers", "service_kpis", "--data", "plain")
    assert status == 0
    assert "(the data has no orders.amount)" in out
    assert (
        "  orders.amount: paid for the whole order, returns not taken off\n      for 02_segmentation/01_rfm_tiers"
        in out
    )
    assert "workbook data import FILE --to plain --add --table tickets\n" in out
    assert "None of 2 notebooks ran; the data lacks something for 2." in out
    page = (tmp_path / "output" / "latest" / "index.html").read_text(encoding="utf-8")
    assert "by <code>workbook run rfm_tiers service_kpis <span>--data</span> plain</code>" in page
    assert (
        "returns not taken off<br><code><span>workbook data import FILE</span> <span>--to plain</span>"
        in page
    )


def test_a_sweep_doesnt_count_what_lacks_data_as_run(workbook, tmp_path):
    """Nothing ran, and it is said so."""
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain" / "orders.csv").write_text("order_id,customer_id,ordered_at\n1,a,2024-01-01\n")
    status, out, _ = workbook("sweep", "rfm_tiers", "--data", "plain", "-p", "bins=4,5")
    assert status == 0
    assert "0 of 2 combinations ran" in out
    assert out.count("(the data has no orders.amount)") == 2


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["list", "rfm_teirs"], r"Did you mean 'rfm_tiers'\?"),
        (["run", "rfm_tiers", "-p", "high_form=3"], r"Did you mean 'high_from'\?"),
        (["run", "rfm_tiers", "-p", "as_of=17h"], "as_of must be a date such as 2025-06-30; got '17h'"),
        (["run", "rfm_tiers", "-p", "as_of=1999-01-01"], "as_of must lie within the data"),
        (["run", "rfm_tiers", "-p", "bins=many"], "bins must be a whole number; got 'many'"),
        (["run", "rfm_tiers", "-p", "bins"], "-p takes name=value"),
        (["run", "rfm_tiers", "-p", "data=mine"], "say --data"),
        (["run", "--data", "lanyo"], r"Did you mean 'lanyu'\?"),
        (["run", "--data", "no/such/folder"], "There is no folder"),
        (["run", "--world", "customer=3"], r"Did you mean 'customers'\?"),
        (["run", "--world", "customers=few"], "customers must be a whole number; got 'few'"),
        (["run", "--world", "customers=0"], "customers must be a whole number from 1 on; got 0"),
        (["run", "--data", "mine", "--world", "seed=1"], "can't go with --data"),
        (["sweep", "rfm_tiers", "--data", "mine", "--world", "seed=1"], "can't go with --data"),
        (["sweep", "rfm_tiers", "--data", "lanyo", "-p", "bins=4,5"], r"Did you mean 'lanyu'\?"),
        (["sweep", "rfm_tiers", "--data", "no/such/folder"], "There is no folder"),
        (["sweep", "rfm_tiers", "-p", "as_of=1999-01-01,2025-06-30"], "as_of must lie within the data"),
        (["data", "make", "x", "--months", "0"], "months must be a whole number from 1 on"),
        (
            ["data", "make", "x", "--customers", "3", "--format", "xml"],
            "--format must be one of csv, parquet",
        ),
        (["data", "check", "nowhere"], "The data set must be one of .* Folders are looked for in '.+'"),
        (["run", "--data", "no/such/folder"], "no folder 'no/such/folder'.* Folders are looked for in '.+'"),
        (["data", "import", "no.csv", "--to", "x"], r"There is no file 'no\.csv' in '.+'"),
        (["data", "import", "no.csv", "--to", "x", "--mapping", "no.toml"], "Files are looked for in '.+'"),
        (["data", "import", "no.csv", "--to", "x" * 300], "x'…: File name too long; name it shorter"),
        (["data", "make", ".", "--customers", "5"], "'.' is the folder that you are in"),
        (
            ["data", "make", "x", "--customers", "10000001"],
            "customers must be a whole number up to 10,000,000",
        ),
        (["data", "make", "x", "--customers", "1000001"], "up to 1,000,000 where all are held in memory"),
        (["data", "make", "x", "--months", "241"], "months must be a whole number up to 240; got 241"),
        (["run", "--world", "months=100000"], "months must be a whole number up to 240; got 100000"),
        (["run", "--world", "customers=1000001"], "up to 1,000,000 where all are held in memory"),
        (["run", "--world", f"seed={2**32}"], "seed must be a whole number up to 4,294,967,295"),
        (["run", "rfm_tiers", "-p", "bins=\udcff"], r"Names must be in UTF-8, and 'bins=\\udcff' isn't"),
        (["data", "import", "caf\udce9.csv", "--to", "x"], r"and 'caf\\udce9\.csv' isn't; rename it"),
        (
            ["data", "import", "no.csv", "--to", "x", "--date-format", "d.m.y"],
            "such as %d.%m.%Y; got 'd.m.y'",
        ),
    ],
)
def test_a_wrong_request_is_one_sentence_and_status_2(workbook, tmp_path, words, says):
    """The sentence names the thing, what is allowed and what came; nothing is left behind."""
    status, out, err = workbook(*words)
    assert status == 2
    assert out == ""
    assert err.startswith("Error: ")
    assert "Traceback" not in err
    assert re.search(says, err), err
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("my", ["lab", "--no-browser"]),
        ("output", ["data", "check", "lanyu"]),
        ("output", ["run", "rfm_tiers"]),
    ],
    ids=["lab", "check", "run"],
)
def test_what_the_system_refuses_is_one_sentence(workbook, tmp_path, file, words):
    """A file where a folder should be, as any other refusal, is told with its name, and no traceback."""
    (tmp_path / file).touch()
    status, _, err = workbook(*words)
    assert status == 2
    assert re.fullmatch(rf"Error: '{file}.*': (File exists|Not a directory); .*\.\n", err), err


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (
            OSError(errno.ENOSPC, "No space left on device", "out/a"),
            "'out/a': No space left on device; make room",
        ),
        (
            OSError(errno.EROFS, "Read-only file system", "out/a"),
            "'out/a': Read-only file system; name another",
        ),
        (
            PermissionError(errno.EACCES, "Permission denied", "my"),
            "'my': Permission denied; name one that you may",
        ),
        (OSError("pyarrow's own words"), "pyarrow's own words."),
        (
            MemoryError("Unable to allocate 9 GiB"),
            r"The memory is too small for this \(Unable to allocate 9 GiB\); close",
        ),
    ],
    ids=["full", "read-only", "not allowed", "without a number", "memory"],
)
def test_a_full_disk_or_memory_is_one_sentence(workbook, monkeypatch, error, says):
    """Wherever it happens, the sentence says what helps."""
    monkeypatch.setattr(catalogue, "notebooks", lambda: (_ for _ in ()).throw(error))
    status, _, err = workbook("run")
    assert status == 2
    assert re.match(f"Error: {says}", err), err


def test_a_folder_that_is_gone_is_told(workbook, tmp_path, monkeypatch):
    """Who stands in a folder that was removed is told to leave it."""
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    status, _, err = workbook("list")
    monkeypatch.chdir(tmp_path)
    assert (status, err) == (2, "Error: The folder that you are in is gone; go to another one (cd).\n")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no such pipes")
def test_pipes_and_devices_are_refused_at_once(workbook, tmp_path):
    """Nothing waits for a pipe that nobody writes into, or reads a device without an end, wherever a file is expected."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "orders.csv").write_text("order_id,customer_id,ordered_at\n1,a,2024-01-01\n")
    for file in ("pipe", "/dev/zero"):
        _, _, err = workbook("data", "import", file, "--to", "x")
        assert "is a folder, a pipe or a device; it must be a file" in err
        status, _, err = workbook("data", "import", "mine/orders.csv", "--to", "x", "--mapping", file)
        assert "--mapping must be one of" in err
        for name in ("datapackage.json", "customers.csv"):
            (tmp_path / "mine" / name).symlink_to(tmp_path / file)
            for words in (
                ("check", "mine"),
                ("import", "mine/orders.csv", "--to", "mine", "--add", "--replace"),
            ):
                status, _, err = workbook("data", *words)
                assert (status, "it must be a file" in err) == (2, True), err
            (tmp_path / "mine" / name).unlink()
    for run in ("a", "b"):
        (tmp_path / run).mkdir()
        os.mkfifo(tmp_path / run / "run.json")
    status, _, err = workbook("compare", "a", "b")
    assert (status, "it must be a file" in err) == (2, True)


def test_marks_of_what_was_handed_in(workbook, tmp_path):
    """A stored notebook is read as it is; a page is written once, and a place that isn't there is named."""
    (tmp_path / "handed-in").mkdir()
    own = catalogue.notebook("start_here").path
    (tmp_path / "handed-in" / "ours.ipynb").write_bytes(own.read_bytes())
    status, out, _ = workbook("marks", "handed-in", "--out", "marks.html")
    assert (status, "Page: marks.html" in out) == (0, True)
    assert "start_here: 1 notebook\n" in out
    status, _, err = workbook("marks", "handed-in", "--out", "marks.html")
    assert (status, "is there already" in err) == (2, True)
    status, _, err = workbook("marks", "handed")
    assert (status, "'handed' isn't there" in err) == (2, True)


def test_a_folder_that_is_no_data_set(workbook, tmp_path):
    """What the folder holds instead is named."""
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "cat.txt").write_text("miaow")
    status, _, err = workbook("data", "check", "photos")
    assert status == 2
    assert "isn't a data set" in err
    assert "cat.txt" in err


@pytest.mark.slow
def test_make_then_check(workbook, tmp_path):
    """What `data make` writes passes `data check`, which writes a page that needs no network."""
    assert workbook("data", "make", "small", "--customers", "30", "--seed", "3")[0] == 0
    status, out, _ = workbook("data", "check", "small")
    assert status == 0
    assert "All tables keep their contracts" in out
    page = (tmp_path / "output" / "check-small.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert 'src="http' not in page


def test_import_takes_a_format_and_says_its_doubts(workbook, tmp_path):
    """Dates are read as told, the currency is kept in capitals, and what is odd is printed."""
    (tmp_path / "x.csv").write_text("customer,date,amount,promo\nA,03/04/2025,5,SPRING\n")
    request = ["data", "import", "x.csv", "--to", "mine", "--date-format", "%m/%d/%Y", "--currency", "eur"]
    status, out, _ = workbook(*request)
    assert status == 0
    assert "1 order of 1 customer, 2025-03-04 to 2025-03-04, 5.00 EUR" in out
    assert "Look at this first:\n  - not used, but by name a discount: promo; amounts" in out


@pytest.mark.slow
def test_make_does_not_overwrite(workbook, tmp_path):
    """A folder that is there stays as it is unless --replace is said, and then only if it is a data set."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "precious.txt").write_text("keep me")
    for more in ([], ["--replace"]):
        status, _, err = workbook("data", "make", "mine", "--customers", "3", *more)
        assert status == 2
        assert "/mine'" in err
    assert (tmp_path / "mine" / "precious.txt").read_text() == "keep me"


@pytest.mark.slow
def test_run_writes_a_report_and_resumes(workbook, tmp_path):
    """A run writes its four kinds of file; --resume runs nothing again that passed on the same data."""
    request = ["run", "00_start_here", "--world", "customers=60", "--world", "months=3"]
    status, out, _ = workbook(*request)
    assert status == 0, out
    folder = tmp_path / "output" / "latest"
    content = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert content["schema"] == 2
    assert content["data"]["synthetic"] is True
    assert [n["status"] for n in content["notebooks"]] == ["passed"]
    for name in ("index.html", "00_start_here.html"):
        page = (folder / name).read_text(encoding="utf-8")
        assert "<script" not in page
        assert "http://" not in page.replace("http://www.w3.org", "")
        assert "data:image/png;base64," in page
    before = (folder / "00_start_here.html").stat().st_mtime_ns
    assert workbook(*request, "--resume")[0] == 0
    assert (folder / "00_start_here.html").stat().st_mtime_ns == before
    assert len(list((tmp_path / "output").glob("2*"))) == 1


def test_check_names_every_broken_table(workbook, tmp_path):
    """All tables are validated before anything is said of one of them."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "orders.csv").write_text("order_id,customer_id,ordered_at\n1,a,soon\n")
    (tmp_path / "mine" / "customers.csv").write_text("customer_id\na\na\n")
    status, _, err = workbook("data", "check", "mine")
    assert status == 2
    assert "customers" in err and "orders.ordered_at" in err


def test_earlier_names_are_said(workbook, tmp_path):
    """Whoever checks a folder of an earlier edition, or runs a notebook on it, reads that contacts are tickets now."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "contacts.csv").write_text(
        "contact_id,customer_id,opened_at\nK1,a,2025-01-01 10:00\n"
    )
    said = "contacts.csv is read as tickets, the table's present name."
    assert said in workbook("data", "check", "mine")[1]
    status, out, _ = workbook("run", "service_kpis", "--data", "mine", "--out", "out")
    assert (status, said in out) == (0, True)
    assert said in (tmp_path / "out" / "index.html").read_text(encoding="utf-8").replace("&#x27;", "'")


def test_a_page_is_written_over_pages_of_ours_alone(workbook, tmp_path):
    """A slip of the keyboard costs nobody a file; yesterday's page gives way to today's."""
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain" / "orders.csv").write_text("order_id,customer_id,ordered_at\n1,a,2024-01-01\n")
    foreign, folder = tmp_path / "mine.html", tmp_path / "folder.html"
    foreign.write_text("<title>Mine</title>")
    folder.mkdir()
    lost = tmp_path / "link.html"
    lost.symlink_to("nowhere")
    for target in (tmp_path / "plain" / "orders.csv", tmp_path / "new.txt", foreign, folder, lost):
        status, _, err = workbook("data", "check", "plain", "--out", target)
        assert status == 2
        assert "--out must be a new file that ends in .html, or a page that the workbook wrote" in err
    assert foreign.read_text() == "<title>Mine</title>"
    for _ in range(2):
        assert workbook("data", "check", "plain", "--out", "pages/plain.html")[0] == 0


def test_nothing_from_a_file_reaches_the_terminal_raw(workbook, tmp_path):
    """Names of files and columns, and errors that quote them, can't steer the terminal."""
    file = tmp_path / "o\x1b[31m.csv"
    file.write_text(
        "customer_id,ordered_at,amount,\x1b]0;title\x07,\u202eevil\n" + "a,2024-01-01,1,x,y\n" * 20
    )
    told = [
        workbook("data", "import", file, "--to", "mine"),
        workbook("data", "import", file, "--to", "mine"),
    ]
    told.append(workbook("list", "\x1b[2J"))
    assert [status for status, _, _ in told] == [0, 2, 2]
    for _, out, err in told:
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", out + err)
    assert r"o\x1b[31m.csv" in told[0][1]
    assert r"\x1b]0;title\x07" in told[0][1]
    assert "typer.echo(" not in inspect.getsource(cli).replace(inspect.getsource(cli.echo), "")


def test_lab_on_other_data_copies_what_fits(workbook, tmp_path, monkeypatch):
    """The copy is in a folder of the data's name; data that carries none of the notebooks is told."""
    from workbook.course import trainee_copy

    opened = []
    monkeypatch.setattr(
        trainee_copy,
        "open_lab",
        lambda folder, first, browser, warm, data: opened.append((folder.name, first)) or 0,
    )
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain" / "orders.csv").write_text("order_id,customer_id,ordered_at\n1,a,2024-01-01\n")
    status, out, _ = workbook("lab", "start_here", "rfm_tiers", "--data", "plain", "--no-browser")
    assert (status, opened) == (0, [("plain", "00_start_here.ipynb")])
    assert "my/plain/: 1 copied, 0 kept as you left them." in out
    assert "not copied: 02_segmentation/01_rfm_tiers (the data has no orders.amount)" in out
    page = (tmp_path / "my" / "plain" / "00_start_here.ipynb").read_text(encoding="utf-8")
    assert "*Left out: Silence and the truth.* Nobody knows the truth behind this data." in page
    assert "fitted=True" in page
    status, _, err = workbook("lab", "rfm_tiers", "--data", "plain", "--no-browser")
    assert (status, err) == (
        2,
        "Error: 'plain' carries none of these notebooks; workbook run says what brings it.\n",
    )
