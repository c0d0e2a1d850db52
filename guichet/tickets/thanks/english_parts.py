"""What English thanks are built of, beside the whole phrases of `english`."""

from __future__ import annotations

PARTS = {
    "people": "mother|mum|mom|father|dad|wife|husband|son|daughter|colleague|colleagues|team|students|pupils"
    "|staff|parents|boss|customers|clients|kids|children|teacher|teachers|users|user|employees|department"
    "|office|assistant|secretary",
    "good_thing": "sound|picture|image|signal|power|electricity|internet|wifi|network|connection|server"
    "|website|site|system|service|access|display|screen|phone|phones|email|mail|mails|emails|app|page|data"
    "|files|folder|folders|music|video|heating|water|light|lights|lift|calendar|printer",
    # A thing that nobody knows, with what it is like.
    "a": "{any}|{quick}|{help}|{thing}",
    "np": "(the|your|all|this|that|my|our|such|such a|all your|all the|all this|these|those|both)"
    " [<very>] [<a>] [and] [<a>]"
    " [<a>] (<a>) [(on|over|by|via|with|about|from|in|at|of) [the|my|your|this|our|a] [<a>] (<a>)]",
    "very": "very|so|really|extremely|truly|incredibly|super|most|ever so|always|exceptionally",
    "thank": "thanks|thank you|thank u|thx|thanx|tks|ty|cheers|ta|many thanks|big thanks|huge thanks|thanks again"
    "|thank you again|thanks ever so much|thank you ever so much|thanks so much|thank you so much|thanks very much"
    "|thank you very much|thanks a lot|thank you all|thanks all|thanks guys|thanks a million|thanks a bunch"
    "|thanks loads|massive thanks|special thanks|sincere thanks|heartfelt thanks|once again thanks"
    "|once again thank you|i thank you|we thank you|i would like to thank you|id like to thank you"
    "|we would like to thank you|i want to thank you|i just wanted to thank you|thanks to you all|thanks team",
    "fast": "quickly|fast|promptly|swiftly|speedily|rapidly|well|kindly|efficiently|patiently|professionally"
    "|immediately|smoothly|nicely|instantly|straight away|right away|at once|in time|on time|without delay"
    "|in no time|on such short notice|at such short notice|so late|so early|on a sunday|over the weekend",
    "how": "[so|very|really|that|as|ever so|incredibly|extremely] (<fast>)",
    "case": "issue|problem|matter|case|error|ticket|request|mess|account|order|situation|question|questions|problems"
    "|issues|trouble|thing|mistake|fault",
    "topic": "issue|problem|matter|case|error|ticket|request|incident|thread|conversation|enquiry|inquiry|query",
    "what": "(my|our) (mother|mum|mom|father|dad|wife|husband|son|daughter|colleague|colleagues|team"
    "|students|staff|parents|neighbour|boss|customers|clients|kids|children|teacher|teachers|department"
    "|office) [with (her|his|their|the|my|our) {any}]|(it|this|that|them|everything|all|all of it|all of"
    " this|all this|all that|things|me|us|all of us"
    "|(the|my|our|this|that|these|those) (<case>)) [out|up|over|off] [for me|for us]",
    "deed": "(sorting|fixing|solving|chasing|following|saving|recovering|retrieving|finding|rescuing|setting"
    "|updating|adjusting|tracking|pushing|speeding|returning|restarting|rebuilding|reinstalling|mending"
    "|managing|coordinating|investigating|resolving|helping|explaining|clarifying|repairing|restoring"
    "|unlocking|correcting"
    "|handling|arranging|organising|organizing|tidying|settling|rectifying|clearing|dealing with|taking care of"
    "|looking after|seeing to|attending to|jumping on|tackling|addressing|working on|guiding|assisting|supporting"
    "|bearing with|putting up with|walking|talking|answering|figuring|straightening) [out|up|through|into]"
    " [<what>|<np>] [with this"
    "|with that|with it|through it|through this] [<how>] [for me|for us]"
    "|(getting|coming|writing|calling|reporting) back [to me|to us] [<how>] [on this|about this|on that]"
    "|(replying|responding|reacting|acting|helping|stepping in|answering) [to me|to us|me|us] [<how>]"
    "|being [<very>|such a] (patient|helpful|kind|quick|fast|responsive|friendly|understanding|there"
    "|attentive|thorough|efficient|nice|flexible|honest|prompt|supportive|lovely|great|gentle|polite"
    "|thoughtful|generous|star|good sport) [with (me|us|<np>)|about (it|this)]"
    "|(asking|caring|understanding|listening|trying so hard|everything)|going (above and beyond|the extra"
    " mile|out of your way)|your and your teams {help}"
    "|(letting|keeping) (me|us) (know|informed|posted|updated|in the loop|up to date) [about this|about it|on this]"
    "|taking the time [to (explain|help|reply|answer|respond|look) [<what>] [<how>]]|taking (your|the) time"
    "|going the extra mile|(getting|having) (it|this|that|everything|my (<case>)|the (<case>)) (sorted|fixed|solved"
    "|resolved|done|working|going|up and running|back) [again] [<how>]|(confirming|clarifying|checking) [<what>]"
    "|all you (did|have done) [for us|for me]|everything you (did|have done) [for us|for me]",
    "when": "over the past few days|over the last few days|these past days|these past weeks|in the last few"
    " days|before the weekend|before christmas|before the holidays|all along|all the time|over the years|on"
    " the phone|on the phone this morning|on the phone today|by phone|by chat|today|yesterday|this week|this"
    " month|this year|this morning"
    "|last night"
    "|just now|earlier|earlier today|right now|a minute ago|so far",
    "gift": "[all] (your|the|this|that|such|such a|all the|all your|all this|my) [very|so|really|most|always] "
    "[{quick}] [and|and very|and really] [{quick}] {help} [{help}] [and [your|the] [very|really] [{quick}] {help}]",
    "with": "with (me|us|this|that|it|my (<case>)|our (<case>)|the (<case>)|this matter|all this|everything)"
    "|in this matter|on this|on this matter|regarding this|throughout|in resolving (this|it|the (<case>)|my (<case>))"
    "|in solving (this|it|the (<case>)|my (<case>))|in sorting (this|it) out",
    "new": "new|main|replacement|shared|whole|entire|office|company|label|front|back|web|online|mobile|work|local|big",
    "the": "the|my|our|your|that|this|all the|all my|all our|everyones|all",
    "subject": "(<the>) [<new>] {any} [{any}]",
    "runs": "came through|has come through|have come through|went through|fits|fit|suits me|is back to life"
    "|are back to life|is alive|are alive|seems to work|seem to work|seems to be working|seem to be working"
    "|is doing well|is as it should be|are as they should be|looks fine|is in working order|are ringing|is"
    " ringing|displays|shows up|appears|appear|is as new|is like new|is performing well|is stable|is faster"
    "|is fast|is quick|are stable|plays|play|charges|is charging|syncs|is being delivered|works|work|is"
    " working|are working|is up|are up|is running|are running|is up and running"
    "|are up and running|runs|run|is online|is back online|is printing|are printing"
    "|is scanning|is syncing|is synching|is connecting|is connected|are connected|is loading|loads|opens|open|prints"
    "|print|scans|connects|starts|boots|syncs|responds|is responding|is reachable|is accessible|is available"
    "|is functioning|functions|is operational|are operational|behaves|looks good|look good|is as good as new"
    "|does its job|has started working|have started working|started working|is alive",
    "good": "fine|just fine|perfectly|great|well|properly|smoothly|flawlessly|nicely|correctly|good|perfect"
    "|wonderfully"
    "|as expected|as it should|as they should|as before|normally|without problems|without any problems"
    "|without issues|without any issues|without a hitch|a treat|like a charm|like a dream|like new|beautifully"
    "|brilliantly|superbly|fully|completely|ok|okay",
    "again": "again|now|already|once more|once again|as of now|by now|too|for me|for us|for everyone|for all of us"
    "|here|on my side|on our side|on my end|on our end|at last|finally|<when>",
    "mended": "fixed|solved|resolved|sorted|sorted out|repaired|settled|corrected|restored|unlocked|reactivated"
    "|cleared|cleared up|dealt with|taken care of|rectified|reset|replaced|back to normal|ok|okay|fine|in order"
    "|all right|perfect|good|great|done|complete|completed|concluded",
    "is": "is|are|was|were|has been|have been|got|seems|seems to be|looks|appears to be|is now|is finally|is all"
    "|is completely|is fully|has now been|has finally been|now is",
    "do": "log in|log on|login|log back in|sign in|sign back in|log into (it|everything|<subject>)|print|scan|connect"
    "|work|access (it|everything|them|<subject>)|open (it|everything|them|<subject>)|see (it|everything|them"
    "|<subject>)|use (it|everything|them|<subject>)|send and receive|send [mails|emails|messages|mail|email]"
    "|receive [mails|emails|messages|mail|email]|download (it|everything|them|<subject>)|get in|get back in|get on"
    "|get into (it|<subject>)|get through|make calls|reach (it|everything|<subject>)|view (it|everything|<subject>)"
    "|install (it|<subject>)|save [it|<subject>]|solve (it|<subject>)|fix (it|<subject>)|sort it [out]|get it working"
    "|get it to work|get it done|get it going|find (it|them)|do it",
    "cure": "helped|did help|has helped|did it|did the trick|did the job|worked|has worked|solved it|fixed"
    " it|sorted it"
    "|sorted it out|resolved it|cured it|has solved it|has fixed it|was the solution|was the answer|was the key"
    "|was the fix|was it|was spot on|(solved|fixed|resolved|sorted|has solved|has fixed) (the|my|our) (<case>)"
    "|made the difference|got it working|made it work|was exactly what i needed|was what i needed"
    "|was very helpful|was really helpful|was helpful|was perfect|worked perfectly",
    "goods": "parcel|package|order|delivery|replacement|refund|invoice|item|items|goods|box|letter|book|part|parts"
    "|file|files|document|documents|link|code|certificate|ticket|tickets|receipt|label|card|key|keys|credit"
    "|voucher|copy|money|payment|laptop|printer|toner|phone|device|mail|email|message|shipment",
    "came": "arrived|came|has arrived|have arrived|has come|is here|are here|got here|was delivered|has been delivered"
    "|were delivered|just arrived|has just arrived|just came|landed|has landed|has been received|received|is in"
    "|turned up|reached me|reached us|arrived safely|arrived safe and sound|delivered",
    "be_ok": "(its|it is|everything is|everythings|all is|alls|thats|that is|this is|things are|were|we are|im|i am"
    "|they are|theyre|both are|its all|it all)",
}

