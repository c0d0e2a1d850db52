"""The languages of East and South-East Asia, Arabic, Hebrew, Persian."""

from __future__ import annotations

LANGUAGES: dict[str, dict[str, str]] = {
    "ja": {
        "wrote": "のメッセージ|のメール|さんは書きました|書きました|が書きました|写道|が送信しました|のコメント|"
        "さんは次のように書きました|"
        "書いた|は書きました",
        "from": "差出人|送信元|送信者|発信者|から",
        "date": "送信日時|日付|日時|送信日|送信日 |受信日時",
        "to": "宛先|送信先|受信者|宛て先",
        "cc": "cc|ｃｃ|bcc|返信先",
        "subject": "件名|題名",
        "other": "重要度|添付ファイル|優先度",
        "original": "元のメッセージ|元のメール|転送メッセージ|転送されたメッセージ|オリジナルメッセージ|"
        "メッセージを転送|"
        "元の予定|転送メール|original message|返信元メッセージ|ここから引用",
        "begin": "転送されたメッセージ|以下は転送されたメッセージです|転送メッセージ|以下、転送します",
        "sent": "私のiphoneから|iphoneから|ipadから|スマホから|私の携帯から|my softbank",
        "sent_end": "から送信|からの送信|より送信",
        "closing": "敬具|よろしくお願いいたします|宜しくお願いいたします|よろしくお願い致します|宜しくお願い致します|"
        "よろしくお願いします|以上、よろしくお願いいたします|以上|草々|何卒よろしくお願いいたします|"
        "何卒よろしくお願い申し上げます|"
        "今後ともよろしくお願いいたします|以上です|以上、宜しくお願い致します|どうぞよろしくお願いいたします",
        "footer": "このメールには機密|このメールは機密|本メールは|本メールに|このメッセージは",
    },
    "zh": {
        "wrote": "写道|寫道|写到|寫到|书写|書寫|写了|写信|寫了|撰寫|来信",
        "from": "发件人|寄件者|寄件人|發件人|发信人|發信人|从|来自|寄信人|发送者",
        "date": "发送时间|发送日期|日期|傳送日期|寄件日期|发信时间|傳送時間|發送時間|時間|时间|發送日期|"
        "寄信時間|发件日期|已傳送",
        "to": "收件人|收件者|到|发送至|發送至|收信人|至",
        "cc": "抄送|副本|抄送人|副本抄送|密件副本|密送|回复",
        "subject": "主题|主旨|標題|标题|題目|主題",
        "other": "附件|重要性|优先级|抄送人",
        "original": "原始邮件|原始郵件|转发邮件|转发的邮件|轉寄郵件|轉寄的郵件|邮件原件|原邮件|原始信件|"
        "转发邮件信息|回复的原邮件|"
        "原始訊息|已轉寄訊息|原信|回复信息|轉寄|以下為原始郵件|原始消息|原始约会|已轉寄郵件",
        "begin": "下面是被转发的邮件|開始轉寄郵件|以下是被转发的邮件|以下是轉寄的郵件|下面是被轉寄的郵件|转发的邮件",
        "sent": "发自我的|发自|發自|從我的|从我的|发送自|傳送自|获取|取得 outlook|下載 outlook|来自我的|來自|"
        "寄自|由我的",
        "sent_end": "發送|传送|傳送|发送",
        "closing": "此致|敬礼|敬禮|祝好|顺颂商祺|敬上|祝商祺|此致敬礼|順頌商祺|順頌時祺|顺祝商祺|祝工作顺利|"
        "谨上|謹上|祝您愉快|"
        "祝您工作愉快|敬祝|祝安|此致 敬礼",
        "footer": "本邮件及其附件|此邮件|本邮件|本郵件|此郵件|本電子郵件|此电子邮件|此信息",
        "title": "保密声明|免责声明|免責聲明",
    },
    "ko": {
        "wrote": "작성|님이 작성|님이 작성한 메시지|님이 쓴 글|님이 작성함|썼습니다|님의 말|께서 작성|쓰신|님께서 쓰신",
        "from": "보낸 사람|보낸사람|발신자|발신|보낸이",
        "date": "보낸 날짜|보낸날짜|날짜|보낸 시간|일시|발송일|보냄",
        "to": "받는 사람|받는사람|수신자|수신|받는이",
        "cc": "참조|숨은 참조|cc",
        "subject": "제목",
        "original": "원본 메시지|원본 메세지|원본메시지|전달된 메시지|전달된 메세지|원본 메일|전달된 메일|"
        "original message|"
        "전달 메시지|원본메일",
        "begin": "전달된 메시지 시작|전달된 메시지|아래는 전달된 메시지입니다",
        "sent": "나의 iphone에서|내 iphone에서|나의 갤럭시|내 갤럭시|내 휴대폰에서|android용 outlook|ios용 outlook",
        "sent_end": "에서 보냄|에서 보낸|에서 전송|에서 보냈습니다|에서 보낸 메일|다운로드",
        "closing": "감사합니다 |드림|올림|안녕히 계세요|수고하세요|수고하십시오|감사드립니다 드림",
        "footer": "이 메일은|본 메일은|본 메일의|이 이메일은|본 전자우편",
    },
    "vi": {
        "wrote": "đã viết|viết|đã viết như sau|đã gửi|viết như sau|wrote",
        "from": "từ|người gửi|gửi từ",
        "date": "ngày|đã gửi|vào ngày|ngày gửi|thời gian|gửi lúc|vào lúc|được gửi",
        "to": "đến|tới|gửi đến|người nhận|gửi tới|gửi cho|kính gửi",
        "cc": "cc|đồng gửi|bản sao|sao gửi",
        "subject": "chủ đề|tiêu đề|về việc|v/v",
        "original": "tin nhắn gốc|thư gốc|thư đã chuyển tiếp|tin nhắn đã chuyển tiếp|thư được chuyển tiếp|"
        "tin nhắn được chuyển tiếp|email gốc|nội dung gốc|thư chuyển tiếp",
        "begin": "bắt đầu thư đã chuyển tiếp|bắt đầu thư được chuyển tiếp",
        "sent": "gửi từ|đã gửi từ|được gửi từ|tải outlook|nhận outlook|gửi bằng",
        "closing": "trân trọng|thân ái|kính thư|trân trọng kính chào|thân mến|thân|kính chào|"
        "trân trọng cảm ơn và kính chào|xin chân thành cảm ơn và kính chào",
        "footer": "email này|thư điện tử này|thông tin trong email|tin nhắn này có",
    },
    "th": {
        "wrote": "เขียนว่า|เขียน|ได้เขียน|เขียนข้อความ",
        "from": "จาก|ผู้ส่ง",
        "date": "ส่ง|วันที่|ส่งเมื่อ|วันที่ส่ง",
        "to": "ถึง|ผู้รับ",
        "cc": "สำเนา|สำเนาถึง",
        "subject": "เรื่อง|หัวข้อ|หัวเรื่อง",
        "original": "ข้อความต้นฉบับ|ข้อความที่ส่งต่อ|ข้อความเดิม|อีเมลต้นฉบับ",
        "begin": "เริ่มข้อความที่ส่งต่อ",
        "sent": "ส่งจาก|ดาวน์โหลด outlook|รับ outlook",
        "closing": "ขอแสดงความนับถือ|ด้วยความเคารพ|ด้วยความนับถือ|ขอบคุณและขอแสดงความนับถือ",
    },
    "id": {
        "wrote": "menulis|telah menulis|menulis ini|menulis:",
        "from": "dari|pengirim|daripada",
        "date": "dikirim|tanggal|terkirim|tarikh|dihantar|tgl",
        "to": "kepada|ke|penerima|untuk",
        "cc": "cc|salinan|tembusan",
        "subject": "subjek|perihal|subyek|judul|hal",
        "original": "pesan asli|pesan terusan|pesan yang diteruskan|pesan diteruskan|mesej asal|pesan asal|email asli",
        "begin": "awal pesan yang diteruskan|mulai pesan yang diteruskan",
        "sent": "dikirim dari|terkirim dari|dihantar dari|dapatkan outlook|dikirim melalui|diposting dari",
        "closing": "salam|hormat saya|salam hormat|hormat kami|salam hangat|dengan hormat|wassalam|yang benar",
        "footer": "email ini|e-mail ini|pesan ini|surel ini",
    },
    "ar": {
        "wrote": "كتب|كتبت|يكتب|أرسل|كتب ما يلي|كتبه",
        "from": "من|المرسل",
        "date": "تاريخ الإرسال|التاريخ|أرسلت|مرسل|إرسال|تم الإرسال|تاريخ",
        "to": "إلى|الى|المستلم",
        "cc": "نسخة|نسخة إلى|نسخة كربونية",
        "subject": "الموضوع|موضوع",
        "original": "الرسالة الأصلية|رسالة أصلية|رسالة معاد توجيهها|الرسالة المعاد توجيهها|رسالة محولة",
        "begin": "بداية الرسالة المعاد توجيهها|بداية الرسالة المحولة",
        "sent": "أرسلت من|مرسل من|تم الإرسال من|أُرسلت من|الحصول على outlook",
        "closing": "مع التحية|تحياتي|مع خالص التحية|وتفضلوا بقبول فائق الاحترام|مع فائق الاحترام|مع أطيب التحيات|"
        "والسلام عليكم|مع الشكر والتقدير",
        "footer": "هذه الرسالة|هذا البريد",
        "title": "إخلاء مسؤولية",
    },
    "he": {
        "wrote": "כתב|כתבה|כתב/ה|כתב את|כתבו|כתב/כתבה|‏כתב",
        "from": "מאת|מ|שולח|מ-",
        "date": "נשלח|תאריך|נשלח ב|נשלח בתאריך",
        "to": "אל|ל|נמען|לכבוד",
        "cc": "עותק|העתק|עותקים",
        "subject": "נושא|הנדון",
        "original": "הודעה מקורית|הודעה שהועברה|ההודעה המקורית|הודעה מועברת",
        "begin": "תחילת ההודעה שהועברה|התחל הודעה שהועברה",
        "sent": "נשלח מה|נשלח מ|נשלח באמצעות|קבל את outlook|הורד את outlook",
        "closing": "בברכה|בכבוד רב|תודה ובברכה|בברכה רבה|בידידות|תודה רבה ובברכה|ברכות",
        "footer": "הודעה זו|דואר אלקטרוני זה",
    },
    "fa": {
        "wrote": "نوشت|نوشته است|نوشته|نوشته‌است",
        "from": "از|فرستنده",
        "date": "تاریخ|ارسال|ارسال شده|فرستاده شده",
        "to": "به|گیرنده",
        "cc": "رونوشت",
        "subject": "موضوع",
        "original": "پیام اصلی|پیام ارسال شده|پیام فوروارد شده|نامه اصلی",
        "sent": "ارسال شده از|فرستاده شده از",
        "closing": "با احترام|با تشکر و احترام|با سپاس و احترام|ارادتمند",
    },
}
