# The trail of what the staff did.

staff-trail-title = Журнал действий
staff-trail-lead = Здесь видно, что делали сотрудники: кто, когда, по какой роли и с чем. Имён посетителей в журнале нет.

trail-filter = Отбор
field-staff = Кто
field-deed = Что делал
field-from = С какого дня
field-to = По какой день
field-op = Номер операции
trail-show = Показать
trail-all = Показать всё
trail-newest = К самым новым
trail-everybody = Все сотрудники
trail-everything = Все действия
trail-count =
    { $n ->
        [one] { $n } действие на странице
        [few] { $n } действия на странице
       *[other] { $n } действий на странице
    }
trail-empty = В журнале пока пусто
trail-empty-what = Как только кто-нибудь из сотрудников что-то сделает, это появится здесь.
trail-none = Ничего не нашлось
trail-none-what = Попробуйте другие дни, другого сотрудника или другое действие.
trail-end = Более старых записей нет
trail-file = Скачать файл (CSV)
trail-file-hint = В файле то же, что отобрано здесь: не больше 10 000 самых новых действий. Скачивание тоже попадёт в журнал.
trail-more =
    { $n ->
        [one] Здесь { $n } самое новое действие. Остальных в файле нет: сузьте отбор.
        [few] Здесь { $n } самых новых действия. Остальных в файле нет: сузьте отбор.
       *[other] Здесь { $n } самых новых действий. Остальных в файле нет: сузьте отбор.
    }

trail-col-at = Когда
trail-col-who = Кто
trail-col-account = Учётная запись
trail-col-by = Роль и место
trail-col-what = Что
trail-col-step = Итог
trail-col-object = С чем
trail-col-object-id = Номер
trail-col-channel = Где
trail-col-op = Операция

e-trail-01 = Последний день раньше первого
e-trail-02 = Номер операции — это 26 цифр и латинских букв. Скопируйте его целиком

trail-do-open_visitor = Открытие данных посетителя
trail-do-check_mandate = Проверка полномочий представителя
trail-do-check_identity = Проверка личности в центре
trail-do-review_scans = Проверка сканов документов
trail-do-send_letters = Отправка заказного письма
trail-do-help_recover = Помощь с входом
trail-do-help_by_phone = Помощь по телефону
trail-do-grant_role = Выдача роли
trail-do-revoke_role = Снятие роли
trail-do-join_staff = Вступление в роль по приглашению
trail-do-watch_alarms = Отметка о предупреждении
trail-do-connect_sites = Работа с подключёнными сайтами
trail-do-export_trail = Скачивание журнала
trail-do-open_account = Открытие учётной записи
trail-do-set_level = Изменение уровня
trail-do-make_token = Выпуск ключа для программы
trail-do-give_app = Подключение приложения с кодами
trail-do-erase_person = Удаление данных человека
trail-do-seed_accounts = Учётные записи для проверки под нагрузкой
trail-do-invite_staff = Приглашение сотрудника
trail-do-announce_opening = Объявление об открытии записи
trail-do-guard_service = Очередь при каждом открытии записи
trail-do-end_series = Отмена очереди при открытиях
trail-do-close_opening = Завершение открытия записи
trail-do-import_places = Загрузка регионов и городов
trail-do-import_catalogue = Загрузка услуг
trail-do-import_organizations = Загрузка организаций
trail-do-add_key = Новый ключ защиты данных
trail-do-wrap_keys = Перевод данных на новый ключ
trail-do-add_site_key = Новый ключ подписи для сайтов
trail-do-add_index_key = Новый ключ поиска
trail-do-turn_index_key = Переход на новый ключ поиска

trail-step-found = найдено по коду
trail-step-found_by_booking = найдено по номеру записи и фамилии
trail-step-looked = данные открыты
trail-step-confirmed = подтверждено
trail-step-refused = отказано
trail-step-taken = документ уже у другой учётной записи
trail-step-withdrawn = отозвано
trail-step-printed = напечатано
trail-step-handed_over = передано на почту
trail-step-delivered = вручено
trail-step-begun = восстановление начато
trail-step-sessions_ended = входы завершены
trail-step-given = действует
trail-step-invited = предложено по ссылке
trail-step-proposed = предложено, ждёт второго
trail-step-agreed = второй согласился
trail-step-declined = отклонено
trail-step-connected = подключён
trail-step-changed = изменён
trail-step-secret = новый секрет
trail-step-closed = отключён
trail-step-opened = подключён снова

trail-object-account = Учётная запись
trail-object-booking = Запись на приём
trail-object-way = Подтверждение личности
trail-object-letter = Письмо
trail-object-mandate = Полномочия
trail-object-call = Звонок
trail-object-role = Роль
trail-object-invitation = Приглашение к роли
trail-object-proposal = Предложенная роль
trail-object-alarm = Предупреждение
trail-object-site = Сайт
trail-object-site_proposal = Предложение о сайте
trail-object-opening = Открытие записи
trail-object-series = Серия открытий
trail-object-key = Ключ
