# One's data in one's own hands.

e-acc-06 = Это ваш нынешний контакт. Введите другой.
e-acc-07 = Этот контакт уже принадлежит другой учётной записи, вернуть его по ссылке нельзя. Позвоните нам.
e-data-01 = У вас есть роль сотрудника. Попросите руководителя снять её, после этого учётную запись можно закрыть.
e-data-02 = Эта запись ещё действует: без данных вас не смогут принять. Сначала отмените её.
e-data-03 = Без этого согласия учётной записи не бывает. Чтобы отозвать его, закройте учётную запись.
e-data-04 = Копию данных можно скачать пять раз в сутки. Попробуйте позже.
e-data-05 = Отметьте, что вы понимаете, что произойдёт

email-unproved = Почта не подтверждена: письма о записях на неё не придут.
email-unproved-link = Подтвердить почту

field-standing = Предстоящие записи
field-sure = Подтверждение

data-moment = { $day }, { $time } ({ $zone })
data-zone-moscow = МСК
data-yes = да
data-no = нет

data-title = Управление данными
data-lead = Исправьте, скачайте или удалите то, что портал знает о вас.
data-done-name = Имя изменено.
data-done-phone = Телефон изменён. На прежний номер ушло сообщение: 72 часа изменение можно отменить.
data-done-email = Почта изменена. Если прежняя была подтверждена, на неё ушло письмо: 72 часа изменение можно отменить.
data-done-consent = Согласие отозвано.
data-back = Вы вошли, и учётная запись остаётся. Закрывать её мы не будем.
data-correct = Исправить
data-name = Имя
data-change = Изменить
data-add = Указать
data-save = Сохранить

data-name-title = Изменить имя
data-name-lead = Пишите как в паспорте: по этому имени вас узнают на приёме.
data-name-loses = Ваше имя сверяли с документами. После изменения уровень учётной записи станет упрощённым, и личность нужно будет подтвердить ещё раз.

data-phone-title = Изменить телефон
data-email-title = Изменить почту
data-contact-now = Сейчас: { $contact }
data-phone-new = Новый номер
data-email-new = Новая почта
data-contact-what = Пришлём код. Когда вы его введёте, новый контакт начнёт действовать, а на других устройствах нужно будет войти заново. Прежнему контакту мы сообщим об изменении.
data-contact-go = Получить код
data-code-title = Введите код
data-code-sent = Отправили код: { $to }. Он действует 10 минут.
data-code-go = Подтвердить
data-code-stop = Не менять

data-undo-title = Вернуть прежний контакт
data-undo-lead = Кто-то изменил контакт вашей учётной записи. Прежний: { $contact }.
data-undo-back = Снова будет действовать прежний контакт.
data-undo-go = Это был не я, вернуть
data-undo-done-title = Прежний контакт снова ваш
data-undo-done = Вернули прежний контакт, завершили все сеансы, забыли все устройства и убрали то, что с тех пор добавили для входа. Прежний пароль больше не действует.

data-copy = Скачать
data-copy-lead = Один архив со всем, что мы храним о вас: записи и их история, сообщения, согласия, входы, устройства, кто смотрел ваши данные. Внутри страница, которую можно читать, и файл для программ.
data-copy-go = Скачать мои данные
data-copy-title = Мои данные
data-copy-about = Здесь всё, что портал хранит об этой учётной записи. Пароля, кодов и ключей здесь нет: мы их не знаем или не выдаём никому.
data-copy-none = Ничего нет.

data-consents-none = Согласий нет.
data-consent-agreement = Пользовательское соглашение
data-consent-privacy = Обработка персональных данных
data-consent-personal_data = Подтверждение личности
data-consent-form = Обработка данных для записи { $number }
data-consent-forms = Обработка данных для записей на приём
data-consent-before = { $n ->
        [one] Раньше: { $n } раз
        [few] Раньше: { $n } раза
       *[other] Раньше: { $n } раз
    }
data-consent-each = { $n ->
        [one] { $n } запись
        [few] { $n } записи
       *[other] { $n } записей
    }
data-consent-at = Дано { $at }.
data-consent-by = Каким путём: { $channel }.
data-consent-version = Редакция { $version }.
data-consent-text = Текст
data-consent-withdraw = Отозвать
data-consent-needed = Без него нет учётной записи. Отозвать можно, закрыв её.
data-consent-stands = Отозвать можно, когда запись завершится или будет отменена.

