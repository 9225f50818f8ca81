"""Every route of the curators' pages."""

from typing import Final

from aiohttp import web

from bot.web import curate, curate_documents, curate_draft, curate_questions, curate_upload

_DRAFT: Final = "/curate/drafts/{id:[0-9]{1,10}}"
_QUESTION: Final = "/curate/questions/{id:[0-9]{1,10}}"

ROUTES: Final = (
    web.get("/curate", curate.show_curate),
    web.post("/curate/drafts", curate_upload.take_file),
    web.get(_DRAFT, curate_draft.show_draft),
    web.post(_DRAFT, curate_draft.change_draft),
    web.post(f"{_DRAFT}/discard", curate_draft.discard_draft),
    web.get(f"{_DRAFT}/pages/{{page:[0-9]{{1,4}}}}", curate_draft.show_page),
    web.get(_QUESTION, curate_questions.show_question),
    web.post(_QUESTION, curate_questions.close_question),
    web.get("/curate/documents", curate_documents.show_documents),
    web.get(curate_documents.ROUTE, curate_documents.show_history),
    web.post(curate_documents.ROUTE, curate_documents.change_history),
)
