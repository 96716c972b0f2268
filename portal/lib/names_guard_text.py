"""A text as the names guard looks at it: folded, look-alike characters brought together, with the way back."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from portal.lib.chinese import fold, fold_with_map

# Between the characters of a name people put these to get past a guard, or because the form was filled by voice.
GAPS = re.compile(r"[\W_]+")
SENTENCE_ENDS = re.compile(r"[,;:!?。、()\[\]<>《》「」『』“”\"\n\r]")

# Shapes that the folding for search keeps apart: variants in names, kana and strokes that pass for Han characters,
# Cyrillic, Greek and small capitals that pass for Latin letters. Each pair is (as written, as compared).
_VARIANTS = (
    "峯峰 羣群 喆哲 堃坤 甯宁 淩凌 湧涌 彥彦 呉吴 溫温 録录 戶户 戸户 淸清 靑青 黒黑 産产 爲为 値值 徳德 強强 "
    "彊强 眞真 勲勋 勛勋 珮佩 菓果 啓启 髙高 冨富 晄晃 凃涂 乗乘 亜亚 広广 沢泽 辺边 邉边 桜樱 斉齐 斎斋 恵惠 "
    "栄荣 鉄铁 滝泷 豊丰 竜龙 気气 昇升 陞升 甦苏 燄焰 巌岩 嵒岩 巖岩 濬浚 崐昆 崑昆 崙仑 崘仑 煇辉 暉晖 輝辉 "
    "皜皓 澔浩 晧皓 瑠琉 璢琉 栢柏 槑梅 楳梅 秌秋 龝秋 埜野 壄野 囯国 圀国 囻国 囶国 邨村 嶋岛 嶌岛 桺柳 枊柳 "
    "邱丘 閆阎 闫阎 兎兔 歩步 徴征 靜静 従从 県县 実实 寳宝 寶宝 応应 総总 経经 済济 渓溪 谿溪 発发 祐佑 禎祯 "
    "緒绪 縁缘 芸艺 薫薰 蔵藏 譲让 賛赞 逓递 遙遥 郷乡 銭钱 隠隐 頼赖 顔颜 駅驿 鶏鸡 麗丽 闘斗 霊灵 壊坏 壌壤 "
    "団团 囲围 図图 塩盐 処处 剣剑 劒剑 剱剑 効效 勅敕 匁匆 単单 厳严 収收 叡睿 エ工 カ力 タ夕 ト卜 ニ二 ハ八 "
    "ロ口 囗口 ミ三 オ才 チ千 ノ丿 ⺠民 ⻓长 ⻢马 ⻉贝 ⻅见 ⻋车 ⻔门 ⻜飞 ⻥鱼 ⻦鸟 ⻨麦 ⻩黄 ⻬齐 ⻰龙 аa "
    "еe оo рp сc уy хx іi јj ѕs ԁd һh кk мm тt вb нh гr αa οo νv ρp κk ιi υu ᴀa ʙb ᴄc ᴅd ᴇe ɢg ʜh ɪi ᴊj ᴋk ʟl "
    "ᴍm ɴn ᴏo ᴘp ʀr ꜱs ᴛt ᴜu ᴠv ᴡw ʏy ᴢz ɑa ɡg ıi "
)


class _Shapes(dict[int, int]):
    """A `str.translate` table, one character for one: look-alikes, and Latin letters without their tone marks."""

    def __missing__(self, point: int) -> int:
        sign = chr(point)
        base = unicodedata.normalize("NFD", sign)[0] if 0xBF < point < 0x2000 else sign
        self[point] = ord(base) if base.isascii() and base.isalpha() else point
        return self[point]


@cache
def _shapes() -> _Shapes:
    pairs = [(fold(pair[0]) or pair[0], fold(pair[1])) for pair in _VARIANTS.split()]
    return _Shapes({ord(seen): ord(meant) for seen, meant in pairs if len(seen) == 1 and len(meant) == 1})


def same_shape(folded: str) -> str:
    """`folded` with look-alikes brought together; as long as before."""
    return folded.lower() if folded.isascii() else folded.translate(_shapes())


class Text:
    """`folded` for comparison, `compact` its letters, digits and characters alone, `kept` where those stand in it."""

    __slots__ = ("compact", "folded", "kept", "positions")

    def __init__(self, text: str) -> None:
        folded, self.positions = fold_with_map(text)
        self.folded = same_shape(folded)
        self.kept: Sequence[int] = [at for at, sign in enumerate(self.folded) if sign.isalnum()]
        self.compact = "".join([self.folded[at] for at in self.kept])

    def is_together(self, start: int, end: int) -> bool:
        """Whether compact[start:end] belongs together, and is not the end of one sentence and the start of the next."""
        first, last = self.kept[start], self.kept[end - 1] + 1
        if last - first == end - start:
            return True
        span = self.folded[first:last]
        if not SENTENCE_ENDS.search(span):
            return True
        # 王,小,明 hides a name; 国王,平时 does not. So every gap must be filled, and two characters are too few.
        return end - start >= 3 and len(GAPS.findall(span)) == end - start - 1

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where compact[start:end] stands in `folded`."""
        return self.kept[start], self.kept[end - 1] + 1


@cache
def common_words() -> frozenset[str]:
    """Common words of two characters, in Simplified."""
    lines = Path(__file__).with_name("names_guard_words.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line[0] + second for line in lines if not line.startswith("#") for second in line[1:])
