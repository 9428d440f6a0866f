"""Documents to write: a little meeting, a long one, the world's scripts, and nothing at all."""

from datetime import UTC, date, datetime

from talktotext.documents import Document
from talktotext.schema import (
    ActionItem,
    Evidence,
    Notes,
    Notice,
    Participant,
    Segment,
    Sentiment,
    Statement,
)

WHEN = datetime(2026, 11, 14, 9, 30, tzinfo=UTC)

TALK = [
    ("S0", 0.0, "Good morning. We have ten minutes, so let us begin with the launch date."),
    ("S0", 5.2, "The payment provider is ready, and the translations came in last night."),
    ("S1", 11.0, "Then I would say we launch on the first of December, not before."),
    ("S2", 17.4, "I agree, the first of December works for the support team as well."),
    ("S0", 23.0, "Good, that is decided: we launch on the first of December."),
    ("S1", 29.5, "What about the free plan? People keep asking for it."),
    ("S2", 34.1, "Three recordings a month, free. More would cost us more than it brings."),
    ("S0", 40.8, "Agreed, three recordings a month on the free plan."),
    ("S1", 47.0, "I will write the announcement by Friday and send it round."),
    ("S2", 53.3, "And I take the help pages; they are due before the launch."),
    ("S0", 60.2, "I will ask legal about the new terms this week."),
    ("S1", 68.9, "Who answers the phones over Christmas?"),
    ("S2", 73.0, "We do not know yet. Let us come back to that next time."),
    ("S0", 80.1, "Fine. Thank you both, that was quick."),
]


def segments(talk: list[tuple[str | None, float, str]]) -> tuple[Segment, ...]:
    return tuple(
        Segment(index=i, start=start, end=start + 4, text=text, speaker=speaker)
        for i, (speaker, start, text) in enumerate(talk)
    )


def said(index: int) -> tuple[Evidence, ...]:
    _, start, text = TALK[index]
    return (Evidence(segments=(index,), start=start, end=start + 4, quote=text),)


NOTES = Notes(
    title="Launch planning: date, free plan, help pages",
    summary=(
        Statement(text="The team set the launch for the first of December.", evidence=said(4)),
        Statement(text="The free plan will hold three recordings a month.", evidence=said(7)),
        Statement(text="Phone cover over Christmas is still open.", evidence=said(11)),
    ),
    key_points=(
        Statement(text="The payment provider and the translations are ready.", evidence=said(1)),
        Statement(text="Support can cover a launch on the first of December.", evidence=said(3)),
        Statement(text="A larger free plan would cost more than it brings.", evidence=said(6)),
    ),
    decisions=(
        Statement(text="Launch on 1 December.", evidence=said(4)),
        Statement(text="Three free recordings a month.", evidence=said(7)),
    ),
    action_items=(
        ActionItem(
            text="Write the announcement and send it round.",
            evidence=said(8),
            owner="Ben",
            due="by Friday",
            due_date=date(2026, 11, 20),
            priority="high",
        ),
        ActionItem(
            text="Update the help pages.", evidence=said(9), owner="Chloé", due="before the launch"
        ),
        ActionItem(
            text="Ask legal about the new terms.", evidence=said(10), owner="Anna", done=True
        ),
    ),
    open_questions=(Statement(text="Who answers the phones over Christmas?", evidence=said(11)),),
    participants=(
        Participant(name="Anna", speaker="S0", talk_time=39.0, share=0.43),
        Participant(name="Ben", speaker="S1", talk_time=27.0, share=0.3),
        Participant(name="Chloé", speaker="S2", talk_time=24.0, share=0.27),
    ),
    sentiment=Sentiment(
        label="positive", score=0.42, by_speaker={"S0": 0.5, "S1": 0.35, "S2": -0.2}
    ),
    meeting_type="planning",
    keywords=("launch", "free plan", "help pages"),
    language="en",
    warnings=(Notice(code="low_confidence", message="Two passages were hard to hear."),),
)

MEETING = Document(NOTES, segments(TALK), WHEN, duration=90.0, source_name="launch-planning.m4a")

SCRIPTS = {
    "Greek": "Καλημέρα, αποφασίσαμε την πρώτη Δεκεμβρίου.",
    "Cyrillic": "Доброе утро, мы решили начать первого декабря.",
    "Vietnamese": "Chúng ta sẽ bắt đầu vào ngày mồng một tháng mười hai.",
    "Hebrew": "בוקר טוב לכולם",
    "Arabic": "صباح الخير جميعا",
    "Chinese": "大家早上好，我们决定十二月一日发布新版本。" * 5,
    "Japanese": "おはようございます。十二月一日に開始することに決めました。",
    "Korean": "좋은 아침입니다. 십이월 일일에 시작하기로 했습니다.",
}

WORLD = Document(
    Notes(title="会议 — Совещание — Σύσκεψη", language="zh", meeting_type="standup"),
    segments([(name, i * 7.0, text) for i, (name, text) in enumerate(SCRIPTS.items())]),
    WHEN,
    duration=80.0,
)

EMPTY = Document(Notes(title=""), (), WHEN, duration=0.0)


def long_meeting(words: int = 30_000, hours: float = 3.0) -> Document:
    """A meeting of three people, in segments of some twelve words."""
    count = words // 12
    talk = [
        (f"S{i // 7 % 3}", i * hours * 3600 / count, f"{TALK[i % len(TALK)][2]} Point {i}.")
        for i in range(count)
    ]
    return Document(NOTES, segments(talk), WHEN, duration=hours * 3600)
