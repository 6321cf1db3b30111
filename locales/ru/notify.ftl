# What is sent by SMS and e-mail. SMS: two segments at most, so 134 letters.

notify-register-code-sms = { $portal }: код { $code }. Действует 10 минут. Никому его не сообщайте.
notify-register-exists-sms = { $portal }: у вас уже есть учётная запись с этим телефоном. Войдите с паролем. Если это были не вы, ничего не делайте.
notify-register-exists-subject = { $portal }: у вас уже есть учётная запись
notify-register-exists-email =
    Здравствуйте!

    Кто-то указал эту почту при регистрации на портале «{ $portal }». У вас уже есть учётная запись: войдите с паролем.

    Если это были не вы, ничего делать не нужно. Вопросы: { $phone }.
notify-email-link-subject = { $portal }: подтвердите почту
notify-email-link-email =
    Здравствуйте!

    Чтобы подтвердить почту для портала «{ $portal }», откройте ссылку. Она действует 24 часа:
    { $link }

    Если вы не регистрировались, ничего делать не нужно. Вопросы: { $phone }.

notify-booking-confirmed-subject = Запись подтверждена: { $date }, { $time }
notify-booking-confirmed-lead = Вы записаны. Ждём вас.
notify-booking-confirmed-sms = Вы записаны: { $date }, { $time }. Запись { $number }, код { $code }. { $place }
notify-booking-pending-subject = Заявка принята: { $date }, { $time }
notify-booking-pending-lead = Мы получили вашу заявку. Учреждение рассмотрит её, и мы сразу сообщим ответ. Время пока держим за вами.
notify-booking-pending-sms = Заявка { $number } на { $date }, { $time } принята и ждёт ответа учреждения. Код { $code }. { $place }
notify-booking-moved-subject = Запись перенесена: { $date }, { $time }
notify-booking-moved-lead = Ваша запись перенесена. Новое время указано ниже, прежний талон больше не действует.
notify-booking-moved-sms = Запись { $number } перенесена: { $date }, { $time }, код { $code }. { $place }
notify-booking-cancelled-subject = Запись отменена: { $date }, { $time }
notify-booking-cancelled-lead = Вы отменили запись. Приходить не нужно.
notify-booking-cancelled-sms = Запись { $number } на { $date }, { $time } отменена. { $place }
notify-booking-cancelled-by-office-subject = Учреждение отменило запись: { $date }, { $time }
notify-booking-cancelled-by-office-lead = К сожалению, учреждение отменило вашу запись. Приходить в это время не нужно, выберите другое.
notify-booking-cancelled-by-office-sms = Учреждение отменило запись { $number } на { $date }, { $time }. Выберите другое время. { $place }
notify-booking-rejected-subject = Заявка отклонена: { $date }, { $time }
notify-booking-rejected-lead = К сожалению, учреждение отклонило вашу заявку.
notify-booking-rejected-sms = Заявка { $number } на { $date }, { $time } отклонена. Причина указана на портале. { $place }

notify-hello = Здравствуйте, { $name }!
notify-row-when = Когда: { $value }
notify-row-service = Услуга: { $value }
notify-row-organization = Учреждение: { $value }
notify-row-site = Отделение: { $value }
notify-row-address = Адрес: { $value }
notify-row-room = Кабинет: { $value }
notify-row-specialist = Принимает: { $value }
notify-row-number = Номер записи: { $value }
notify-row-code = Код: { $value }
notify-row-reason = Причина: { $value }
notify-bring = Возьмите с собой:{ $value }
notify-change-until = До { $value } запись можно перенести или отменить.
notify-move-until = До { $value } запись можно перенести.
notify-cancel-until = До { $value } запись можно отменить.
notify-link = Подробности и изменения: { $value }
notify-bye = { $portal }. Вопросы: { $phone }.
notify-sms-room = каб. { $value }

# Said by a call; the digits stand apart, and are said twice.
notify-register-code-voice = Здравствуйте! Это портал { $portal }. Ваш код: { $code }. Никому его не сообщайте.
notify-register-exists-voice = Здравствуйте! Это портал { $portal }. С этим телефоном у вас уже есть учётная запись. Войдите с паролем. Если это были не вы, ничего не делайте.
notify-factor-code-voice = Здравствуйте! Это портал { $portal }. Ваш код для входа: { $code }. Никому его не сообщайте.

