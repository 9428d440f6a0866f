"""What transcripts call the noises they put in brackets, in the languages most heard."""

# As subtitles and speech engines write them; none that is likelier a remark.
_LISTED = """
    laughter, laugh, laughs, laughing, chuckle, chuckles, chuckling, giggles, cough, coughs,
    coughing, sneezes, sigh, sighs, sighing, sniffs, gasps, groans, clears throat, throat clearing,
    applause, clapping, cheering, crying, breathing, whispering, music, music playing,
    background noise, noise, silence, pause, beep, phone ringing, door closes, blank_audio,
    inaudible, unintelligible, indistinct, indistinct chatter, crosstalk, foreign language,
    speaking foreign language, speaking in foreign language, vocalsound,
    musik, gelächter, lachen, lacht, husten, hustet, applaus, beifall, unverständlich, seufzt,
    räuspert sich, räuspern, stille,
    musique, rire, rires, toux, tousse, applaudissements, soupir, soupirs, inintelligible,
    música, risa, risas, ríe, tos, tose, aplausos, ininteligible, suspira, suspiros, silencio,
    musica, risata, risate, tosse, applausi, incomprensibile, sospira, silenzio,
    riso, risos, risadas, inaudível, ininteligível, silêncio,
    muziek, gelach, hoest, applaus, onverstaanbaar, skratt, latter, applåder, musikk,
    muzyka, śmiech, kaszel, oklaski, niezrozumiałe, hudba, smích, potlesk, muzică, râsete,
    музыка, смех, смеется, смеётся, кашель, аплодисменты, неразборчиво, вздох,
    музика, сміх, оплески, müzik, gülme, gülüşmeler, alkış, μουσική, γέλια, χειροκρότημα,
    موسيقى, ضحك, تصفيق, سعال, מוזיקה, צחוק, מחיאות כפיים, שיעול, संगीत, हंसी, हँसी, तालियां,
    音楽, 笑, 笑い, 笑い声, 拍手, 咳, 音乐, 音樂, 笑声, 笑聲, 掌声, 掌聲, 咳嗽,
    음악, 웃음, 박수, 기침,
    เสียงหัวเราะ, หัวเราะ, ดนตรี, เสียงดนตรี, เสียงปรบมือ, nhạc, tiếng cười, tiếng vỗ tay, tertawa
"""
NOISES = frozenset(noise.strip() for noise in _LISTED.split(","))
