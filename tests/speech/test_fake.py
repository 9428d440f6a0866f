"""The engine for trying things out: what only it has."""


def test_its_journal_has_a_line_for_each_part_begun(engine, speech, tmp_path):
    journal = tmp_path / "journal"
    transcriber = engine("fake", seconds=5, journal=str(journal))
    next(iter(transcriber.transcribe(speech)))
    assert len(journal.read_text().splitlines()) == 1
    list(transcriber.transcribe(speech))
    assert len(journal.read_text().splitlines()) == 1 + 3  # twelve seconds, five at a time
