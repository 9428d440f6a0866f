"""Invitations: who may register where not everybody may."""

from typing import Any

from apiflask import APIBlueprint

from talktotext import mail
from talktotext.accounts import invitations, letters, links
from talktotext.api.schemas.account import InvitationIn, InvitationOut, NewInvitationOut
from talktotext.api.signin import current_user, signed_in

bp = APIBlueprint(
    "invitations", __name__, url_prefix="/api/admin/invitations", tag="Administration"
)


@bp.post("")
@signed_in(scope="admin")
@bp.input(InvitationIn)
@bp.output(NewInvitationOut, 201)
@bp.doc(responses=[400, 409])
def create(json_data: InvitationIn) -> dict[str, Any]:
    """Invite somebody to register

    They are sent a link that works once, within a week; an earlier one works no more. It is in the
    answer too, for who has no mail server.
    """
    invited = invitations.invite(json_data.email, json_data.role, by=current_user())
    letter = letters.invitation(invited)
    mail.post(lambda: letter)
    shown = InvitationOut.model_validate(invited).model_dump()
    return {**shown, "link": links.invitation_link(invited)}


@bp.get("")
@signed_in(scope="admin")
@bp.output(list[InvitationOut])  # type: ignore[arg-type]
def index() -> Any:
    """List invitations that are still good, newest first"""
    return invitations.standing()


@bp.delete("/<invitation_id>")
@signed_in(scope="admin")
@bp.output({}, 204)
@bp.doc(responses=[404])
def withdraw(invitation_id: str) -> str:
    """Withdraw an invitation"""
    invitations.withdraw(invitation_id)
    return ""
