# Second factors, devices, what happens to the safety of an account.

e-auth-04 = С незнакомых устройств этот пароль вводили слишком много раз подряд. Войдите с устройства, на котором уже входили, или позвоните нам: поможем вернуть доступ.
e-auth-05 = Проверим, что пароль подбирает не программа. Введите пароль ещё раз, проверка идёт сама.
e-auth-06 = Слишком много неверных кодов за час. Попробуйте снова через { $minutes } мин.
e-auth-07 = Уже подключено приложений: { $max }. Больше нельзя: сначала отключите одно из них.
e-auth-08 = Этого приложения здесь больше нет, или подключение не закончили за час. Начните заново.
e-auth-09 = Код не подошёл. Проверьте его и попробуйте ещё раз.
e-auth-11 = Этого устройства в списке уже нет.
e-auth-13 = Пароль не подошёл. Попробуйте ещё раз.

field-shared = Чужой компьютер

signin-shared = Это чужой компьютер: ничего здесь не сохранять
signin-work-wait = Это проверка от программ, которые подбирают пароли. Подождите полминуты и нажмите «Войти».
signin-work-busy = Проверяем, что пароль подбирает не программа. Это займёт несколько секунд, ничего делать не нужно.
signin-work-done = Проверка пройдена. Можно нажать «Войти».

factor-title = Подтвердите вход
factor-again = Это действие меняет важное, поэтому подтвердите, что это вы.
factor-lead-app = Откройте приложение с кодами и введите шесть цифр, которые оно показывает.
factor-lead-printed = Введите любой код из тех, что вы распечатали. Каждый подходит один раз.
factor-lead-unsent = Код пока не отправлен: мы уже отправили несколько сообщений подряд. Попросите новый через несколько минут или выберите другой способ.
factor-lead-sms = Отправили СМС с кодом на номер { $to }. Код действует 10 минут.
factor-lead-email = Отправили письмо с кодом на почту { $to }. Код действует 10 минут.
factor-code = Код
factor-code-printed = Распечатанный код
factor-code-printed-hint = Шестнадцать знаков, например 7K2M-49QX-0ZTF-W3HB
factor-remember = Запомнить это устройство на 30 дней
factor-go = Подтвердить
factor-demo = Это демонстрация, и настоящее сообщение не придёт.
factor-sent-again = Отправили новый код. Прежний больше не действует.
factor-other-title = Другие способы
factor-send-again = Отправить код ещё раз
factor-by-app = Код из приложения
factor-by-sms = Код в СМС
factor-by-email = Код на почту
factor-by-printed = Распечатанный код
factor-lost = Ничего не подходит? Позвоните нам:

again-title = Введите пароль ещё раз
again-lead = Вы меняете важное, поэтому подтвердите, что это вы.

security-title = Безопасность
security-lead = Чем подтверждать, что это вы, кроме пароля.
security-on = Включено
security-off = Выключено
security-since = Подключено { $at }
security-app = Приложение с кодами
security-app-lead = Бесплатное приложение на телефоне показывает новый код каждые 30 секунд. Работает без связи и надёжнее СМС.
security-app-name = Название
security-app-name-hint = Чтобы отличать, например «Мой телефон»
security-app-name-default = Телефон
security-app-add = Подключить приложение
security-app-title = Подключить приложение с кодами
security-app-code = Код из приложения
security-app-go = Подключить
security-app-done = Приложение подключено. Теперь при входе мы будем спрашивать код из него.
security-cancel = Не подключать
security-scan = Считайте код телефоном
security-scan-how = Откройте на телефоне приложение для кодов, выберите «Добавить» и наведите камеру.
security-scan-here = Открыть в приложении на этом устройстве
security-scan-type = Если считать не получается, введите в приложении этот ключ:
security-qr = QR-код для приложения
security-rename = Переименовать
security-rename-go = Сохранить
security-remove = Отключить
security-codes = Код в СМС или письме
security-codes-lead = На новом устройстве мы спрашиваем такой код всегда. Можно спрашивать его при каждом входе.
security-codes-on = Спрашивать при каждом входе
security-codes-off = Спрашивать только на новых устройствах
security-printed = Распечатанные коды
security-printed-lead = Пригодятся, если телефон и почта окажутся недоступны. Храните их на бумаге, как документы.
security-printed-left =
    { $n ->
        [0] Таких кодов у вас нет.
        [one] Остался { $n } код.
        [few] Осталось { $n } кода.
       *[other] Осталось { $n } кодов.
    }
