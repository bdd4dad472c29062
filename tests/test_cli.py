"""The command line: exit codes, options, what is written where, and what never is."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from formula_files import HEAD, formula
from typer.testing import CliRunner, Result

from derivcheck import __main__, __version__
from derivcheck.cli import check, list_, output, run, show, verify
from derivcheck.cli.app import COMMANDS, app
from derivcheck.cli.common import defect_message
from derivcheck.cli.filter import parse_filter
from derivcheck.cli.output import Destination, pair
from derivcheck.collection.loader import load_text
from derivcheck.files import write_whole
from derivcheck.report import FORMATS

ROOT = Path(__file__).parent.parent
WRONG = formula(derivative="3*x")
Run = Callable[..., Result]


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def invoke(*arguments: str) -> Result:
        result = CliRunner().invoke(app, list(arguments), prog_name="derivcheck")
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return invoke


# --- verify ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "options", "code"),
    [
        pytest.param(formula(), [], 0, id="holds"),
        pytest.param(WRONG, [], 1, id="wrong"),
        pytest.param(formula(derivative="2*t"), [], 1, id="invalid"),
        pytest.param(formula("extra: 1\n"), [], 2, id="not-a-formula-file"),
        pytest.param("a: [", [], 2, id="not-yaml"),
        pytest.param(HEAD.replace("formulas:", "formulas: []"), [], 0, id="no-formula"),
        pytest.param(
            formula("errata: [{kind: wrong-derivative, at: derivative, correct: 2*x}]\n").replace(
                "derivative: 2*x", "derivative: 3*x"
            ),
            [],
            0,
            id="erratum",
        ),
        pytest.param(
            formula("errata: [{kind: wrong-derivative, at: derivative, correct: 2*x}]\n").replace(
                "derivative: 2*x", "derivative: 3*x"
            ),
            ["--strict"],
            1,
            id="erratum-strict",
        ),
        pytest.param(
            formula("errata: [{kind: wrong-derivative, at: derivative, correct: 4*x}]\n").replace(
                "derivative: 2*x", "derivative: 3*x"
            ),
            [],
            1,
            id="stale",
        ),
        pytest.param(formula(), ["-k", "nothing"], 2, id="filter-takes-nothing"),
        pytest.param(formula(), ["-k", "and"], 2, id="filter-unreadable"),
        pytest.param(formula(), ["--timeout", "0"], 2, id="bad-option"),
        pytest.param(formula(), ["--only", "symbolic"], 0, id="symbolic"),
        pytest.param(formula(), ["--only", "numeric"], 0, id="numeric"),
        pytest.param(formula(), ["--only", "numeric", "--strict"], 1, id="numeric-strict"),
    ],
)
def test_exit_codes(call: Run, text: str, options: list[str], code: int) -> None:
    Path("f.yaml").write_text(text)
    result = call("verify", "f.yaml", "-j", "1", *options)
    assert result.exit_code == code, result.output


def test_what_could_be_read_is_checked_all_the_same(call: Run) -> None:
    Path("f.yaml").write_text(WRONG + formula(id="2", wrt="").removeprefix(HEAD))
    result = call("verify", "f.yaml", "--format", "json")
    assert result.exit_code == 2
    report = json.loads(result.stdout)
    assert [(r["id"], r["verdict"]) for r in report["results"]] == [("1", "refuted")]
    table = call("verify", "f.yaml").stdout
    assert "`derivative` needs `wrt`: by which symbol?" in table
    assert "f.yaml:12:5" in table
    assert "refuted" in table


def test_a_missing_file_says_so(call: Run) -> None:
    Path("mine.yaml").write_text(formula())
    result = call("verify", "mime.yaml")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == ("derivcheck: no such file: `mime.yaml` (did you mean `mine.yaml`?)\n")


def test_every_unusable_target_is_told_and_nothing_runs(call: Run) -> None:
    result = call("verify", "nope", "ai-edu:0000")
    assert result.exit_code == 2
    assert result.stderr == (
        "derivcheck: `nope` is no collection, no id of a bundled formula, no file and no "
        "directory (`derivcheck list` shows what there is)\n"
        "derivcheck: `ai-edu` has no formula `0000`\n"
    )


def test_the_table_fits_80_columns_and_holds_no_escapes(call: Run) -> None:
    Path("f.yaml").write_text(WRONG)
    text = call("verify", "f.yaml").stdout
    assert max(map(len, text.splitlines())) <= 80
    assert "\x1b" not in text


def test_results_do_not_depend_on_the_number_of_workers(call: Run) -> None:
    some = "".join(formula(id=str(i), derivative=f"{i}*x").removeprefix(HEAD) for i in range(1, 6))
    Path("f.yaml").write_text(HEAD + some)
    found = []
    for jobs in ("1", "2"):
        result = call("verify", "f.yaml", "-j", jobs, "--no-cache", "--format", "json")
        found.append(re.sub(r'"seconds": [0-9.e-]+', "", result.stdout))
    assert found[0] == found[1]


def test_formats_are_those_of_the_reports() -> None:
    (option,) = [p for p in verify.verify.params if p.name == "formats"]
    assert option.metavar == f"[{'|'.join(FORMATS)}]"


@pytest.mark.parametrize("form", [name for name in FORMATS if name != "table"])
def test_every_format_goes_to_a_file(call: Run, form: str) -> None:
    Path("f.yaml").write_text(WRONG)
    result = call("verify", "f.yaml", "--format", form, "--output", "report")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "1 formula" in result.stderr
    timeless = [
        re.sub(r"[0-9.e-]+(?= s\b)|(?<=time=\")[0-9.]+|(?<=\"seconds\": )[0-9.e-]+", "", text)
        for text in (
            Path("report").read_text(),
            call("verify", "f.yaml", "--format", form).stdout,
        )
    ]
    assert timeless[0] == timeless[1]
    assert sorted(os.listdir()) == ["f.yaml", "report"]


def test_several_formats_in_one_run(call: Run) -> None:
    Path("f.yaml").write_text(formula())
    result = call(
        "verify", "f.yaml", "--format", "table", "--format=json", "-oa.json", "--format", "junit",
        "--output=b.xml",
    )  # fmt: skip
    assert result.exit_code == 0
    assert "proved" in result.stdout
    assert json.loads(Path("a.json").read_text())["summary"]["proved"] == 1
    assert Path("b.xml").read_text().startswith("<?xml")


@pytest.mark.parametrize(
    ("arguments", "destinations"),
    [
        ("", ["table:"]),
        ("f.yaml -o a", ["table:a"]),
        ("--format json", ["json:"]),
        ("--format json -o a", ["json:a"]),
        ("-o a --format json", ["json:a"]),
        ("--format json --format sarif -o a", ["json:", "sarif:a"]),
        ("--format json -o a --format sarif", ["json:a", "sarif:"]),
        ("--format json -o a --format sarif -o b", ["json:a", "sarif:b"]),
        ("-o a --format json -o b --format sarif", ["json:a", "sarif:b"]),
        ("--format json -o a -o b", ["json:a", "table:b"]),
        ("-- -o a", ["table:"]),
        ("--format json -o -", ["json:"]),
        ("--format json -o - --format sarif -o b", ["json:", "sarif:b"]),
    ],
)
def test_outputs_belong_to_formats(arguments: str, destinations: list[str]) -> None:
    found = pair(arguments.split(), "table")
    assert [f"{d.format}:{d.file or ''}" for d in found] == destinations


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            "--format json --format sarif",
            "json and sarif can't both go to standard output: give --output to one",
        ),
        ("-o a -o b", "two --output for one --format: write one --format before each"),
        ("--format json -o a --format sarif -o ./a", "two formats can't go to the same file"),
    ],
    ids=["stdout", "two-outputs", "same-file"],
)
def test_outputs_that_can_not_be_paired(arguments: str, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        pair(arguments.split(), "table")


@pytest.mark.parametrize(
    ("file", "message"),
    [
        ("no/such/file", "can't write no/such/file: No such directory"),
        (".", "can't write .: Is a directory"),
        ("", "can't write to a file: its name is empty"),
        ("/dev/full", "can't write /dev/full: No space left on device"),
    ],
)
def test_output_that_can_not_be_written(call: Run, file: str, message: str) -> None:
    Path("f.yaml").write_text(formula())
    result = call("verify", "f.yaml", "--format", "json", "-q", "-o", file)
    assert (result.exit_code, result.stderr) == (2, f"derivcheck: {message}\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ["verify", "f.yaml", "-o", "./f.yaml"],
        ["verify", ".", "--format", "json", "-o", "f.yaml"],
        ["report", "--latex", "f.yaml", "f.yaml"],
        ["report", "f.yaml"],
        ["report", "f.yaml", "f.yaml"],
    ],
    ids=" ".join,
)
def test_what_is_checked_is_not_written_over(call: Run, arguments: list[str]) -> None:
    Path("f.yaml").write_text(formula())
    result = call(*arguments)
    assert result.exit_code == 2
    assert "can't write" in result.stderr
    assert Path("f.yaml").read_text() == formula()


def test_latex_into_a_folder_that_is_not_there(call: Run) -> None:
    Path("f.yaml").write_text(formula())
    result = call("report", "--latex", "none/f.tex", "f.yaml")
    assert (result.exit_code, result.stderr) == (
        2,
        "derivcheck: can't write none/f.tex: No such directory\n",
    )


@pytest.mark.skipif(sys.platform == "win32", reason="a folder in use can't be removed there")
def test_a_current_folder_that_is_gone(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    command = f"rmdir {shlex.quote(str(gone))}; {shlex.quote(sys.executable)} -m derivcheck list 71"
    done = subprocess.run(
        command, shell=True, cwd=gone, capture_output=True, text=True, timeout=60, check=False
    )
    told = "derivcheck: the current folder does not exist any more\n"
    assert (done.returncode, done.stderr) == (2, told)


def test_files_are_written_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "report"
    file.write_text("old")
    file.chmod(0o640)
    write_whole(str(file), "new")
    assert (file.read_text(), file.stat().st_mode & 0o777) == ("new", 0o640)

    def no_space(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(output.os, "fsync", no_space)
    with pytest.raises(OSError, match="No space"):
        write_whole(str(file), "newer")
    assert (file.read_text(), os.listdir(tmp_path)) == ("new", ["report"])


def test_an_interrupt_prints_what_is_decided(call: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from derivcheck.running import engine

    real = engine.verify

    def interrupted(*arguments: object, **options: object) -> object:
        yield next(iter(real(*arguments, **options)))  # type: ignore[arg-type]
        raise KeyboardInterrupt

    monkeypatch.setattr(engine, "verify", interrupted)
    Path("f.yaml").write_text(formula() + formula(id="2").removeprefix(HEAD))
    result = call("verify", "f.yaml")
    assert result.exit_code == 130
    assert "1 formula" in result.stdout
    assert result.stderr == "interrupted: this is what was decided\n"


def test_a_progress_bar_on_a_terminal_only(call: Run) -> None:
    Path("f.yaml").write_text(formula())
    assert call("verify", "f.yaml").stderr == ""
    with run._Bar(True, 3) as bar:
        (entry,), _ = load_text(formula())
        bar.show(entry)
        bar.advance()


# --- the other commands ----------------------------------------------------------------------


def test_list(call: Run) -> None:
    Path("f.yaml").write_text(formula("name: square\nsection: powers\ntags: [a, b]\n"))
    assert call("list", "f.yaml").stdout == ("c (1)\n  powers\n    1  square [a, b]\n\n1 formula\n")
    assert json.loads(call("list", "f.yaml", "--format", "json").stdout) == [
        {
            "collection": "c",
            "id": "1",
            "name": "square",
            "section": "powers",
            "tags": ["a", "b"],
            "file": "f.yaml",
            "line": 4,
        }
    ]
    assert call("list", "f.yaml", "-k", "not square").stdout == "0 formulas\n"


def test_list_tells_problems_and_goes_on(call: Run) -> None:
    Path("f.yaml").write_text(formula() + "  - {id: 2}\n")
    result = call("list", "f.yaml")
    assert result.exit_code == 2
    assert "1 formula\n" in result.stdout
    assert result.stderr.startswith("f.yaml:9:5: the formula has no `expression`")


def test_show_tells_everything_about_a_formula(call: Run) -> None:
    text = call("show", "ai-edu:71").stdout
    lines = text.splitlines()
    assert lines[0].startswith("ai-edu:71  ")
    assert lines[0].endswith("proved")
    for expected in (
        "\n     dA\n    ──── = 1 − A²\n     dZ\n",
        "symbols     Z: real",
        "claim       1 - A**2",
        "cites       23: does not exist; justified by 33, derivation[0].by",
        "cited by    ",
        "erratum     ",
        "verdict     proved, a documented erratum",
    ):
        assert expected in text
    assert max(map(len, lines)) <= 80


def test_show_says_that_a_proved_formula_fails(call: Run) -> None:
    Path("f.yaml").write_text(formula("latex: '\\frac{1}{x'\n"))
    result = call("show", "f.yaml:1")
    told = "verdict     proved, but the formula fails for what is told above: an algebraic"
    assert (result.exit_code, told in result.stdout) == (1, True), result.stdout


def test_show_takes_one_formula(call: Run) -> None:
    result = call("show", "ai-edu:1-3")
    assert (result.exit_code, result.stderr) == (
        2,
        "derivcheck: `ai-edu:1-3` names 3 formulas; show takes one, such as `FILE:ID`\n",
    )


def test_show_a_formula_of_a_file(call: Run) -> None:
    Path("f.yaml").write_text(WRONG + formula(id="2").removeprefix(HEAD))
    result = call("show", "f.yaml:1")
    assert result.exit_code == 1
    assert "refuted" in result.stdout
    assert call("show", "f.yaml:2").exit_code == 0


def test_plot(call: Run) -> None:
    text = call("show", "ai-edu:18", "--plot").stdout
    assert "f (thin) and the claim sech(x)**2 (thick)" in text
    assert max(map(len, text.splitlines())) <= 80
    matrix = call("show", "ai-edu:60", "--plot").stdout
    assert "no plot: it takes a scalar claim with a derivative by a real symbol\n" in matrix
    assert show.plot_entry(load_text(formula(derivative="2*t"))[0][0], 80).startswith("no plot")


MATRICES = ("--symbol", "A: [m, n]", "--symbol", "X: [n, p]", "--symbol", "B: [m, p]")


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["tanh(x)", "1 - tanh(x)**2", "--wrt", "x"], 0, "proved"),
        (["x**2", "3*x", "--wrt", "x"], 1, "refuted"),
        (["x^2", "2*x", "--wrt", "x"], 1, "write `x**2`"),
        (["tann(x)", "1", "--wrt", "x"], 1, "did you mean `tan`?"),
        (["x*y", "y", "--wrt", "x"], 1, "y"),
        (["x*y", "y", "--wrt", "x", "--symbol", "y: positive"], 0, "y: positive"),
        (["a.T @ x", "a", "--wrt", "x", "--symbol", "x: [n]", "--symbol", "a: [n]"], 0, "proved"),
        (["sqrt(x)", "1/(2*sqrt(x))", "--wrt", "x", "--symbol", "x: (0, 1)"], 0, "in (0, 1)"),
        (["x*y", "y*dx + x*dy", "--differential", "--wrt", "x", "--wrt", "y"], 0, "proved"),
        (["sin(x)**2 + cos(x)**2", "1", "--equals", "--symbol", "x: real"], 0, "proved"),
        (["f(x)", "D(f)(x)", "--wrt", "x", "--function", "f: scalar(x)"], 0, "proved"),
        (["s**2", "2*s*exp(x)", "--wrt", "x", "--where", "s: exp(x)"], 0, "s = exp(x)"),
        (["--wrt", "x", "--", "cos(x)", "-sin(x)"], 0, "proved"),
        (["-cos(x)", "sin(x)", "--wrt", "x"], 0, "proved"),
        (["cos(x)", "-sin(x)", "-1*sin(x)", "--wrt", "x"], 0, "proved"),
        (["A @ X", "-A.T @ B", "--wrt", "X", "--upstream", "-B", *MATRICES], 0, "proved"),
        (["x*y", "y*dx + x*dy", "--differential", "--wrt", "x,y"], 0, "proved"),
        (["x*y", "y", "--wrt", "x"], 1, "declare it: --symbol 'NAME: KIND'"),
        (["f(x)", "1", "--wrt", "x"], 1, "an abstract one is declared: --function 'f: scalar(x)'"),
        ([r"$$\frac{d}{dt} t^3 = 3t^2$$"], 0, "derivative: 3*t**2"),
        ([r" \[\frac{d}{dt} t^3 = 3t^2\] "], 0, "derivative: 3*t**2"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_check(call: Run, arguments: list[str], code: int, told: str) -> None:
    result = call("check", *arguments)
    assert result.exit_code == code, result.output
    assert told in result.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["x", "1"], "--wrt is missing: by which symbol?"),
        (["x"], "CLAIM is missing: what is claimed? (an equation in LaTeX holds a `=`)"),
        (["y' = 2x"], "no claim was read: `y` is defined nowhere, at column 1"),
        (["$y' = 2x$"], "no claim was read: `y` is defined nowhere, at column 2"),
        (
            ["x", "1", "--equals", "--differential"],
            "--differential and --equals exclude each other",
        ),
        (
            ["x", "1", "--wrt", "x", "--symbol", "x: {domain: real, nto: 1}"],
            "unknown key `nto` in `symbols.x` (did you mean `not`?)",
        ),
        (
            ["x", "1", "--wrt", "x", "--symbol", "x"],
            "--symbol 'x': write 'NAME: VALUE'",
        ),
        (
            ["x", "1", "--wrt", "x", "--symbol", "x: real", "--symbol", "x: positive"],
            "--symbol 'x: positive': `x` is declared twice",
        ),
        (
            ["x", "1", "--wrt", "x", "--symbol", "x: postive"],
            "`postive` is no kind of symbol (did you mean `positive`?)",
        ),
        (
            ["x", "1", "--wrt", "x", "--wrt", "y"],
            "a derivative is taken by one symbol; `differential` takes a list (a mixed derivative "
            "is `expression: diff(x, x, y)` with the claim under `equals`; derivatives by several "
            "symbols are several formulas)",
        ),
    ],
    ids=[
        "wrt",
        "claim",
        "latex",
        "dollars",
        "kinds",
        "unknown-key",
        "symbol",
        "twice",
        "kind",
        "two-wrt",
    ],
)
def test_check_with_unusable_options(call: Run, arguments: list[str], message: str) -> None:
    result = call("check", *arguments)
    assert (result.exit_code, result.stderr) == (2, f"derivcheck: {message}\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["x", "1", "--wrt"], "Option '--wrt' requires an argument."),
        (["x", "1", "--foo"], "No such option: --foo"),
        *(
            (
                ["x", "1", "--wrt", "x", "--timeout", text],
                f"Invalid value for '--timeout': '{text}' is no number of seconds up to 100000.",
            )
            for text in ("nan", "inf", "1e300", "0", "-1", "soon")
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_check_with_options_that_typer_refuses(
    call: Run, arguments: list[str], message: str
) -> None:
    result = call("check", *arguments)
    assert (result.exit_code, result.stderr.splitlines()[-1]) == (2, f"Error: {message}")


def test_the_longest_time_limit(call: Run) -> None:
    assert call("check", "x", "1", "--wrt", "x", "--timeout", "100000").exit_code == 0


def test_lint(call: Run) -> None:
    Path("good.md").write_text("# Title\n\n$$x \\tag{1}$$ by (1).\n")
    Path("bad.md").write_text("$$\\frac{1}{x \\tag{1}$$\n\n$$y \\tag{1}$$\n")
    clean = call("lint", "good.md")
    assert (clean.exit_code, clean.output) == (0, "")
    found = call("lint", "bad.md", "--format", "json")
    assert found.exit_code == 1
    assert {problem["line"] for problem in json.loads(found.stdout)} >= {1}
    missing = call("lint", "none.md")
    assert missing.exit_code == 2
    assert missing.stderr == ("derivcheck: none.md:1:1: can't be read: No such file or directory\n")


def test_errata(call: Run) -> None:
    result = call("errata", "ai-edu:70-71", "--format", "json")
    assert result.exit_code == 0
    found = json.loads(result.stdout)["errata"]
    assert {row["formula"] for row in found} == {"ai-edu:70", "ai-edu:71"}
    assert call("errata", "ai-edu:71").exit_code == 0
    assert call("errata", "ai-edu:71", "--format", "markdown").stdout.startswith("#")


def test_report(call: Run) -> None:
    result = call("report", "book", "ai-edu:70")
    assert result.exit_code == 0
    assert result.stderr.endswith("open book/index.html\n")
    assert Path("book/index.html").is_file()
    derivation = Path("book/formulas/ai-edu/70.html").read_text().partition("Derivation</h2>")[2]
    assert '<span class="proved">proved</span>' in derivation


def test_schema(call: Run) -> None:
    assert json.loads(call("schema").stdout)["$defs"]["Formula"]


def test_init_writes_a_file_that_verifies(call: Run) -> None:
    made = call("init", "my formulas.yaml")
    assert (made.exit_code, made.stdout) == (
        0,
        "wrote my formulas.yaml; check it with: derivcheck verify my formulas.yaml\n",
    )
    result = call("verify", "my formulas.yaml", "--format", "json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["summary"]["proved"] == 3
    assert call("fmt", "--check", "my formulas.yaml").exit_code == 0
    again = call("init", "my formulas.yaml")
    assert (again.exit_code, again.stderr) == (
        2,
        "derivcheck: `my formulas.yaml` exists already (--force overwrites it)\n",
    )
    assert call("init", "notes.md").exit_code == 2


def test_fmt(call: Run) -> None:
    untidy = formula().replace("\n", "  \n") + "\n\n"
    Path("f.yaml").write_text(untidy)
    check = call("fmt", "--check", "f.yaml")
    assert (check.exit_code, check.stdout) == (1, "would change f.yaml\n")
    assert Path("f.yaml").read_text() == untidy
    assert call("fmt", ".").stdout == "changed f.yaml\n"
    assert Path("f.yaml").read_text() == formula()
    assert call("fmt", "f.yaml").stdout == "nothing to change\n"
    Path("f.yaml").write_text("a: [")
    assert call("fmt", "f.yaml").exit_code == 2


# --- around them -----------------------------------------------------------------------------


def test_help_and_version(call: Run) -> None:
    assert call("--version").stdout == f"derivcheck {__version__}\n"
    text = call("--help").stdout
    assert [name for name in COMMANDS if f"\n  {name} " in text] == list(COMMANDS)
    for name in COMMANDS:
        help_text = call(name, "--help").stdout
        assert help_text.startswith(f"Usage: derivcheck {name} ")
        assert max(map(len, help_text.splitlines())) <= 80


def test_a_misspelt_command(call: Run) -> None:
    result = call("verfy")
    assert result.exit_code == 2
    assert result.stderr.endswith("Error: No such command 'verfy'. Did you mean 'verify'?\n")


def test_a_run_without_targets_says_that_files_here_are_not_checked(call: Run) -> None:
    told = (
        "derivcheck: these are the bundled collections; `derivcheck verify f.yaml` or `verify .` "
        "checks files here\n"
    )
    Path("other.yaml").write_text("a: 1\n")
    assert call("verify", "-k", "mse-half").stderr == ""
    Path("f.yaml").write_text(formula())
    assert call("verify", "-k", "mse-half").stderr == told
    assert call("verify", "-q", "-k", "mse-half").stderr == ""
    assert call("verify", "f.yaml").stderr == ""


def complete(**asked: str) -> list[str]:
    """What the command answers a shell that asks it to complete."""
    script = "from derivcheck.cli.app import app; app(prog_name='derivcheck')"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **asked}
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env=environment, check=False
    )
    return done.stdout.splitlines()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts(shell: str) -> None:
    script = complete(_DERIVCHECK_COMPLETE=f"source_{shell}")
    assert any(f"_DERIVCHECK_COMPLETE=complete_{shell}" in line for line in script)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("derivcheck ver", {"verify"}),
        ("derivcheck verify --for", {"--format"}),
        ("derivcheck verify --format s", {"sarif"}),
        ("derivcheck verify ai-", {"ai-edu"}),
        ("derivcheck show ai-edu:7", {"ai-edu:7", "ai-edu:70", "ai-edu:71"}),
        ("derivcheck show 71", {"71"}),
        (f"derivcheck show {ROOT}/tests/corpus/holds/matrix.yaml:d-ins",
         {f"{ROOT}/tests/corpus/holds/matrix.yaml:d-inside-identity"}),
    ],
)  # fmt: skip
def test_what_is_completed(words: str, expected: set[str]) -> None:
    position = str(len(words.split()) - 1)
    found = complete(_DERIVCHECK_COMPLETE="complete_bash", COMP_WORDS=words, COMP_CWORD=position)
    assert expected <= set(found)


def test_no_escape_sequence_reaches_the_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    evil = "\x1b]0;owned\x07"
    name = f"a{evil}b.yaml"
    hostile = formula('name: "x\\e[31mred"\nnote: "\\x9b31m"\n', derivative='"3*x\\e[2J"')
    (tmp_path / name).write_text(hostile)
    (tmp_path / "c.yaml").write_text(formula(f'name: "é {chr(0x85)} b"\n', derivative="3*x"))
    for arguments in (
        ["verify", "."],
        ["verify", f"no{evil}.yaml"],
        ["verify", "-k", f"no{evil}", "c.yaml"],
        ["list", "."],
        ["show", name],
        ["show", f"{evil}:1"],
        ["check", f"x{evil}", "1", "--wrt", "x"],
        ["check", "x", "1", "--wrt", "x", "--symbol", f"x{evil}"],
        ["lint", name],
        ["fmt", "--check", "."],
        ["init", f"d{evil}.yaml"],
        ["verify", "c.yaml", "-o", f"{evil}/no"],
        [f"cmd{evil}"],
    ):
        monkeypatch.setattr(sys, "argv", ["derivcheck", *arguments])
        with pytest.raises(SystemExit):
            __main__.run()
        told = "".join(capfd.readouterr())
        assert told or arguments[0] == "lint"
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", told), arguments


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    command = f"{sys.executable} -m derivcheck list | head -n 1"
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command}"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("ai-edu")


def test_colors_only_where_they_are_wanted(tmp_path: Path) -> None:
    (tmp_path / "f.yaml").write_text(formula())
    for extra, colored in (({}, False), ({"FORCE_COLOR": "1"}, True), ({"NO_COLOR": "1"}, False)):
        environment = {**os.environ, "PYTHONPATH": str(ROOT), **extra}
        done = subprocess.run(
            [sys.executable, "-m", "derivcheck", "verify", "f.yaml"],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env=environment,
            check=False,
        )
        assert ("\x1b[" in done.stdout) is colored


def test_an_output_that_knows_no_unicode(tmp_path: Path) -> None:
    (tmp_path / "f.yaml").write_text(
        formula(
            "name: ∂\n", symbols="{x: positive}", expression="7 - x**(-1)", derivative="x**(-2)"
        )
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(
        [sys.executable, "-m", "derivcheck", "show", "f.yaml:1"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=environment,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "\\u2202" in done.stdout
    assert "    ---- (7 - x^-1) = x^-2\n" in done.stdout  # a fraction bar, an exponent


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_under_standard_output() -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "derivcheck", "list"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    message = "derivcheck: can't write to standard output: No space left on device\n"
    assert (done.returncode, done.stderr) == (2, message)


@pytest.mark.skipif(os.name != "posix", reason="needs a shell that closes streams")
@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_closed_streams(closed: str) -> None:
    command = f"{shlex.quote(sys.executable)} -m derivcheck list {closed}"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_defect_exits_with_3(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(**options: object) -> None:
        raise ZeroDivisionError("division by\x1b zero")

    monkeypatch.setattr(list_.list_, "callback", broken)
    monkeypatch.setattr(sys, "argv", ["derivcheck", "list", "a b"])
    with pytest.raises(SystemExit) as stop:
        __main__.run()
    assert stop.value.code == 3
    assert capsys.readouterr().err == (
        "derivcheck: a defect of derivcheck itself: ZeroDivisionError: division by\\x1b zero\n"
        "This is not your formula's fault. Please report it with this command:\n"
        "    derivcheck list 'a b'\n"
        "With -v the whole traceback is shown.\n"
    )
    assert defect_message(ValueError("x"), []).startswith("derivcheck: a defect")


def test_an_interrupt_exits_with_130(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(**options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(check.check, "callback", interrupted)
    monkeypatch.setattr(sys, "argv", ["derivcheck", "check", "x", "1"])
    with pytest.raises(SystemExit) as stop:
        __main__.run()
    assert stop.value.code == 130
    assert capsys.readouterr().err.strip() == "interrupted"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["list", "ai-edu:71"], 0), (["list", "nope"], 2), (["verfy"], 2), (["--version"], 0)],
    ids=["good", "target", "command", "version"],
)
def test_the_real_thing_exits_alike(
    arguments: list[str], code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["derivcheck", *arguments])
    with pytest.raises(SystemExit) as stop:
        __main__.run()
    assert (stop.value.code or 0) == code


# --- parts -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "text", "expected"),
    [
        ("tanh", "c:1\ntanh", True),
        ("chain rule", "the chain rule", True),
        ("chain or rule", "a rule", True),
        ("chain and rule", "a rule", False),
        ("not rule", "a rule", False),
        ("not (a or b) and c", "c", True),
        ("a or b and c", "a", True),
        ("TANH", "tanh", True),
    ],
)
def test_filter(expression: str, text: str, expected: bool) -> None:
    assert parse_filter(expression)(text) is expected


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("", "a word is missing"),
        ("a and", "a word is missing"),
        ("(a", "a bracket is not closed"),
        ("a)", "`)` is in the wrong place"),
        ("or a", "a word is missing before `or`"),
        ("a " * 300, "the expression is too long"),
    ],
    ids=["empty", "end", "open", "closed", "begin", "long"],
)
def test_filters_that_do_not_read(expression: str, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        parse_filter(expression)


def test_destinations_are_records() -> None:
    assert pair([], "table") == (Destination("table", None),)


def test_the_readme_commands_are_those_of_ci() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    commands = [line.strip() for line in readme.splitlines() if ".venv/bin/" in line][:2]
    assert len(commands) == 2
    for command in commands:
        assert f"\n{command}\n" in script


FORMS = {
    "latex": r"\frac{\mathrm{d}A}{\mathrm{d}Z} = 1 - A^{2}" + "\n",
    "text": "diff(A, Z) == 1 - A**2\n",
    "numpy": "1 - A**2\n",
}


@pytest.mark.parametrize(("form", "printed"), FORMS.items(), ids=FORMS)
def test_show_prints_one_form_alone(form: str, printed: str) -> None:
    result = CliRunner().invoke(app, ["show", "ai-edu:71", "--format", form])
    assert (result.exit_code, result.stdout) == (0, printed)


def test_show_prints_its_report_in_json() -> None:
    result = CliRunner().invoke(app, ["show", "ai-edu:71", "--format", "json"])
    (found,) = json.loads(result.stdout)["results"]
    assert (found["id"], found["verdict"]) == ("71", "proved")


def test_a_report_in_latex_takes_targets(tmp_path: Path) -> None:
    file = tmp_path / "sheet.tex"
    result = CliRunner().invoke(app, ["report", "--latex", str(file), "ai-edu:1-3"])
    assert result.exit_code == 0
    assert file.read_text("utf-8").count(r"\begin{align*}") == 3


def test_a_handbook_needs_a_folder() -> None:
    result = CliRunner().invoke(app, ["report"])
    message = "derivcheck: DIR is missing: where is the handbook written? (or --latex FILE)\n"
    assert (result.exit_code, result.stderr) == (2, message)