data-close = Закрыть учётную запись
data-close-lead = Все ваши данные будут удалены. Семь дней можно передумать.
data-close-more = Закрыть учётную запись
data-close-title = Закрыть учётную запись
data-close-how = { $n ->
        [one] Мы удалим все ваши данные через { $n } день. До этого достаточно войти, и всё останется.
        [few] Мы удалим все ваши данные через { $n } дня. До этого достаточно войти, и всё останется.
       *[other] Мы удалим все ваши данные через { $n } дней. До этого достаточно войти, и всё останется.
    }
data-close-out = Вы сразу выйдете на всех устройствах.
data-close-gone = Имя, контакты, то, что вы писали в формах, сообщения и устройства исчезнут. Из резервных копий они не вернутся.
data-close-stays = Останутся время и место записей без имени: для статистики.
data-close-coming = { $n ->
        [one] У вас есть предстоящая запись:
       *[other] У вас есть предстоящие записи:
    }
data-close-late = { $n ->
        [one] Эта запись позже, чем мы удалим данные. Она отменится сразу, как вы закроете учётную запись:
       *[other] Эти записи позже, чем мы удалим данные. Они отменятся сразу, как вы закроете учётную запись:
    }
data-close-standing = Что сделать с предстоящими записями?
data-close-cancel = Отменить сейчас
data-close-keep = Оставить: приду до удаления данных. Что останется, отменится вместе с учётной записью
data-close-sure = Я понимаю, что данные будут удалены навсегда
data-close-go = Закрыть учётную запись
data-closed-title = Учётная запись закрывается
data-closed-lead = Вы вышли. Данные удалим { $at }.
data-closed-back = Передумали? Войдите до этого времени, и всё останется как было. Сообщение об этом мы отправили и вам.
data-closed-signin = Войти и остаться
data-closed-home = На главную

happened-contact-changed = Изменён телефон или почта
happened-name-changed = Изменено имя
happened-data-taken = Скачана копия данных
happened-closing = Попросили закрыть учётную запись

notify-security-contact-changed = Изменён телефон или почта
notify-security-name-changed = Изменено имя
notify-security-data-taken = Скачана копия ваших данных
notify-security-closing = Учётную запись попросили закрыть
notify-security-closing-more = Данные удалят через 7 дней. Чтобы остаться, войдите.
notify-contact-exists-sms = { $portal }: этот телефон указали при смене контакта, а он уже есть в вашей учётной записи. Если это не вы, ничего не делайте.
notify-contact-exists-subject = { $portal }: эту почту указали при смене контакта
notify-contact-exists-email =
    Здравствуйте!

    Кто-то указал эту почту при смене контакта на портале «{ $portal }». Она уже есть в вашей учётной записи, и там ничего не изменилось.

    Если это были не вы, ничего делать не нужно. Вопросы: { $phone }.
notify-contact-code-sms = { $portal }: код { $code } для нового номера. Действует 10 минут. Никому его не сообщайте.
notify-contact-code-subject = { $portal }: код для новой почты
notify-contact-code-email =
    Здравствуйте!

    Код, который подтверждает эту почту: { $code }
    Он действует 10 минут. Никому его не сообщайте.

    Если вы не меняли почту на портале, ничего делать не нужно. Вопросы: { $phone }.
notify-contact-undo-sms = { $portal }: этот номер больше не относится к вашей учётной записи. Не вы? За 72 часа верните: { $link }
notify-contact-undo-subject = { $portal }: почта вашей учётной записи изменена
notify-contact-undo-email =
    Здравствуйте!

    Эта почта больше не относится к вашей учётной записи на портале.

    Если это были вы, ничего делать не нужно.
    Если не вы, откройте ссылку в течение 72 часов. Прежняя почта вернётся, все сеансы завершатся:
    { $link }

    Вопросы: { $phone }.

