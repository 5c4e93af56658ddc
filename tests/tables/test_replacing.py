"""What is on disk is the old data set or the new one, whatever happens, and a user's own files stay with it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.tables.shops import ORDERS, shop

from workbook.tables import folders, replacing, schema
from workbook.tables.errors import DataError


def test_an_exception_leaves_nothing_behind(tmp_path):
    """A folder appears whole or not at all."""
    with pytest.raises(RuntimeError), replacing.whole_folder(tmp_path / "new") as scratch:
        (scratch / "orders.csv").write_text("half")
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


def test_an_exception_leaves_the_old_data_set_as_it_was(tmp_path):
    """Replacing begins when the new one is complete."""
    folders.save(shop(), tmp_path / "shop")
    with pytest.raises(RuntimeError), replacing.whole_folder(tmp_path / "shop", replace=True) as scratch:
        (scratch / "orders.csv").write_text("half")
        raise RuntimeError
    assert folders.load_folder(tmp_path / "shop").fingerprint == shop().fingerprint
    assert [p.name for p in tmp_path.iterdir()] == ["shop"]


def test_an_existing_data_set_is_replaced_only_on_demand(tmp_path):
    """Without --replace nothing is overwritten; with it nothing of the old one stays."""
    folders.save(shop(), tmp_path / "shop")
    with pytest.raises(DataError, match=r"shop' exists already; name a new folder, or say --replace\."):
        folders.save(shop(), tmp_path / "shop", format="parquet")
    folders.save(shop(), tmp_path / "shop", format="parquet", replace=True)
    assert not list((tmp_path / "shop").glob("*.csv"))
    assert folders.load_folder(tmp_path / "shop").fingerprint == shop().fingerprint


def test_what_came_meanwhile_is_not_overwritten(tmp_path):
    """Of two who make one folder at once the first has it, and what lies there stays whole."""
    with (
        pytest.raises(DataError, match=r"shop' exists already; name a new folder, or say --replace\."),
        replacing.whole_folder(tmp_path / "shop") as scratch,
    ):
        (scratch / "orders.csv").write_text("half")
        folders.save(shop(), tmp_path / "shop")
    assert folders.load_folder(tmp_path / "shop").fingerprint == shop().fingerprint
    assert [p.name for p in tmp_path.iterdir()] == ["shop"]


def test_what_a_killed_process_left_is_cleared(tmp_path):
    """A kill can't be caught; whoever writes there next removes what it left, and nothing of others."""
    for name in (".shop-0123abcd.making", ".shop-2-0123abcd.making"):
        (tmp_path / name / "made").mkdir(parents=True)
    folders.save(shop(), tmp_path / "shop")
    assert sorted(p.name for p in tmp_path.iterdir()) == [".shop-2-0123abcd.making", "shop"]


def test_what_was_to_be_replaced_comes_back_after_a_kill(tmp_path):
    """Between moving the old away and the new in its place lies a moment; who is killed there loses nothing."""
    scratch = tmp_path / ".shop-0123abcd.making"
    folders.save(shop(), scratch / replacing.OLD)
    with pytest.raises(DataError, match="shop' exists already"):
        folders.save(shop(orders=ORDERS.assign(amount=1.0)), tmp_path / "shop")
    assert folders.load_folder(tmp_path / "shop").fingerprint == shop().fingerprint
    assert [p.name for p in tmp_path.iterdir()] == ["shop"]


def test_what_can_not_be_put_in_its_place_costs_nothing(tmp_path, monkeypatch):
    """If the last step fails where folders can't be exchanged, the old data set is there again."""
    monkeypatch.setattr(replacing, "exchange", lambda one, other: False)
    folders.save(shop(), tmp_path / "shop")
    rename = Path.rename

    def failing(path, to):
        if path.name == "made":
            raise OSError("no")
        return rename(path, to)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(OSError, match="no"):
        folders.save(shop(orders=ORDERS.assign(amount=1.0)), tmp_path / "shop", replace=True)
    assert folders.load_folder(tmp_path / "shop").fingerprint == shop().fingerprint
    assert [p.name for p in tmp_path.iterdir()] == ["shop"]


