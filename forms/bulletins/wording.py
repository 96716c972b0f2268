"""The first draft of a bulletin's words, in Traditional Chinese, for the editor to change: what the figures support.

A direction (up, down) is said only with both numbers beside it; whether it means anything is the editor's to judge.
"""

from __future__ import annotations

from django.utils.html import format_html, format_html_join, strip_tags
from django.utils.safestring import SafeString

from forms.figures.definitions import DEFINITIONS
from forms.figures.frozen import Frozen


def _written(frozen: Frozen, name: str) -> str:
    return DEFINITIONS[name].written(frozen.value(name))


def _change(frozen: Frozen, before: Frozen, name: str) -> str:
    now, then = frozen.value(name), before.value(name)
    if now is None or then is None:
        return ""
    word = "與上期持平" if now == then else ("高於上期的" if now > then else "低於上期的")
    return f"（{word}{'' if now == then else DEFINITIONS[name].written(then)}）"


def draft_summary(frozen: Frozen, before: Frozen) -> SafeString:
    """A few sentences about what was observed, handed in and answered; nothing where there are no figures."""
    sentences: list[str] = []
    if frozen.value("cards_planned"):
        sentences.append(
            f"本期完成有計劃的安全觀察 {_written(frozen, 'cards_planned')} 張"
            f"{_change(frozen, before, 'cards_planned')}，"
            f"觀察時長合計 {_written(frozen, 'hours_observed')} 小時；"
            f"安全項佔比 {_written(frozen, 'safe_share')}{_change(frozen, before, 'safe_share')}。"
            "隨機觀察另行列示，不計入統計。"
        )
    if frozen.value("complaints_received") is not None:
        sentences.append(
            f"本期受理投訴 {_written(frozen, 'complaints_received')} 件"
            f"{_change(frozen, before, 'complaints_received')}，"
            f"截至編製時已結案 {_written(frozen, 'complaints_closed')} 件，"
            f"按時確認率 {_written(frozen, 'acknowledged_in_time')}，"
            f"按時答覆率 {_written(frozen, 'answered_in_time')}。"
        )
    if frozen.value("survey_issued"):
        sentences.append(
            f"滿意率調查發出 {_written(frozen, 'survey_issued')} 份，回收 {_written(frozen, 'survey_returned')} 份，"
            f"回收率 {_written(frozen, 'survey_return_rate')}，滿意率 {_written(frozen, 'satisfaction_rate')}。"
        )
    if not sentences:
        sentences.append("本期尚無可供統計的紀錄。")
    return format_html_join("", "<p>{}</p>", ((sentence,) for sentence in sentences))


PROMPTS = ("（請編輯說明本期變化的原因、反覆出現的問題及其所在區域。）", "（請編輯列出整治措施、責任人與完成日期。）")


def draft_analysis() -> SafeString:
    """A prompt for the editor, plainly a prompt: it must not pass for a finding."""
    return format_html("<p>{}</p>", PROMPTS[0])


def draft_measures() -> SafeString:
    return format_html("<ul><li>{}</li></ul>", PROMPTS[1])


def is_untouched(text: str) -> bool:
    """Whether the editor left a prompt as it was: readers see nothing of it, on the page and on paper."""
    return strip_tags(text).strip() in PROMPTS
