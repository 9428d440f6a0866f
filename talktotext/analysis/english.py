"""English word lists: what carries no subject in talk, and what marks it as spontaneous."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


STOP = _words(
    """
behind inside outside beside near across along beyond within alone ahead apart aside
cuz kay mr mrs ms dr th st nd rd
'cause a about above actually after again against ah all almost alright also although always am an
and another any anybody anyone anything anyway anyways are aren around as ask asked at basically
be because been before being below between bit both but by bye came can cannot cause certainly
cetera come comes coming cos could couldn definitely did didn do does doesn doing don done down
dunno during each eh either else enough er erm et etc even ever every everybody everyone
everything few for from further gave get gets getting give given gives go goes going gone gonna
goodbye got gotta guess guy guys had hadn has hasn have haven having he hello her here hers
herself hey hi him himself his hm hmm honestly how however huh i if in instead into is isn it its
itself just keep kind kinda know least less let like literally little ll look looked looking looks
lot lots m made make makes making many may maybe me mean mhm might mine mm mmm more most much must
my myself need needs neither never no nobody none nope nor not nothing now obviously of off often
oh ok okay on once one ones only onto or other others ought our ours ourselves out over own per
perhaps please probably put puts quite rather re really right s said same saw say saying says see
seen shall she should shouldn since so some somebody somehow someone something sometimes somewhere
soon sorry sort sorta still stuff such suppose sure t take taken takes tell than thank thanks that
the their theirs them themselves then there therefore these they thing things think thinking this
those though thought through thus to together told too took toward towards tried try trying uh um
under unless until up upon us ve very via wanna want wanted wants was wasn we welcome well were
weren what whatever when whenever where wherever whether which whichever while who whoever whole
whom whose why will with within without won would wouldn yeah yep yes yet you your yours yourself
yourselves
    """
)
"""Words that are never the subject of a recording."""

COMMON = _words(
    """
chair minister member members twenty thirty forty fifty sixty seventy eighty ninety hundred
prepare cancel update cut send completely finish check ready quickly offer prefer explain
thousand million eleven twelve fifteen nine eight seven zero
able actual add agree agreed anybody area ask back bad basic believe best better big bring call
called care case change clear couple course day days deal different difficult easy end exactly
example fact far feel find fine first five fix follow forward four full fun general good great
group guess half hand happen happened happens happy hard head hear heard help high hope hour hours
idea ideas important inside interesting issue job kept last later leave left level line list long
love low main matter meet meeting meetings mention mind minute minutes moment month morning move
name new next nice night normal number numbers old open order part particular past people person
piece place play point points possible pretty problem question questions quick quickly ready real
reason rest right run second seem seems sense set show side simple single sit six slide slides
small somewhat sounds special spend start started stop straight talk talked talking ten term terms
theory third three time times today tomorrow top true try turn two type types understand use used
useful using usually wait way ways week weeks word words work worked working world worry write
wrong year years yesterday
    """
)
"""Words any conversation uses; they count for less."""

NOT_NAMES = _words(
    """
absolutely action african afternoon agenda all american anyone apologies april august brilliant
british budget ceo chair chinese christmas congratulations cool cto dad december design doctor dr
dutch easter email engineering english european evening everybody everyone excel excellent
fantastic february finally finance folks fortunately french friday gentlemen german god google
hello hr indian internet italian item january japanese july june ladies lcd legal lord lovely
madam march marketing meanwhile mine minister mister mom monday morning mr mrs ms mum nice
november october ok overall perfect pm powerpoint product professor saturday september sir slack
spanish speaking sunday support team third thursday today tomorrow tonight tuesday tv wednesday
welcome welsh wonderful wow yesterday yours zoom
    """
)
"""Words written with a capital, or standing where a name could, that name nobody present."""

VERBS = _words(
    """
am are be been bring call came can come could cost did do does fail feel find found gave get give go
goes got had has have hear help is keep kept know let like look looks lost made make makes mean
means meant might must need needs pay put run said say says see seem seems send sent set shall
should show shows sell start stay take takes tell think told took try turn use uses want wants was
went were will work works would write wrote
    """
)
"""Verbs that tell a sentence from a heading, beside contractions and words in -ed and -ing."""

BEFORE_NOUNS = _words(
    """
a about an and another any at by each every few for from her his in its my no of on other our some
that the their these this those two three which with without your
    """
)
"""Words that a noun follows rather than a verb or an adjective by itself."""
