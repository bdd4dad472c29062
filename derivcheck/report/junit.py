"""JUnit XML as CI servers read it: a testcase a formula, with its file and line."""

from __future__ import annotations

from derivcheck.model import ExitCode, FormulaResult, Outcome, Report, Verdict
from derivcheck.report.escape import inert, plain, shortened, xml
from derivcheck.report.messages import Message, errata_notes, failures, problems, warnings


def render(report: Report) -> str:
    """The report as one ``testsuites`` document.

    A refuted claim is a ``failure``; a claim without meaning, an undecided one and a
    problem in a file are ``error``; documented errata pass, with a note in ``system-out``.
    """
    code = report.exit_code
    suites = [
        _suite(name, [r for r in report.results if r.collection == name], code)
        for name in dict.fromkeys(r.collection for r in report.results)
    ]
    if report.problems:
        suites.append(_files(problems(report), code))
    body = "".join(text for text, *_ in suites)
    tests = sum(count for _, count, _, _ in suites)
    failed = sum(count for _, _, count, _ in suites)
    errors = sum(count for *_, count in suites)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<testsuites name="derivcheck" tests="{tests}" failures="{failed}" '
        f'errors="{errors}" time="{report.seconds:.3f}">\n'
        f"{inert(body, '&#58;')}</testsuites>\n"
    )


_Suite = tuple[str, int, int, int]


def _tag(result: FormulaResult) -> str:
    no_answer = result.defect or result.verdict in (Verdict.INVALID, Verdict.UNDECIDED)
    return "error" if no_answer else "failure"


def _suite(name: str, results: list[FormulaResult], code: ExitCode) -> _Suite:
    failing = [r for r in results if r.outcome is Outcome.FAIL]
    errors = sum(_tag(r) == "error" for r in failing)
    seconds = sum(r.seconds for r in results)
    head = _head(plain(name), len(results), len(failing) - errors, errors, seconds, code)
    cases = "".join(map(_case, results))
    return f"{head}{cases}  </testsuite>\n", len(results), len(failing) - errors, errors


def _files(messages: tuple[Message, ...], code: ExitCode) -> _Suite:
    cases = "".join(
        f'    <testcase classname="files" name="{xml(plain(str(m.location)))}" '
        f'file="{xml(plain(m.location.file))}" line="{m.location.line}" time="0.000">\n'
        f"{_failure('error', (m,))}    </testcase>\n"
        for m in messages
    )
    head = _head("files", len(messages), 0, len(messages), 0.0, code)
    return f"{head}{cases}  </testsuite>\n", len(messages), 0, len(messages)


def _head(name: str, tests: int, failed: int, errors: int, seconds: float, code: ExitCode) -> str:
    return (
        f'  <testsuite name="{xml(name)}" tests="{tests}" failures="{failed}" '
        f'errors="{errors}" skipped="0" time="{seconds:.3f}">\n'
        f'    <properties><property name="exit-code" value="{code.value}"/></properties>\n'
    )


def _case(result: FormulaResult) -> str:
    name = shortened(f"{result.id} {result.name}".strip())
    found = failures(result)
    # the line of the failure itself, so that servers that link lead there
    line = found[0].location.line if found else result.line
    head = (
        f'    <testcase classname="{xml(plain(result.collection))}" name="{xml(name)}" '
        f'file="{xml(plain(result.file))}" line="{line}" time="{result.seconds:.3f}"'
    )
    notes = (*warnings(result), *errata_notes(result))
    if not found and not notes:
        return f"{head}/>\n"
    body = _failure(_tag(result), found) if found else ""
    if notes:
        text = "\n".join(note.text for note in notes)
        body += f"      <system-out>{xml(text)}</system-out>\n"
    return f"{head}>\n{body}    </testcase>\n"


def _failure(tag: str, messages: tuple[Message, ...]) -> str:
    text = "\n".join(f"{m.text}\n  {plain(str(m.location))}" for m in messages)
    return (
        f'      <{tag} message="{xml(messages[0].headline)}" type="{xml(plain(messages[0].rule))}">'
        f"{xml(text)}</{tag}>\n"
    )
