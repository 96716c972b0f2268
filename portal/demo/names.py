"""Names for the people of the demo company: put together from parts by a fixed draw, nobody's in particular."""

from __future__ import annotations

import random
from collections.abc import Iterator

_FAMILY = (
    "王李張劉陳楊黃趙吳周徐孫馬朱胡郭何林羅鄭梁謝宋唐許馮韓曹曾彭蕭蔡潘田董袁于余葉蔣"
    "杜蘇魏程呂丁沈任姚盧傅鍾姜崔譚廖范汪陸金石戴賈韋夏邱方侯鄒熊孟秦白閻薛尹段雷黎史"
    "龍陶賀顧郝龔邵萬錢嚴覃武莫孔向湯"
)
_MEN = (
    "志遠 建國 立新 國棟 海濤 文斌 宏偉 曉東 永剛 振華 家豪 俊傑 天佑 少鋒 光耀 學明 "
    "思源 維民 世安 承宗 炳坤 澤宇 浩然 子軒 明哲 耀宗 啟文 景行 毅成 長青 德昌 紹輝 "
    "鵬飛 正浩 仲平 大川 建業 勇軍 春生 慶豐 "
)
_WOMEN = (
    "小梅 曉蘭 秀英 麗娟 雅琴 靜怡 淑芬 玉潔 佩珊 詩涵 思敏 夢瑤 婉婷 慧敏 惠玲 雪梅 "
    "素雲 嘉欣 美琪 若蘭 芷晴 燕萍 春梅 翠萍 婷婷 月華 欣怡 曉雯 海燕 鳳儀 "
)


def names(seed: str, women: float) -> Iterator[str]:
    """Different full names without end (a few thousand); `women` is the share of women's names, 0 to 1."""
    draw = random.Random(f"names:{seed}")
    families, men, women_names = list(_FAMILY), _MEN.split(), _WOMEN.split()
    given_out: set[str] = set()
    while len(given_out) < len(families) * len(men) // 2:
        given = draw.choice(women_names if draw.random() < women else men)
        name = draw.choice(families) + given
        if name not in given_out:
            given_out.add(name)
            yield name
