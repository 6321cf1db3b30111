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
notify-link = Подробности и изменения: { $value }
notify-bye = { $portal }. Вопросы: { $phone }.
notify-sms-room = каб. { $value }

# Said by a call; the digits stand apart, and are said twice.
notify-register-code-voice = Здравствуйте! Это портал { $portal }. Ваш код: { $code }. Никому его не сообщайте.
notify-register-exists-voice = Здравствуйте! Это портал { $portal }. С этим телефоном у вас уже есть учётная запись. Войдите с паролем. Если это были не вы, ничего не делайте.
notify-factor-code-voice = Здравствуйте! Это портал { $portal }. Ваш код для входа: { $code }. Никому его не сообщайте.
