"""Documents named together or cited, the base itself, and what was perhaps meant."""

from datetime import date

import pytest

from knowledge.base import SHIPPED, Base

TODAY = date(2026, 11, 22)
HA_GIANG, BAC_KAN, AN_GIANG = "ha-giang-2021", "bac-kan-2021", "an-giang-2021"
BAC_GIANG, HAU_GIANG = "bac-giang-2017", "hau-giang-2022"


@pytest.fixture(scope="module")
def base():
    return Base.load(SHIPPED)


@pytest.mark.parametrize(
    ("asked", "docs"),
    [
        ("trong kho đang giữ văn bản của những nơi nào", {HA_GIANG, BAC_KAN, AN_GIANG, HAU_GIANG}),
        ("kế hoạch nào do Ban Dân vận Tỉnh ủy ban hành", {AN_GIANG, BAC_GIANG}),
        ("những kế hoạch nào do UBND tỉnh ban hành", {HA_GIANG, BAC_KAN}),
        ("kế hoạch nào nguồn không ghi ngày kết thúc", {BAC_KAN}),
        ("kế hoạch nào đã quá hạn rồi", {HA_GIANG, AN_GIANG, BAC_GIANG}),
        ("văn bản mới nhất trong kho là gì", {HAU_GIANG}),
        ("kế hoạch cũ nhất là kế hoạch nào", {BAC_GIANG}),
    ],
)
def test_the_base_itself_is_listed(base, asked, docs):
    answer = base.ask(asked, today=TODAY)
    assert answer.kind == "answer"
    assert docs <= set(answer.docs)
    assert len(docs) > 3 or set(answer.docs) == docs


def test_a_list_names_who_issued_and_what_runs(base):
    text = base.ask("kế hoạch nào do UBND tỉnh ban hành", today=TODAY).text
    assert "- Kế hoạch 246/KH-UBND, Hà Giang 2021 (UBND tỉnh). Thời hạn đến 31/10/2021" in text


def test_what_a_document_says_is_no_list(base):
    answer = base.ask("văn bản nào nói về cải tạo vườn tạp", today=TODAY)
    assert answer.docs == (HA_GIANG,)
    assert "vườn tạp" in answer.body


@pytest.mark.parametrize(
    ("asked", "facts"),
    [
        ("kế hoạch 246 với kế hoạch 05, cái nào ra trước?", ("27/9/2021", "11/1/2021")),
        (
            "số ký hiệu từng kế hoạch của Hà Giang, An Giang",
            ("246/KH-UBND", "14/KH/BDVTU"),
        ),
        ("Bắc Giang và Bắc Kạn: mỗi kế hoạch của năm nào?", ("Năm 2017", "Năm 2021")),
        ("kế hoạch 246, 05 và 14 ban hành ngày nào", ("27/9/2021", "11/1/2021", "24/2/2021")),
        ("cả ba kế hoạch năm 2021 số mấy", ("246/KH-UBND", "05/KH-UBND", "14/KH/BDVTU")),
        (
            "KH 05 Bắc Kạn và KH An Giang do cơ quan nào ban hành",
            ("Ủy ban", "Ban Dân vận"),
        ),
    ],
)
def test_typed_fields_of_several_documents(base, asked, facts):
    answer = base.ask(asked, today=TODAY)
    assert answer.kind == "answer"
    assert len(answer.docs) == len(facts)
    assert all(fact in answer.body for fact in facts)


def test_a_field_that_a_source_does_not_give_is_said(base):
    answer = base.ask("Bắc Giang và Hà Giang ban hành kế hoạch ngày nào", today=TODAY)
    assert "Bắc Giang 2017: Bản tin không nêu ngày ban hành" in answer.body
    assert "27/9/2021" in answer.body


def test_the_number_that_is_not_there_is_named(base):
    text = base.ask("kế hoạch 246 và kế hoạch 999 cái nào trước", today=TODAY).text
    assert "không có văn bản số 999" in text


