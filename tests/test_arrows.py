"""Who may import whom (docs/architecture.md), read off the imports themselves."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LIBRARIES = ("media", "speech", "analysis", "documents")
LEAVES = {"errors", "schema"}
# From left to right only: what stands further right knows nothing of what stands left of it.
ALLOWED = {
    **dict.fromkeys(LIBRARIES, LEAVES),
    **dict.fromkeys(("speech", "analysis"), LEAVES | {"remote"}),
    "fetch": {"errors", "media"},
    "remote": {"errors"},
    "errors": set(),
    "schema": set(),
    "editing": {"schema"},
    "languages": set(),
    "passwords": set(),
    "account_settings": {"engine_settings"},
    "accounts": {
        *("account_settings", "audit", "config", "errors", "extensions", "jobs", "mail"),
        *("models", "passwords", "runner", "storage"),
    },
    "audit": {"extensions", "models"},
    "mail": {"account_settings", "config", "errors", "models", "runner"},
    "document_settings": {"documents", "engine_settings"},
    "engine_settings": set(),
    "link_settings": {"fetch"},
    "limit_settings": set(),
    "scan": {"errors"},
    "scan_settings": {"scan"},
    "config": {
        *("account_settings", "document_settings", "engine_settings", "limit_settings"),
        *("link_settings", "scan_settings"),
    },
    "flask_config": {"config"},
    "logs": {"config"},
    "models": {"editing", "schema"},
    "storage": {"config", "errors"},
    "recordings": {"config", "errors", "extensions", "models", "quotas", "storage"},
    "search": {"editing", "extensions", "models", "schema"},
    "extensions": {"config", "errors", "models"},
    "gthread": {"api", "config", "errors", "outgoing"},
    "outgoing": set(),
    "limiter": {"config", "errors", "extensions"},
    "resumable": {"config", "errors", "extensions", "models", "quotas", "storage"},
    "quotas": {"config", "errors", "extensions", "models"},
    "redis_server": {"config", "errors"},
    "supervisor": {"config", "redis_server"},
    "jobs": {
        *LIBRARIES,
        *LEAVES,
        "config",
        "editing",
        "extensions",
        "fetch",
        "models",
        "quotas",
        "recordings",
        "scan",
        "storage",
    },
    "runner": {
        *LEAVES,
        *("audit", "config", "extensions", "jobs", "logs", "models", "quotas", "resumable"),
        "storage",
    },
}
HEAVY = {
    "flask": {*LIBRARIES, "editing", "errors", "fetch", "schema", "models", "storage", "jobs"},
    "rq": {"api", "cli", "jobs", "models", "storage", *LIBRARIES},
}


def modules(part: str) -> list[Path]:
    path = ROOT / "talktotext" / part
    return sorted(path.rglob("*.py")) if path.is_dir() else [path.with_suffix(".py")]


def imported(path: Path) -> set[str]:
    """Dotted names of all that a file imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}: relative imports hide the arrows"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


@pytest.mark.parametrize("part", ALLOWED)
def test_arrows_point_one_way(part: str) -> None:
    allowed = ALLOWED[part] | {part}
    for path in modules(part):
        ours = {name.split(".")[1] for name in imported(path) if name.startswith("talktotext.")}
        assert ours <= allowed, f"{path.relative_to(ROOT)} imports {ours - allowed}"


@pytest.mark.parametrize("package", HEAVY)
def test_frameworks_stay_at_the_edge(package: str) -> None:
    for part in HEAVY[package]:
        for path in modules(part):
            found = {name for name in imported(path) if name.split(".")[0] == package}
            assert not found, f"{path.relative_to(ROOT)} imports {found}"


def test_every_part_has_its_arrows() -> None:
    parts = {path.stem for path in (ROOT / "talktotext").iterdir() if path.suffix in ("", ".py")}
    assert parts - {"__init__", "__pycache__"} == {*ALLOWED, "api", "cli"}


def test_rq_is_known_in_three_places() -> None:
    files = [*(ROOT / "talktotext").rglob("*.py"), ROOT / "worker.py", ROOT / "wsgi.py"]
    knowing = {
        str(path.relative_to(ROOT))
        for path in files
        if any(name.split(".")[0] == "rq" for name in imported(path))
    }
    assert knowing <= {"talktotext/extensions.py", "talktotext/runner/__init__.py", "worker.py"}
    assert "worker.py" in knowing
