"""Editing: what people change in notes, and what becomes of it when notes are made anew.

    draft.py       notes, and what a person wants otherwise -> notes, the person's part marked
    carry.py       those, and what a new analysis found -> the new notes with the person's part
    compare.py     two versions -> what was added, taken out and changed, field by field
    likeness.py    which statements say the same, though they are put otherwise
    naming.py      what voices are called

A plain library: it knows the schema and nothing else of the house.
"""

from talktotext.editing.carry import borne, carry
from talktotext.editing.compare import Difference, compare
from talktotext.editing.draft import Draft
from talktotext.editing.naming import relabelled, renamed

__all__ = ["Difference", "Draft", "borne", "carry", "compare", "relabelled", "renamed"]
