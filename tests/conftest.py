"""What all tests share."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--nightly", action="store_true", help="Run the long variants too.")


def pytest_configure(config: pytest.Config) -> None:
    """Generated examples: the same ones in each normal run, new and 25 times as many with `--nightly`."""
    slow = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    settings.register_profile("normal", derandomize=True, deadline=None, database=None, suppress_health_check=slow)
    settings.register_profile("nightly", settings.get_profile("normal"), derandomize=False, max_examples=2_500, print_blob=True)
    settings.load_profile("nightly" if config.getoption("--nightly") else "normal")


@pytest.fixture(scope="session")
def nightly(request: pytest.FixtureRequest) -> bool:
    """Whether long variants run: more examples, more kills."""
    return bool(request.config.getoption("--nightly"))
