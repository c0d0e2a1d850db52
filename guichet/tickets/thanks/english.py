"""English: everything a mail may say and still be nothing but thanks.

Without accents, apostrophes and capitals: the text is compared without them, too. What is not here is a request, so
this grows only by phrases that cannot turn into one: no "but", "still", "only", "yet", "not", no bare "yes", nothing
that points to later. Whole phrases stand here; what is put together of parts is in `english_parts`.
"""

from __future__ import annotations

from guichet.tickets.thanks import english_parts as built
from guichet.tickets.thanks.language import Language

ENGLISH = Language(
    parts=built.PARTS,
    stop=built.STOP,
    wish=(built.WISH,),
    classes={
        "thing": "printer scanner vpn wifi wlan internet mail mails email emails outlook teams "
        "login logon password account access "
        "laptop pc computer screen monitor phone telephone software program app application system "
        "server file files folder "
        "folders link connection network update installation keyboard mouse drive headset webcam camera "
        "calendar mailbox "
        "sharepoint onedrive excel word sap portal website site page license licence machine tablet "
        "badge docking telephony printing scanning "
        "document documents report export import invoice upload download signature",
        "works": "works work working worked functions functioning",
        "well": "fine perfectly great well properly smoothly flawlessly nicely correctly good perfect wonderfully",
        "now": "now again already today",
        "fixed": "fixed solved resolved sorted repaired settled corrected",
        "net": "vpn wifi wlan internet network connection server system portal site website telephony",
        "matter": "issue problem error fault ticket matter case incident request bug topic "
        "everything all thing it this that",
        "quick": "clear detailed helpful patient professional efficient outstanding thorough personal honest"
        " understanding hard continued ongoing brilliant superb fab nice warm generous invaluable valuable"
        " precious competent courteous flexible top useful simple easy exemplary impeccable first-class"
        " thoughtful caring stellar timely tireless polite comprehensive lovely "
        "quick fast prompt swift speedy great kind super excellent amazing wonderful "
        "rapid good friendly fantastic immediate lovely",
        "help": "time patience kindness understanding professionalism efficiency speed expertise guidance"
        " consideration cooperation commitment dedication perseverance attention care courtesy clarity call"
        " visit explanations answers replies input trouble diligence flexibility swiftness action heads up"
        " follow team chat hints tips gesture generosity friendliness responsiveness customer-service"
        " experience collaboration contribution refund replacement delivery communication treatment"
        " persistence suggestion suggestions insight goodwill callback "
        "help support assistance service response reply answer reaction solution feedback "
        "fix information info explanation "
        "work effort efforts job advice clarification confirmation update message mail email hint tip "
        "instructions handling resolution turnaround",
        "much": "much lot bunch ton tons million again guys all everyone everybody team so",
    },
    thanks=(
        built.THANKS,
        """
        (thanks|thank you|thank u|thankyou|thx|thanx|thnx|thks|tks|tnx|ty|tysm|cheers|ta|thank ya|thanxs|thaks
            |thanks you|thansk|thnaks)
        (many|big|huge|warm|best|lots of|a thousand|a million|1000|heartfelt|sincere|kind) thanks
        (thanks|thank you|thx|thank u|cheers|thanx|ta|thank you kindly|many thanks) (so|very
            |ever so) much [again|indeed|all|guys|everyone|everybody|team]
        (thanks|thank you|thx|cheers) (a lot|a bunch|a ton|a million|tons|lots|again|guys|all|everyone|everybody
            |team|once again|once more|mate|indeed|heaps|both|kindly|sir|madam|folks)
        (thanks|thank you|thx|thank u|cheers) [a lot|so much|very much|again] for [all|all of] (your|the|this
            |that|all the|all your) [very|really] [{quick}] [and {quick}] {help} [and {help}]
        (thanks|thank you|thx|thank u|cheers) [a lot|so much|very much|again] for [the] [very
            |really] [{quick}] {help} [and {help}]
        (thanks|thank you|thx|thank u|cheers) [a lot|so much|very much|again] for (helping|helping me|helping us
            |helping out|helping me out|fixing it|fixing this|fixing that|sorting it|sorting it out|sorting this
            |sorting this out|sorting that out|solving it|solving this|resolving it|resolving this
            |letting me know|taking care of it|taking care of this|getting back to me
            |taking care of it so quickly|taking care of this so quickly|fixing it so quickly
            |fixing this so quickly|helping so quickly|everything|that|this|it|all|looking into it
            |looking into this|explaining|your time|the quick turnaround|getting this sorted|getting it sorted
            |getting this fixed|getting it fixed|coming back to me)
        (thanks|thank you|thx|thank u|cheers) [a lot|so much|very much|again] for your (help|support
            |assistance) (with this|on this|with that|in this matter)
        many thanks (again|indeed|for everything|to all|for that|to you all|to the team)
        many thanks for (your|the) [{quick}] {help}
        (much|greatly|really|very much|highly) appreciated
        appreciate (it|that|the help|your help|the support|your support|it a lot|it very much)
        (i|we) [really|very much|do|so] appreciate (it|that|this|the help|your help|the support|your support
            |your quick help|the quick help|all your help)
        (i|we) (am|are) [very|really|so|most] (grateful|thankful) [for your help|for the help|for your support
            |to you|for that]
        [i|we] just wanted to (say thanks|say thank you|thank you|say a big thank you)
        (i|we) wanted to (say thanks|say thank you|thank you)
        (my|our) thanks [to you|to the team|to all]
        [a] big thank you [to you|to the team|to all|to you all|to everyone]
        [i|we] thank you [very much|so much|for your help|for the help|a lot|for your support|for your quick help]
        (you are|youre|youre all|you guys are|you guys rock|you are all) [the best|a star|a lifesaver
            |a life saver|great|awesome|amazing|a legend|brilliant|stars|wonderful|lifesavers|legends]
        you rock
        (lifesaver|life saver|legend)
        (thanks|thank you|many thanks) to (you|you all|the team|the whole team|everyone|all
            |all of you) [for (your|the) [{quick}] {help}]
        thank you kindly
        with thanks
    """,
    ),
    solved=(
        built.SOLVED,
        """
        [now] [and] [yes] (it|this|that|everything|all|its|thats|this one) [all|now] {works} [all
            |just] [{well}] [{now}] [{well}] [for me|for us|for all|here]
        [it|this|that|everything|all] [is|are] [all] (working
            |functioning) [all] [{well}] [{now}] [{well}] [for me|for us|here]
        (its|it is|everything is|all is|that is|thats|this is) [all] [now|finally] (working
            |functioning) [{well}] [{now}] [{well}] [for me|for us|here]
        [it|this|that] (worked|did it|did the trick|helped|did help|does the trick) [{well}] [like a charm
            |a treat|for me|for us|straight away|right away|first time|immediately|at once|{now}]
        (works|worked|working) [{well}] [{now}] [{well}] [for me|for us|like a charm|a treat|here]
        [the|my|our|your] {thing} (works|is working|are working|is ok|is fine|is okay|is good|is back up
            |is back online|are ok|are fine|work|is working fine) [{well}] [{now}] [{well}] [for me|for us]
        [the|my|our] {thing} {works} [{well}] [{now}] [{well}]
        (the|my|our|this|that) (issue|problem|error|fault|bug|matter|incident) (is|has been|was|got|seems
            |seems to be|appears to be) [all|now|finally|completely|fully] ({fixed}|gone) [{now}]
        (that|this|you) (fixed|solved|resolved|sorted) (it|this|the issue|the problem|my problem|my issue
            |our problem|our issue)
        [the|my] {net} (is|is now) (back|up) [{now}]
        (my|the) account (is|has been|was) [now] (unlocked|reactivated) [{now}]
        (issue|problem|error|fault|bug|matter|incident) [is|has been|now|all] {fixed} [{now}]
        (its|it is|everything is|all is|thats|that is|its all|it has been|everything has been|all has been
            |this is|this has been|everythings) [all|now|finally|completely|fully] (fixed|solved|resolved|sorted
            |repaired|settled|sorted out) [{now}]
        (fixed|solved|resolved|sorted|all sorted|sorted out|all fixed|all solved
            |all resolved) [{now}] [on our side|on my side|on my end|on our end]
        [and|now] (its|it is|everything is|all is|everythings|were|we are|im|i am|alls) [all] (good|fine|ok|okay
            |well|perfect|in order|as it should be|back to normal) [{now}] [here|on my side|on our side|my end
            |on my end|from my side]
        (all|everything) (good|fine|ok|okay|well|perfect|great|in order|set) [{now}] [here|on my side
            |on our side|on my end]
        (you can|you may|you could|feel free to) [now|please|go ahead and] close (the|this|my|that) (ticket|case
            |request|issue|incident) [{now}]
        (the|this|my) (ticket|case|request|issue|incident) (can|may) [now] be closed [{now}]
        [ticket|case|issue] can be closed [{now}]
        (i|we) can [now] (log in|login|log on|print|connect|work|access it|open it|see it|sign in|send mails
            |send emails|scan|get in) [just fine|fine|without problems|without any problems] [again|now]
        [im|i am|we are|were] (back in|back online|up and running|all set|good to go|back to work
            |connected again|able to log in|able to log in again|able to print again|able to work again
            |able to connect again|in now|logged in now|logged in again) [{now}]
        (no more|no further) (problems|issues|errors|trouble)
        (no problems|no issues|no errors) (any more|anymore|since|since then|any longer)
        nothing (else|more|further) [needed|required|to do|from my side|from us]
        (that was|this was) (it|the problem|the solution|the issue|the fix)
        [i] got it working [{now}]
        works like a charm
        good to close
        case closed
        problem gone
    """,
    ),
    praise=(
        built.PRAISE,
        """
        (perfect|perfectly|excellent|brilliant|wonderful|fantastic|awesome|superb|marvellous|marvelous|amazing
            |splendid|perfecto|lovely|spot on|well done)
        (thats|that is|that was|this is|its|it is|absolutely|just|simply|all) (perfect|excellent|brilliant
            |wonderful|fantastic|awesome|superb|amazing|spot on|lovely)
        (great|good|excellent|super|fantastic|amazing|nice|brilliant|superb|wonderful) (job|work|service|support
            |stuff) [as always|as ever|as usual|guys|team|everyone]
        [very|so|really] (happy|pleased|satisfied) with (the|your) (service|support|help|result|solution)
        top (service|job|support|notch)
    """,
    ),
    mild=(
        """
        (great|nice|cool|good|super|sweet|yay|wow|hooray|hurray|fab|neat|fine|yippee|top|glad|happy|relieved
            |hurrah|ace|magic|grand|wicked|phew)
        (thats|that is|thats really|this is|its|it is|that was|sounds|looks|all) [very|so|really] (great|nice
            |good|cool|super|fast|quick|kind|helpful|kind of you|nice of you|fab|good to hear|good to know|neat)
        (that was|this was) [really|very|super|so] (quick|fast|helpful|easy|kind)
        [very|so|really|most|super] (helpful|quick|fast|kind|nice|kind of you|nice of you|friendly|happy|glad)
        [im|i am] [very|so|really] (happy|glad|relieved|pleased)
        (good|great|nice) (news|to hear|to know)
    """,
    ),
    courtesy=(
        """
        [ah|oh|now|ok|okay] (that|it|this) [all|now] (explains it|explains that|explains everything|makes sense
            |makes perfect sense|clears it up|clears that up|clarifies it|is clear|is clear now|is good to know
            |is understood)
        (good to know|makes sense|makes perfect sense|i understand|i understand now|now i understand|i see now
            |now i see|crystal clear|all clear|all clear now|that is clear|i got it|i get it now)
        (top man|mate|buddy|pal|lads|chaps)
        (ok|okay|k|oki|okey|okay then|alright|all right|right|understood|noted|got it|i see|ah|oh|aha|well|and
            |hey|hi|hello|received|received it|it arrived)
        (dear|hi|hello|good morning|good afternoon|good evening|hey|morning|afternoon|evening|greetings) [all
            |team|everyone|everybody|guys|there|sir|madam|support|it team|support team|service desk|help desk
            |helpdesk|it support|colleagues|colleague|folks|sir or madam|both]
        [best|kind|kindest|warm|warmest|many|with best|with kind|with warm|with kindest] (regards|wishes|rgds
            |greetings)
        (br|kr|rgds|regards|best|sincerely|cheers|yours|yours sincerely|yours faithfully|yours truly
            |all the best|take care|bye|bye bye|see you|xx|xoxo|x|respectfully|warmly|sincerely yours)
        [i wish you|wish you|wishing you|have|enjoy] [a] (nice|great|good|lovely|wonderful|pleasant|happy) (day
            |weekend|week|evening|afternoon|one|rest of the day|rest of your day|rest of the week|time|holiday
            |holidays|christmas)
        have a (good|nice|great|lovely) (one|day|weekend|evening|week) (too|as well|all|everyone|everybody
            |yourself|team)
        (merry christmas|happy new year|happy easter|happy friday|same to you|you too|likewise)
        (enjoy|have) (your|the) (day|weekend|evening|lunch)
        sent from my (iphone|ipad|phone|mobile|android|samsung|mobile phone|mobile device|galaxy|smartphone|blackberry)
        (sent from|get) outlook for (ios|android|mobile)
        (for|from) (my|our) (side|part|end)
        (to|for) (the|your|all|you) (team|all|everyone|support team|it team|colleagues|entire team|whole team
            |colleague)
        (from|for) (me|us|all of us|both of us)
        for (everything|all|that|this|the help|your help|your support|the support|your assistance
            |your quick help|your time)
        (lol|haha|hehe|hihi)
    """,
    ),
    yes=(
        built.YES,
        "(yes|yep|yeah|yup|yess|sure|confirmed|i confirm|i can confirm|can confirm|we can confirm"
        "|just to confirm|to confirm|indeed)",
    ),
    titles="mr mrs ms miss dr prof sir madam mister",
    hello="hi hello dear hey morning greetings",
    closing="regards cheers sincerely best rgds br kr yours wishes thanks faithfully",
    open="please urgent help broken problem issue error question missing need call tomorrow monday "
    "tuesday wednesday thursday "
    "friday saturday sunday next later reopen not no never still but again wrong stopped fails "
    "failed ps also attached invoice order meeting",
)