@pytest.mark.parametrize(
    ("asked", "facts"),
    [
        (
            "Bắc Kạn làm theo một chỉ thị của Thủ tướng. Xin số và ngày ban hành chỉ thị.",
            ("16/CT-TTg", "16/5/2016"),
        ),
        ("quy chế đối thoại ở Hà Giang số mấy, ai ban hành", ("1859-QC/TU", "Tỉnh ủy")),
    ],
)
def test_a_cited_document_is_told_whole(base, asked, facts):
    answer = base.ask(asked, today=TODAY)
    assert answer.kind == "answer"
    assert all(fact in answer.body for fact in facts)


def test_what_is_not_known_of_a_cited_document_stays_refused(base):
    answer = base.ask("Chỉ thị 05-CT/TW ai ban hành, ngày nào", today=TODAY)
    assert answer.kind == "refuse"
    assert "không nêu ngày" in answer.body


def test_who_by_name_is_answered_with_a_name(base):
    asked = "hội nghị dân vận Hậu Giang do đ/c nào chỉ đạo, họp ngày mấy"
    text = base.ask(asked, today=TODAY).text
    assert "Trần Văn Huyến" in text
    assert "13/01/2022" in text


def test_a_comrade_is_no_money(base):
    answer = base.ask("kế hoạch 246 ra ngày bao nhiêu đồng chí ơi", today=TODAY)
    assert (answer.kind, answer.docs) == ("answer", (HA_GIANG,))


def test_a_story_about_a_province_without_documents_still_clarifies(base):
    asked = (
        "Tôi mới về nhận việc. Nay soạn bài nên muốn hỏi tỉnh yêu cầu nắm tình hình nhân dân "
        "ra sao trong văn bản về dân vận?"
    )
    answer = base.ask(asked, today=TODAY)
    assert answer.kind == "clarify"
    assert {HAU_GIANG, BAC_GIANG} <= set(answer.docs)
    assert len(answer.docs) <= 4


def test_where_the_asker_lives_is_not_which_place_is_asked_for(base):
    asked = "Tôi ở Nghệ An ra chơi. Nghe nói có nơi cải tạo vườn tạp, đó là tỉnh nào vậy?"
    answer = base.ask(asked, today=TODAY)
    assert (answer.kind, answer.docs) == ("answer", (HA_GIANG,))


def test_another_document_of_a_talk_is_asked_the_same(base):
    context = ["Bắc Kạn ban hành kế hoạch Dân vận khéo ngày nào?"]
    answer = base.ask("Còn Tháng Dân vận của Hà Giang thì sao?", context=context, today=TODAY)
    assert answer.kind == "answer"
    assert "27/9/2021" in answer.text


@pytest.mark.parametrize(
    "asked", ["ai ký kế hoạch 05 của Bắc Kạn", "tháng dân vận năm 2019 của Bắc Giang có gì"]
)
def test_a_refusal_offers_what_was_perhaps_meant(base, asked):
    refused = base.ask(asked, today=TODAY)
    assert refused.kind == "refuse"
    assert 1 <= len(refused.options) <= 2
    for option in refused.options:
        assert len(option.label) <= 60
        answer = base.ask(option.question, doc=option.doc, today=TODAY)
        assert (answer.kind, answer.docs) == ("answer", (option.doc,))


def test_a_strange_question_offers_nothing(base):
    assert base.ask("giá vàng hôm nay", today=TODAY).options == ()


@pytest.mark.parametrize(
    "asked",
    [
        "kế hoạch năm học mới của tỉnh ra sao",
        "tỉnh có hỗ trợ tiền điện cho hộ nghèo không",
        "nơi nào bán bún bò ngon",
        "tỉnh có bao nhiêu xã",
    ],
)
def test_what_is_only_like_our_field_is_refused(base, asked):
    assert base.ask(asked, today=TODAY).kind == "refuse"
