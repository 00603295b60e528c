"""Who may do what to an account."""

from hotline.accounts.models import Account
from hotline.permissions import KEY_ROLES, Actor, Permission


def may_manage(actor: Actor, account: Account | None = None) -> bool:
    """An administrator, never about themselves."""
    return actor.holds(Permission.PEOPLE_MANAGE) and (account is None or account.id != actor.id)


def may_admit(actor: Actor, account: Account) -> bool:
    """A custodian who is neither the inviter nor the account itself, for a person who holds keys."""
    return (
        actor.holds(Permission.ADMISSION_GIVE)
        and actor.id not in {account.id, account.invited_by}
        and account.disabled_at is None
        and bool(account.named_roles & KEY_ROLES)
    )


def may_order_factor(actor: Actor, account: Account) -> bool:
    """An administrator or a custodian, for somebody else."""
    holds = actor.holds(Permission.PEOPLE_MANAGE) or actor.holds(Permission.ADMISSION_GIVE)
    return holds and account.id != actor.id and account.disabled_at is None


def needs_generated_passphrase(account: Account) -> bool:
    """Whoever holds keys does not choose their passphrase."""
    return bool(account.named_roles & KEY_ROLES)
