"""Who may do what, on one page. A permission is necessary, never sufficient: policies narrow it.

Reading a ticket's text is not on this page alone: it also takes a key (see `keyring`).
"""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from hotline.base.i18n import Language


class Role(StrEnum):
    """What a staff member is. One person may hold several."""

    COUNSELOR = "counselor"
    SUPERVISOR = "supervisor"
    CUSTODIAN = "custodian"
    ADMINISTRATOR = "administrator"


KEY_ROLES = frozenset({Role.COUNSELOR, Role.CUSTODIAN})
"""Roles that hold keys, and so count only after a custodian's admission."""


class Permission(StrEnum):
    """One thing a signed-in person can be allowed to do."""

    SHIFT_SEE = "shift:see"
    DUTY_SWITCH = "duty:switch"
    QUEUE_SEE = "queue:see"
    TICKET_TAKE = "ticket:take"
    TICKET_READ = "ticket:read"
    TICKET_WRITE = "ticket:write"
    TICKET_ASSIGN = "ticket:assign"
    LEVEL_CHANGE = "level:change"
    LEVEL_CONFIRM = "level:confirm"
    NOTE_WRITE = "note:write"
    FOLLOW_UP_PLAN = "follow-up:plan"
    BOARD_SEE = "board:see"
    STATISTICS_SEE = "statistics:see"
    ADMISSION_GIVE = "admission:give"
    PEOPLE_SEE = "people:see"
    PEOPLE_MANAGE = "people:manage"
    AUDIT_SEE = "audit:see"
    OWN_ACCOUNT = "account:own"


_EVERYBODY = frozenset({Permission.SHIFT_SEE, Permission.OWN_ACCOUNT})

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.COUNSELOR: _EVERYBODY
    | {
        Permission.DUTY_SWITCH,
        Permission.QUEUE_SEE,
        Permission.TICKET_TAKE,
        Permission.TICKET_READ,
        Permission.TICKET_WRITE,
        Permission.LEVEL_CHANGE,
        Permission.NOTE_WRITE,
        Permission.FOLLOW_UP_PLAN,
    },
    Role.SUPERVISOR: _EVERYBODY
    | {
        Permission.BOARD_SEE,
        Permission.STATISTICS_SEE,
        Permission.TICKET_ASSIGN,
        Permission.LEVEL_CHANGE,
        Permission.LEVEL_CONFIRM,
    },
    Role.CUSTODIAN: _EVERYBODY | {Permission.ADMISSION_GIVE, Permission.PEOPLE_SEE, Permission.AUDIT_SEE},
    Role.ADMINISTRATOR: _EVERYBODY | {Permission.PEOPLE_SEE, Permission.PEOPLE_MANAGE, Permission.AUDIT_SEE},
}


@dataclass(frozen=True)
class Actor:
    """The signed-in person as this request sees them.

    `roles` are the effective ones: a key role without a valid admission is not among them.
    """

    id: UUID
    alias: str
    roles: frozenset[Role]
    language: Language

    def holds(self, permission: Permission) -> bool:
        """Whether one of the person's roles carries the permission."""
        return any(permission in PERMISSIONS[role] for role in self.roles) or permission in _EVERYBODY
