"""The Slavic languages, Hungarian, Greek, Turkish."""

from __future__ import annotations

LANGUAGES: dict[str, dict[str, str]] = {
    "pl": {
        "wrote": "napisana przez|napisany przez|napisał|napisała|napisał(a)|napisali|napisal|napisal(a)|napisano|pisze|"
        "pisała|pisał|nadesłał|nadesłała|odpisał|użytkownik napisał",
        "from": "od|nadawca|w imieniu",
        "date": "wysłano|wysłane|data|data wysłania|wysłany|dnia|wyslano|otrzymano",
        "to": "do|adresat|odbiorca|dla",
        "cc": "dw|udw|kopia|do wiadomości|odpowiedź do|cc",
        "subject": "temat|dotyczy",
        "other": "ważność|priorytet|załączniki|załącznik",
        "original": "oryginalna wiadomość|wiadomość oryginalna|wiadomość przekazana|wiadomość napisana|"
        "przekazana wiadomość|wiadomość przesłana dalej|treść przekazanej wiadomości|treść oryginalnej wiadomości|"
        "wiadomość od|oryginalny e-mail|koniec przekazanej wiadomości|pierwotna wiadomość|oryginalny list|"
        "wiadomość pierwotna|oryginalne spotkanie",
        "begin": "początek przekazywanej wiadomości|początek przekazanej wiadomości|przekazana wiadomość",
        "sent": "wysłano z|wysłane z|wysłany z|wysłano za|wysłane za|pobierz outlook|pobierz aplikację outlook|"
        "wysłane przez|wysłano przez|wyslano z|wyslane z",
        "closing": "pozdrawiam|z poważaniem|pozdrowienia|z pozdrowieniami|serdecznie pozdrawiam|"
        "pozdrawiam serdecznie|z wyrazami szacunku|łączę pozdrowienia|łączę wyrazy szacunku|z powazaniem|"
        "miłego dnia|pozdr|z szacunkiem|ukłony|z serdecznymi pozdrowieniami|życzę miłego dnia",
        "closing_start": "pozdrawiam|z poważaniem|łączę wyrazy",
        "footer": "niniejsza wiadomość|ta wiadomość|wiadomość ta|treść tej wiadomości|ten e-mail|"
        "informacje zawarte w|zanim wydrukujesz|pomyśl o środowisku|wolny od wirusów|administratorem danych|"
        "administratorem pani/pana|sąd rejonowy",
        "title": "klauzula poufności",
    },
    "cs": {
        "wrote": "napsal|napsala|napsal(a)|napsal/a|píše|napsali|napsal uživatel",
        "from": "od|odesílatel|odesilatel",
        "date": "odesláno|datum|odeslané|zasláno|přijato|dne",
        "to": "komu|příjemce|adresát|pro",
        "cc": "kopie|skrytá|cc|odpověď na|kopie (cc)",
        "subject": "předmět|věc",
        "other": "důležitost|priorita|přílohy|příloha",
        "original": "původní zpráva|původní e-mail|původní email|přeposlaná zpráva|přeposlaný e-mail|"
        "původní mail|originální zpráva|předaná zpráva|konec přeposlané zprávy|původní událost",
        "begin": "začátek přeposílané zprávy|začátek přeposlané zprávy|přeposlaná zpráva",
        "sent": "odesláno z|odesláno pomocí|odesláno přes|získejte outlook|získat outlook|odesláno ze|"
        "posláno z|odeslano z",
        "closing": "s pozdravem|s přátelským pozdravem|s úctou|s pozdravy|zdravím|hezký den|přeji hezký den|"
        "s přáním hezkého dne|pěkný den|srdečně zdravím|zdraví|s přáním pěkného dne|mějte se hezky",
        "closing_start": "s pozdravem|s přáním|přeji hezký|přeji pěkný",
        "footer": "tento e-mail|tato zpráva|tento email|informace obsažené|bez virů|obsah této zprávy",
    },
    "sk": {
        "wrote": "napísal|napísala|napísal(a)|píše|napísal/a|napísal používateľ",
        "from": "od|odosielateľ|odosielate",
        "date": "odoslané|dátum|poslané|datum|prijaté|dňa",
        "to": "komu|príjemca|adresát|pre",
        "cc": "kópia|kopia|cc|skrytá kópia",
        "subject": "predmet|vec",
        "other": "dôležitosť|priorita|prílohy|príloha",
        "original": "pôvodná správa|pôvodný e-mail|preposlaná správa|pôvodný mail|povodna sprava|presmerovaná správa|"
        "preposlaná správa --- forwarded message|originálna správa",
        "begin": "začiatok preposlanej správy|začiatok preposielanej správy",
        "sent": "odoslané z|odoslané pomocou|získajte outlook|poslané z|odoslané zo",
        "closing": "s pozdravom|s priateľským pozdravom|s úctou|pekný deň|prajem pekný deň|zdravím|s pozdravom a úctou",
        "closing_start": "s pozdravom",
        "footer": "tento e-mail|táto správa|tento email|informácie obsiahnuté",
    },
    "sl": {
        "wrote": "je napisal|je napisala|napisal|napisala|je napisal/-a|piše|je napisal(a)",
        "from": "od|pošiljatelj",
        "date": "poslano|datum|dne",
        "to": "za|komu|prejemnik|do",
        "cc": "kp|kopija|cc|skp",
        "subject": "zadeva",
        "original": "izvirno sporočilo|prvotno sporočilo|posredovano sporočilo|originalno sporočilo",
        "begin": "začetek posredovanega sporočila",
        "sent": "poslano z|poslano iz|poslano s|pridobite outlook",
        "closing": "lep pozdrav|lp|s spoštovanjem|lepo pozdravljeni|lep dan|s pozdravi|prijazen pozdrav|pozdrav",
        "footer": "to sporočilo|to elektronsko sporočilo",
    },
    "hr": {
        "wrote": "je napisao|je napisala|je napisao/la|je napisao/napisala|napisao je|napisala je|napisao|napisala|"
        "je napisao(la)|piše|je pisao|пише|је написао|је написала|написао је",
        "from": "od|šalje|pošiljatelj|pošiljalac|од|шаље",
        "date": "poslano|poslato|datum|dana|послато|датум",
        "to": "za|prima|prima (to)|primatelj|komu|primalac|за",
        "cc": "cc|kopija|kopija (cc)|kk",
        "subject": "predmet|naslov|tema|наслов",
        "original": "izvorna poruka|originalna poruka|proslijeđena poruka|prosleđena poruka|prosljeđena poruka|"
        "proslijeđeno|изворна порука|originalni mail|prvobitna poruka|прослеђена порука",
        "begin": "započni proslijeđenu poruku|početak proslijeđene poruke|početak prosleđene poruke",
        "sent": "poslano s|poslano sa|poslano iz|poslato sa|poslato iz|poslano putem|nabavite outlook|послато са",
        "closing": "lijep pozdrav|srdačan pozdrav|pozdrav|lp|s poštovanjem|sa poštovanjem|lijepi pozdrav|lep pozdrav|"
        "srdačno|pozdravi|с поштовањем|поздрав|ugodan dan|lijepi pozdravi",
        "footer": "ova poruka|ova e-poruka|ovaj e-mail|ova elektronička",
    },
    "bg": {
        "wrote": "написа|пише|написала|написал",
        "from": "от|подател|изпращач",
        "date": "изпратено|дата|изпратени|изпратен",
        "to": "до|получател",
        "cc": "копие|як|cc",
        "subject": "относно|тема",
        "original": "оригинално съобщение|препратено съобщение|оригинално писмо|първоначално съобщение",
        "begin": "начало на препратеното съобщение",
        "sent": "изпратено от|изпратен от|изпратено с",
        "closing": "поздрави|с уважение|с поздрав|с най-добри пожелания|сърдечни поздрави|хубав ден|лек ден",
        "footer": "това съобщение|настоящото съобщение|този имейл",
    },
    "ru": {
        "wrote": "написал|написала|написал(а)|написали|пишет|писал|писала|пишете|написало|отправил|отправила|"
        "вы писали|вы написали|сообщил",
        "from": "от|от кого|отправитель|от имени",
        "date": "отправлено|дата|дата отправки|послано|получено|время|отправлен",
        "to": "кому|получатель|для|to",
        "cc": "копия|копии|ск|скрытая копия|кому копия|ответить",
        "subject": "тема|предмет",
        "other": "важность|приоритет|вложения|вложение",
        "original": "исходное сообщение|оригинальное сообщение|пересылаемое сообщение|перенаправленное сообщение|"
        "первоначальное сообщение|пересланное сообщение|исходное письмо|оригинал сообщения|"
        "конец пересылаемого сообщения|конец пересылаемого письма|пересылаемое письмо|пересланное письмо|"
        "завершение пересылаемого сообщения|исходная встреча|original message|переадресованное сообщение",
        "begin": "начало переадресованного сообщения|начало переадресованного письма|начало пересылаемого сообщения|"
        "начало пересланного сообщения|пересылаемое сообщение|перенаправленное сообщение",
        "sent": "отправлено с|отправлено из|отправлено от|отправлено через|отправлено мобильн|отправлен с|"
        "отправлена с|отправлено со|скачать outlook|получить outlook|загрузить outlook|послано с|написано с",
        "closing": "с уважением|всего доброго|с наилучшими пожеланиями|с уважением и наилучшими пожеланиями|"
        "всего хорошего|всего наилучшего|с искренним уважением|хорошего дня|с почтением|удачи|до свидания|"
        "искренне ваш|с приветом|с ув|с теплом",
        "closing_start": "с уважением|с наилучшими",
        "footer": "данное сообщение|это сообщение|настоящее сообщение|информация, содержащаяся|"
        "настоящее электронное|данное электронное|это электронное|содержимое этого|"
        "без вирусов|проверено антивирусом|подумайте об окружающей",
        "title": "уведомление о конфиденциальности",
    },
    "uk": {
        "wrote": "написав|написала|написав(ла)|пише|писав|писала|написали|написав(-ла)|надіслав|написано|повідомив",
        "from": "від|від кого|відправник|надіслав",
        "date": "надіслано|дата|відправлено|дата надсилання|отримано",
        "to": "кому|одержувач|до|отримувач",
        "cc": "копія|копії|прихована копія",
        "subject": "тема",
        "other": "важливість|пріоритет|вкладення",
        "original": "початкове повідомлення|оригінальне повідомлення|переслане повідомлення|"
        "перенаправлене повідомлення|вихідне повідомлення|пересланий лист|початковий лист|оригінал повідомлення|"
        "перенаправлений лист",
        "begin": "початок листа, що пересилається|початок переадресованого повідомлення|"
        "початок пересланого повідомлення",
        "sent": "надіслано з|надіслано із|надіслано за|надіслано через|відправлено з|відправлено із|"
        "отримати outlook|надіслано від|завантажити outlook",
        "closing": "з повагою|з найкращими побажаннями|всього найкращого|гарного дня|на все добре|щиро|"
        "з вдячністю|щиро ваш|з пошаною|бажаю гарного дня|всього доброго",
        "closing_start": "з повагою|з найкращими",
        "footer": "це повідомлення|дане повідомлення|цей лист|цей електронний лист|інформація, що міститься|"
        "без вірусів",
    },
    "hu": {
        "wrote": "írta|ezt írta|a következőt írta|írta a következőt|írt|a következőket írta|írja|rta",
        "from": "feladó|küldő|feladta",
        "date": "elküldve|dátum|küldve|küldés ideje|érkezett|időpont",
        "to": "címzett|címzettek|kinek",
        "cc": "másolatot kap|másolat|másolatok kap|másolatot kapja|másolatotkap|cc",
        "subject": "tárgy",
        "other": "fontosság|prioritás|mellékletek|melléklet",
        "original": "eredeti üzenet|továbbított üzenet|eredeti levél|továbbított levél|eredeti e-mail|"
        "továbbított e-mail",
        "begin": "továbbított levél kezdete|továbbított üzenet kezdete",
        "sent": "küldve az|küldve a|elküldve az|elküldve a|küldve:|az outlook beszerzése|outlook beszerzése|"
        "androidos mobilról küldve|iphone-ról küldve",
        "closing": "üdvözlettel|tisztelettel|üdv|köszönettel|szívélyes üdvözlettel|baráti üdvözlettel|"
        "szép napot|további szép napot|minden jót|üdvözlöm|jó munkát",
        "footer": "ez az üzenet|ez az e-mail|jelen üzenet|a jelen üzenet|jelen e-mail|vírusmentes",
    },
    "el": {
        "wrote": "έγραψε|έγραψαν|γράφει|έγραψε τα εξής|έστειλε",
        "from": "από|αποστολέας",
        "date": "ημερομηνία|εστάλη|στάλθηκε|ημ/νία|απεστάλη",
        "to": "προς|παραλήπτης|για",
        "cc": "κοιν.|κοινοποίηση|κοιν",
        "subject": "θέμα",
        "original": "αρχικό μήνυμα|προωθημένο μήνυμα|προωθούμενο μήνυμα|πρωτότυπο μήνυμα",
        "begin": "αρχή προωθημένου μηνύματος|έναρξη προωθημένου μηνύματος",
        "sent": "στάλθηκε από|εστάλη από|στάλθηκε μέσω|απεστάλη από",
        "closing": "με εκτίμηση|φιλικά|με φιλικούς χαιρετισμούς|χαιρετισμούς|ευχαριστώ εκ των προτέρων|"
        "με τιμή|φιλικούς χαιρετισμούς|καλή συνέχεια|με εκτίμηση και φιλικούς χαιρετισμούς",
        "footer": "το παρόν μήνυμα|αυτό το μήνυμα|το μήνυμα αυτό|το παρόν e-mail",
    },
    "tr": {
        "wrote": "yazdı|şunu yazdı|şunları yazdı|yazmış|şöyle yazdı|yazdi|tarihinde yazdı",
        "from": "kimden|gönderen|gonderen",
        "date": "tarih|gönderildi|gönderme tarihi|gönderim tarihi|gönderilen|gönderilme tarihi",
        "to": "kime|alıcı|alan",
        "cc": "bilgi|cc|kopya|bcc|gizli",
        "subject": "konu",
        "other": "önem|öncelik|ekler|ek",
        "original": "özgün mesaj|özgün ileti|orijinal mesaj|orijinal ileti|iletilen mesaj|iletilen ileti|"
        "iletilmiş mesaj|asıl ileti|yönlendirilen ileti|yönlendirilmiş mesaj|orjinal mesaj",
        "begin": "ileti başlangıcı|iletilen ileti başlangıcı|yönlendirilen iletinin başlangıcı",
        "sent": "iphone'umdan gönderildi|iphone’umdan gönderildi|ipad'imden gönderildi|outlook'u edinin|"
        "android'den gönderildi|outlook for",
        "sent_end": "gönderildi|cihazımdan gönderildi",
        "closing": "saygılarımla|saygılar|iyi çalışmalar|sevgiler|selamlar|iyi günler|sevgi ve saygılarımla|"
        "saygılarımızla|kolay gelsin|iyi çalışmalar dilerim|iyi günler dilerim",
        "footer": "bu e-posta|bu mesaj|bu elektronik posta|bu ileti",
        "title": "yasal uyarı",
    },
}
