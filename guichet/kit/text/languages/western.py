"""English, French, German, Dutch and the Romance languages."""

from __future__ import annotations

LANGUAGES: dict[str, dict[str, str]] = {
    "en": {
        "wrote": "wrote|writes|wrote the following|sent|quoting",
        "from": "from|sender|on behalf of",
        "date": "date|sent|sent on|date sent",
        "to": "to|recipient|recipients|envelope-to",
        "cc": "cc|c.c.|bcc|reply-to|reply to",
        "subject": "subject",
        "other": "importance|priority|attachments|attachment|organization|sensitivity|newsgroups|mailed-by|when|where",
        "original": "original message|original mail|original e-mail|original email|original appointment|reply message|"
        "replied message|forwarded message|forwarded mail|forwarded by|end of forwarded message|fwd.msg|"
        "forwarded email|previous replies|previous message|quoted message|reply separator",
        "begin": "begin forwarded message|forwarded message|begin original message|start of forwarded message",
        "sent": "sent from|sent via|sent with|sent by my|sent using|sent on the go|sent wirelessly|get outlook for|"
        "get bluemail|get yahoo mail|get typeapp|composed on|typed on my|written on my|dictated with|"
        "sent from my|sent through|please excuse any typos|please excuse my brevity|download the aol app",
        "closing": "regards|best regards|kind regards|kindest regards|warm regards|warmest regards|many regards|"
        "with regards|with kind regards|with best regards|with my best regards|with warm regards|my best regards|"
        "very best regards|best|all the best|all best|best wishes|kind wishes|with best wishes|warm wishes|sincerely|"
        "sincerely yours|yours sincerely|yours|yours truly|yours faithfully|very truly yours|truly yours|faithfully|"
        "cheers|respectfully|respectfully yours|rgds|kr|br|take care|warmly|cordially|talk soon|with gratitude|"
        "thanks and regards|thanks & regards|thanks and best regards|thanks & best regards|"
        "thanks and kind regards|thank you and regards|thank you and best regards|thank you & regards",
        "footer": ""
        ""
        "this e-mail and any|this email and any|this message and any|this e-mail is intended|this email is intended|"
        "this message is intended|this e-mail is confidential|this email is confidential|this message is confidential|"
        "this e-mail may contain|this email may contain|this message may contain|this e-mail contains|"
        "this communication is|this transmission|this message contains confidential|this email contains confidential|"
        "this e-mail message|this email message|this electronic mail|this electronic message|"
        "the information contained in this|the information in this e-mail|the information in this email|"
        "the information transmitted|the contents of this e-mail|the contents of this email|"
        "the content of this e-mail|the content of this email|if you are not the intended|"
        "if you have received this|please consider the environment|"
        "please think of the environment|think before you print|before printing this|"
        "this email has been scanned|this e-mail has been scanned|this message has been scanned|"
        "this email was scanned|scanned by|virus-free|this email has been checked|this e-mail has been checked|"
        "this email has been sent from a virus-free|no virus found in this|checked by avg|"
        "this email was sent to you by|registered office|registered in england|company registration number|"
        "you received this message because you are subscribed|to unsubscribe from this",
        "title": "confidentiality notice|confidentiality note|confidentiality statement|disclaimer|"
        "legal disclaimer|legal notice|privileged and confidential|confidential|notice|"
        "important notice|save paper|e-mail confidentiality|email confidentiality",
    },
    "fr": {
        "wrote": "a écrit|écrit|écrivait|a envoyé|a écrit ce qui suit|citation de|a répondu",
        "from": "de|expéditeur|envoyé par|émetteur|de la part de",
        "date": "date|envoyé|envoyé le|date d'envoi|message du|reçu|reçu le|le",
        "to": "à|destinataire|destinataires|pour|a",
        "cc": "cc|copie|copie à|cci|répondre à",
        "subject": "objet|sujet",
        "other": "importance|priorité|pièces jointes|pièce jointe|p.j.|pj",
        "original": "message d'origine|message original|message initial|message transféré|message réexpédié|"
        "message transmis|courriel original|courrier original|mail original|e-mail d'origine|e-mail original|"
        "mail d'origine|message de départ|message transféré de|fin du message transféré|fin du message réexpédié|"
        "message cité|message précédent|transféré par",
        "begin": "début du message réexpédié|début du message transféré|message transféré|début du message d'origine",
        "sent": "envoyé de|envoyé depuis|envoyé à partir|envoyé avec|envoyé via|envoyé par|envoyé du|envoyé sans fil|"
        "télécharger outlook|téléchargez outlook|obtenez outlook|obtenir outlook|provenance : courrier|"
        "provenance: courrier|envoyée de|envoyée depuis|écrit depuis mon|message envoyé depuis|message envoyé de mon",
        "closing": "cordialement|bien cordialement|très cordialement|cordialement vôtre|bien à vous|bien à toi|"
        "amicalement|bien amicalement|sincèrement|sincèrement vôtre|respectueusement|cdlt|cdt|bien cdt|bàv|"
        "salutations|salutations distinguées|meilleures salutations|avec mes meilleures salutations|"
        "mes meilleures salutations|sincères salutations|avec mes sincères salutations|cordiales salutations|"
        "avec mes cordiales salutations|salutations cordiales|salutations les meilleures|bonne journée|"
        "bonne soirée|bonne réception|bonne fin de journée|excellente journée|bon week-end|bien respectueusement|"
        "dans l'attente de vous lire|à bientôt|belle journée|très bonne journée|bises|amitiés",
        "closing_start": "veuillez agréer|veuillez recevoir|veuillez croire|je vous prie d'agréer|"
        "je vous prie de croire|je vous prie de recevoir|nous vous prions d'agréer|recevez|vous souhaitant|"
        "en vous souhaitant|dans l'attente de votre|restant à votre disposition|cordialement|bien cordialement",
        "footer": "ce message et toutes les pièces jointes|ce message et ses pièces jointes|ce message et les|"
        "ce message est confidentiel|ce message, ainsi que|ce courriel et|ce courriel est|ce courrier électronique|"
        "cet e-mail et|cet e-mail est|cet email et|cet email est confidentiel|les informations contenues dans ce|"
        "le contenu de ce|"
        "si vous n'êtes pas le destinataire|si vous avez reçu ce|pensez à l'environnement|"
        "n'imprimez ce|avant d'imprimer|merci de penser à l'environnement|"
        "cet e-mail a été vérifié|cet email a été vérifié|l'absence de virus dans ce|ce mail a été vérifié|"
        "garanti sans virus|provenance garantie",
        "title": "avis de confidentialité|clause de confidentialité|avertissement|sans virus",
    },
    "de": {
        "wrote": "schrieb|schrieben|schreibt|geschrieben|hat geschrieben|schrieb folgendes|zitat von",
        "from": "von|absender|im auftrag von",
        "date": "gesendet|datum|gesendet am|gesendet um|geschickt|versendet|verschickt|empfangen|am",
        "to": "an|empfänger",
        "cc": "cc|kopie|kopie an|bcc|blindkopie|antwort an|antworten an",
        "subject": "betreff|betrifft|thema|betr.",
        "other": "wichtigkeit|priorität|anlagen|anlage|anhänge|anhang|organisation|vertraulichkeit",
        "original": "ursprüngliche nachricht|urspruengliche nachricht|originalnachricht|original-nachricht|"
        "original nachricht|originalmail|original-mail|originalnachricht von|weitergeleitete nachricht|"
        "weitergeleitete e-mail|weitergeleitete mail|weitergeleitet von|antwort nachricht|ursprüngliche e-mail|"
        "ursprünglicher termin|urspr. nachricht|ende der weitergeleiteten nachricht|zitierte nachricht|"
        "vorherige antworten|vorherige nachricht|original-e-mail|antwort-nachricht|orig. nachricht",
        "begin": "anfang der weitergeleiteten nachricht|anfang der weitergeleiteten e-mail|"
        "beginn der weitergeleiteten nachricht|weitergeleitete nachricht|beginn der nachricht",
        "sent": "gesendet von|gesendet mit|gesendet aus|gesendet vom|gesendet über|gesendet per|von meinem|"
        "diese nachricht wurde von mein|outlook für|holen sie sich outlook|diese e-mail wurde von mein|"
        "von unterwegs gesendet|von unterwegs|unterwegs gesendet|verschickt von mein|versendet von|verfasst mit|"
        "geschrieben auf mein|mobil gesendet|gesendet bei|hol dir outlook|laden sie outlook",
        "closing": "mit freundlichen grüßen|mit freundlichem gruß|mit freundlichen gruß|mit freundlichem grüßen|"
        "mit besten grüßen|mit den besten grüßen|mit herzlichen grüßen|mit lieben grüßen|mit sonnigen grüßen|"
        "mit freundlicher empfehlung|freundliche grüße|freundlicher gruß|freundlichen gruß|beste grüße|liebe grüße|"
        "viele grüße|viele liebe grüße|herzliche grüße|herzlichst|herzlicher gruß|schöne grüße|sonnige grüße|"
        "besten gruß|bester gruß|lieben gruß|lieber gruß|schönen gruß|schöner gruß|gruß|grüße|grüsse|gruss|"
        "mfg|m.f.g.|vg|lg|bg|hg|sg|hochachtungsvoll|danke und gruß|danke und viele grüße|vielen dank und gruß|"
        "vielen dank und viele grüße|vielen dank und freundliche grüße|besten dank und freundliche grüße|"
        "danke und beste grüße|danke und liebe grüße|vielen dank und beste grüße|herzliche grüsse|freundliche grüsse",
        "closing_start": "mit freundlichen grüßen|mit freundlichen gruessen|viele grüße|beste grüße|liebe grüße|"
        "freundliche grüße|herzliche grüße|schöne grüße|mit besten grüßen|i. a. |i.a. |mit freundlichem gruß",
        "footer": "diese e-mail enthält|diese email enthält|diese e-mail kann|diese nachricht enthält|"
        "diese nachricht ist|diese e-mail ist|diese e-mail und|diese nachricht und|der inhalt dieser|"
        "die information in dieser|die informationen in dieser|die in dieser e-mail|die in dieser nachricht|"
        ""
        "hinweis: diese|falls sie nicht der|wenn sie nicht der|sollten sie nicht der|"
        "bitte denken sie an die umwelt|bitte prüfen sie|denken sie an die umwelt|bitte beachten sie die umwelt|"
        "diese e-mail wurde von avast|diese e-mail wurde auf viren|diese nachricht wurde auf viren|"
        "geprüft von|informationen zum datenschutz|sitz der gesellschaft|amtsgericht|geschäftsführer:|"
        "handelsregister|registergericht",
        "title": "vertraulichkeitshinweis|haftungsausschluss|rechtlicher hinweis|datenschutzhinweis|"
        "virenfrei|wichtiger hinweis",
    },
    "nl": {
        "wrote": "schreef|schreef het volgende|het volgende geschreven|geschreven|schrijft|volgende geschreven",
        "from": "van|afzender",
        "date": "verzonden|verstuurd|datum|verzonden op|ontvangen|verzenddatum",
        "to": "aan|ontvanger|naar",
        "cc": "cc|kopie|bcc|antwoord aan",
        "subject": "onderwerp|betreft",
        "other": "urgentie|prioriteit|bijlagen|bijlage|belang",
        "original": "oorspronkelijk bericht|doorgestuurd bericht|origineel bericht|oorspronkelijke mail|"
        "oorspronkelijke e-mail|doorgestuurde e-mail|oorspronkelijke afspraak|doorgezonden bericht|originele bericht",
        "begin": "begin doorgestuurd bericht|doorgestuurd bericht|begin van doorgestuurd bericht",
        "sent": "verzonden vanaf|verzonden met|verzonden vanuit|verzonden via|verstuurd vanaf|verstuurd met|"
        "verstuurd vanuit|verstuurd via|outlook voor|download outlook|verzonden van mijn|verstuurd van mijn|"
        "verzonden door mijn",
        "closing": "met vriendelijke groet|met vriendelijke groeten|met hartelijke groet|met hartelijke groeten|"
        "vriendelijke groet|vriendelijke groeten|hartelijke groet|hartelijke groeten|groet|groeten|groetjes|mvg|"
        "m.v.g.|met groet|met groeten|hoogachtend|vr. gr|vriendelijk groetend|lieve groeten",
        "closing_start": "met vriendelijke groet",
        "footer": "dit bericht is vertrouwelijk|dit bericht en|dit bericht kan|dit e-mailbericht|deze e-mail en|"
        "deze e-mail is|deze e-mail bevat|de informatie in dit|de inhoud van dit|aan dit bericht kunnen geen|"
        "indien u dit bericht|als u niet de|denk aan het milieu|virusvrij|deze e-mail is gecontroleerd",
    },
    "es": {
        "wrote": "escribió|escribe|escribio|ha escrito|escribieron|escribió lo siguiente|citando|envió",
        "from": "de|remitente|enviado por",
        "date": "enviado|enviado el|enviada|fecha|fecha de envío|enviado en|recibido|el",
        "to": "para|a|destinatario|destinatarios",
        "cc": "cc|con copia|copia|cco|responder a",
        "subject": "asunto",
        "other": "importancia|prioridad|datos adjuntos|adjuntos|archivos adjuntos",
        "original": "mensaje original|mensaje reenviado|correo original|mensaje de origen|correo reenviado|"
        "mensaje remitido|fin del mensaje reenviado|mensaje enviado|cita original|reenviado por",
        "begin": "inicio del mensaje reenviado|mensaje reenviado|inicio de mensaje reenviado",
        "sent": "enviado desde|enviado do|enviado de mi|enviado a partir|enviado con|enviado via|enviado por mi|"
        "obtener outlook|obtén outlook|descargar outlook|mandado desde|enviado mediante|escrito desde mi",
        "closing": "saludos|un saludo|saludo|saludos cordiales|un cordial saludo|un saludo cordial|cordial saludo|"
        "reciba un cordial saludo|cordialmente|muy atentamente|atentamente|atte|att|abrazos|un abrazo|"
        "le saluda atentamente|sin otro particular|quedo atento|saluda atentamente|un fuerte abrazo|mis saludos",
        "closing_start": "reciba un cordial|reciban un cordial|sin otro particular|le saluda|quedo a la espera",
        "footer": "este mensaje y sus|este mensaje y los|este mensaje va dirigido|este mensaje se dirige|"
        "este mensaje es confidencial|este mensaje contiene|este mensaje puede|este correo electrónico|este correo y|"
        "este e-mail|este email|la información contenida en este|la información incluida en este|"
        "el contenido de este|"
        "si usted no es el destinatario|si no es usted el destinatario|si ha recibido este|"
        "antes de imprimir|por favor, piense en el medio ambiente|libre de virus|"
        "protección de datos:|en cumplimiento de la ley|de conformidad con la ley",
        "title": "aviso legal|aviso de confidencialidad|aviso de privacidad|cláusula de confidencialidad",
    },
    "pt": {
        "wrote": "escreveu|escreve|escreveram|escreveu o seguinte|citando|enviou",
        "from": "de|remetente|enviado por",
        "date": "enviado|enviada|enviado em|enviada em|enviado a|data|data de envio|enviadas|recebido|em",
        "to": "para|destinatário|destinatários|a",
        "cc": "cc|com cópia|cópia|cco|responder para",
        "subject": "assunto",
        "other": "importância|prioridade|anexos|anexo",
        "original": "mensagem original|mensagem encaminhada|mensagem reencaminhada|e-mail original|email original|"
        "correio original|mensagem reenviada|fim da mensagem encaminhada|mensagem anterior|encaminhado por",
        "begin": "início da mensagem encaminhada|início da mensagem reencaminhada|início da mensagem reenviada|"
        "mensagem encaminhada",
        "sent": "enviado do meu|enviado de meu|enviado pelo|enviado através|enviado via|enviado a partir|"
        "enviado com|obter o outlook|obtenha o outlook|enviada do meu|enviado desde|baixe o outlook",
        "closing": "atenciosamente|cumprimentos|com os melhores cumprimentos|melhores cumprimentos|"
        "com os meus cumprimentos|os melhores cumprimentos|abraços|abraço|um abraço|att|cordialmente|saudações|"
        "respeitosamente|atentamente|grato|grata|com cumprimentos|cordiais cumprimentos|saudações cordiais",
        "closing_start": "com os melhores cumprimentos",
        "footer": "esta mensagem e|esta mensagem é|esta mensagem pode|esta mensagem contém|esta mensagem,|"
        "este e-mail e|este e-mail é|este e-mail pode|este email e|as informações contidas|"
        "a informação contida|se você não é o destinatário|"
        "se recebeu esta mensagem|antes de imprimir|livre de vírus|sem vírus",
        "title": "aviso legal|aviso de confidencialidade",
    },
    "it": {
        "wrote": "ha scritto|scrive|scrisse|hanno scritto|ha scritto quanto segue|ha scritto:|citando",
        "from": "da|mittente|per conto di",
        "date": "inviato|inviata|data|data invio|inviato il|data di invio|ricevuto|spedito",
        "to": "a|destinatario|destinatari|per",
        "cc": "cc|copia|ccn|rispondi a",
        "subject": "oggetto",
        "other": "priorità|importanza|allegati|allegato",
        "original": "messaggio originale|messaggio inoltrato|messaggio originario|e-mail originale|mail originale|"
        "messaggio di origine|fine messaggio inoltrato|inoltrato da|messaggio rediretto",
        "begin": "inizio messaggio inoltrato|inizio del messaggio inoltrato|messaggio inoltrato",
        "sent": "inviato da|inviato dal|inviato con|inviato tramite|inviato via|scarica outlook|ottieni outlook|"
        "inviata da|spedito dal mio|inviato dall",
        "closing": "cordiali saluti|distinti saluti|saluti|un saluto|un cordiale saluto|cordialmente|"
        "cordialità|con i migliori saluti|i migliori saluti|i miei migliori saluti|a presto|buona giornata|"
        "buona serata|porgo cordiali saluti|porgo distinti saluti|tanti saluti|buon lavoro|ciao",
        "closing_start": "in attesa di un|in attesa di|porgo|porgiamo|cordiali saluti|distinti saluti",
        "footer": "questo messaggio e|il presente messaggio|questa e-mail|questa mail|questo messaggio è|"
        "le informazioni contenute|il contenuto di questa|"
        "ai sensi del d.lgs|ai sensi del regolamento|ai sensi dell|prima di stampare|privo di virus|"
        "mail priva di virus",
        "title": "avviso di riservatezza|avvertenza|nota di riservatezza|clausola di riservatezza",
    },
    "ca": {
        "wrote": "va escriure|ha escrit|escrigué|escriu",
        "from": "de",
        "date": "enviat|data|enviat el|enviat el dia",
        "to": "per a|a|per",
        "cc": "a/c|cc|còpia",
        "subject": "assumpte|tema",
        "original": "missatge original|missatge reenviat|correu original|missatge de correu original",
        "begin": "inici del missatge reenviat",
        "sent": "enviat des de|enviat des del|enviat amb",
        "closing": "salutacions|cordialment|atentament|una salutació|salutacions cordials|una abraçada",
        "footer": "aquest missatge|aquest correu",
    },
    "ro": {
        "wrote": "a scris|scrie|a scris următoarele",
        "from": "de la|expeditor|expeditorul",
        "date": "trimis|data|dată|trimis la|trimisă",
        "to": "către|destinatar|destinatarul|la",
        "cc": "cc|copie",
        "subject": "subiect|subiectul",
        "original": "mesaj original|mesajul original|mesaj redirecționat|mesaj redirectionat|mesaj inițial",
        "begin": "începe mesajul redirecționat|mesaj redirecționat",
        "sent": "trimis de pe|trimis din|trimis cu|trimis de la|obțineți outlook",
        "closing": "cu stimă|cu respect|cu drag|toate cele bune|o zi bună|cu considerație|numai bine",
        "footer": "acest mesaj|acest e-mail|informațiile conținute|informatiile continute",
    },
}
