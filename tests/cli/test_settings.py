"""`flask settings`."""

from apiflask import APIFlask

from talktotext.cli.settings import settings_table


def test_it_prints_the_page_of_settings(app: APIFlask) -> None:
    result = app.test_cli_runner().invoke(args=["settings"])
    assert (result.exit_code, result.output) == (0, settings_table())
