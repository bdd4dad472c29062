"""SARIF 2.1.0, as code scanning reads it: rules with help, regions, stable fingerprints."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from derivcheck.model import ExitCode, Location, Report
from derivcheck.report.escape import unmarked
from derivcheck.report.messages import DOUBTS, Message, all_messages
from derivcheck.report.rules import rule_help

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
Json = dict[str, Any]


def render(report: Report) -> str:
    """The report as one SARIF log with one run."""
    messages = all_messages(report)
    rules = tuple(dict.fromkeys(m.rule for m in messages))
    seen: Counter[tuple[str, str, str]] = Counter()
    results = []
    for message in messages:
        key = (message.rule, message.formula or message.location.file, message.at)
        results.append(_result(message, rules.index(message.rule), key, seen[key]))
        seen[key] += 1
    driver = {
        "name": "derivcheck",
        "semanticVersion": report.version or "0.0.0",
        "rules": [_rule(rule) for rule in rules],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": report.exit_code
                not in (ExitCode.INTERRUPTED, ExitCode.DEFECT),
                "exitCode": int(report.exit_code),
            }
        ],
        "results": results,
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return unmarked(json.dumps(log, indent=1, allow_nan=False), "\\u005b") + "\n"


def _rule(rule: str) -> Json:
    short, full = rule_help(rule)
    return {
        "id": rule,
        "name": "".join(part.capitalize() for part in rule.replace("_", "-").split("-")),
        "shortDescription": {"text": short},
        "fullDescription": {"text": full},
        "help": {"text": full},
        "defaultConfiguration": {
            "level": {"erratum": "note", **dict.fromkeys(DOUBTS, "warning")}.get(rule, "error")
        },
    }


def _result(message: Message, index: int, key: tuple[str, str, str], ordinal: int) -> Json:
    return {
        "ruleId": message.rule,
        "ruleIndex": index,
        "level": message.level,
        "message": {"text": _unlinked(message.text_at_line)},
        "locations": [_location(message)],
        # of what is wrong, not of where it stands: a line inserted above changes nothing
        "partialFingerprints": {"derivcheck/v1": _fingerprint(key, ordinal)},
    }


def _unlinked(text: str) -> str:
    """Text without embedded links (SARIF 2.1.0, section 3.11.6): brackets are only brackets."""
    return text.replace("](", "\\](")


def _location(message: Message) -> Json:
    place: Location = message.location
    location: Json = {
        "physicalLocation": {
            "artifactLocation": {"uri": _uri(place.file)},
            "region": {"startLine": max(place.line, 1), "startColumn": max(place.column, 1)},
        }
    }
    if message.formula:
        location["logicalLocations"] = [{"fullyQualifiedName": message.formula}]
    return location


def _uri(file: str) -> str:
    path = PurePath(file)
    text = quote(path.as_posix().encode("utf-8", "backslashreplace"))
    return f"file://{text}" if path.is_absolute() else text


def _fingerprint(key: tuple[str, str, str], ordinal: int) -> str:
    text = "\x1f".join((*key, str(ordinal)))
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:32]
