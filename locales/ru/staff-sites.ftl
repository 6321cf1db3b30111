# Sites that let people in through the portal, as the staff keep them.

staff-sites-title = Подключённые сайты
staff-sites-lead = Сайты, на которые люди входят с учётной записью портала. Каждый читает только то, что разрешил сам человек.
staff-sites-count =
    { $n ->
        [one] { $n } сайт
        [few] { $n } сайта
       *[other] { $n } сайтов
    }
staff-sites-none = Ни один сайт не подключён
staff-sites-none-what = Подключите первый: понадобятся его название и адрес, на который возвращаются люди.
staff-sites-site = Сайт
staff-sites-state = Состояние
staff-sites-on = Подключён
staff-sites-off = Отключён
staff-sites-used = Последний вход
staff-sites-unused = Ещё никто не входил
staff-sites-agreed = Дали согласие
staff-sites-people =
    { $n ->
        [one] { $n } человек
        [few] { $n } человека
       *[other] { $n } человек
    }
staff-sites-since = Подключён с
staff-sites-closed = Отключён с
staff-sites-new = Подключить сайт
staff-sites-connect = Подключить
staff-sites-edit = Изменить сайт
staff-sites-save = Сохранить
staff-site-title = Сайт
staff-sites-scopes-none = Ничего: сайт только узнаёт человека
staff-sites-give = Что передать разработчикам сайта
staff-sites-give-lead = По этим значениям их программа находит портал. Они не секретны.

field-name_ru = Название по-русски
field-name_en = Название по-английски
field-redirects = Адреса возврата после входа
field-after_logout = Адреса возврата после выхода
field-logout_uri = Адрес, по которому сайт узнаёт о выходе
field-scopes = Что сайту можно просить
field-scope = Что сайту можно просить
field-auth = Чем сайт подтверждает себя
field-sector = Общий узел
field-keys = Открытые ключи сайта
field-former = Прежний секрет

staff-sites-name-hint = Так, как сайт узнают люди: «Налоговая служба». Это название они увидят, когда их спросят о согласии.
staff-sites-name-en-hint = Если пусто, на английских страницах будет русское.
staff-sites-redirects-hint = По одному в строке, буква в букву как на сайте. Нужен https://; звёздочки и «#» не подойдут.
staff-sites-lines-hint = По одному в строке.
staff-sites-logout-hint = Портал сам сообщит сайту, что человек вышел.
staff-sites-scopes-hint = Больше этого сайт не получит. Человек может убрать любую отметку.
staff-sites-sector-hint = Нужен, если адреса возврата лежат на разных узлах, например nalog.example. Потом его не изменить: люди стали бы для сайта незнакомыми.
staff-sites-sector-own = свой, ни с кем не общий
staff-sites-sector-is = общий узел { $sector }
staff-sites-sector-strange = На этом узле нет ни одного адреса возврата. Убедитесь, что сайту можно узнавать людей под ним.
staff-sites-sector-shared = Под этим узлом людей уже узнают: { $sites }. Эти сайты смогут сопоставить своих посетителей.
staff-sites-sector-seen = Так и нужно, подключить
staff-sites-keys-hint = Нужны, если сайт подтверждает себя подписью. Вставьте набор ключей (JWKS) целиком: ES256, ES384, EdDSA, PS256 или RS256.
staff-sites-auth-secret = Секретом
staff-sites-auth-secret-hint = Для сайта со своим сервером. Секрет покажем один раз.
staff-sites-auth-keys = Подписью
staff-sites-auth-keys-hint = Самый надёжный способ: у портала только открытые ключи, и украсть здесь нечего.
staff-sites-auth-nothing = Ничем
staff-sites-auth-nothing-hint = Для приложения или страницы без сервера: хранить секрет им негде.

staff-sites-secret-title = Секрет сайта
staff-sites-secret-once = Секрет показан один раз
staff-sites-secret-how = Передайте его разработчикам сайта надёжным путём, не почтой и не в мессенджере. Если потеряется, сделайте новый.
staff-sites-secret-copy = Скопировать секрет
staff-sites-secret-kept = Секрет записан
staff-sites-secret-new = Сменить секрет
staff-sites-secret-lead = Новый секрет начнёт действовать сразу. Если прежний мог попасть к чужим, отключите его тоже сразу.
staff-sites-secret-go = Сделать новый секрет
staff-sites-former-day = Действует ещё сутки, чтобы сайт успел перейти на новый
staff-sites-former-none = Отключён сразу
staff-sites-former-hours =
    { $n ->
        [one] прежний действует ещё { $n } час
        [few] прежний действует ещё { $n } часа
       *[other] прежний действует ещё { $n } часов
    }
staff-sites-former-until = Прежний секрет действует до { $at }

staff-sites-close = Отключить сайт
staff-sites-close-lead = Сайт перестанет читать данные сразу, все согласия будут отозваны. Из портала никто не выйдет.
staff-sites-close-go = Отключить
staff-sites-open = Подключить снова
staff-sites-open-lead = Сайт получит новый секрет, если он им пользуется. Людей он спросит о согласии заново.
staff-sites-open-go = Подключить снова

staff-sites-history = Что происходило с сайтом
staff-sites-history-none = Сайт подключён до того, как портал начал вести историю.
staff-sites-event-connected = Подключён
staff-sites-event-changed = Изменён
staff-sites-event-secret = Сменён секрет
staff-sites-event-closed = Отключён
staff-sites-event-opened = Подключён снова

staff-sites-waiting = Ждёт второго администратора
staff-sites-waiting-lead = Что сайт читает и куда возвращает людей, решают вдвоём. Пока второй не согласился, всё остаётся как есть.
staff-sites-waits-until = Ждёт до
staff-sites-waits-other = Согласиться должен другой администратор. Если его нет, назначьте его в разделе «Сотрудники».
staff-sites-was = Сейчас:
staff-sites-becomes = Станет:
staff-sites-withdraw = Отозвать
staff-sites-wish-connect = Подключить: { $name }
staff-sites-wish-change = Изменить: { $name }
staff-sites-wish-open = Подключить снова: { $name }
staff-sites-propose = Предложить
staff-sites-four-eyes = Начнёт действовать, когда согласится второй администратор.
staff-sites-by-two = Предложение: { $first }. Согласие: { $second }
e-sso-29 = Об этом сайте уже есть предложение. Дождитесь решения или отзовите его.

staff-sites-done-proposed = Предложение ждёт второго администратора.
staff-sites-done-same = Всё осталось как было: вы ничего не изменили.
staff-sites-done-agreed = Готово. Изменение уже действует.
staff-sites-done-let-go = Предложение снято. Ничего не изменилось.
staff-sites-done-connected = Сайт подключён.
staff-sites-done-changed = Сохранили. Изменения уже действуют.
staff-sites-done-closed = Сайт отключён. Его токены больше ничего не читают.
staff-sites-done-opened = Сайт снова подключён.
staff-sites-done-shown = Секрет уже сменён, и показать его второй раз нельзя. Если вы его не записали, смените ещё раз.
