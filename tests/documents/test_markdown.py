"""Markdown: what it says, and that nothing said in it is markup for any reader."""

import re
from dataclasses import replace

import pytest

from talktotext.documents import Document, get_writer, render
from talktotext.documents.markdown import escape
from talktotext.documents.template import Template
from talktotext.documents.text import clean
from talktotext.schema import Notes, Participant, Segment

from .formats import html, markdown, plain, shown
from .reading import flat
from .samples import EMPTY, MEETING, NOTES, WHEN, segments

LINKED = replace(MEETING, note_id="n1", base_url="https://notes.example.com")
OURS = {"h1", "h2", "p", "ul", "li", "blockquote", "strong", "code", "input"}
OURS |= {"table", "thead", "tbody", "tr", "th", "td"}
HOSTILE = [
    '<img src="x" onerror=alert(1)>',
    "a<b> c</b> <!-- x --> <?php ?> <![CDATA[x]]>",
    "&lt;script&gt; &amp; &#60;b&#62; &copy",
    "[x](javascript:alert(1)) ![x](http://e.x/i.png) [x][y] [[wiki]] [x]: http://e.x",
    "http://evil.example/x?y=1&z=2 https://evil.example, (www.evil.example) ftp://e.example/",
    "example.com/path пример.рф http://пример.рф mailto:a@b.example <http://e.example> //e.example",
    "@everyone ask ann@example.com, имя@пример.рф or @ben; me@localhost @ @@ a@b@c.de",
    "# heading",
    "###### heading #",
    "heading #",
    "- item",
    "+ item",
    "* item",
    "1. item",
    "12) item",
    "[ ] box",
    "> quote",
    ": definition",
    "---",
    "***",
    "===",
    "~~~",
    "```",
    "``` sh",
    "a ` b `` c ``` d `@` `x",
    "`@",
    "\\`@x\\",
    "*em* **strong** _em_ __strong__ ***both*** a_b_c ~~gone~~ ==mark== ^up^",
    "$x$ $$y$$ \\(z\\) {#id} {{x}} {% raw %}",
    "a | b | c |--|--| \\| \\",
    "[^1] and [^1]: note",
    "| --- | --- |",
    "x\r\n\r\n# heading\n- item",
    "\\# \\* \\\\",
    "\u2028# heading\u2029- item",
    '_<_ *[* **"** **.',
]


def everywhere(text: str) -> Document:
    notes = NOTES.model_copy(
        update={
            "title": text,
            "summary": (NOTES.summary[0].model_copy(update={"text": text}),),
            "key_points": (NOTES.key_points[0].model_copy(update={"text": text}),),
            "action_items": (
                NOTES.action_items[0].model_copy(update={"text": text, "owner": text, "due": text}),
            ),
            "participants": (Participant(name=text, speaker="S0"),),
        }
    )
    talk = segments([("S0", 0.0, text)])
    return Document(notes, talk, WHEN, 9.0, source_name=text)


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_said_is_markup(text):
    page = html(everywhere(text))
    assert set(re.findall(r"<([a-z0-9!?]+)", page)) <= OURS
    assert set(re.findall(r"<[a-z0-9]+([^>]*)>", page)) <= {
        "",
        ' class="contains-task-list"',
        ' class="task-list-item"',
        ' class="task-list-item-checkbox" disabled="disabled" type="checkbox"',
    }
    assert page.count("<h1>") == 1
    assert page.count("<td>") == 4


@pytest.mark.parametrize("text", HOSTILE)
def test_all_that_is_said_is_shown(text):
    # As title, file name, statement, task, owner, date, participant twice, speaker and transcript.
    assert shown("md", everywhere(text)).count(flat(clean(text))) >= 11


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("before", ["", "- ", "# ", "> ", "Anna: ", "**Anna** (00:01): "])
def test_a_text_is_one_run_wherever_it_stands(before, text):
    bold = {"strong_open", "strong_close"} if "**" in before else set()
    inline = [token for token in markdown().parse(before + escape(clean(text))) if token.children]
    (line,) = inline
    assert {child.type for child in line.children} <= {"text", "code_inline", *bold}


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("We met at 10:30, e.g. for 3.5 hours (43%) - fine!", None),
        ("Don't; isn't it \"good\"?", None),
        ("snake_case", "snake\\_case"),
        ("C# and F#", "C\\# and F\\#"),
        ("Write to ann@example.com.", "Write to `ann@example.com`."),
        ("See www.example.com/a_b, please", "See `www.example.com/a_b`, please"),
        ("@ben: yes", "`@ben`: yes"),
        ("1. one", "1\\. one"),
    ],
)
def test_plain_speech_stays_readable(text, written):
    assert escape(text) == (written or text)


def test_what_stands_where():
    page = html(LINKED)
    assert re.findall("<h([12])>([^<]*)", page)[:5] == [
        ("1", NOTES.title),
        ("2", "Summary"),
        ("2", "Key points"),
        ("2", "Decisions"),
        ("2", "Action items"),
    ]
    assert "<strong>Recording:</strong> launch-planning.m4a" in page
    assert "<strong>Note:</strong> Two passages were hard to hear." in page
    assert "<td>Chloé</td>\n<td>24 s</td>\n<td>27%</td>" in page


def test_action_items_have_boxes_owner_and_due():
    lines = [line for line in plain("md", MEETING).split("\n") if line.startswith("- [")]
    assert lines == [
        "- [ ] Write the announcement and send it round. (00:47) — "
        "Owner: Ben · Due: 20 November 2026 (by Friday) · High priority",
        "- [ ] Update the help pages. (00:53) — Owner: Chloé · Due: before the launch",
        "- [x] Ask legal about the new terms. (01:00) — Owner: Anna",
    ]
    assert html(MEETING).count('type="checkbox"') == 3
    assert html(MEETING).count('checked="checked"') == 1


def test_times_lead_to_the_recording():
    page = html(LINKED)
    assert (
        '<strong>Ben</strong> (<a href="https://notes.example.com/notes/n1?t=11">00:11</a>)' in page
    )
    assert "<a " not in html(MEETING)


def test_an_address_cannot_end_its_link():
    odd = replace(LINKED, base_url='https://e.example/a b(1)<x>"&t={seconds}&note={note_id}')
    found = set(re.findall(r"<a ([^>]*)>", html(odd)))
    assert 'href="https://e.example/a%20b%281%29%3Cx%3E%22&amp;t=11&amp;note=n1"' in found
    assert all(one.startswith('href="https://e.example/a%20b') for one in found)


def test_doubtful_words_are_marked():
    talk = (
        Segment(index=0, start=0.0, end=1.0, text="Sure."),
        Segment(index=1, start=1.0, end=2.0, text="Thank you for watching.", flags=("repeated",)),
    )
    page = html(Document(Notes(title="x"), talk, WHEN, 2.0))
    assert "Sure. [? Thank you for watching. ?]" in page
    assert "Words between [? and ?] may never have been said" in page
    assert "[?" not in html(MEETING)


def test_only_the_sections_asked_for():
    some = Template(parts=frozenset({"decisions", "charts"}))
    page = html(replace(MEETING, template=some))
    assert re.findall("<h2>([^<]*)", page) == ["Decisions", "Participants"]
    assert "Bars of talk time: Anna 43% (39 s)" in page


def test_nothing_is_a_document_too():
    assert "<h1>Untitled recording</h1>" in html(EMPTY)
    assert render("md", EMPTY).endswith(b"\n")


def test_it_names_itself():
    writer = get_writer("md")
    assert (writer.extension, writer.media_type) == ("md", "text/markdown")
