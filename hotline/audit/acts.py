"""The acts an audit line can name, each with the words a person reads."""

from enum import StrEnum

from hotline.base.i18n import N_


class Act(StrEnum):
    """One kind of act. Never rename one: lines are chained over its value."""

    SIGNED_IN = "account.signed-in"
    SIGNED_OUT = "account.signed-out"
    INVITED = "account.invited"
    ENROLLED = "account.enrolled"
    ADMITTED = "account.admitted"
    ROLES_CHANGED = "account.roles-changed"
    DISABLED = "account.disabled"
    ENABLED = "account.enabled"
    PASSPHRASE_CHANGED = "account.passphrase-changed"
    SECOND_FACTOR_ORDERED = "account.second-factor-ordered"
    SECOND_FACTOR_RENEWED = "account.second-factor-renewed"
    TEAM_RENEWED = "team.renewed"
    DUTY_STARTED = "duty.started"
    DUTY_ENDED = "duty.ended"
    TAKEN = "ticket.taken"
    ASSIGNED = "ticket.assigned"
    CONVERSATION_READ = "ticket.conversation-read"
    NOTES_READ = "ticket.notes-read"
    REPLIED = "ticket.replied"
    SAFETY_REVIEWED = "ticket.safety-reviewed"
    LEVEL_SET = "ticket.level-set"
    LEVEL_PROPOSED = "ticket.level-proposed"
    LEVEL_CONFIRMED = "ticket.level-confirmed"
    LEVEL_DECLINED = "ticket.level-declined"
    NOTE_DRAFTED = "note.drafted"
    NOTE_WRITTEN = "note.written"
    CLOSED = "ticket.closed"
    REOPENED = "ticket.reopened"
    GIVEN_BACK = "ticket.given-back"
    FOLLOW_UPS_READ = "follow-up.read"
    FOLLOW_UP_PLANNED = "follow-up.planned"
    FOLLOW_UP_MADE = "follow-up.made"
    FOLLOW_UP_CANCELLED = "follow-up.cancelled"
    CALENDAR_MADE = "calendar.made"
    CALENDAR_REVOKED = "calendar.revoked"
    MAIL_CHANGED = "account.mail"
    REFUSED = "refused"


READS = frozenset({Act.CONVERSATION_READ, Act.NOTES_READ, Act.FOLLOW_UPS_READ})
"""The acts that only look: there is a line for each time somebody did."""

WORDS: dict[Act, str] = {
    Act.SIGNED_IN: N_("Signed in"),
    Act.SIGNED_OUT: N_("Signed out"),
    Act.INVITED: N_("Invited a person"),
    Act.ENROLLED: N_("Enrolled"),
    Act.ADMITTED: N_("Admitted a person's keys"),
    Act.ROLES_CHANGED: N_("Changed a person's roles"),
    Act.DISABLED: N_("Disabled an account"),
    Act.ENABLED: N_("Enabled an account"),
    Act.PASSPHRASE_CHANGED: N_("Changed their passphrase"),
    Act.SECOND_FACTOR_ORDERED: N_("Requested a new second factor for a person"),
    Act.SECOND_FACTOR_RENEWED: N_("Set up a new second factor"),
    Act.TEAM_RENEWED: N_("Renewed the team's key"),
    Act.DUTY_STARTED: N_("Went on duty"),
    Act.DUTY_ENDED: N_("Went off duty"),
    Act.TAKEN: N_("Took the ticket"),
    Act.ASSIGNED: N_("Assigned the ticket"),
    Act.CONVERSATION_READ: N_("Read the conversation"),
    Act.NOTES_READ: N_("Read the notes"),
    Act.REPLIED: N_("Replied to the caller"),
    Act.SAFETY_REVIEWED: N_("Reviewed safety"),
    Act.LEVEL_SET: N_("Set the level"),
    Act.LEVEL_PROPOSED: N_("Asked to lower the level"),
    Act.LEVEL_CONFIRMED: N_("Agreed to lower the level"),
    Act.LEVEL_DECLINED: N_("Did not lower the level to"),
    Act.NOTE_DRAFTED: N_("Drafted a note"),
    Act.NOTE_WRITTEN: N_("Finished a note"),
    Act.CLOSED: N_("Closed the ticket"),
    Act.REOPENED: N_("Opened the closed ticket again"),
    Act.GIVEN_BACK: N_("Gave the ticket back to the queue"),
    Act.FOLLOW_UPS_READ: N_("Read why follow-ups were planned"),
    Act.FOLLOW_UP_PLANNED: N_("Planned a follow-up"),
    Act.FOLLOW_UP_MADE: N_("Made a follow-up"),
    Act.FOLLOW_UP_CANCELLED: N_("Cancelled a follow-up"),
    Act.CALENDAR_MADE: N_("Made a calendar address"),
    Act.CALENDAR_REVOKED: N_("Ended the calendar address"),
    Act.MAIL_CHANGED: N_("Changed the address for reminders"),
    Act.REFUSED: N_("Was refused"),
}
