"""Made meetings: a script of "speaker: words" lines becomes a timed transcript."""

from datetime import date

from talktotext.schema import Segment

RECORDED_ON = date(2025, 11, 20)  # a Thursday
PACE = 2.5  # words a second


def transcript(script: str) -> list[Segment]:
    """A segment for each line; the speaker "-" is nobody in particular."""
    segments: list[Segment] = []
    clock = 0.0
    for index, line in enumerate(script.strip().splitlines()):
        speaker, _, text = line.strip().partition(": ")
        end = clock + max(1.0, len(text.split()) / PACE)
        name = None if speaker == "-" else speaker
        segments.append(Segment(index=index, start=clock, end=end, text=text, speaker=name))
        clock = end + 0.3
    return segments


LAUNCH = """
A: Good morning everyone, this is Diane. Welcome to the launch planning meeting.
B: Morning, Diane. I'm Tom.
C: And I'm Maria, hi.
A: Today we need to talk about the release date, the pricing page and the beta customers.
B: The tests for the new build are green, but the installer still fails on older machines.
A: How long would it take to fix the installer?
B: Um, I think two or three days, so so we could release in the second week of December.
C: The beta customers have asked for the export feature. It would be good to to have it.
A: Okay. So we decided to ship the export feature in the first release.
B: Yes, that works for me.
A: And the pricing. We had two options, the flat fee and the price per seat.
C: Most customers prefer the flat fee, it is easier to explain.
A: Right, so it's agreed: we go with the flat fee.
A: Tom, can you fix the installer by Friday?
B: Yes, I'll fix the installer by Friday.
A: Great. Maria, could you update the pricing page?
C: Sure, I will update the pricing page on the third of December.
A: And I'll send the draft of the press release to the agency by next Tuesday.
C: One more thing, who is going to pay for the translation of the manual?
A: I don't know yet. Let's leave that open until the next meeting.
B: Fine.
A: Thanks everyone, bye.
"""

VENUE = """
S1: Hi all, it's Priya here. Let's start with the summer conference.
S2: Hello Priya, Jonas speaking.
S3: Hi, my name is Ahmed, I joined the events team last week.
S1: Welcome Ahmed. So, the venue. The harbour hall costs nine thousand and the old theatre six.
S2: The theatre has a better stage, and it is closer to the station.
S3: I agree with Jonas, the theatre is better.
S1: Then let's go with the old theatre.
S2: And what about the catering? The vegetarian menu was very popular last year.
S1: We've decided that the catering will be fully vegetarian.
S2: Good. I will sign the contract with the theatre by the end of the month.
S1: Perfect. Ahmed, would you ask three caterers for an offer?
S3: Of course. I'll have the offers by December fifth.
S1: I'm going to invite the speakers next Monday.
S2: Do we need a second stage for the workshops?
S3: Good question, I'm not sure.
S1: Fine, that's it for today.
"""

UNLABELLED = """
-: Okay let's get started. This is the weekly budget review.
-: We spent forty thousand on advertising last quarter, which is over the budget.
-: Maria, can you prepare a new forecast for the advertising budget by Wednesday?
-: Yes, I'll prepare it by Wednesday.
-: We agreed to cut the print advertising completely.
-: Tom, please cancel the contract with the printer before the end of November.
-: I will do that.
-: It is still open whether we hire a new designer.
"""

CLINIC = """
X: Hello, my name is Elena, thanks for coming.
Y: Hi Elena, I'm Marcus.
Z: Hi, Ruth here.
X: We have to talk about the waiting room and the new booking software.
Y: The booking software loses appointments when two people click at the same moment.
Z: Patients complain about the waiting room every week, the chairs are broken.
X: Alright. We'll go with the cheaper chairs from the catalogue.
Z: Finally.
X: Marcus, will you call the software company tomorrow?
Y: Yes, I will call them tomorrow morning.
Z: I can order the chairs by the end of next week.
X: Thank you, Ruth. I'll write to the insurance about the broken window by the tenth of December.
Y: We also decided to close the clinic on the last Friday of December.
Z: Should we keep the late opening on Thursdays?
X: We haven't decided that yet, we need the numbers first.
"""

BAKERY = """
P: Right, shall we start? I'm Helen, I run the bakery, for those who are new.
Q: Hello, Helen. Sanjay from accounting.
R: And my name is Lucy Brown, I do the shop floor.
P: Today is about the oven and the Christmas opening hours.
Q: The old oven uses twice the gas of a new one, we paid eight hundred pounds in October alone.
R: It also burns the bread on the left side. Customers have noticed.
P: So what do we do?
Q: A new one costs eleven thousand. We could lease it.
P: Okay, then it's decided, we lease the new oven.
R: Good.
P: Lucy, you wanted to say something on the opening hours.
R: Yes. I'd like us to close at two on Christmas Eve.
P: Agreed.
Q: Fine by me.
P: Sanjay, will you get the leasing contract ready by the twelfth of December?
Q: Sure, no problem.
R: I'll put the new opening hours on the door tomorrow.
P: And I have to talk to the landlord before the end of the month.
Q: Do we know if the landlord allows a bigger gas pipe?
P: No idea yet. That stays open.
R: All right, see you next week.
"""

SPRINT = """
Speaker 1: Welcome everybody to the sprint review.
Speaker 1: Wei, do you want to start?
Speaker 2: Yes. The search is done, but it is slow on large accounts.
Speaker 3: How slow is slow?
Speaker 2: About four seconds for ten thousand documents.
Speaker 1: Thanks, Wei. Fatima, what about the export?
Speaker 3: The export works for spreadsheets. PDF is still missing.
Speaker 1: Do we need PDF for the release?
Speaker 2: I don't think so.
Speaker 1: Then we agreed to release without PDF.
Speaker 1: And we will stick with the old search until January.
Speaker 3: Sounds good to me.
Speaker 1: Fatima, please write the release notes by Thursday.
Speaker 3: Okay, will do.
Speaker 2: I'm going to profile the search by the end of next week.
Speaker 1: I'll tell support about the release on Monday.
Speaker 3: One thing is unresolved: do we support the old browser?
Speaker 1: We need to find out how many people use it. Let's come back to that.
"""

CLUB = """
-: Hi, this is the book club planning call. Um, I'm Grace.
-: I'm Peter.
-: So we have to choose the next book and and find a place to meet.
-: The library is closed in January so so we can't meet there.
-: My flat is too small for nine people.
-: We've decided to read The Leopard next.
-: And for the place, let's go with the cafe on Mill Street.
-: Peter, could you ask the cafe about the back room by Sunday?
-: Yes, I'll ask them by Sunday.
-: Grace, can you send everybody the list of dates by the first of December?
-: Of course I can.
-: We still don't know who brings the cake.
"""
