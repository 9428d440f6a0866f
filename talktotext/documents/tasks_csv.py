"""action items -> CSV (RFC 4180), for spreadsheets and task managers."""

import csv
import re
from io import StringIO
from typing import BinaryIO

from talktotext.documents.base import Document
from talktotext.documents.tasks import Task, tasks
from talktotext.documents.text import whole

HEADER = (
    "Task",
    "Owner",
    "Due",
    "Due date",
    "Priority",
    "Done",
    "Time",
    "Seconds",
    "Quote",
    "Link",
)
# What makes a formula of a cell (https://owasp.org/www-community/attacks/CSV_Injection): at its
# start, and after a semicolon, at which Excel cuts in countries that write decimals with a comma;
# blanks, quotes and what is invisible may stand before it.
_FORMULA = re.compile(r"""(^|;)(["'\s\u00ad\u200b-\u200f\u2060-\u2064]*)(?=[=+\-@＝＋－＠])""")


class CsvWriter:
    """A row an action item. Excel takes UTF-8 for something else unless a byte order mark says it;
    all others skip the mark."""

    extension = "csv"
    media_type = "text/csv"

    def write(self, document: Document, out: BinaryIO) -> None:
        """Write the action items of `document` as CSV to `out`."""
        table = StringIO(newline="")
        rows = csv.writer(table, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        rows.writerow(HEADER)
        rows.writerows(map(_row, tasks(document)))
        out.write(table.getvalue().encode("utf-8-sig"))


def _row(task: Task) -> list[str]:
    cells = (
        task.text,
        task.owner,
        task.due,
        task.due_date.isoformat() if task.due_date else "",
        task.priority,
        "yes" if task.done else "no",
        _clock(task.time) if task.time is not None else "",
        f"{task.time:.3f}" if task.time is not None else "",
        task.quote,
        task.link,
    )
    return [inert(cell) for cell in cells]


def inert(cell: str) -> str:
    """The text of a cell, an apostrophe before what a spreadsheet would take for a formula."""
    return _FORMULA.sub(r"\1\2'", cell)


def _clock(seconds: float) -> str:
    """hh:mm:ss, which spreadsheets take for a duration: "00:01:15"."""
    minutes, second = divmod(whole(seconds), 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:{second:02}"
