"""TalkToText: a recording goes in; notes a person can act on come out."""

from apiflask import APIFlask

from talktotext import api, cli, config, logs, mail
from talktotext.api.request import Request
from talktotext.extensions import cors, db, jwt, migrate, queue
from talktotext.flask_config import for_flask

__version__ = "0.1.0"


def create_app(settings: config.Settings | None = None, *, check: bool = True) -> APIFlask:
    """The application: extensions, blueprints, commands.

    Args:
        settings: read from the environment if omitted.
        check: refuse to start on settings that are wrong.

    Raises:
        ConfigError: the settings do not allow a start.
    """
    settings = settings or config.load()
    if check:
        settings.check()
    logs.configure(settings)
    app = APIFlask(
        __name__,
        static_folder=None,  # type: ignore[arg-type]
        title="TalkToText",
        version=__version__,
        instance_path=str(settings.INSTANCE_FOLDER),
        docs_path=None,
    )
    app.request_class = Request
    app.config.from_mapping(for_flask(settings))
    db.init_app(app)
    migrate.init_app(app, db, directory=str(config.ROOT / "migrations"))
    jwt.init_app(app)
    cors.init_app(app)
    queue.init_app(app)
    mail.init_app(app)
    api.register(app)
    cli.register(app)
    return app
