"""The JSON Schema says what the loader does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from formula_files import BUNDLED, CORPUS

from derivcheck.collection import format as fmt
from derivcheck.collection.loader import load_files


def _plain(value: Any) -> Any:
    """YAML as an editor's language server reads it (1.2: no dates, no old booleans)."""
    return yaml.load(value, Loader=_Core)


class _Core(yaml.SafeLoader):
    """YAML 1.2's core schema."""


_Core.yaml_implicit_resolvers = {
    first: [
        (tag, pattern)
        for tag, pattern in resolvers
        if tag.endswith((":int", ":float", ":null")) or (tag.endswith(":bool") and first in "tTfF")
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}

DOCUMENT = json.loads(fmt.SCHEMA_FILE.read_text("utf-8"))
SCHEMA = jsonschema.Draft202012Validator(DOCUMENT)


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(DOCUMENT)
    layout = json.dumps(DOCUMENT, indent=2, ensure_ascii=False) + "\n"
    assert fmt.SCHEMA_FILE.read_text("utf-8") == layout


@pytest.mark.parametrize("path", BUNDLED, ids=lambda p: p.stem)
def test_the_schema_takes_what_the_loader_takes(path: Path) -> None:
    content = _plain(path.read_text("utf-8"))
    assert [error.message for error in SCHEMA.iter_errors(content)] == []


# what only reading from the file can see, or what needs more than one formula
BEYOND_THE_SCHEMA = {
    "yaml-alias", "yaml-tag", "yaml-duplicate-key", "yaml-document", "yaml-depth", "yaml-control",
    "yaml-syntax", "schema-duplicate-id", "file-character", "file-encoding", "schema-split",
}  # fmt: skip


def _schema_problems() -> list[Path]:
    """Malformed files that are well-formed YAML."""
    paths = sorted((CORPUS / "malformed").iterdir())
    rules = [{problem.rule for problem in load_files([path])[1]} for path in paths]
    found = [path for path, own in zip(paths, rules, strict=True) if not own & BEYOND_THE_SCHEMA]
    assert len(found) > 30
    return found


@pytest.mark.parametrize("path", _schema_problems(), ids=lambda p: p.stem)
def test_the_schema_refuses_what_the_loader_refuses(path: Path) -> None:
    assert list(SCHEMA.iter_errors(_plain(path.read_text("utf-8"))))


def test_the_schema_has_the_words_of_the_loader() -> None:
    definitions = DOCUMENT["$defs"]
    assert tuple(DOCUMENT["properties"]) == fmt.FILE_KEYS
    for name, keys in (
        ("Formula", fmt.FORMULA_KEYS),
        ("Symbol", fmt.SYMBOL_KEYS),
        ("Step", fmt.STEP_KEYS),
        ("Source", fmt.SOURCE_KEYS),
        ("Patch", fmt.ERRATUM_KEYS),
        ("Naming", fmt.ERRATUM_KEYS),
    ):
        assert sorted(definitions[name]["properties"]) == sorted(keys)
        assert definitions[name]["additionalProperties"] is False
    kinds = definitions["Patch"]["properties"]["kind"]["enum"]
    assert tuple(kinds) + fmt.NOTED_KINDS == fmt.ERRATUM_KINDS
    formula = definitions["Formula"]
    assert [choice["required"] for choice in formula["oneOf"]] == [[key] for key in fmt.CLAIM_KEYS]
    text = json.dumps(DOCUMENT)
    for words in (fmt.KINDS, fmt.STRUCTURES, fmt.LAYOUTS):
        assert json.dumps(list(words)) in text


def test_the_schema_has_the_patterns_of_the_loader() -> None:
    patterns = {
        value for key, value in _parts(DOCUMENT) if key == "pattern" and isinstance(value, str)
    }
    patterns |= {
        name for key, value in _parts(DOCUMENT) if key == "patternProperties" for name in value
    }
    assert patterns == {
        fmt.IDENTIFIER,
        fmt.INTERVAL,
        fmt.FUNCTION,
        fmt.DIMENSION,
        fmt.REFERENCE,
        fmt.ENTRY_ID,
        fmt.COLLECTION_NAME,
        fmt.PATH,
    }


def _parts(schema: Any) -> Iterator[tuple[str, Any]]:
    """Every key with its value, at any depth."""
    if isinstance(schema, list):
        for item in schema:
            yield from _parts(item)
    elif isinstance(schema, dict):
        for key, value in schema.items():
            yield key, value
            yield from _parts(value)