security-printed-again = Если сделать новые, прежние перестанут действовать.
security-printed-go = Сделать новые коды
security-printed-title = Ваши коды на крайний случай
security-printed-once = Мы показываем их один раз
security-printed-how = Распечатайте или запишите. Каждый код подходит один раз и заменяет код из приложения.
security-printed-file = Коды на крайний случай
security-printed-save = Скачать
security-printed-print = Распечатать
security-printed-kept = Коды сохранены
security-done-removed = Приложение отключено.
security-done-renamed = Название изменено.
security-done-codes-on = Теперь мы будем спрашивать код при каждом входе.
security-done-codes-off = Теперь мы спрашиваем код только на новых устройствах.

happened-new-device = Вход с нового устройства
happened-device-copied = Попытка войти с копией вашего устройства
happened-factor-added = Включён второй способ подтверждения
happened-factor-removed = Отключён второй способ подтверждения
happened-codes-renewed = Сделаны новые распечатанные коды
happened-code-used = Вход по распечатанному коду
happened-password-changed = Пароль изменён
happened-recovered = Доступ восстановлен

notify-factor-code-sms = { $portal }: код { $code } для входа. Действует 10 минут. Никому его не сообщайте.
notify-factor-code-subject = { $portal }: код для входа
notify-factor-code-email =
    Здравствуйте!

    Ваш код для входа: { $code }
    Он действует 10 минут. Никому его не сообщайте, даже сотрудникам портала.

    Если вы не входили, смените пароль: его кто-то узнал. Вопросы: { $phone }.
notify-security-new-device = Вход с нового устройства
notify-security-device-copied = Попытка войти с копией вашего устройства
notify-security-factor-added = Включён второй способ подтверждения
notify-security-factor-removed = Отключён второй способ подтверждения
notify-security-codes-renewed = Сделаны новые распечатанные коды
notify-security-code-used = Вход по распечатанному коду
notify-security-password-changed = Пароль изменён
notify-security-recovered = Доступ восстановлен
notify-security-subject = { $portal }: { $what }
notify-security-email =
    Здравствуйте, { $name }!

    { $what }: { $date }, { $time } (МСК). { $device }

    Если это были вы, ничего делать не нужно.
    Если не вы, откройте ссылку. Она завершит все сеансы и действует 10 дней:
    { $link }

    Вопросы: { $phone }.
notify-security-sms = { $portal }: { $what }, { $date } { $time }. Не вы? { $link }

e-auth-14 = Этого сеанса уже нет.
devices-title = Входы и устройства
devices-lead = Где вы вошли и что происходило с вашей учётной записью.
devices-now = Сейчас вы вошли
devices-here = Этот браузер
devices-program = Программа
devices-unnamed = Неизвестное устройство
devices-since = вход { $at }
devices-end = Завершить
devices-end-others = Завершить все, кроме этого
devices-known = Знакомые устройства
devices-known-lead = На них мы не спрашиваем код как на новых. Если устройства у вас больше нет, забудьте его.
devices-seen = последний вход { $at }
devices-remembered = без кода до { $at }
devices-forget = Забыть
devices-events = Что происходило
devices-events-none = Пока ничего.
devices-disowned = Это были не вы
devices-done-ended = Сеанс завершён.
devices-done-others = Все остальные сеансы завершены.
devices-done-forgotten = Устройство забыто. При следующем входе на нём спросим код.
devices-done-password = Пароль изменён, остальные сеансы завершены. Проверьте «Мои записи»: всё должно быть на месте.
password-title = Сменить пароль
password-lead = После смены пароля на других устройствах нужно будет войти заново.
password-new = Новый пароль
password-go = Сохранить пароль
notme-title = Это были не вы?
notme-lead = Нажмите кнопку, и мы сразу закроем доступ тому, кто вошёл.
notme-sessions = Завершим все сеансы, ваши тоже
notme-devices = Забудем все устройства
notme-password = Прежний пароль перестанет действовать, и вы придумаете новый
notme-bookings = Ваши записи останутся на месте.
notme-go = Это был не я, закрыть доступ

factor-no-way = Подтвердить больше нечем. Позвоните нам или придите с паспортом в любое отделение, и мы поможем вернуть доступ:
factor-more = Код подошёл. Нужно ещё одно подтверждение, другим способом.
recover-link = Забыли пароль?
recover-title = Новый пароль
recover-lead = Укажите телефон или подтверждённую почту. Пришлём код, и вы придумаете новый пароль. Записи останутся на месте.
recover-back = Войти с паролем
recover-code-title = Введите код
recover-sent-sms = Если учётная запись с этим телефоном есть, мы отправили на него СМС с кодом. Код действует 10 минут.
recover-sent-email = Если учётная запись с этой почтой есть, мы отправили на неё письмо с кодом. Код действует 10 минут.
recover-again = Код не приходит, начать заново