# Levels and ways to them.
notify-level-simplified = Упрощённая
notify-level-standard = Стандартная
notify-level-verified = Подтверждённая
notify-identity-raised-subject = { $portal }: уровень учётной записи повышен
notify-identity-raised-email = Ваши данные подтверждены. Теперь у учётной записи уровень «{ $level }», и открыто больше услуг: { $link }
notify-identity-raised-sms = { $portal }: данные подтверждены, уровень «{ $level }». { $link }
notify-identity-raised-resume-subject = { $portal }: уровень повышен, можно продолжить запись
notify-identity-raised-resume-email =
    Ваши данные подтверждены. Теперь у учётной записи уровень «{ $level }».

    Запись, которую вы начали, сохранилась. Продолжить: { $link }
notify-identity-raised-resume-sms = { $portal }: данные подтверждены. Продолжить запись: { $link }
notify-identity-address-subject = { $portal }: адрес подтверждён
notify-identity-address-email = Ваш адрес регистрации подтверждён. Теперь доступны услуги, которым он нужен. Ваши данные: { $link }
notify-identity-address-sms = { $portal }: адрес подтверждён. { $link }
notify-identity-address-resume-subject = { $portal }: адрес подтверждён, можно продолжить запись
notify-identity-address-resume-email =
    Ваш адрес регистрации подтверждён.

    Запись, которую вы начали, сохранилась. Продолжить: { $link }
