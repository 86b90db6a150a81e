"""Documents say what is true now: what is derived is not stale, and what they name exists."""

import re
import shlex
import tomllib
from functools import cache
from itertools import takewhile

import pytest
from typer.core import TyperGroup

from belib_platform.contracts.contract import qualified_name
from belib_platform.contracts.dictionary import FILE, dictionary
from belib_platform.contracts.tables import TABLES, VIEWS
from belib_platform.schedules import SCHEDULES
from belib_platform.settings import PREFIX, Settings
from belib_platform_tests.cli.command_line import ROOT as COMMAND_LINE
from belib_platform_tests.documents import DOCUMENTS, ROOT, Document

NAMED_BY_PATH = {str(path.relative_to(ROOT)): path for path in DOCUMENTS}
PATH = re.compile(r"[\w.-]+/[\w./-]*|[\w-]+\.(?:py|md|toml|ya?ml|sh)")
FIRST_OF_OUR_PATHS = ("belib_platform", "belib_platform_tests", "docs", "docker", ".ci", ".github")
MADE_LATER = (".belib", "inbox/", "BELIB_HOME", "pages/", "docker/secrets", "docker/.env")
"""What paths begin with that are in no repository: those of a home, of an archive, of secrets and settings."""

RECIPES = ROOT / "belib_platform_tests/recipes"
MODULE = re.compile(r"\bbelib_platform(?:_tests)?(?:\.\w+)+")
TABLE = re.compile(r"(?:clean|mart)\.\w+")
VARIABLE = re.compile(r"\bBELIB_[A-Z_]*[A-Z]\b")


@pytest.fixture(params=NAMED_BY_PATH, scope="module")
def document(request: pytest.FixtureRequest) -> Document:
    """Each document in turn."""
    return Document(NAMED_BY_PATH[request.param])


def test_the_data_dictionary_is_not_stale() -> None:
    assert (ROOT / FILE).read_text(encoding="utf-8") == dictionary(), (
        "run `python -m belib_platform.contracts.dictionary`"
    )


def test_every_setting_is_in_the_example_with_its_default() -> None:
    lines = (ROOT / "docker/.env.example").read_text(encoding="utf-8").splitlines()
    listed = dict(line.removeprefix("# ").split("=", 1) for line in lines if line.removeprefix("# ").startswith(PREFIX))
    assert set(listed) == {PREFIX + name.upper() for name in Settings.model_fields}
    for name, field in Settings.model_fields.items():
        if field.default is not None:
            assert str(listed[PREFIX + name.upper()]).rstrip("/") == str(field.default).rstrip("/")


def test_every_link_leads_somewhere(document: Document) -> None:
    for link in document.links():
        if link.startswith(("http://", "https://")):
            continue
        file, _, fragment = link.partition("#")
        target = (document.path.parent / file).resolve() if file else document.path
        assert target.exists(), link
        assert not fragment or fragment in Document(target).anchors(), link


def test_every_file_named_exists(document: Document) -> None:
    places = [ROOT, ROOT / "belib_platform", document.path.parent]
    made_in_recipes = {path.name for path in RECIPES.rglob("*.py")}
    for code in document.codes():
        if PATH.fullmatch(code) and not code.startswith(MADE_LATER) and _is_ours(code):
            assert any((place / code).exists() for place in places) or code.rpartition("/")[2] in made_in_recipes, code


def _is_ours(code: str) -> bool:
    return code.partition("/")[0] in FIRST_OF_OUR_PATHS or code.endswith((".py", "/"))


def test_every_module_named_exists(document: Document) -> None:
    for module in MODULE.findall(document.text):
        assert _is_module(module) or _is_module(module.rpartition(".")[0]), module


def _is_module(name: str) -> bool:
    path = ROOT.joinpath(*name.split("."))
    return path.is_dir() or path.with_suffix(".py").is_file()


def test_every_command_of_belib_exists_with_its_options(document: Document) -> None:
    for line in document.shell_lines():
        for words in re.findall(r"(?:^|\s)(?:\S*/)?belib\s+([a-z].*)", line):
            _take(shlex.split(re.sub(r"[<>|&;].*", "", words)))


def _take(words: list[str]) -> None:
    command = COMMAND_LINE
    while isinstance(command, TyperGroup) and words:
        assert words[0] in command.commands, " ".join(words)
        command, words = command.commands[words[0]], words[1:]
    known = {option for parameter in command.params for option in parameter.opts} | {"--help"}
    for option in (word.partition("=")[0] for word in words if word.startswith("--")):
        assert option in known, f"{command.name} {option}"


def test_every_target_of_make_exists(document: Document) -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    for line in document.shell_lines():
        for target in re.findall(r"(?:^|\s)make ([a-z-]+)", line):
            assert target in targets


def test_every_variable_named_is_read_somewhere(document: Document) -> None:
    read = {PREFIX + name.upper() for name in Settings.model_fields} | _variables_of_code()
    assert set(VARIABLE.findall(document.text)) <= read


@cache
def _variables_of_code() -> set[str]:
    """Those that tests, containers and the Makefile set or read."""
    folders = [path for name in ("belib_platform_tests", "docker", ".ci") for path in (ROOT / name).rglob("*")]
    files = [path for path in [*folders, ROOT / "Makefile"] if path.is_file() and path.suffix != ".pyc"]
    return {name for file in files for name in VARIABLE.findall(file.read_text(encoding="utf-8"))}


def test_every_table_named_exists(document: Document) -> None:
    tables = {qualified_name(contract) for contract in [*TABLES, *VIEWS]}
    for code in document.codes():
        if TABLE.fullmatch(code):
            assert code in tables


def test_the_packages_are_those_of_the_layers_in_their_order() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    [layers] = [contract["layers"] for contract in project["tool"]["importlinter"]["contracts"] if "layers" in contract]
    names = [name.strip().removeprefix("belib_platform.") for layer in layers for name in layer.split("|")]
    section = (ROOT / "docs/architecture.md").read_text(encoding="utf-8").partition("\n## Packages\n")[2]
    rows = takewhile(lambda line: not line.startswith("## "), section.splitlines())
    told = [name for row in rows if row.startswith("| `") for name in re.findall(r"`([\w/.]+)`", row.split("|")[1])]
    assert [name.removesuffix("/").removesuffix(".py") for name in told] == names


def test_every_schedule_is_in_the_operators_table() -> None:
    told = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    for schedule in SCHEDULES:
        assert f"`{schedule.name}`" in told
        assert f"| `{schedule.job_name}` |" in told


def test_the_code_of_every_recipe_is_run_by_a_test() -> None:
    run = "\n".join(path.read_text(encoding="utf-8") for path in RECIPES.rglob("*.py"))
    recipes = Document(ROOT / "CONTRIBUTING.md").fences("python")
    assert recipes
    for recipe in recipes:
        assert recipe.text in run
