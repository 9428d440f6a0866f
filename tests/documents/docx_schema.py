"""The order in which the schema of WordprocessingML has the children of what we write (ECMA-376-1,
annex A). Word is strict about it and LibreOffice is not, so that only this shows a mistake."""

from collections.abc import Iterator
from typing import Any

from lxml import etree

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

ORDERS = {
    "pPr": """pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr
        suppressLineNumbers pBdr shd tabs suppressAutoHyphens kinsoku wordWrap overflowPunct
        topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd snapToGrid spacing ind
        contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment
        textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange""",
    "rPr": """rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint
        noProof snapToGrid vanish webHidden color spacing w kern position sz szCs highlight u effect
        bdr shd fitText vertAlign rtl cs em lang eastAsianLayout specVanish oMath""",
    "tblPr": """tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW
        jc tblCellSpacing tblInd tblBorders shd tblLayout tblCellMar tblLook tblCaption""",
    "tcPr": """cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection
        tcFitText vAlign hideMark""",
    "tbl": "tblPr tblGrid tr",
    "tr": "tblPrEx trPr tc",
    "tc": "tcPr p",
    "sdt": "sdtPr sdtEndPr sdtContent",
    "sectPr": """headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc
        pgBorders lnNumType pgNumType cols formProt vAlign noEndnote titlePg textDirection bidi
        rtlGutter docGrid""",
    "style": """name aliases basedOn next link autoRedefine hidden uiPriority semiHidden
        unhideWhenUsed qFormat locked personal personalCompose personalReply rsid pPr rPr tblPr trPr
        tcPr tblStylePr""",
    "pBdr": "top left bottom right between bar",
    "tblBorders": "top left start bottom right end insideH insideV",
    "font": "altName panose1 charset family notTrueType pitch sig",
    "settings": """writeProtection view zoom removePersonalInformation proofState defaultTabStop
        autoHyphenation characterSpacingControl savePreviewPicture updateFields footnotePr endnotePr
        compat docVars rsids themeFontLang clrSchemeMapping doNotAutoCompressPictures shapeDefaults
        decimalSymbol listSeparator""",
}
_ONE = {"pPr", "rPr", "tblPr", "tcPr", "trPr", "sdtPr", "tblGrid"}


def disorder(root: Any) -> Iterator[str]:
    """What stands where the schema does not have it, in words."""
    for element in root.iter(f"{_W}*"):
        name = etree.QName(element).localname
        children = [etree.QName(one).localname for one in element if one.tag.startswith(_W)]
        if name in ORDERS:
            order = ORDERS[name].split()
            if unknown := set(children) - set(order):
                yield f"{name} has {unknown}"
            places = [order.index(child) for child in children if child in order]
            if places != sorted(places):
                yield f"{name}: {children}"
        if any(child in _ONE for child in children[1:]) and name in ("p", "r"):
            yield f"{name}: properties do not stand first"
        if any(children.count(child) > 1 for child in _ONE):
            yield f"{name}: {children}"
    for body in root.iter(f"{_W}body"):
        if etree.QName(body[-1]).localname != "sectPr":
            yield "the section's properties do not stand last"
    for cell in root.iter(f"{_W}tc"):
        if etree.QName(cell[-1]).localname != "p":
            yield "a cell does not end with a paragraph"