def test_what_is_no_data_set_is_never_replaced(tmp_path):
    """--replace on the wrong folder must not cost anybody their files."""
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.txt").write_text("years of work")
    with pytest.raises(
        DataError, match=r"thesis' isn't a data set, so it is not replaced; name a new folder\."
    ):
        folders.save(shop(), tmp_path / "thesis", replace=True)
    (tmp_path / "file").write_text("x")
    with pytest.raises(DataError, match=r"shop' lies below '.*file', which is no folder"):
        folders.save(shop(), tmp_path / "file" / "shop")
    with pytest.raises(DataError, match="file' exists already"):
        folders.save(shop(), tmp_path / "file", replace=True)
    assert (tmp_path / "thesis" / "chapter.txt").read_text() == "years of work"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "thesis"]


def test_an_empty_folder_may_be_filled(tmp_path):
    """Somebody who made the folder beforehand did nothing wrong."""
    (tmp_path / "shop").mkdir()
    folders.save(shop(), tmp_path / "shop")
    assert folders.load_folder(tmp_path / "shop").fingerprint == shop().fingerprint


NEW = {"orders": ORDERS.assign(amount=1.0)}


def own_files(folder):
    """Put into a folder what a user may keep there; return each file with its content, and links with their aim."""
    texts = {
        "NOTES.md": "mine", "orders-old.csv": "x", "rejected-old.csv": "x", "Orders.csv.bak": "x", ".hidden": "x",
        "raw/2024/a.csv": "x", ".git/HEAD": "ref", "truth/NOTES.md": "why", "orders.csv~": "x", "tables/orders.csv": "x",
    }  # fmt: skip
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    (folder / "empty").mkdir()
    (folder / "elsewhere").symlink_to("nowhere")
    return texts


def held(folder, texts):
    """Whether all that a user kept is there as it was."""
    return (
        all((folder / name).read_text() == text for name, text in texts.items())
        and (folder / "empty").is_dir()
        and (folder / "elsewhere").readlink() == Path("nowhere")
    )


@pytest.mark.parametrize("swapped", [True, False], ids=["exchange", "two renames"])
@pytest.mark.parametrize("linked", [True, False], ids=["links", "copies"])
def test_what_is_not_the_data_sets_own_stays(tmp_path, monkeypatch, swapped, linked):
    """Notes, raw files, a repository, hidden files and names like ours are in the new data set as they were."""
    if not swapped:
        monkeypatch.setattr(replacing, "exchange", lambda one, other: False)
    if not linked:
        monkeypatch.setattr(os, "link", lambda *_, **__: (_ for _ in ()).throw(OSError))
    folders.save(shop(), tmp_path / "shop")
    texts = own_files(tmp_path / "shop")
    (tmp_path / "shop").chmod(0o700)
    (tmp_path / "shop" / "raw").chmod(0o555)
    (tmp_path / "shop" / "rejected.csv").write_text("old")
    folders.save(shop(**NEW), tmp_path / "shop", format="parquet", replace=True)
    assert held(tmp_path / "shop", texts)
    assert not list((tmp_path / "shop").glob("orders.csv"))
    assert not (tmp_path / "shop" / "rejected.csv").exists()
    assert (tmp_path / "shop").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "shop" / "raw").stat().st_mode & 0o777 == 0o555
    assert folders.load_folder(tmp_path / "shop").fingerprint == shop(**NEW).fingerprint
    assert [p.name for p in tmp_path.iterdir()] == ["shop"]


def test_a_large_file_is_not_copied(tmp_path):
    """A file that stays is the same file, with no more room taken."""
    folders.save(shop(), tmp_path / "shop")
    raw = tmp_path / "shop" / "raw.csv"
    raw.write_text("large")
    before = raw.stat().st_ino
    folders.save(shop(), tmp_path / "shop", replace=True)
    assert (raw.stat().st_ino, raw.stat().st_nlink) == (before, 1)


def test_what_a_data_set_writes_is_its_own(tmp_path, small):
    """All that saving and importing write is known as the data set's own, so that nothing old is carried over."""
    for format in replacing.FORMATS:
        folders.save(small, tmp_path / format, format=format)
        written = [p.relative_to(tmp_path / format) for p in (tmp_path / format).rglob("*") if p.is_file()]
        assert {p.as_posix() for p in written} <= replacing.OWN
    assert {
        "contacts.csv",
        "truth/contacts.parquet",
        "rejected-contacts.csv",
    } <= replacing.OWN  # an earlier name
    assert {"rejected.csv", *(f"rejected-{table}.csv" for table in schema.CONTRACTS)} <= replacing.OWN


