"""Open a handbook in headless Chromium as a reader would, and fail on anything broken.

    python tests/browser/check_handbook.py [DIR] [--screenshots OUT]

Without DIR the sample handbook of the tests is built, hostile text included. Every page is
opened from ``file://`` wide, on a phone and in the dark: no console message, no blocked
resource, no sideways scrolling, maths and plots have a size, no script from a file has run.
On the index, the search box, the filters and the sections are used; a copy button is pressed.
Chromium is driven over its debugging pipe with the standard library alone; where no Chromium
is installed the script says so and exits 2.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--remote-debugging-pipe", "--hide-scrollbars", "--mute-audio"),
)
WAIT = 60.0
WIDTHS = {"wide": 1100, "phone": 390}
MOST_PAGES = 120
"""Pages opened at most, spread evenly: a large handbook repeats itself."""


class Browser:
    """A Chromium and one page in it; ``messages`` are what its console was told."""

    def __init__(self, program: str) -> None:
        self._profile = tempfile.mkdtemp(prefix="handbook-")
        to_browser, self._write = os.pipe()
        self._read, from_browser = os.pipe()

        def fds() -> None:
            # Chromium reads commands from 3 and answers on 4; move ours out of the way first
            reader, writer = os.dup(to_browser), os.dup(from_browser)
            os.dup2(reader, 3)
            os.dup2(writer, 4)

        self._process = subprocess.Popen(
            [program, *FLAGS, f"--user-data-dir={self._profile}", "about:blank"],
            close_fds=False,
            preexec_fn=fds,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(to_browser)
        os.close(from_browser)
        self._buffer = b""
        self._number = 0
        self._session = ""
        self.messages: list[str] = []
        self._loaded = 0
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)[
            "sessionId"
        ]
        for domain in ("Page", "Runtime", "Log"):
            self.call(f"{domain}.enable")

    def close(self) -> None:
        """End the browser and remove its profile."""
        os.close(self._write)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        os.close(self._read)
        shutil.rmtree(self._profile, ignore_errors=True)

    def call(self, method: str, **parameters: Any) -> Any:
        """Send a command and wait for its answer."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            chunk = os.read(self._read, 1 << 20)
            if not chunk:
                raise RuntimeError("the browser ended")
            self._buffer += chunk
        raw, _, self._buffer = self._buffer.partition(b"\0")
        message: dict[str, Any] = json.loads(raw)
        parameters = message.get("params", {})
        match message.get("method"):
            case "Runtime.exceptionThrown":
                self.messages.append(str(parameters["exceptionDetails"]))
            case "Runtime.consoleAPICalled":
                self.messages.append(str(parameters["args"]))
            case "Log.entryAdded":
                self.messages.append(parameters["entry"]["text"])
            case "Page.loadEventFired":
                self._loaded += 1
        return message

    def open(self, url: str) -> None:
        """Go to a page and wait until it is loaded."""
        before = self._loaded
        self.call("Page.navigate", url=url)
        limit = time.monotonic() + WAIT
        while self._loaded == before:
            if time.monotonic() > limit:
                raise RuntimeError(f"{url} does not load")
            self._next()

    def view(self, width: int, dark: bool) -> None:
        """The size of the window and the colour scheme."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=900,
            deviceScaleFactor=1,
            mobile=width < 600,
        )
        scheme = "dark" if dark else "light"
        self.call(
            "Emulation.setEmulatedMedia",
            features=[{"name": "prefers-color-scheme", "value": scheme}],
        )

    def run(self, code: str) -> Any:
        """The value of an expression in the page."""
        result = self.call(
            "Runtime.evaluate", expression=code, returnByValue=True, awaitPromise=True,
            userGesture=True,
        )  # fmt: skip
        if "exceptionDetails" in result:
            raise RuntimeError(str(result["exceptionDetails"]))
        return result["result"].get("value")

    def screenshot(self, path: Path) -> None:
        """The whole page as a PNG."""
        data = self.call("Page.captureScreenshot", captureBeyondViewport=True)["data"]
        path.write_bytes(base64.b64decode(data))


class Checks:
    """Counts what passed and keeps what did not."""

    def __init__(self) -> None:
        self.passed = 0
        self.failed: list[str] = []

    def that(self, condition: bool, what: str) -> None:
        """Note one check."""
        if condition:
            self.passed += 1
        else:
            self.failed.append(what)


EMPTY = """
[...document.querySelectorAll("math,svg")].filter(element => {
  const box = element.getBoundingClientRect();
  return element.checkVisibility() && (box.width < 2 || box.height < 2) && element.textContent;
}).length"""
CONTRAST = """
(() => {
  const light = colour => {
    const [r, g, b] = colour.match(/[\\d.]+/g).map(Number).map(v => v / 255)
      .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const paper = light(getComputedStyle(document.body).backgroundColor);
  return Math.min(...[...document.querySelectorAll("p,a,h1,h2,.badge,.crumbs,small")]
    .map(element => light(getComputedStyle(element).color))
    .map(ink => (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05)));
})()"""


def check_page(browser: Browser, checks: Checks, path: Path, look: str, dark: bool) -> None:
    """One page in one look."""
    where = f"{path.name} ({look}{', dark' if dark else ''})"
    browser.view(WIDTHS[look], dark)
    browser.messages.clear()
    browser.open(path.as_uri())
    checks.that(browser.run("document.querySelectorAll('h1').length") == 1, f"{where}: no title")
    checks.that(browser.run("window.pwned === undefined"), f"{where}: injected script ran")
    wide = browser.run("document.scrollingElement.scrollWidth - window.innerWidth")
    checks.that(wide <= 0, f"{where}: {wide} pixels too wide")
    empty = browser.run(EMPTY)
    checks.that(empty == 0, f"{where}: {empty} formulas or plots without a size")
    contrast = browser.run(CONTRAST)
    checks.that(contrast >= 3, f"{where}: contrast {contrast:.2f} is too low to read")
    checks.that(not browser.messages, f"{where}: console: {browser.messages[:2]}")


def check_index(browser: Browser, checks: Checks, index: Path) -> None:
    """Search, filters, sections."""
    browser.view(WIDTHS["wide"], dark=False)
    browser.open(index.as_uri())
    shown = "[...document.querySelectorAll('[data-search]')].filter(e => !e.hidden).length"
    search = "document.getElementById('search')"

    def look_for(words: str) -> int:
        browser.run(
            f"{search}.value = {json.dumps(words)}; {search}.dispatchEvent(new Event('input'))"
        )
        return int(browser.run(shown))

    total = browser.run("document.querySelectorAll('[data-search]').length")
    checks.that(total > 0 and look_for("") == total, "the index does not show everything")
    texts = browser.run(
        "[...document.querySelectorAll('[data-search]')].map(e => e.dataset.search)"
    )
    for text in texts[:: max(len(texts) // 20, 1)]:
        found = look_for(text)
        checks.that(1 <= found <= texts.count(text) + total // 2, f"search does not find {text!r}")
    checks.that(look_for("no such formula at all") == 0, "search finds what is not there")
    checks.that(not browser.run("document.getElementById('none').hidden"), "silent empty search")
    look_for("")
    filters = browser.run(
        "[...document.querySelectorAll('[data-filter]')].map(e => e.dataset.filter)"
    )
    for word in filters:
        browser.run(f"document.querySelector('[data-filter={json.dumps(word)}]').click()")
        matches = f"e.dataset.verdict.split(' ').includes({json.dumps(word)})" if word else "true"
        expected = browser.run(
            f"[...document.querySelectorAll('[data-verdict]')].filter(e => {matches}).length"
        )
        checks.that(browser.run(shown) == expected > 0, f"filter {word!r} is wrong")
    browser.run("document.querySelector('[data-filter=\"\"]').click()")
    section = "document.getElementById('section')"
    count = browser.run(f"{section}.options.length")
    sizes = []
    for number in range(1, count):
        browser.run(
            f"{section}.selectedIndex = {number}; {section}.dispatchEvent(new Event('change'))"
        )
        sizes.append(browser.run(shown))
    checks.that(sum(sizes) == total and 0 not in sizes, f"sections show {sizes} of {total}")


def check_copy(browser: Browser, checks: Checks, pages: list[Path]) -> None:
    """The first copy button that there is."""
    for path in pages:
        browser.open(path.as_uri())
        if browser.run("!!document.querySelector('button[data-copy]')"):
            break
    else:
        checks.that(False, "no page has a copy button")
        return
    browser.run("document.querySelector('button[data-copy]').click()")
    limit = time.monotonic() + 5
    label = "document.querySelector('button[data-copy]').textContent"
    while browser.run(label) == "Copy" and time.monotonic() < limit:
        time.sleep(0.05)
    checks.that(browser.run(label) == "Copied", f"{path.name}: the copy button does nothing")


def check(program: str, root: Path, screenshots: Path | None) -> Checks:
    """Everything about the handbook in a folder."""
    index = root / "index.html"
    pages = sorted(root.glob("formulas/**/*.html"))
    every = max(-(-len(pages) // MOST_PAGES), 1)
    checks = Checks()
    browser = Browser(program)
    try:
        check_index(browser, checks, index)
        check_copy(browser, checks, pages)
        for number, path in enumerate([index, *pages[::every]]):
            for look in WIDTHS:
                dark = bool(number % 2) is (look == "phone")
                check_page(browser, checks, path, look, dark)
                if screenshots and number < 12:
                    browser.screenshot(screenshots / f"{number:02}-{path.stem}-{look}.png")
    finally:
        browser.close()
    return checks


def main() -> int:
    """Exit code: 0 all well, 1 something is broken, 2 no Chromium."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", nargs="?", type=Path, help="a handbook (default: the sample)")
    parser.add_argument("--screenshots", type=Path, help="folder for pictures")
    options = parser.parse_args()
    program = next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )
    if program is None:
        print("no Chromium is installed: nothing was checked", file=sys.stderr)
        return 2
    if options.screenshots:
        options.screenshots.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        root = options.folder
        if root is None:
            sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
            from handbook_sample import build_sample

            root = Path(temporary)
            build_sample(root)
        checks = check(program, root.resolve(), options.screenshots)
    for failure in checks.failed:
        print(f"FAILED {failure}")
    print(f"{checks.passed} passed, {len(checks.failed)} failed")
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())