THANKS = """
    (<thank>) for (<np>) [that] you (gave|provided|offered|showed) [me|us] [<when>]
    (<thank>) for (<np>) [over|during|through|throughout] (these|the past few|the last few|the past) (days
        |weeks|months|years|hours)
    (<thank>) (for|to) (you both|both of you|you two) [for (<gift>)]
    (thank you|thanks) (both|all|two) for (<np>|<gift>|<deed>)
    (<thank>) for (<np>) [<with>] [<when>] [and for (<np>|<deed>)]
    [it|that|this] (is|was) [very|much|really|greatly|so|all] (appreciated|much appreciated)
    [i|we] [really|do|so|very much] appreciate [you|your] (<deed>)
    (you|your team|the team) (helped|have helped|were|was|have been|has been) [me|us] [<very>] [a lot|so much
        |very much|great|brilliant|wonderful|fantastic|amazing|helpful|kind|lovely]
    (thanks|cheers|thank you) [you] (top man|legend|buddy|my friend|pal|champ|boss|chaps|lads|ladies|girls
        |kindly for (<np>))
    (<thank>) for (<deed>) [and [for] (<deed>)] [<when>]
    (<thank>) for (<gift>) [<with>] [<when>] [and for (<deed>|<gift>)]
    (<thank>) for [very|really|so] [{quick}] [and] [{quick}] {help} [<with>] [<when>]
    (<thank>) for (everything|all|it all|that|this|the lot) [<when>|you do|you did|you have done|you guys do]
    (<thank>) [to (you|you all|all of you|everyone|everybody|the team|the whole team)] [<with>]
    [so|very|really|truly|extremely|most] (grateful|thankful|appreciative) [to you|to you all] [for (<gift>)] [<with>]
    (i am|im|we are|were|am) [so|very|really|truly|extremely|most|much|forever] (grateful|thankful|obliged|indebted
        |appreciative) [to you|to you all|to all of you] [for (<gift>)] [<with>]
    [i am|im|we are|much|very much|greatly] (obliged|indebted) [to you]
    [i|we] [really|very much|do|so|truly|greatly|sincerely] appreciate (<gift>|it|that|this|the help
        |you (helping|taking the time)) [<with>] [so much|a lot|very much]
    (<gift>) (is|was|are) [very|much|really|greatly|so] (appreciated|much appreciated|welcome)
    [i|we] (owe|owes) (you|you all|you guys|you lot) [one|a beer|a coffee|a drink|a pint|a lot|big time|a big
        one|a cake]
    [i|we] (cant|cannot|could not|couldnt) thank you enough [for (<gift>|<deed>)]
    (you|your (<a>)) (is|was|were|are|has been) (invaluable|priceless|a lifesaver|a great help|a big help|a
        huge help|of great help|golden|outstanding|excellent)
    (you are|youre|you were|youve been|you have been|you all are|you guys are|you lot are) [all|simply|just|really
        |truly|so|very|a real|an absolute] [the|a|an|such a|such an|my] (star|treasure|saint|angel|gem|genius
        |hero|heroes
        |wizard|lifesaver|legend|best|angels|gems|champion|champ|rock star|rockstar|kind|helpful|patient|wonderful
        |brilliant|great|fantastic|amazing|awesome)
    (you|you guys|you all) [really|just] (rock|rule|saved my day|saved the day|saved my life|saved us|made my
        day|nailed it)
    (what|such) [a|an] [very|really] {quick} {help}
"""

