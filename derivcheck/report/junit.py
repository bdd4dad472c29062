"""JUnit XML as CI servers read it: a testcase a formula, with its file and line."""

from __future__ import annotations

from derivcheck.model import ExitCode, FormulaResult, Outcome, Report, Verdict
from derivcheck.records import record
from derivcheck.report.escape import inert, plain, shortened, xml
from derivcheck.report.messages import Message, errata_notes, failures, problems, warnings


def render(report: Report) -> str:
    """The report as one ``testsuites`` document.

    A refuted claim is a ``failure``; a claim without meaning, an undecided one and a
    problem in a file are ``error``; documented errata pass, with a note in ``system-out``.
    """
    names = dict.fromkeys(r.collection for r in report.results)
    suites = [_suite(name, [r for r in report.results if r.collection == name]) for name in names]
    if report.problems:
        suites.append(_files(problems(report)))
    body = "".join(suite.text(report.exit_code) for suite in suites)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<testsuites name="derivcheck" tests="{sum(s.tests for s in suites)}" '
        f'failures="{sum(s.failed for s in suites)}" errors="{sum(s.errors for s in suites)}" '
        f'time="{report.seconds:.3f}">\n'
        f"{inert(body, '&#58;')}</testsuites>\n"
    )


@record()
class _Suite:
    """A ``testsuite``: what is in it, and counts."""

    name: str
    cases: str
    tests: int
    failed: int
    errors: int
    seconds: float = 0.0

    def text(self, code: ExitCode) -> str:
        return (
            f'  <testsuite name="{xml(self.name)}" tests="{self.tests}" failures="{self.failed}" '
            f'errors="{self.errors}" skipped="0" time="{self.seconds:.3f}">\n'
            f'    <properties><property name="exit-code" value="{code.value}"/></properties>\n'
            f"{self.cases}  </testsuite>\n"
        )


def _tag(result: FormulaResult) -> str:
    no_answer = result.defect or result.verdict in (Verdict.INVALID, Verdict.UNDECIDED)
    return "error" if no_answer else "failure"


def _suite(name: str, results: list[FormulaResult]) -> _Suite:
    tags = [_tag(r) for r in results if r.outcome is Outcome.FAIL]
    failed, errors = tags.count("failure"), tags.count("error")
    seconds = sum(r.seconds for r in results)
    return _Suite(plain(name), "".join(map(_case, results)), len(results), failed, errors, seconds)


def _files(messages: tuple[Message, ...]) -> _Suite:
    cases = "".join(
        f'    <testcase classname="files" name="{xml(plain(str(m.location)))}" '
        f'file="{xml(plain(m.location.file))}" line="{m.location.line}" time="0.000">\n'
        f"{_failure('error', (m,))}    </testcase>\n"
        for m in messages
    )
    return _Suite("files", cases, len(messages), 0, len(messages))


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