data-part-account = Учётная запись
data-part-consents = Согласия
data-part-levels = Изменения уровня
data-part-sessions = Где вы вошли
data-part-devices = Устройства
data-part-factors = Способы подтверждения
data-part-events = События безопасности
data-part-changes = Изменения контактов
data-part-bookings = Записи на приём
data-part-mandates = За кого вы действуете
data-part-sites = Что вы разрешили другим сайтам
data-part-site-visits = Входы на другие сайты
data-part-providers = Учётные записи других систем
data-part-lines = Места в очередях
data-part-looks = Кто из сотрудников смотрел ваши данные
data-part-roles = Ваши роли сотрудника
data-part-offers = Роли сотрудника, которые предложили вы или вам
data-part-trail = Что вы делали как сотрудник
data-part-messages = Сообщения вам
data-part-wishes = Запись, которую вы прервали
data-part-kept = Незаконченные формы
data-part-accesses = Действия инженеров портала
data-field-site = Сайт
data-field-offline = Без вашего присутствия
data-field-provider = Система
data-field-surname = Фамилия
data-field-name = Имя
data-field-patronymic = Отчество
data-field-phone = Телефон
data-field-contact = Контакт
data-field-email = Электронная почта
data-field-email_proved = Почта подтверждена
data-field-level = Уровень
data-field-lang = Язык
data-field-opened = Открыта
data-field-id = Идентификатор
data-field-text = Текст
data-field-version = Редакция
data-field-at = Когда
data-field-channel = Каким путём
data-field-withdrawn = Отозвано
data-field-from = Было
data-field-to = Стало
data-field-recipient = Кому
data-field-reason = Причина
data-field-kind = Вид
data-field-device = Устройство
data-field-place = Место
data-field-seen = В последний раз
data-field-ends = Действует до
data-field-remembered = Код не спрашиваем до
data-field-event = Что произошло
data-field-disowned = «Это был не я»
data-field-left = Осталось
data-field-old = Прежний
data-field-new = Новый
data-field-proved = Подтверждён
data-field-undone = Отменено
data-field-number = Номер
data-field-service = Услуга
data-field-purpose = Цель
data-field-state = Состояние
data-field-starts = Начало
data-field-resource = Кто принимает
data-field-code = Код
data-field-moves = Переносов
data-field-changed = Изменено
data-field-form = Что вы написали
data-field-page = Страница и что вы на ней выбрали
data-field-track = Номер отправления
data-field-proposed = Предложена
data-field-taken = Принята
data-field-op = Операция
data-field-rank = Номер в очереди
data-field-role = Роль
data-field-did = Действие
data-field-step = Итог
data-field-object = С чем
data-field-object_id = Номер
data-field-booking = Запись
data-field-subject = Тема
data-field-body = Текст
data-field-note = Заметка
data-field-who = Кто
data-field-what = Что
data-lang-ru = русский
data-lang-en = английский
data-channel-web = на сайте
data-channel-api = через программу
data-channel-cli = инженером портала
data-channel-job = автоматически
data-session-browser = браузер
data-session-bearer = программа
data-factor-app = приложение с кодами
data-factor-key = ключ входа
data-factor-wait = ожидание восстановления
data-factor-code = код в СМС или письме
data-factor-printed = распечатанные коды
data-factor-question = контрольный вопрос
data-way-email = письмо
data-way-sms = СМС
data-message-sent = отправлено
data-message-recorded = записано в демонстрации
data-message-failed = не доставлено
data-line-waiting = в очереди
data-line-inside = можно было выбирать
data-line-served = время выбрано
data-line-out = место отдано

data-email-remove-title = Убрать почту
data-email-remove-what = Телефон останется, сообщения будут приходить на него. Входить и возвращать доступ по почте будет нельзя. На подтверждённую почту придёт ссылка: 72 часа изменение можно отменить.
data-email-remove = Убрать почту
data-done-email-removed = Почта убрана. Если она была подтверждена, на неё ушло письмо: 72 часа изменение можно отменить.
e-acc-27 = На этом портале почта есть в каждой учётной записи. Её можно изменить, но не убрать.
data-field-visit_ends = Конец приёма
data-field-behalf = За кого и по какому документу
data-who-self = вы
data-who-staff = сотрудник
data-who-engineer = инженер портала
data-who-system = портал
data-offer-own = вы предложили
data-offer-other = вам предложили
data-mandate-added = добавлено
data-mandate-corrected = данные исправлены
data-mandate-checked = документ проверили
data-mandate-refused = документ не приняли
data-mandate-revoked = полномочия отозваны
data-mandate-ended = завершено
data-mandate-lapsed = прекращено: СНИЛС подтвердил другой человек
data-form-kind = Вид
data-form-kind-child = ребёнок
data-form-kind-attorney = по доверенности
data-form-kind-guardian = опека или попечительство
data-form-kind-company = организация
data-form-kind-trader = индивидуальный предприниматель
data-form-issued_on = Дата выдачи
data-form-title = Название
data-form-by = Кто действует
data-form-revision = Редакция
data-form-purpose = Цель обращения
data-form-detail = Подробности
data-form-format = Формат встречи
data-form-format-in_person = личный приём
data-form-format-video = видео
data-form-format-phone = телефон
data-form-phone = Мобильный телефон
data-form-email = Электронная почта
data-form-participant = Для кого
data-form-participant-self = для себя
data-form-consent = Согласие
data-form-consent-1 = дано
data-form-consent_version = Редакция согласия
data-form-address = Адрес регистрации
data-form-born = Дата рождения