SOLVED = """
    [and|yes|now] [the|my|our|all the|all my] [<new>] (<good_thing>) (is|are) [now|finally|all] (back|back up
        |back on|on|there|here|visible|correct|right|audible) [<again>]
    [and|yes|now] [the|my|our|all the|all my] [<new>] (<good_thing>) (came back|has come back|have come back
        |has returned) [<again>]
    (<subject>) (is|are) [now|finally|all] (correct|right|accurate|readable|visible|audible|clean|quiet
        |complete|there|available|reachable|stable|dry|warm|cool|straight|sharp) (again|now|for me|at last)
    (<subject>) (opens|reads|recognises|recognizes|finds|loads|accepts|saves|connects to|syncs with) ((the|my
        |our|all|all the) [{any}] ({any}|{thing})|it|them|everything) (again
        |now|fine|correctly|properly|perfectly|as it should) [<again>]
    (my|our|all my|all our|the) (<people>) can [now|all|finally] (<do>) (again|now|once more|fine)
    (i|we) (was|were|am|are) [now|finally] able to (print|scan|open|send|download|upload|use|see|access|read
        |save|book|install|update) [it|them|everything|<np>] [<good>] [<again>]
    (booking|order|invoice|profile|account|photo|picture) shows up [<again>]
    {any} [{any}] (<runs>) [<good>] (again|now|fine again|fine now|perfectly|as before)
    [and|yes|now|so] (i|we|they|everyone) [now|finally] (have|got|have got|regained|have regained) (access
        |internet|connection|everything|sound|it|them|power|wifi|signal|(the|my|our|all my|all our|all) {any})
        [back] (again|back|now|back again|back now)
    (i|ive|i have|we|weve|we have) [just|now|finally] found (it|them|<np>) [in (the|my|our) [<a>] (<a>)] [<again>]
    [the|all|all the|my|our|both] {any} can [now|all|finally] (<do>) (again|now|once more)
    (logged|signed|got) (in|on|back in) [successfully|fine|just fine|without problems|without a hitch|again|now
        |ok|all right]
    (login|log in|payment|installation|update|upload|download|transfer|delivery|connection|access|printing
        |scanning|test|restart) (successful|ok|restored|works|worked|fine|done|complete|completed|working) [<again>]
    [everything|all] (fine|good|ok|okay|well|great|perfect|quiet|in order) [here|at this end|our end|at our end
        |on this side|now|again]
    no need to (call|ring|worry|come|do anything|phone|visit|reply|send anyone) [me|us|back|any more|anymore
        |further|any further|now|out]
    nothing (else|more|further|outstanding|open) [is] [needed|required|to do|to add|from me|from us|from my
        side|from our side|at our end]
    [please] go ahead and close [it|this|the (<topic>)|this (<topic>)|my (<topic>)]
    [and|so|now|yes|also] (<subject>|it|this|that|everything|all|both|they|all of it|all of them) [now|also|all|again
        |finally|really|just] (<runs>) [all] [<good>] [<again>] [<good>] [<again>]
    [and|so|now|yes|also] (<subject>|it|this|that|everything|all|both|they) (<is>) [all|now|finally|completely
        |fully] (<mended>) [<again>] [<again>]
    (<be_ok>) [all|now|finally|completely|fully|already] (<mended>|working|up and running|up|running|back
        |running smoothly
        |up to date|sorted|good to go|on track|in place|clear|clear now) [<good>] [<again>] [<again>]
    (<be_ok>) back (in business|in action|in operation|to normal|on track|online|up|up and running|in working
        order|at work
        |where it should be|in|on) [<again>]
    [up and running|back up|back online|back to normal|back in business|all working|all up|all running] (again
        |now|here|<when>)
    (up and running|back up and running|back in business|all working)
    (restarting|rebooting|reinstalling|updating|resetting|clearing|changing|replacing|switching|deleting
        |reconnecting|logging
        |unplugging|re entering|removing|turning|cleaning|repairing) [it|them|everything|<subject>|off and on|out
        |out and in|the {any}] [again] [really] (<cure>) [<again>]
    (<subject>|that|this|your (tip|advice|hint|suggestion|solution|instructions|explanation|link|answer|reply)
        |the (restart
        |reboot|update|reset|reinstall|reinstallation|tip|link|patch|instructions)|restart|reboot|update|reset)
        [really|has|indeed|totally] (<cure>) [<again>] [<good>]
    [yes] [i|we] [have|ive|weve] [just|now|finally|already|also|even|safely] (received|got|found) (it|them
        |everything|all of it
        |both|that|the (<goods>)|my (<goods>)|our (<goods>)|your (<goods>)|<subject>) [<again>] [safe and sound|safely]
    (received|got) (it|them|everything|all|the (<goods>)|my (<goods>)|your (<goods>)) [safely|in good order] [<again>]
    ([the|my|our|your|all the] [new] (<goods>)|it|everything|all|they|<subject>) [has|have] [just|now|finally
        |safely|already] (<came>)
        [<again>] [safely|in perfect condition|in good condition|in one piece|as promised]
    [yes] [i|we|ive|weve|i have|we have] [have] [just|now|finally] (managed to|was able to|were able to|am able
        to|are able to
        |succeeded in|been able to) [finally|now] (<do>) [<good>] [<again>]
    (im|i am|were|we are|everyone is) [now|finally] able to (<do>) [<good>] [<again>]
    [yes|and|now] (i|we|everyone|everybody|they all|all of us) can [now|finally|all] (<do>) [<good>] [<again>]
        [<again>]
    [please|kindly|just|so please|do|you can|you may|you could|feel free to|go ahead and|happy for you to|ok to|fine to
        |good to|safe to] [now|also|please|go ahead and] close (it|this|this one|the (<topic>)|my (<topic>)
        |this (<topic>))
        [now|then|thanks|please|off|from my side|from our side]
    (you can|you may|you could|feel free to|please feel free to) [now] (close|consider) (it|this|the (<topic>)
        |my (<topic>)
        |this (<topic>)) [as] [closed|solved|resolved|done|settled]
    [this|it|the (<topic>)|my (<topic>)|that] (can|may) [now|also|therefore] be (closed|marked as solved|marked
        as resolved
        |considered closed|considered resolved) [now]
    [i have|ive|we have|there are|there is] (no|no more|no further|no other) (questions|queries|question
        |concerns|problems
        |issues|errors|complaints|trouble) [from my side|from our side|at all|any more|anymore|left|now|since]
    [i] (dont|do not) (need|require) anything (else|more|further) [from you]
    (thats|that is|that was|this was|that will be) (all|everything|all i needed|exactly what i needed|what i
        needed|just what i needed
        |all we needed)
    that answers (my|our) question [perfectly|completely]
    (mystery|case|problem|issue|question|trouble|job|mission) (solved|closed|resolved|sorted|answered|done
        |accomplished)
    (all|everything) [is|has been] (done|sorted|clear|settled|working|up) [<good>] [<again>]
    it (was|is) (just|only) the (cable|plug|battery|switch|cache)
"""

