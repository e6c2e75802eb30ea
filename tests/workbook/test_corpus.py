"""Public workbooks: the good ones are all let in, read as calamine reads them, and saved without a change."""

from __future__ import annotations

import io
import os
import shutil
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from tests.workbook import corpus
from workbook.book import Changes
from workbook.file_book import FileBook
from workbook.issues import WorkbookError
from workbook.package.opc import Package
from workbook.package.strangers import read_strangers

FOLDER = Path(os.environ.get("XLSVC_CORPUS", ""))
pytestmark = pytest.mark.skipif(
    not os.environ.get("XLSVC_CORPUS"), reason="XLSVC_CORPUS names no folder of public workbooks"
)


def test_the_good_ones_are_let_in_and_the_others_get_the_answer_that_fits() -> None:
    paths = corpus.workbooks(FOLDER)
    answers = {path.name: corpus.answer(path) for path in paths}
    assert {name: code for name, code in answers.items() if code != corpus.expected(Path(name))} == {}
    assert len(corpus.good(FOLDER)) >= 500


def test_every_entry_of_the_table_is_there() -> None:
    names = [path.name for path in corpus.workbooks(FOLDER)]
    assert [end for end in corpus.NOT_GOOD if not any(name.endswith(end) for name in names)] == []


@pytest.mark.slow
def test_a_save_that_changes_nothing_keeps_every_part(tmp_path: Path) -> None:
    for path in corpus.good(FOLDER):
        package = Package.open(path)
        made = package.to_bytes()
        assert corpus.entries(made) == corpus.entries(package.data), path.name
        assert zipfile.ZipFile(io.BytesIO(made)).testzip() is None, path.name


@pytest.mark.slow
def test_an_apply_that_changes_nothing_writes_nothing(tmp_path: Path) -> None:
    for number, path in enumerate(corpus.good(FOLDER)):
        book = tmp_path / f"{number}{path.suffix}"
        shutil.copy(path, book)
        host = FileBook(book)
        host.titles()
        assert host.apply(Changes()).saved is None, path.name
        assert book.read_bytes() == path.read_bytes()
        copy = book.with_stem(f"{number} copy")
        assert host.apply(Changes(), copy).saved == copy
        assert copy.read_bytes() == path.read_bytes(), path.name
    assert not list(tmp_path.glob(".*"))
    assert not (tmp_path / "备份").exists()


@pytest.mark.slow
def test_a_tab_put_through_the_editor_keeps_its_cells() -> None:
    other_bytes: Counter[str] = Counter()
    for path in corpus.good(FOLDER):
        titles, lost = corpus.rewritten(path)
        assert lost == [], path.name
        other_bytes[path.name] += len(titles)
    print(f"tabs spelled otherwise afterwards: {other_bytes.total()}")


@pytest.mark.slow
def test_cells_are_read_as_calamine_reads_them() -> None:
    assert corpus.differences(FOLDER) == []


@pytest.mark.slow
def test_as_strangers_files_they_are_read_unless_they_carry_something() -> None:
    paths = corpus.workbooks(FOLDER)
    wrong = {}
    for path, outcome in read_strangers(paths):
        code = outcome.code if isinstance(outcome, WorkbookError) else ""
        if code != corpus.expected(path) and code != "stranger.active":
            wrong[path.name] = code
    assert wrong == {}
