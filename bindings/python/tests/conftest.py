"""Where the policies and the command are that the package is held against."""

import json
import os
import subprocess
from pathlib import Path

import pytest

import ukase

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def command():
    """Runs the command line, which says the same."""
    binary = os.environ.get("UKASE", ROOT / "target" / "debug" / "ukase")

    def run(*arguments, **options):
        return subprocess.run([str(binary), *map(str, arguments)], capture_output=True, text=True, cwd=ROOT, **options)

    return run


@pytest.fixture(scope="session")
def law():
    return ukase.Policy(ROOT / "policies" / "cn-rare-earth")


@pytest.fixture(scope="session")
def flat():
    return ukase.Policy(ROOT / "benches" / "rare-earth-flat" / "policy.ukase")


@pytest.fixture(scope="session")
def rows_of():
    """The rows of a file that `ukase batch` wrote as JSON lines."""
    return lambda path: [json.loads(line) for line in Path(path).read_text(encoding="utf-8").splitlines()]