PRAISE = """
    [<very>] (helpful|useful|informative|kind|quick|fast|efficient|impressive|professional|clear|thoughtful
        |friendly) [indeed|of you|answer|reply]
    [thats|that is|that was|this is|this was|its|just|exactly|its just|its exactly] [just|exactly|precisely]
        what (i|we) (needed|wanted|was looking for|were looking for|was after|asked for|hoped for)
    (excellent|great|good|fantastic|brilliant|wonderful|superb|lovely|splendid|the best) (news|result|outcome
        |solution|work)
    (five|5|ten|10) (stars|out of ten|out of five|points)
    [what a|what|such|such a|another|really|very|truly|absolutely] {quick} {help} [as always|as ever|as usual|again
        |all round|from everyone|guys|everyone|team|from you all]
    (great|good|excellent|super|superb|brilliant|amazing|nice|fantastic|awesome|outstanding|first class|top) (job|work
        |service|support|stuff|team|effort|customer service|customer care) [as always|as ever|as usual|guys
        |team|everyone]
    [i am|im|we are|were] [very|so|really|more than|extremely] (impressed|happy|pleased|satisfied|delighted)
        [with (<gift>)]
    (couldnt|could not) (be|have been) (better|happier|more helpful)
    (as always|as ever|as usual)
    (that|this) (was|is) [very|really|so] (good|great|excellent|first class|superb|outstanding) {help}
"""

