"""GitHub workflow commands: an annotation at the line of a pull request."""

from __future__ import annotations

from derivcheck.model import Report
from derivcheck.report.escape import plain
from derivcheck.report.messages import Message, all_messages
from derivcheck.report.words import summary

_LEVELS = {"error": "error", "warning": "warning", "note": "notice"}


def render(report: Report) -> str:
    """``::error file=,line=,col=,title=::message`` a failure, ``::notice`` an erratum."""
    lines = [annotation(message) for message in all_messages(report)]
    return "\n".join([*lines, data(summary(report))]) + "\n"


def annotation(message: Message) -> str:
    """One message as one workflow command."""
    place = message.location
    title = f"derivcheck {plain(message.rule)}"
    if message.formula:
        title += f": {message.formula}"
    return (
        f"::{_LEVELS[message.level]} file={_property(plain(place.file))},line={place.line},"
        f"col={place.column},title={_property(title)}::{data(message.text_at_line)}"
    )


def data(text: str) -> str:
    """``text`` escaped for the message of a workflow command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return data(text).replace(":", "%3A").replace(",", "%2C")
