"""Identification by a user's policy; who is not seen by eye is asked for."""

from skyreach.engine.bookkeeping import emit
from skyreach.engine.identify import identify
from skyreach.engine.shown import evidence
from skyreach.policies import check
from skyreach.policies.roles import Contacts
from skyreach.policies.seat import Seat
from skyreach.policies.show import ANSWER, IDENTITY
from skyreach.policies.views import Contact
from skyreach.world import codes
from skyreach.world.state import Model, World

CODE = {word: code for code, word in codes.IDENTITIES.items()}
MIXED, SEEN = 3, 2  # columns of evidence


class Identifying:
    """Phase `identify`."""

    def __init__(self, seat: Seat) -> None:
        self.seat = seat

    def __call__(self, model: Model, world: World, t: float) -> None:
        """Give firm tracks their identity at time t [s].

        Where the policy says what the built-in rule says, that rule acts, with its reasons. Another word is the identity, known
        by a policy; as with the built-in rule, people and correlation turn it into its opposite with probability identify_error,
        once for a track, unless the target is in sight. What noise alone has fed stays unknown."""
        seat, show = self.seat, self.seat.sit(model, world)
        rows = [i for i in show.firm() if world.tracks[i]["known_by"] != codes.BY_EYE]
        if not rows:
            return
        found = evidence(model, world, t)
        contacts = tuple(
            Contact(track, ANSWER[int(found[i, 0])], bool(found[i, 1] == 1), IDENTITY.get(int(found[i, SEEN])))
            for i, track in zip(rows, show.tracks(rows, t), strict=True)
        )
        rule = tuple(_usual(world, i, contact) for i, contact in zip(rows, contacts, strict=True))
        parts, _ = seat.scene("identify", t, lambda: rule)
        words = check.identities(seat.ask.wrong, seat.ask("identify", Contacts(**parts, contacts=contacts)), len(rows))
        apart = [(i, w, c) for i, w, c, usual in zip(rows, words, contacts, rule, strict=True) if w != usual]
        known = {i: int(world.tracks[i]["known_by"]) for i, _, _ in apart}
        for i in known:  # the rule passes over what is known by eye
            world.tracks[i]["known_by"] = codes.BY_EYE
        identify(model, world, t)
        for i, code in known.items():
            world.tracks[i]["known_by"] = code
        for i, word, contact in apart:
            if word != contact.track.identity and world.tracks[i]["target"] >= 0:
                mixed = contact.seen_as is None and found[i, MIXED] == 1
                _name(world, i, CODE[word], mixed, t)


def _usual(world: World, i: int, contact: Contact) -> str:
    """What the built-in rule makes of a contact, before it errs."""
    by = world.tracks[i]["known_by"]
    if contact.seen_as is not None:
        return contact.seen_as
    if contact.track.identity == "unknown" and contact.answer != "not asked":
        return contact.answer if contact.answer != "none" else "civil" if contact.on_airway else "hostile"
    return "hostile" if by == codes.BY_AIRWAY and not contact.on_airway else contact.track.identity


def _name(world: World, i: int, identity: int, mixed: bool, t: float) -> None:
    """Give track i an identity by the policy, turned into its opposite where it is mixed up."""
    row = world.tracks[i]
    if mixed and identity != codes.UNKNOWN:
        identity = codes.NON_HOSTILE if identity == codes.HOSTILE else codes.HOSTILE
    if row["identity"] != identity:
        row["identity"], row["known_by"] = identity, codes.BY_POLICY
        event = emit(world, t, codes.E_IDENTIFIED, row["firm_event"], row["target"], i, identity, float(codes.BY_POLICY))
        row["id_event"] = event