YES = """
    (confirmed|confirming) [that|it|as]
    it (seems|looks|appears) [that|like|as if|as though]
    [i am|im|we are|just|very] (happy|glad|pleased|delighted|relieved) to (confirm|report|say|tell you|announce
        |let you know) [that]
    [i] [can|do|hereby] (confirm|report) that
    [i|we|ive|weve|i have|we have] [have] [just|now|quickly] (tested|checked|tried|retried|retested|rechecked|verified)
        [it|this|that|everything|them|all|both] [again|now|out|just now|and]
    just (tested|checked|tried|retried) [it|this|that|everything] [again|now|out|and]
    (yes|yep|yeah) [that|it] [is|does|did|has|was]
"""

WISH = """
    (all the best|best wishes|take care|good luck|kind regards and all the best) (to|for) (you|you all|you and
        (the|your) team|all of you|the team|everyone|the whole team|you and yours)
    (you|and you|hope you|i hope you|hope you all) have [a] [lovely|nice|great|good|wonderful] (day|weekend
        |evening|week|one|christmas|holiday|time) [too|as well|yourself|all]
    [and|i|we] [wish you|wish you all|wishing you|wishing you all|have|enjoy|hope you have|i hope you have|do
        have] [a|an|your|the|the rest of your
        |the rest of the] [very|really] [nice|great|good|lovely|wonderful|pleasant|happy|fantastic|relaxing
        |super|fab|long|sunny
        |merry|blessed|peaceful|beautiful] (day|weekend|week|evening|afternoon|morning|one|rest of the day|rest
        of your day
        |rest of the week|rest of your week|time|holiday|holidays|christmas|easter|break|bank holiday|new year
        |start to the week
        |start into the week|summer|vacation|festive season|lunch|night) [too|as well|all|everyone|everybody
        |yourself|team|ahead
        |you all|to you|to you all|to all of you|guys]
    [and|a] (merry christmas|happy new year|happy easter|happy friday|happy holidays|happy christmas|seasons
        greetings|good weekend
        |great weekend|nice weekend|good luck) [to (you|you all|all of you|the whole team|everyone|the team
        |all)] [and a happy new year]
    (same to you|you too|likewise|to you too|and you|and to you|and you too|take care|all the best|best of luck
        |keep well|stay well
        |stay safe|look after yourselves|look after yourself|keep up the good work|be well|god bless|bless you)
        [all|too|as well]
        [of you|to you|and take care|for the future]
"""

