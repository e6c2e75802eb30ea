"""Every sheet of the ledger, in tab order. A new sheet is one module and one entry here."""

from __future__ import annotations

from ..schema import Sheet
from .carried import CARRIED
from .evaluations import EVALUATIONS
from .feedback_entry import FEEDBACK_ENTRY
from .import_mapping import IMPORT_MAPPING
from .import_review import IMPORT_REVIEW
from .process_log import PROCESS_LOG
from .quality_assessment import QUALITY_ASSESSMENT
from .reference import (
    FORM_REGISTER,
    HOLIDAYS,
    ISSUE_LIST,
    OPTIONS,
    PASTE_AREA,
    PEOPLE,
    SEND_REGISTER,
    SERVICE_PROCESS,
    STATUS_HISTORY,
)
from .response_log import RESPONSE_LOG
from .return_log import RETURN_LOG
from .settings import SETTINGS
from .suggestion_tracker import SUGGESTION_TRACKER
from .today import TODAY

SHEETS: tuple[Sheet, ...] = (
    TODAY,
    RESPONSE_LOG,
    PROCESS_LOG,
    EVALUATIONS,
    FEEDBACK_ENTRY,
    QUALITY_ASSESSMENT,
    SUGGESTION_TRACKER,
    SETTINGS,
    ISSUE_LIST,
    PASTE_AREA,
    IMPORT_REVIEW,
    IMPORT_MAPPING,
    SERVICE_PROCESS,
    STATUS_HISTORY,
    FORM_REGISTER,
    RETURN_LOG,
    SEND_REGISTER,
    CARRIED,
    PEOPLE,
    HOLIDAYS,
    OPTIONS,
)
BY_KEY = {sheet.key: sheet for sheet in SHEETS}

HOME_TITLE = "首页"
WEEKLY_TEMPLATE_TITLE = "周报模板"
REVIEW_TEMPLATE_TITLE = "复盘模板"
REVIEW_TABS = ("月度复盘_", "季度复盘_", "半年度复盘_")
BRIEF_TEMPLATE_TITLE = "简报模板"
FORM_TEMPLATE_TITLE = "表单_{code}"
LISTS_TITLE = "下拉"


def is_own_tab(title: str) -> bool:
    """Is a tab the product's own with no table of it: 首页, a template, or a copy of one (周报 2024-W18, 表单 SN…)?"""
    copies = (*REVIEW_TABS, "周报 ", "反馈汇总简报 ", "表单 ", FORM_TEMPLATE_TITLE.format(code=""))
    templates = (WEEKLY_TEMPLATE_TITLE, REVIEW_TEMPLATE_TITLE, BRIEF_TEMPLATE_TITLE)
    return title in (HOME_TITLE, *templates, LISTS_TITLE) or title.startswith(copies)