KILLED = """
import os, signal, sys
from pathlib import Path
from tests.tables.shops import shop
from tests.tables.test_replacing import NEW, held, own_files
from workbook.tables import folders

target, left, new = Path(sys.argv[1]), 10**9, shop(**NEW)
STEPS = ("os.rename", "os.mkdir", "os.link", "os.remove", "os.rmdir", "shutil.rmtree", "os.chmod", "ctypes.dlsym")

def step(event, _):
    global left
    left -= event in STEPS
    if left < 0 and event in STEPS:
        os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(step)
folders.save(shop(), target)
texts, found, steps, status = own_files(target), [], 0, -1
content = lambda: {p.name: p.read_bytes() for p in target.glob("*.*") if p.is_file()}
old = content()
while status:
    child = os.fork()
    if not child:
        left = steps
        folders.save(new, target, replace=True)
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    assert status in (0, signal.SIGKILL), status
    assert held(target, texts), steps
    found.append(content())
    steps += 1
    if found[-1] != old:
        folders.save(shop(), target, replace=True)
folders.save(new, target, replace=True)
assert [f for f in found if f not in (old, content())] == []
assert content() in found and old in found
assert steps > 20
assert [p.name for p in target.parent.iterdir()] == [target.name]
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux exchanges folders")
def test_a_kill_at_any_step_leaves_the_old_or_the_new_with_all_files(tmp_path):
    """Killed before each step in the file system, one after the other: never a moment without a whole data set."""
    env = os.environ | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    command = [sys.executable, "-c", KILLED, str(tmp_path / "shop")]
    ended = subprocess.run(
        command, env=env, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr


def test_the_folder_that_one_is_in_is_not_replaced(tmp_path, monkeypatch):
    """A shell that stands in a folder which is replaced would see nothing any more; it is refused, however it is named."""
    folders.save(shop(), tmp_path / "shop")
    monkeypatch.chdir(tmp_path / "shop")
    for name in (".", "../shop", str(tmp_path / "shop"), "..", "", "/"):
        with pytest.raises(DataError, match="is the folder that you are in"):
            folders.save(shop(**NEW), Path(name), replace=True)
    assert folders.load_folder(tmp_path / "shop").fingerprint == shop().fingerprint


def test_a_link_leads_to_the_folder_that_is_replaced(tmp_path):
    """Behind a link the folder that it leads to is replaced, and the link stays one."""
    folders.save(shop(), tmp_path / "shop")
    (tmp_path / "link").symlink_to("shop")
    folders.save(shop(**NEW), tmp_path / "link", replace=True)
    assert (tmp_path / "link").is_symlink()
    assert folders.load_folder(tmp_path / "shop").fingerprint == shop(**NEW).fingerprint


def test_a_link_to_no_folder_is_refused(tmp_path):
    """A link that leads nowhere, in a circle or to a file is named, with where it leads."""
    (tmp_path / "file").touch()
    for name, to in (("dangling", "nowhere"), ("loop", "loop"), ("filed", "file")):
        (tmp_path / name).symlink_to(to)
        with pytest.raises(DataError, match=f"{name}' is a link to '{to}', which is no folder"):
            folders.save(shop(), tmp_path / name)
    assert len(list(tmp_path.iterdir())) == 4


def test_what_lies_below_no_folder_is_told(tmp_path):
    """A file, or a link that leads to itself, holds no data set."""
    (tmp_path / "file.csv").write_text("x")
    (tmp_path / "loop").symlink_to("loop")
    for name in ("file.csv", "loop"):
        with pytest.raises(DataError, match=f"below '.*{name}', which is no folder"):
            folders.save(shop(), tmp_path / name / "shop")


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="a place where nothing can be made, on Linux")
def test_a_place_where_nothing_can_be_made_is_told_at_once():
    """Nobody waits for a lock that can't be made."""
    with pytest.raises(DataError, match="'x' can't be made in '/proc'"):
        folders.save(shop(), Path("/proc/x"))


def test_of_two_who_replace_at_once_nobody_loses_rows(tmp_path):
    """Who has read a data set that another one then replaced must read it again."""
    folders.save(shop(), tmp_path / "shop")
    with (
        pytest.raises(DataError, match="was changed by another command meanwhile"),
        replacing.whole_folder(tmp_path / "shop", replace=True),
    ):
        folders.save(shop(**NEW), tmp_path / "shop", replace=True)
    assert folders.load_folder(tmp_path / "shop").fingerprint == shop(**NEW).fingerprint
