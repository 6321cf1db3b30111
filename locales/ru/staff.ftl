# The workplace of those who receive; roles; who looked at one's data.

nav-staff = Рабочее место
staff-at = { $at } (МСК)

role-guest = Без входа
role-simplified = Гражданин, упрощённая учётная запись
role-standard = Гражданин, стандартная учётная запись
role-verified = Гражданин, подтверждённая учётная запись
role-representative = Представитель
role-specialist = Специалист
role-official = Должностное лицо
role-commission = Комиссия по приёму
role-clerk = Регистратор
role-call_centre = Оператор телефонного центра
role-service_centre = Оператор МФЦ
role-organization_admin = Администратор организации
role-support_1 = Поддержка, первая линия
role-support_2 = Поддержка, вторая линия
role-support_3 = Руководитель поддержки
role-editor = Редактор
role-controller = Контролёр
role-integration = Информационная система
role-security_officer = Офицер безопасности
role-portal_admin = Администратор портала

staff-place-portal = Весь портал
staff-closed = Учётная запись закрыта

staff-day-title = Приём
staff-day-which = Какой день показать
staff-day-today = Сегодня
staff-day-tomorrow = Завтра
staff-day-site = Отделение
staff-day-show = Показать
staff-day-total = Всего
staff-day-awaited = Ждём
staff-day-came = Пришли
staff-day-open = Открыть
staff-day-empty = На этот день никто не записан
staff-day-empty-what = Как только кто-нибудь запишется, запись появится здесь.
staff-day-nowhere = За вами не закреплено ни одного отделения
staff-day-nowhere-what = Возможно, его убрали из справочника. Обратитесь к администратору организации.

staff-state-pending = Ждёт вашего решения
staff-state-confirmed = Подтверждена
staff-state-arrived = Посетитель пришёл
staff-state-in-service = Идёт приём
staff-state-completed = Приём закончен
staff-state-no-show = Не пришёл

staff-visitor-title = Посетитель
staff-visit-when = Когда
staff-visit-place = У кого
staff-visit-purpose = Цель
staff-visit-state = Состояние
staff-visit-number = Номер записи
staff-visit-name = Имя
staff-visit-phone = Телефон
staff-visit-noted = Просмотр записан. Через 15 минут данные снова скроются.
look-title = Имя и телефон скрыты
look-lead = Укажите, зачем они вам. Посетитель увидит это в своём кабинете.
look-reason = Зачем
look-reason-visit = Готовлюсь к приёму или веду его
look-reason-call = Нужно позвонить посетителю
look-reason-papers = Проверяю документы к приёму
look-reason-other = Другое
look-words = Что именно
look-words-hint = Напишите, если выбрали «Другое».
look-open = Показать имя и телефон
field-words = Что именно

staff-people-title = Сотрудники
staff-people-count =
    { $n ->
        [one] { $n } роль
        [few] { $n } роли
       *[other] { $n } ролей
    }
staff-people-empty = Ролей ещё никому не дали
staff-people-empty-what = Дайте роль первому сотруднику, и он появится здесь.
staff-col-name = Сотрудник
staff-col-role = Роль
staff-col-place = Где
staff-col-term = Срок
staff-term-open = бессрочно
staff-term-until = до { $day }
staff-term-from = с { $day }
staff-granted = Роль дана и уже действует.
staff-revoked = Роль снята и больше не действует.
staff-member-title = Роль сотрудника
staff-history = Что происходило с ролью
staff-member-idle = Отделение больше не отмечено как центр обслуживания: личность там не подтверждают. Снимите роль или верните отметку.
staff-member-nowhere = Эта роль действует только на весь портал, а выдана на его часть: здесь она ничего не даёт. Снимите её.
staff-event-granted = Роль дана
staff-event-revoked = Роль снята
staff-event-ended = Срок истёк
staff-by-engineer = Инженер портала
staff-by-invitation = По приглашению
staff-reason = Причина
staff-grant-reason-hint = Например: приказ № 12, для Ивановой. По этим словам вы узнаете приглашение в списке.
staff-reason-hint = Например: номер приказа. Останется в истории.
staff-revoke-title = Снять роль
staff-revoke-lead = Она перестанет действовать сразу, на всех устройствах сотрудника.
staff-revoke-go = Снять роль

staff-grant-title = Дать роль
staff-grant-lead = Вы получите ссылку для сотрудника. Роль он примет сам, когда войдёт. До этого мы не говорим, есть ли у него учётная запись.
staff-grant-body = Организация
staff-grant-choose = Выбрать
staff-grant-contact = Телефон или почта сотрудника
staff-grant-contact-hint = Роль получит только тот, у кого в учётной записи подтверждены этот телефон или эта почта.
staff-grant-place-hint = Специалист и должностное лицо ведут один приём, регистратор работает в отделении.
staff-grant-until = Последний день
staff-grant-until-hint = Если срока нет, оставьте пустым.
staff-grant-go = Пригласить
staff-offered-title = Ссылка для сотрудника
staff-offered-once = Ссылка показана один раз
staff-offered-how = Передайте её сотруднику сами. Она действует семь дней и подойдёт только тому, чей телефон или почту вы указали.
staff-offered-copy = Скопировать
staff-offered-sent = К предложенным ролям
field-contact = Телефон или почта
field-role = Роль
field-place = Где
field-until = Последний день

