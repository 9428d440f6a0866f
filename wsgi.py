"""The web application, for any WSGI server: `gunicorn wsgi:app`."""

import sys

from talktotext import create_app
from talktotext.config import ConfigError

try:
    app = create_app()
except ConfigError as error:
    sys.exit(f"TalkToText cannot start: {error}")
