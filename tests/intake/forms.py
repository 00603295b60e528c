"""A request form in somebody's browser."""

from dataclasses import dataclass
from datetime import datetime

from hotline.base.i18n import Language
from hotline.intake import actions as intake
from hotline.intake import receipt
from hotline.intake.actions import Request, Sent
from hotline.intake.privacy import CURRENT
from hotline.intake.screening import AgeBand, Audience, FollowUp, Safety, Topic
from hotline.keyring import stretching
from hotline.keyring.receipts import receipt_keys
from tests.cast import NOON, ZONE, House

REQUEST = Request(
    Safety.THOUGHTS,
    "我最近睡不着。",
    (Topic.SLEEP, Topic.STUDY),
    Audience.STUDENT,
    AgeBand.ADULT,
    FollowUp.YES,
    Language.CHINESE,
    CURRENT,
)
JOURNEY = bytes(range(32))


@dataclass(frozen=True)
class Form:
    """A form given out to one browser."""

    house: House
    secret: bytes

    def send(self, request: Request = REQUEST, *, now: datetime = NOON) -> Sent:
        """As the route sends it: another code is drawn every time."""
        deployment, code = self.house.deployment, receipt.draw()
        keys = receipt_keys(deployment.id, stretching.stretch_code(code, deployment.salt, 0))
        with self.house.database.write() as db:
            return intake.receive(
                db,
                deployment,
                self.secret,
                request,
                code,
                keys,
                journey=JOURNEY,
                hours=self.house.hours,
                tz=ZONE,
                now=now,
            )


def new_form(house: House) -> Form:
    secret = intake.open_form(house.deployment, intake.new_form(house.deployment))
    assert secret is not None
    return Form(house, secret)