join-title = Вас пригласили работать
join-lead = По этой ссылке вам предлагают роль. Она подействует один раз.
join-expires = Ссылка действует до
join-first = Сначала войдите или создайте учётную запись: роль получит она.
join-as = Роль получит учётная запись, в которую вы вошли: { $name }. Если приглашение пришло на чужой телефон или почту, принять его здесь не получится: войдите в ту учётную запись.
join-seen = Когда вы примете приглашение, администратор увидит ваши фамилию, имя и отчество.
join-go = Принять
join-waits = Вы приняли приглашение. Роль начнёт действовать, когда с ней согласится второй администратор.
joined-title = Роль ваша
joined-done = Вы приняли приглашение. Роль уже действует.
joined-until = Действует до
joined-begin = С чего начать
joined-proves = Для работы нужен ключ доступа или код из приложения: портал спросит его или поможет настроить.
joined-later = Потом сюда ведёт «Рабочее место» в верхней строке.


looks-title = Кто смотрел мои данные
looks-lead = Здесь видно, когда и зачем сотрудники открывали ваши данные.
looks-empty = Ваши данные никто не открывал
looks-empty-what = Если сотрудник откроет ваши данные, это появится здесь.
looks-what-level = Проверил или изменил уровень учётной записи
looks-what-token = Выдал ключ для программы
looks-what-other = Открыл данные
looks-booking = Запись

e-role-01 = Эта страница для сотрудников с другой ролью. Если она вам нужна, обратитесь к администратору организации.
e-role-02 = Такой роли нет, или её уже сняли.
e-role-03 = Эта ссылка больше не действует: ею воспользовались, её отозвали, или прошёл срок. Попросите новую.
e-role-04 = Эту роль нельзя дать в выбранном месте. Выберите место поуже
e-role-05 = Такого места нет в справочнике
e-role-06 = Дать роль самому себе нельзя. Попросите другого администратора.
e-role-07 = Эта роль шире, выше или дольше вашей. Её может дать администратор портала.
e-role-08 = Эта роль здесь у сотрудника уже есть.
e-role-09 = Это последний администратор портала. Сначала дайте эту роль другому.
e-role-10 = Нужно ещё раз подтвердить, что это вы. Войдите в браузере с ключом или с кодом из приложения.
e-role-12 = Этот день уже прошёл

e-role-14 = Это предложение уже решено, или прошло семь дней.
e-role-15 = Вы сами это предложили. Согласиться должен кто-то другой.
e-role-16 = Тот, кто это предложил, больше не может этого делать. Предложите заново.
e-role-17 = Этого предупреждения нет, его уже посмотрели, или оно о вас самих.
e-role-18 = Эту роль здесь уже предложили. Дождитесь решения.
e-role-19 = Это приглашение для другого телефона или почты. Войдите в учётную запись, где они подтверждены, или попросите новую ссылку.
e-role-20 = Это отделение не центр обслуживания. Выберите центр или сначала отметьте отделение центром в справочнике
e-role-21 = Эту роль дают только на весь портал. Выберите «Весь портал» или другую роль

staff-proposals-title = Предложенные роли
staff-proposals-lead = Роль начинает действовать, когда с ней согласится второй человек. Предложение ждёт семь дней.
staff-proposals-empty = Предложений нет
staff-proposals-empty-what = Когда коллега предложит кому-нибудь роль, она появится здесь.
staff-proposal-by = Предложил
staff-proposal-why = Причина
staff-proposal-mine = Согласиться должен кто-то другой.
staff-proposal-agree = Согласиться
staff-proposal-decline = Отклонить
staff-offered = Приглашение ждёт сотрудника семь дней.
staff-offer-open = Приглашение ещё не приняли
staff-offer-by = Пригласил
staff-offer-withdraw = Отозвать
staff-offer-withdrawn = Приглашение отозвано, ссылка больше не действует.
staff-declined = Предложение отклонено.

staff-alarms-title = Предупреждения
staff-alarms-lead = { $n ->
        [one] Здесь видно, кто открыл больше { $n } карточки посетителей за час.
       *[other] Здесь видно, кто открыл больше { $n } карточек посетителей за час.
    }
staff-alarms-empty = Предупреждений нет
staff-alarms-empty-what = Никто не открывал необычно много карточек.
staff-alarms-count = { $n ->
        [one] Открыта { $n } карточка за час
        [few] Открыты { $n } карточки за час
       *[other] Открыто { $n } карточек за час
    }
staff-alarms-see = Посмотрел, разбираюсь
staff-alarms-seen = Посмотрели { $at }

notify-staff-alarm-subject = { $portal }: кто-то открывает много карточек
notify-staff-alarm-email =
    Здравствуйте!

    Сотрудник за час открыл карточек посетителей: { $count }. Это больше, чем объясняет обычная работа.
    Кто это и когда: { $link }
notify-staff-alarm-sms = { $portal }: сотрудник открыл карточек за час: { $count }. { $link }
