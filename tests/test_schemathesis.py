"""Every operation of the API's description, called with what schemathesis makes of it.

Nothing ends in a 500, and no status, no content type, no header and no shape of JSON comes that is
not described: for what is right, for what is wrong, at addresses that lead nowhere and at those of
somebody's things. A long run: SCHEMATHESIS_EXAMPLES=100 pytest tests/test_schemathesis.py -s
"""

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
import schemathesis
from apiflask import APIFlask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.api.accounts import MakeApp, make_admin, sign_in
from tests.conftest import Person
from tests.test_auth_matrix import OWNED, TUS, Things

EXAMPLES = int(os.environ.get("SCHEMATHESIS_EXAMPLES", "5"))  # of each operation and each kind
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
QUIETLY = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize="SCHEMATHESIS_EXAMPLES" not in os.environ,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
    print_blob=False,
)
THERE = {"extension": "pdf", "index": 0, "number": 1, "before": 1, "after": 1}
# Where nothing is asked for, nothing can be wrong.
NOTHING_ASKED = {"GET /health", "GET /health/live", "GET /api/health"}
MILDEST_FIRST = ("get", "post", "patch", "delete")


class Caller:
    """Somebody with one of everything, who tries operation after operation."""

    def __init__(self, app: APIFlask):
        self.app, self.alice = app, Person(app, "Alice")
        self.admin = make_admin(Person(app, "Root"))
        self.ids = {**Things(self.alice).ids, **THERE}
        self.statuses: Counter[int] = Counter()
        self.calls: Counter[tuple[str, bool]] = Counter()
        self.complaints: dict[str, str] = {}
        self.token, self.inner = "", app.wsgi_app
        app.wsgi_app = self._signed_in  # type: ignore[method-assign]

    def _signed_in(self, environ: dict[str, Any], start: Any) -> Any:
        """schemathesis takes away what signs in; that is what test_auth_matrix.py is for."""
        if self.token:
            environ["HTTP_AUTHORIZATION"] = f"Bearer {self.token}"
        return self.inner(environ, start)

    def operations(self) -> list[Any]:
        """All of them, those first that take nothing away."""
        schema = schemathesis.openapi.from_wsgi("/openapi.json", self.app)
        found = [one.ok() for one in schema.get_all_operations()]
        return sorted(found, key=lambda one: MILDEST_FIRST.index(one.method.lower()))

    def try_out(self, operation: Any, mode: GenerationMode, *, there: bool) -> None:
        """Call an operation with so many examples; what it does wrong is kept."""
        # Anew each time: one of them signs out.
        self.token = ""
        person = self.admin if operation.path.startswith("/api/admin") else self.alice
        self.token = sign_in(person.client, person.email).json["token"]

        @QUIETLY
        @given(case=operation.as_strategy(generation_mode=mode))
        def call(case: Case) -> None:
            if there:
                known = {k: v for k, v in self.ids.items() if k in case.path_parameters}
                case.path_parameters.update(known)
            self.calls[operation.label, there] += 1
            self._call(case)

        with suppress(Unsatisfiable):  # see NOTHING_ASKED
            call()

    def _call(self, case: Case) -> None:
        answer = case.call(headers=TUS)
        self.statuses[answer.status_code] += 1
        try:
            case.validate_response(answer, checks=CHECKS)
        except (Failure, FailureGroup) as error:
            said = error.exceptions[0] if isinstance(error, FailureGroup) else error
            what = f"{case.operation.label} {answer.status_code} {type(said).__name__}"
            self.complaints.setdefault(what, f"{said}\n{case.as_curl_command()[:600]}")


@pytest.fixture
def caller(make_app: MakeApp) -> Iterator[Caller]:
    app = make_app(SYNC_WAIT_SECONDS=0.0, LOG_LEVEL="ERROR", QUOTA_JOBS=0)
    app.testing, app.config["PROPAGATE_EXCEPTIONS"] = False, False
    yield Caller(app)


# schemathesis leaves the files of answers to the collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("mode", GenerationMode)
def test_all_answers_are_described(caller: Caller, mode: GenerationMode) -> None:
    due = set()
    for operation in caller.operations():
        owned = bool(OWNED & {one.name for one in operation.path_parameters})
        for there in sorted({False, owned}):
            caller.try_out(operation, mode, there=there)
            due.add((operation.label, there))
    print(f"\n{mode.value}: {caller.statuses.total()} cases, {dict(caller.statuses)}")
    assert len(due) >= 80
    uncalled = {label for label, _ in due - caller.calls.keys()}
    assert uncalled == (NOTHING_ASKED if mode is GenerationMode.NEGATIVE else set())
    assert caller.complaints == {}, "\n\n".join(
        f"{what}\n{why}" for what, why in caller.complaints.items()
    )
