"""What a user has used up."""

from typing import Any

from apiflask import APIBlueprint

from talktotext import quotas
from talktotext.api.schemas.usage import UsageOut
from talktotext.api.signin import current_user_id, signed_in

bp = APIBlueprint("usage", __name__, url_prefix="/api", tag="Recordings")


@bp.get("/usage")
@signed_in
@bp.output(UsageOut)
def usage() -> Any:
    """Show what you have used, and what you may

    `allowed` is null where there is no limit. `bytes` are those of recordings kept, or still coming
    in; `minutes` the sound transcribed this month, and what waits to be; `jobs` those not yet done.
    """
    return quotas.usage(current_user_id())
