"""A kind of work that does nothing, and a worker that knows it.

python -m benchmarks.nothing     is worker.py with this kind added
"""

from collections.abc import Iterable

from pydantic import BaseModel

from talktotext.jobs import KINDS
from talktotext.jobs.base import Inputs, Kind, Report
from talktotext.models.base import Base


class Options(BaseModel):
    """There is nothing to ask for."""


def do_nothing(inputs: Inputs, options: Options, report: Report) -> Iterable[Base]:
    """Done."""
    return ()


KINDS["nothing"] = Kind("nothing", Options, do_nothing)

if __name__ == "__main__":
    import worker

    worker.main()
