"""The house as DESIGN.md draws it: who may import whom, which file holds what, how large a room may grow."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from importlinter import api  # noqa: F401 - registers the contract types
from importlinter.application import use_cases
from importlinter.configuration import configure

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("portal", "home", "policies", "forms", "search")
MODULE_LIMIT = 500
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
# Printed pages and mails are no part of the public site: nothing runs there, and their styles travel with them.
OFF_SITE = {"print", "emails"}


def modules(*, tests: bool = False) -> list[Path]:
    """Every module of ours but the migrations."""
    rooms = (*ROOMS, "tests") if tests else ROOMS
    found = [path for room in rooms for path in sorted((ROOT / room).rglob("*.py"))]
    return [path for path in found if "migrations" not in path.parts]


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def lines_of(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def imported(path: Path) -> Iterator[str]:
    """Dotted names that a module imports, those inside functions too: `from django.db import models` is both."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def called(node: ast.AST) -> str:
    """The dotted name of an expression such as `timezone.now` or `models.Model`; "" for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{called(node.value)}.{node.attr}"
    return ""


# ---- who imports whom ------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def contracts(pytestconfig):
    """check(graph changes) -> names of the contracts that are broken."""
    configure()
    options = use_cases.read_user_options(config_filename=str(ROOT / "pyproject.toml"))
    use_cases._register_contract_types(options)

    def broken(*extra: tuple[str, str]) -> set[str]:
        graph = use_cases._build_graph(
            root_package_names=options.session_options["root_packages"],
            cache_dir=None,
            include_external_packages=False,
            exclude_type_checking_imports=False,
            verbose=False,
        )
        for importer, target in extra:
            graph.add_import(importer=importer, imported=target)
        report = use_cases._build_report(
            graph=graph,
            graph_building_duration=0,
            user_options=options,
            limit_to_contracts=(),
            show_timings=False,
            verbose=False,
        )
        return {contract.name for contract, check in report.get_contracts_and_checks() if not check.kept}

    return broken


def test_the_import_contracts_hold(contracts):
    assert contracts() == set(), "run .venv/bin/lint-imports to see the imports in question"


@pytest.mark.parametrize(
    "extra",
    [
        ("portal.lib.clock", "portal.org.models"),
        ("home.models", "forms.intake.models"),
        ("forms.cases.models", "forms.cards.models"),
        ("forms.cases.actions", "forms.cases.views"),
        ("policies.models", "portal.demo.stage"),
    ],
)
def test_the_contracts_notice_a_wrong_import(contracts, extra):
    assert contracts(extra)


def test_the_library_knows_no_tables():
    guilty = {
        name_of(path): name
        for path in modules()
        if name_of(path).startswith("portal/lib/")
        for name in imported(path)
        if re.match(r"django\.db\.models|django\.contrib\.\w+\.models|portal\.(?!lib)|wagtail", name)
    }
    assert guilty == {}


def test_rules_know_no_requests():
    """A verb, a permission or a table never imports what only a view needs (STYLE 4)."""
    guilty = {
        name_of(path): name
        for path in modules()
        if path.stem in {"actions", "permissions", "enums"} or path.parent.name == "actions"
        for name in imported(path)
        if re.match(r"django\.(http|shortcuts|views|urls|contrib\.messages)\b", name)
    }
    assert guilty == {}


# ---- which file holds what -------------------------------------------------------------------------------------------
VAGUE = {"utils", "util", "helpers", "helper", "misc", "common", "tools", "functions", "stuff", "services", "managers"}
VAGUE |= {"core", "handlers", "constants", "mixins", "types", "shared"}


def test_no_file_is_named_for_nothing():
    assert [name_of(path) for path in modules(tests=True) if path.stem in VAGUE or path.parent.name in VAGUE] == []


def kinds_held(path: Path) -> Iterator[tuple[str, str]]:
    """(kind of thing, its name) for each thing in a module that DESIGN.md gives a file of its own."""
    for node in tree(path).body:
        if isinstance(node, ast.ClassDef):
            bases = {called(base).rsplit(".", 1)[-1] for base in node.bases}
            if bases & {
                "Model",
                "MP_Node",
                "Page",
                "Orderable",
                "AbstractEmailForm",
                "AbstractForm",
                "ClusterableModel",
            }:
                yield "models", node.name
            if bases & {"TextChoices", "IntegerChoices"}:
                yield "enums", node.name
            if bases & {"AppConfig"}:
                yield "apps", node.name
            if bases & {"SnippetViewSet", "ModelViewSet", "ViewSetGroup", "SnippetViewSetGroup"}:
                yield "viewsets", node.name
        elif isinstance(node, ast.FunctionDef):
            decorators = {called(d.func if isinstance(d, ast.Call) else d) for d in node.decorator_list}
            if "task" in decorators:
                yield "tasks", node.name
            if "hooks.register" in decorators:
                yield "wagtail_hooks", node.name
            if node.name.startswith("user_can_"):
                yield "permissions", node.name
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(called(target) == "urlpatterns" for target in targets):
                yield "urls", "urlpatterns"


def test_a_thing_lies_in_the_file_of_its_name():
    misplaced = [
        f"{name_of(path)}: {thing} belongs into {kind}.py"
        for path in modules()
        for kind, thing in kinds_held(path)
        if not path.stem.endswith(kind) and path.parent.name != kind
    ]
    assert misplaced == []


SINGLE_WORDS = {"tick", "backup", "restore"}  # commands whose names DESIGN.md fixes


def test_a_command_is_a_verb_and_a_noun():
    commands = [path for path in modules() if path.parent.name == "commands" and path.stem != "__init__"]
    odd = [name_of(path) for path in commands if not re.fullmatch(r"[a-z]+_[a-z]+", path.stem)]
    assert [name for name in odd if Path(name).stem not in SINGLE_WORDS] == []


def test_every_command_stands_in_the_documentation():
    text = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    commands = {path.stem for path in modules() if path.parent.name == "commands" and path.stem != "__init__"}
    assert {name for name in commands if f"`{name}" not in text} == set()


# ---- sizes -----------------------------------------------------------------------------------------------------------
def test_no_module_outgrows_its_room():
    large = {name_of(path): lines_of(path) for path in modules(tests=True) if lines_of(path) > MODULE_LIMIT}
    assert large == {}


def test_the_settings_everybody_shares_stay_short():
    assert lines_of(ROOT / "portal" / "settings" / "base.py") < 300


# ---- verbs and the clock ---------------------------------------------------------------------------------------------
def recording(functions: dict[str, ast.FunctionDef]) -> set[str]:
    """Of the functions of one module: those that write to the journal, themselves or through another of them."""
    calls = {
        name: {called(part.func) for part in ast.walk(node) if isinstance(part, ast.Call)}
        for name, node in functions.items()
    }
    found: set[str] = set()
    while more := {name for name, made in calls.items() if made & {"journal.record", *found}} - found:
        found |= more
    return found


def verbs() -> Iterator[tuple[str, ast.FunctionDef]]:
    """Public functions of the actions modules that write to the journal: whoever does that acts for somebody."""
    for path in modules():
        if path.stem == "actions" or path.parent.name == "actions":
            functions = {node.name: node for node in tree(path).body if isinstance(node, ast.FunctionDef)}
            for name in sorted(recording(functions)):
                if not name.startswith("_"):
                    yield f"{name_of(path)}: {name}", functions[name]


def test_a_verb_takes_its_arguments_by_name_and_always_an_actor():
    wrong = []
    for name, node in verbs():
        required = {a.arg for a, d in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True) if d is None}
        if node.args.args or "by" not in required:
            wrong.append(name)
    assert wrong == []
    assert len(list(verbs())) >= 40, "the search for verbs finds too few: it is broken"


CLOCKS = {"timezone.now", "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time"}


def test_one_module_reads_the_clock():
    readers = [
        f"{name_of(path)}:{node.lineno}"
        for path in modules()
        if name_of(path) != "portal/lib/clock.py"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and (called(node.func) in CLOCKS or (called(node.func) == "timezone.localdate" and not node.args))
    ]
    assert readers == []


# ---- templates under a strict content policy -------------------------------------------------------------------------
# Comments, and template tags: a comparison in one is no attribute.
UNSEEN = re.compile(r"{%\s*comment.*?endcomment\s*%}|{#.*?#}|<!--.*?-->|{%.*?%}|{{.*?}}", re.DOTALL)
INLINE = {
    "style attribute": re.compile(r"<[a-z][^<>]*\sstyle\s*=", re.IGNORECASE),
    "event attribute": re.compile(r"<[a-z][^<>]*\son[a-z]+\s*=", re.IGNORECASE),
    "style element": re.compile(r"<style\b", re.IGNORECASE),
    "script without src": re.compile(r"<script\b(?![^>]*\bsrc=)(?![^>]*application/(?:ld\+)?json)", re.IGNORECASE),
    "javascript: address": re.compile(r"(?:href|action)\s*=\s*[\"']?\s*javascript:", re.IGNORECASE),
    "another host": re.compile(r"(?:src|href)\s*=\s*[\"']https?://", re.IGNORECASE),
}


def inline(text: str) -> list[str]:
    text = UNSEEN.sub("", text)
    return [what for what, pattern in INLINE.items() if pattern.search(text)]


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_a_template_runs_and_styles_nothing_inline(path):
    if OFF_SITE & set(path.relative_to(ROOT / "templates").parts):
        pytest.skip("not on the public site")
    assert inline(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('<p style="color: red">', ["style attribute"]),
        ('<p class="a"\n onclick="x()">', ["event attribute"]),
        ("<script>x()</script>", ["script without src"]),
        ("<style>p {}</style>", ["style element"]),
        ('<a href="javascript:x()">', ["javascript: address"]),
        ('<script src="https://cdn.example/x.js"></script>', ["another host"]),
        ('<script src="{% static "x.js" %}" defer></script><p data-on="x">once = more</p>', []),
        ("{% comment %}<style>{% endcomment %}", []),
        ("<option{% if one == other %} selected{% endif %}>", []),
    ],
)
def test_the_search_for_inline_code_finds_it(text, found):
    assert inline(text) == found
