"""Settings that all tests share."""

import gc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from derivcheck.limits import all_cores, collect_seldom

# a busy machine is no failure
settings.register_profile(
    "derivcheck", deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=60
)
# pytest --hypothesis-profile=long: hours of random claims, for the figures of a release
settings.register_profile(
    "long", settings.get_profile("derivcheck"), max_examples=20_000, derandomize=False
)
settings.load_profile("derivcheck")
collect_seldom()  # as workers do: proofs make much garbage, and few cycles


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """For ``-n auto``: the cores that this process may use; few tests wait for anything."""
    return all_cores()


def pytest_collection_finish() -> None:
    """None of what is loaded by now is garbage, as in workers: looking through all tests took a
    second, at any time, and judges that are on a clock found less."""
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Tests neither read nor write the user's cache."""
    folder: Path = tmp_path_factory.mktemp("cache")
    patch = pytest.MonkeyPatch()
    patch.setenv("DERIVCHECK_CACHE_DIR", str(folder))
    patch.delenv("FORCE_COLOR", raising=False)
