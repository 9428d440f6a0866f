"""What the links in mails are good for: verifying an address, choosing a new password.

Tokens come in a body, not in an address: addresses are logged, and kept in histories. The link
itself leads to the frontend (FRONTEND_URL), which sends the token here.
"""

from apiflask import APIBlueprint

from talktotext.accounts import links, users
from talktotext.api.schemas.account import ForgotIn, LinkIn, ResetIn
from talktotext.api.signin import current_user, signed_in

bp = APIBlueprint("recovery", __name__, url_prefix="/auth", tag="Authentication")


@bp.post("/verify")
@bp.input(LinkIn)
@bp.output({}, 204)
@bp.doc(responses=[400])
def verify(json_data: LinkIn) -> str:
    """Verify an email address with the token of the link in a mail"""
    users.verify_email(links.user_of("verify", json_data.token))
    return ""


@bp.post("/verify/send")
@signed_in(scope="session")
@bp.output({}, 204)
def send_verification() -> str:
    """Send the mail with that link again

    At most every two minutes; nothing is sent where the address is verified.
    """
    users.ask_to_verify(current_user())
    return ""


@bp.post("/forgot")
@bp.input(ForgotIn)
@bp.output({}, 204)
@bp.doc(responses=[400])
def forgot(json_data: ForgotIn) -> str:
    """Have a link sent with which to choose a new password

    Whether anybody has that email is not to be told from the answer, nor from the time it takes.
    """
    users.ask_to_reset(json_data.email)
    return ""


@bp.post("/reset")
@bp.input(ResetIn)
@bp.output({}, 204)
@bp.doc(responses=[400])
def reset(json_data: ResetIn) -> str:
    """Choose a new password with the token of that link

    All sessions end, and API tokens are revoked.
    """
    users.reset_password(links.user_of("reset", json_data.token), json_data.password)
    return ""
