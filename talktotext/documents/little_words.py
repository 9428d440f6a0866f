"""Little words by language: those with which a phrase begins, and those that lead on to a noun.

A line of subtitles ends well before a word of BEGINNERS, and badly after one of LEADING.
"""

_BEGINNERS = {
    "en": "about above across after against along although among and around as at because before "
    "behind below beneath beside between beyond but by despite down during except for from "
    "if in inside into like near nor of off on onto or out outside over past since so than "
    "that though through till to toward towards under unless until up upon when where "
    "whereas whether which while who whom whose why with within without",
    "de": "aber als am an auf aus außer bei beim bevor bis da damit dass denn durch entweder für "
    "gegen hinter im in indem ins mit nach nachdem neben ob obwohl oder ohne seit sobald "
    "sondern trotz um und unter vom von vor während weil wenn wie zu zum zur zwischen über",
    "fr": "afin après au aux avant avec car chez comme contre dans de depuis derrière des dès "
    "devant donc du durant en entre et jusque lorsque mais malgré ni où ou par parce parmi "
    "pendant pour puisque quand que qui quoique sans sauf selon si sous sur vers à",
    "es": "a al ante aunque bajo como con contra cuando de del desde donde durante e en entre "
    "hacia hasta mediante mientras ni o para pero por porque pues que quien según si sin "
    "sino sobre tras u y",
    "it": "a ad ai al alla alle anche ché che chi come con contro da dai dal dalla de degli dei "
    "del della delle di dopo dove durante e ed fino fra in ma mentre nei nel nella né o "
    "oppure per perché prima quando quindi se senza sopra sotto su sui sul sulla tra verso",
    "pt": "a ao aos até com como contra da das de depois desde do dos durante e em embora "
    "enquanto entre mas na nas nem no nos ou para pela pelo por porque pois quando que quem "
    "se sem sobre sob",
    "nl": "aan achter als bij binnen boven buiten dan dat door en hoewel in maar met na naar "
    "naast noch of om omdat onder op over sinds te tegen terwijl toen tot tussen uit van "
    "volgens voor voordat want wanneer zodat zonder",
}
_LEADING = {
    "en": "a an the my your his her its our their this these those every no some any very mr. "
    "mrs. ms. dr. prof. st. vs. e.g. i.e. no. i'm i'll i've you're we're we'll they're it's "
    "that's",
    "de": "der die das den dem des ein eine einen einem einer eines kein keine keinen mein meine "
    "dein deine sein seine ihr ihre unser unsere dieser diese dieses jeder jede sehr dr. "
    "prof. z.b. d.h. bzw.",
    "fr": "le la les un une ce cet cette ces mon ma mes ton ta tes son sa ses notre nos votre vos "
    "leur leurs chaque très ne se m. mme dr.",
    "es": "el la los las lo un una unos unas mi mis tu tus su sus nuestro nuestra este esta estos "
    "estas ese esa cada muy no se sr. sra. dr.",
    "it": "il lo la i gli le un uno una mio mia tuo tua suo sua nostro nostra questo questa quel "
    "quella ogni molto non si sig. dott.",
    "pt": "o a os as um uma uns umas meu minha teu tua seu sua nosso nossa este esta esse essa "
    "cada muito não sr. sra. dr.",
    "nl": "de het een mijn jouw zijn haar ons onze hun deze dit die elke geen zeer dr. dhr. mevr.",
}

BEGINNERS = {code: frozenset(words.split()) for code, words in _BEGINNERS.items()}
LEADING = {code: frozenset(words.split()) | BEGINNERS[code] for code, words in _LEADING.items()}
