"""chart_limits: one object for scripts, sentences with the line of the file."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.portal.lib.test_control_charts import JUICE, WAFERS
from tests.portal.lib.test_cusum import SHIFTED


def run(path: Path, text: str, kind: str, *options: str) -> str:
    file, out = path / "series.csv", StringIO()
    file.write_text(text, encoding="utf-8")
    call_command("chart_limits", "--kind", kind, "--csv", str(file), *options, stdout=out)
    return out.getvalue()


def as_json(path: Path, text: str, kind: str, *options: str) -> dict[str, Any]:
    return json.loads(run(path, text, kind, "--format", "json", *options))


def rows(counts: list[Any], size: Any = None) -> str:
    lines = [f"{count},{size}" if size else f"{count}" for count in counts]
    return "\n".join(["count,size" if size else "count", *lines])


def test_a_p_chart_as_one_object(tmp_path: Path) -> None:
    found = as_json(tmp_path, rows(JUICE, 50), "p")
    keys = {"kind", "centre", "points", "outside", "signals", "overdispersion_p", "laney"}
    assert (set(found), found["kind"], found["outside"]) == (keys, "p", [15, 23])
    assert found["centre"] == pytest.approx(0.231333, abs=1e-6)
    point = found["points"][14]
    assert (point["n"], point["count"], point["size"], point["value"]) == (15, 22, 50, 0.44)
    assert point["upper"] == pytest.approx(0.410239, abs=1e-6)
    assert {"rule": 1, "n": 15, "side": "above"} in found["signals"]
    assert found["overdispersion_p"] < 0.001
    assert found["laney"]["applies"] is True
    assert len(found["laney"]["points"]) == 30


def test_other_kinds(tmp_path: Path) -> None:
    assert as_json(tmp_path, rows(WAFERS), "c")["outside"] == [24]
    assert as_json(tmp_path, rows(JUICE, 50), "np")["outside"] == [15, 23]
    u = as_json(tmp_path, "Count;Size\r\n6;2\r\n0;0\r\n2;4\r\n", "u")
    assert (round(u["centre"], 6), [point["n"] for point in u["points"]]) == (1.333333, [1, 3])
    phases = as_json(tmp_path, rows(JUICE, 50), "p", "--split", "11", "--split", "21")
    assert [(one["first"], one["last"]) for one in phases["phases"]] == [(1, 10), (11, 20), (21, 30)]


def test_cusum(tmp_path: Path) -> None:
    found = as_json(tmp_path, rows(SHIFTED), "cusum", "--target", "10", "--sigma", "1")
    assert (found["based_on"], found["outside"]) == ("values", [29, 30])
    assert found["signals"][0] == {"n": 29, "side": "above", "began": 23}
    assert round(found["points"][28]["upper_sum"], 2) == 5.28
    assert as_json(tmp_path, rows(SHIFTED), "cusum", "--target", "10", "--sigma", "1", "--h", "4")["outside"][0] == 28
    assert as_json(tmp_path, rows(JUICE, 50), "cusum")["based_on"] == "u"
    assert as_json(tmp_path, rows(JUICE, 50), "cusum", "--of", "p")["based_on"] == "p"
    assert as_json(tmp_path, rows(WAFERS), "cusum")["based_on"] == "c"


def test_the_same_in_words(tmp_path: Path) -> None:
    text = run(tmp_path, rows(WAFERS), "c")
    assert "centre 16" in text
    assert "24\t31\t[4, 28] *" in text
    assert "outside: 24" in text
    assert "rule 1 at 24, above" in text
    assert "No point" in run(tmp_path, "count,size\n0,0\n", "u")
    assert "signal at 29, above, began at 23" in run(tmp_path, rows(SHIFTED), "cusum", "--target", "10", "--sigma", "1")


REFUSED = [
    ("count,size\n1,10\n11,10\n", "p", (), "Line 3: More were counted"),
    ("count,size\n1,10\n\n2,11\n", "np", (), "Line 4: The sizes differ"),
    ("count,size\n1,10\nx,10\n", "p", (), "Line 3: count is “x”"),
    ("count,size\n1,\n", "p", (), "Line 2: size is empty"),
    ("count,size\n1,nan\n", "p", (), "Line 2: size is “nan”"),
    ("count,size\n1,1e400\n", "p", (), "Line 2: size is"),
    ("count,size\n1,1e-400\n", "u", (), "Line 2: size is “1e-400”, which is too large or too small"),
    ("count,size\n1,0.0000000001\n", "u", (), "too large or too small"),
    ("count\n1e13\n", "c", (), "Line 2: count is “1e13”, which is too large"),
    ("count\n1e-999999999\n", "c", (), "which is no number"),
    ("count\n1e999999999\n", "c", (), "which is no number"),
    ("count\n1_0\n", "c", (), "which is no number"),
    ("count;size\n14;9,5\n", "u", (), "Line 2: size is “9,5”, which is no number. Write it with digits"),
    ("count,size\n" + "9" * 5000 + ",1\n", "u", (), "Line 2: count is “9999"),
    ("count\n－5\n", "c", (), "Line 2: Numbers of things"),
    ("count\n−5\n", "c", (), "Line 2: Numbers of things"),
    ("count\n1\n2\n", "cusum", ("--target", "inf"), "are numbers"),
    ("count\n1\n2\n", "cusum", ("--h", "inf"), "are numbers"),
    ("count,size\n-1,10\n", "u", (), "Line 2: Numbers of things"),
    ("count\n1\n", "u", (), "needs the column size"),
    ("number\n1\n", "c", (), "must name the columns"),
    ("count\n", "c", (), "no numbers below"),
    ("", "c", (), "empty"),
    ("count\n1\n2\n", "c", ("--split", "3"), "A new phase begins"),
    ("count\n1.5\n1.5\n", "cusum", (), "do not differ"),
    ("count\n1\n2\n", "cusum", ("--split", "2"), "no phases"),
    ("count\n1\n2\n", "cusum", ("--h", "0"), "above 0"),
    ("count\n1\n2\n", "cusum", ("--of", "c", "--sigma", "1"), "belong to --of values"),
]


@pytest.mark.parametrize(("text", "kind", "options", "words"), REFUSED)
def test_a_bad_file_gets_a_sentence_with_its_line(
    tmp_path: Path, text: str, kind: str, options: tuple[str, ...], words: str
) -> None:
    with pytest.raises(CommandError, match=words):
        run(tmp_path, text, kind, *options)


# As Excel and people write them: the same chart of the same numbers.
WRITTEN = [
    b"\xef\xbb\xbfcount,size\r\n12,50\r\n3,40\r\n",
    "count\tsize\r\n12\t50\r\n3\t40\r\n".encode("utf-16"),
    b"Count ; SIZE\n12;50\n3;40\n",
    "ｃｏｕｎｔ,ｓｉｚｅ\n１２,５０\n３,４０\n".encode(),
    b'"day","count","size"\r"1 Oct","12.0","5e1"\r"2 Oct","3","40"\r',
    "sep=;\ncount;size\n12;50\n3;40\n".encode("utf-8-sig"),
    b"count,size\n12,50\n0,0\n3,40\n",
]


@pytest.mark.parametrize("data", WRITTEN)
def test_the_same_numbers_however_they_are_written(tmp_path: Path, data: bytes) -> None:
    file, out = tmp_path / "series.csv", StringIO()
    file.write_bytes(data)
    call_command("chart_limits", "--kind", "p", "--csv", str(file), "--format", "json", stdout=out)
    found = json.loads(out.getvalue())
    assert [(point["count"], point["size"]) for point in found["points"]] == [(12, 50), (3, 40)]
    assert found["centre"] == pytest.approx(1 / 6)


def test_a_file_that_is_not_there() -> None:
    with pytest.raises(CommandError, match="No such file"):
        call_command("chart_limits", "--kind", "c", "--csv", "/nowhere.csv")
