"""API tokens: made, listed, revoked."""

from typing import Any

from apiflask import APIBlueprint

from talktotext.accounts import tokens
from talktotext.api.schemas.account import ApiTokenIn, ApiTokenOut, NewApiTokenOut
from talktotext.api.signin import current_user, signed_in

bp = APIBlueprint("tokens", __name__, url_prefix="/api/tokens", tag="Account")


@bp.post("")
@signed_in(scope="session")
@bp.input(ApiTokenIn)
@bp.output(NewApiTokenOut, 201)
@bp.doc(responses=[400, 409])
def create(json_data: ApiTokenIn) -> dict[str, Any]:
    """Make an API token

    It is shown this once. Scopes: `read` is for GET, `write` for everything else, `upload` for
    uploading and following what becomes of it, and nothing else.
    """
    wanted = json_data
    made, plain = tokens.make(current_user(), wanted.name, wanted.scopes, wanted.expires_in_days)
    return {**ApiTokenOut.model_validate(made).model_dump(), "token": plain}


@bp.get("")
@signed_in(scope="session")
@bp.output(list[ApiTokenOut])  # type: ignore[arg-type]
def index() -> Any:
    """List API tokens, newest first"""
    return tokens.of_user(current_user())


@bp.delete("/<token_id>")
@signed_in(scope="session")
@bp.output({}, 204)
@bp.doc(responses=[404])
def revoke(token_id: str) -> str:
    """Revoke an API token: it is refused from now on"""
    tokens.revoke(current_user(), token_id)
    return ""