notify-identity-address-resume-sms = { $portal }: адрес подтверждён. Продолжить запись: { $link }
notify-identity-lowered-subject = { $portal }: уровень учётной записи понижен
notify-identity-lowered-email = Вы изменили проверенные данные, поэтому уровень теперь «{ $level }». Когда новые данные подтвердятся, он вырастет снова: { $link } Если это были не вы, сразу позвоните нам: { $phone }
notify-identity-lowered-sms = { $portal }: данные изменены, уровень «{ $level }». Это не вы? Звоните { $phone }
notify-identity-check-mismatch-subject = { $portal }: данные не совпали
notify-identity-check-mismatch-email = В реестрах часть ваших данных записана иначе. Откройте страницу, там видно, что исправить: { $link }
notify-identity-check-mismatch-sms = { $portal }: данные не совпали с реестром. Что исправить: { $link }
notify-identity-check-unknown-subject = { $portal }: в реестрах вас не нашли
notify-identity-check-unknown-email = Человека с такими данными в реестрах нет. Сверьте их с документами и проверьте ещё раз или подтвердите личность другим способом: { $link }
notify-identity-check-unknown-sms = { $portal }: в реестрах вас не нашли. Что делать: { $link }
notify-identity-visit-taken-subject = { $portal }: СНИЛС уже подтверждён в другой учётной записи
notify-identity-visit-taken-email = Ваш СНИЛС уже подтверждён в другой учётной записи, и не только по реестрам, поэтому подтвердить эту мы не смогли. Если та учётная запись ваша, войдите в неё или восстановите доступ. Если нет, позвоните нам: { $phone }
notify-identity-visit-taken-sms = { $portal }: ваш СНИЛС уже подтверждён в другой учётной записи. Она не ваша? Звоните { $phone }
notify-identity-snils-lost-subject = { $portal }: ваш СНИЛС подтвердили в другой учётной записи
notify-identity-snils-lost-email = В центре обслуживания показали паспорт и СНИЛС с номером, который у вас был подтверждён только по реестрам. Теперь он подтверждён в другой учётной записи, а ваш уровень «{ $level }». Записи остаются, а добавленные доверенности и представительства больше не действуют. Если та учётная запись ваша, входите в неё. Если вы ошиблись номером, исправьте его: { $link } Если номер ваш, а учётная запись чужая, сразу позвоните нам: { $phone }
notify-identity-snils-lost-sms = { $portal }: ваш СНИЛС подтвердили лично в другой учётной записи. Это не вы? Звоните { $phone }
notify-identity-snils-won-subject = { $portal }: ваш СНИЛС был в другой учётной записи
notify-identity-snils-won-email = Ваш СНИЛС был подтверждён по реестрам в другой учётной записи. Вы показали паспорт и СНИЛС лично, поэтому теперь он подтверждён у вас. Там уровень снижен, а доверенности и представительства, которые добавили с вашими данными, больше не действуют. Если та учётная запись не ваша, ваши данные знал кто-то ещё. Позвоните нам: { $phone }
notify-identity-snils-won-sms = { $portal }: ваш СНИЛС был подтверждён в другой учётной записи, теперь он у вас. Та запись не ваша? Звоните { $phone }
notify-identity-snils-claimed-subject = { $portal }: ваш СНИЛС предъявили в центре обслуживания
notify-identity-snils-claimed-email = В центре обслуживания предъявили паспорт и СНИЛС с вашим номером для другой учётной записи. У вас ничего не изменилось. Если это были вы, входите в эту учётную запись. Если не вы, позвоните нам: { $phone }
notify-identity-snils-claimed-sms = { $portal }: ваш СНИЛС предъявили для другой учётной записи. Это не вы? Звоните { $phone }
notify-identity-check-taken-subject = { $portal }: СНИЛС уже занят
notify-identity-check-taken-email = Ваш СНИЛС подтверждён в другой учётной записи. Войдите в неё или придите в центр обслуживания с паспортом и СНИЛС: { $link }
notify-identity-check-taken-sms = { $portal }: ваш СНИЛС подтверждён в другой учётной записи. Что делать: { $link }
notify-identity-check-late-subject = { $portal }: проверка идёт дольше обычного
notify-identity-check-late-email = Реестры не ответили за сутки. Мы продолжаем спрашивать. Не хотите ждать, подтвердите личность другим способом: { $link }
notify-identity-check-late-sms = { $portal }: проверка данных идёт дольше обычного. Другие способы: { $link }
notify-identity-check-expired-subject = { $portal }: реестры не ответили
notify-identity-check-expired-email = Реестры так и не ответили. Начните проверку заново или подтвердите личность другим способом: { $link }
notify-identity-check-expired-sms = { $portal }: реестры не ответили на проверку. Что делать: { $link }
notify-identity-visit-refused-subject = { $portal }: личность пока не подтверждена
notify-identity-visit-refused-email = В центре обслуживания не смогли подтвердить личность. Причина и что делать дальше: { $link }
notify-identity-visit-refused-sms = { $portal }: личность пока не подтверждена. Причина: { $link }
notify-identity-letter-sent-subject = { $portal }: письмо с кодом отправлено
notify-identity-letter-sent-email = Отправили заказное письмо с кодом, почтовый номер { $track }. Почта принесёт извещение. Когда получите письмо, введите код: { $link }
notify-identity-letter-sent-sms = { $portal }: заказное письмо с кодом отправлено, номер { $track }. Ввести код: { $link }
notify-identity-letter-number-subject = { $portal }: другой номер письма с кодом
notify-identity-letter-number-email = Исправили почтовый номер заказного письма с кодом: { $track }. Когда получите письмо, введите код: { $link }
notify-identity-letter-number-sms = { $portal }: номер заказного письма с кодом исправлен: { $track }. { $link }
notify-identity-stays-subject = { $portal }: учётная запись остаётся
notify-identity-stays-email = Вы вошли, поэтому учётную запись не закроем, и данные не удалим. Если передумали, попросите закрыть её ещё раз: { $link } Если вошли не вы, позвоните нам: { $phone }
notify-identity-stays-sms = { $portal }: вы вошли, поэтому учётную запись не закроем. Это не вы? Звоните { $phone }
notify-identity-letter-delivered-subject = { $portal }: письмо с кодом вручено
notify-identity-letter-delivered-email = Почта сообщила, что письмо вручено. Введите код из него: { $link } Если вы его не получали, позвоните нам: { $phone }
notify-identity-letter-delivered-sms = { $portal }: письмо вручено, введите код: { $link } Не получали? Звоните { $phone }