STOP = (
    "water message popup pop window banner advert "
    "wrong* broken* damag* fail* miss* delay* late* wast* useless* unhelp* disappoint* annoy* frustrat*"
    " rude* terrib* horrib* awful* pain* lost* loss* lose* cancel* complain* confus* contradict* incorrect*"
    " incomplet* unfinish* unsolv* unresolv* unprofession* unaccept* unfriend* unfortunat* slow* stupid*"
    " ridicul* endless* insult* ignor* arrog* refus* reject* threat* break* crash* leak* scam* fraud* theft*"
    " stol* stopp* stuck* freez* lock* block* expens* overpric* overcharg* delet* reopen* escalat* outag*"
    " interrupt* misunderst* mistak* sarcas* "
    "wrong broken damaged old same second other next first third fourth last only empty defective faulty"
    " incomplete half"
    " partial missing late another neither none nothing some most few several many part rest one ones two"
    " three four five"
    " six half red slow strange odd weird bad worse worst poor expired invalid duplicate different similar"
    " previous original"
    " former date time day slot appointment option plan proposal offer price week month morning afternoon evening noon"
    " alternative suggestion version workaround idea monday tuesday wednesday thursday friday saturday sunday january"
    " february march april may june july august september october november december spring summer autumn"
    " winter colleague"
    " boss manager husband wife son daughter mother father neighbour customer client lawyer solicitor the"
    " and or but if when"
    " while until unless because although though since for from with without within into onto about above"
    " below after before"
    " between during through under over out off down not never hardly barely nor any all both each every"
    " either that this"
    " these those who whom whose which what where why how whether you your yours she her hers his him they"
    " them their its"
    " ours mine are was were been being has have had does did done will would shall should can could might"
    " must need needs"
    " want wants please kindly help urgent urgently ask asks send sends call calls give gives make makes"
    " take takes get gets"
    " just even still yet again now then there here too also very quite rather almost nearly sometimes often"
    " mostly usually"
    " however otherwise instead alone error errors problem problems issue issues bug bugs question complaint"
    " fee fine bill"
    " more less enough much temporary temporarily provisional limited fax cost costs charge charges light"
    " lights lamp alarm"
    " technician engineer plumber electrician driver courier fitter expert inspector police meeting room"
    " soon upcoming future coming later tomorrow due forthcoming useless pointless stupid terrible awful"
    " horrible rude arrogant ridiculous endless lousy pathetic disgusting unhelpful insulting sloppy cheeky"
    " copy paste automatic automated standard canned generic template robot bot misleading confusing"
    " contradictory silence nothing mess chaos hassle waste delay delays wait failure disaster joke nonsense"
    " lie lies excuse excuses nightmare trap trick bill damage loss cancellation promises promise prompt-ish"
    " reminder stopgap makeshift patchy unreliable hiding blue green black white yellow bigger"
    " smaller larger outage outages downtime crash crashes breakdown interruption interruptions trouble"
    " rarely seldom scarcely didnt doesnt dont wont isnt arent wasnt werent cant couldnt shouldnt"
    " wouldnt hasnt havent hadnt mustnt neednt aint nobody someone somebody anything something everything kind sort"
    " noise warning refusal rejection reminder threat virus leak smoke fire smell money jams jam"
)
