"""An index in a file: what is loaded is what was saved, and a damaged file is refused."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.arrayfile import BrokenFile
from knowledge.evaluate import Searcher
from knowledge.index import Index
from knowledge.language import language
from knowledge.model import Model
from knowledge.saved import load, save

DOCUMENTS = {
    "một": ["Ban Dân vận tỉnh ủy ban hành kế hoạch số 12/KH-BDV.", "Tháng dân vận năm 2026."],
    "hai": ["Hội nghị tổng kết phong trào dân vận khéo ở các xã."],
    "ba": ["Quy chế dân chủ ở cơ sở được thực hiện công khai."],
}
QUESTIONS = ["kế hoạch 12 của ban dân vận", "hoi nghi tong ket", "quy chees daan chur", "zzz"]


@pytest.fixture
def searcher():
    return Searcher.of(DOCUMENTS)


def test_what_is_loaded_answers_the_same(searcher, tmp_path):
    searcher.save(tmp_path / "index")
    loaded = Searcher.load(tmp_path / "index")
    assert loaded.index.owners == searcher.index.owners
    for text in QUESTIONS:
        assert loaded.ask(text) == searcher.ask(text)
        assert loaded.search(text, 5) == searcher.search(text, 5)


@given(
    st.lists(st.lists(st.sampled_from(["dân", "vận", "9/kh", "xã"]), max_size=70), max_size=6),
    st.booleans(),
)
@settings(deadline=None, max_examples=30)
def test_changed_indexes_are_saved_with_what_they_lost(tmp_path_factory, texts, is_changed):
    path = tmp_path_factory.mktemp("saved") / "index"
    index = Index(texts)
    if is_changed:
        index = index.changed(add={"mới": [["khéo", "dân"], ["vận"]]})
        index = index.changed(remove=index.owners[:1])
    model = Model(language())
    model.close()
    save(path, index, model)
    loaded, _ = load(path, language())
    question = [("dân", 1.0), ("vận", 0.5), ("9", 1.0)]
    assert loaded.owners == index.owners
    assert loaded.score(question).tolist() == index.score(question).tolist()


def test_a_file_that_was_cut_anywhere_is_refused(searcher, tmp_path):
    path = tmp_path / "index"
    searcher.save(path)
    whole = path.read_bytes()
    for size in [*range(60), *range(60, len(whole), 997), len(whole) - 1]:
        path.write_bytes(whole[:size])
        with pytest.raises(BrokenFile, match="index"):
            Searcher.load(path)


def test_a_file_with_a_damaged_byte_is_refused(searcher, tmp_path):
    path = tmp_path / "index"
    searcher.save(path)
    whole = path.read_bytes()
    front = len(whole) - len(whole.rstrip(b"\0"))
    assert front < 64
    for at in [*range(40), len(whole) // 2, len(whole) - 64 - front]:
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        with pytest.raises(BrokenFile, match="index"):
            Searcher.load(path)


def test_a_file_that_is_longer_is_refused(searcher, tmp_path):
    path = tmp_path / "index"
    searcher.save(path)
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(BrokenFile, match="bytes"):
        Searcher.load(path)


def test_a_save_that_fails_leaves_the_old_file(searcher, tmp_path):
    path = tmp_path / "index"
    searcher.save(path)
    before = path.read_bytes()
    with pytest.raises(UnicodeEncodeError):
        Searcher(Index([["dân"]], ["\udc00"]), Model(language())).save(path)
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["index"]


def test_a_loaded_index_can_be_changed_and_the_file_stays(searcher, tmp_path):
    path = tmp_path / "index"
    searcher.save(path)
    before = path.read_bytes()
    index = Searcher.load(path).index.changed(remove=["hai"], add={"bốn": [["dân", "vận"]]})
    assert index.owners == ("một", "một", "ba", "bốn")
    assert path.read_bytes() == before
