"""The HTTP interface: one blueprint a file."""

from apiflask import APIFlask

from talktotext.api import auth, description, downloads, health, notes, problems, status, upload

BLUEPRINTS = (health.bp, auth.bp, upload.bp, status.bp, notes.bp, downloads.bp)


def register(app: APIFlask) -> None:
    """Hang everything that answers HTTP into `app`."""
    problems.register(app)
    description.register(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
