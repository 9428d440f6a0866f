"""Whisper's weights: which there are, where they lie, and which languages they know.

A model is a folder in CTranslate2's format, which faster-whisper loads, or a file `NAME.pt`, which
the reference package does. Its name is what Whisper calls its sizes (Radford et al. 2022, "Robust
Speech Recognition via Large-Scale Weak Supervision", table 1) or a path. Nothing here touches
the network; `download.py` does, when somebody asks.
"""

import json
import re
from functools import cache, cached_property
from importlib.util import find_spec
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter

from talktotext.errors import EngineUnavailable

CATALOGUE = Path(__file__).with_name("weights.json")
# Without its tokenizer faster-whisper would go and fetch one.
NEEDED = ("config.json", "model.bin", "tokenizer.json")
INSTALL = "Run `pip install -r requirements/whisper.txt`."
# BCP 47 tags that Whisper writes in another way.
CODES = {"jv": "jw", "nb": "no"}


class File(BaseModel):
    """A file of a model; its size in bytes, its SHA-256 in hexadecimal."""

    model_config = ConfigDict(frozen=True)

    name: str
    size: int
    sha256: str


class Model(BaseModel):
    """A model that can be fetched. `revision` is a commit of the hub's repository, so that a name
    means the same bytes for ever."""

    model_config = ConfigDict(frozen=True)

    name: str
    repository: str
    revision: str
    files: tuple[File, ...]

    @cached_property
    def size(self) -> int:
        """Bytes of all files together."""
        return sum(file.size for file in self.files)


@cache
def catalogue() -> dict[str, Model]:
    """The models that can be fetched, by name, the smallest first."""
    models = TypeAdapter(list[Model]).validate_json(CATALOGUE.read_bytes())
    return {model.name: model for model in models}


def package() -> str | None:
    """The package that will run Whisper: faster-whisper, else the reference, else None."""
    return next((name for name in ("faster_whisper", "whisper") if find_spec(name)), None)


def locate(name: str, folder: Path) -> Path:
    """The weights of a model, for the package that is installed.

    Args:
        name: of a model in `folder`; with a slash in it, a path of its own: a folder for
            faster-whisper, a `.pt` file for the reference package.

    Raises:
        EngineUnavailable: no package is installed, or the weights are not there.
    """
    if package() is None:
        raise EngineUnavailable("The speech engine 'whisper' is not installed", hint=INSTALL)
    found = Path(name) if "/" in name else folder / _file_name(name)
    if found.suffix == ".pt" and found.is_file():
        return found
    if not found.exists():
        raise EngineUnavailable(
            f"The weights of the Whisper model {found.name!r} are not here", hint=_remedy(name)
        )
    if lacking := _lacking(found):
        what = f"The Whisper model {found.name!r} lacks {', '.join(lacking)}"
        raise EngineUnavailable(what, hint=_remedy(name))
    return found


def languages(weights: Path) -> frozenset[str] | None:
    """The languages that weights know, as BCP 47 subtags, without loading them; None for all."""
    if weights.suffix == ".pt":
        return frozenset({"en"}) if weights.stem.endswith(".en") else None
    if "" not in _tokens(weights):  # by which CTranslate2 tells English models from the others
        return frozenset({"en"})
    codes = set(re.findall(r'"<\|([a-z]{2,3})\|>"', (weights / "tokenizer.json").read_text()))
    return frozenset(codes | {tag for tag, code in CODES.items() if code in codes})


def installed(folder: Path) -> list[str]:
    """Names of the models in `folder` that are there for the package that is installed."""
    if package() == "whisper":
        return sorted(path.stem for path in folder.glob("*.pt"))
    return sorted(
        path.name for path in folder.glob("*/") if path.name[0] != "." and not _lacking(path)
    )


def _file_name(name: str) -> str:
    return f"{name}.pt" if package() == "whisper" else name


def _remedy(name: str) -> str:
    if package() == "whisper":
        return f"Put {_file_name(name)} into MODEL_FOLDER; docs/engines.md tells from where."
    if name in catalogue():
        return f"Run `flask model fetch {name}`."
    return f"Check WHISPER_MODEL and MODEL_FOLDER, or use one of {', '.join(catalogue())}."


def _lacking(weights: Path) -> list[str]:
    lacking = [name for name in NEEDED if not (weights / name).is_file()]
    return lacking if _vocabulary(weights) else [*lacking, "vocabulary.txt"]


def _vocabulary(weights: Path) -> Path | None:
    return next(weights.glob("vocabulary.*"), None)


def _tokens(weights: Path) -> list[str]:
    vocabulary = _vocabulary(weights)
    assert vocabulary is not None  # locate() looked
    text = vocabulary.read_text("utf-8")
    tokens: list[str] = json.loads(text) if vocabulary.suffix == ".json" else text.split("\n")[:-1]
    return tokens
