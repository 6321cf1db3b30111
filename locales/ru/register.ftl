# Registration and signing in.

register-title = Создать учётную запись
register-lead = Она нужна, чтобы записываться на приём, переносить и отменять записи.
register-signin = У меня уже есть учётная запись
register-surname = Фамилия
register-names-hint = Как в документе, с которым вы придёте
register-name = Имя
register-patronymic = Отчество
register-one-name = У меня одно имя: в моём документе нет фамилии или нет имени
register-phone = Мобильный телефон
register-phone-hint = Пришлём СМС с кодом. Например: +7 900 000-00-00
register-email = Электронная почта
register-email-hint = Сюда придут подтверждение записи и напоминания
register-password = Пароль
register-password-hint = Не короче 8 знаков. Хорошо подходит фраза из нескольких слов
register-password-hint-classes = Не короче 8 знаков: большие и маленькие буквы, цифра и знак, например «!» или пробел
register-agreement = Принимаю
register-agreement-link = пользовательское соглашение
register-privacy = Соглашаюсь на обработку
register-privacy-link = персональных данных
register-go = Получить код
register-busy = Отправляем

register-code-title = Введите код из СМС
register-code-sent = Мы отправили код на номер { $phone }. Он действует 10 минут.
register-code-demo = Это демонстрация, и настоящее СМС не придёт.
register-code-demo-link = Посмотреть код в сообщениях
register-code = Код из СМС
register-said-title = Введите код из звонка
register-said-sent = Звоним на номер { $phone }. Код действует 10 минут.
register-said = Код из звонка
register-code-hint = Шесть цифр
register-code-go = Подтвердить
register-code-busy = Проверяем
register-correct = Неверный номер? Исправить
register-corrects = Исправьте, что нужно, и введите пароль ещё раз. Прежний код больше не действует.
register-no-code = Код не приходит?
register-no-code-hint = Подождите пару минут: СМС иногда задерживаются. Потом запросите новый код, прежний тогда перестанет действовать.
register-email-sent = На почту { $email } отправлена ссылка, чтобы её подтвердить. Если письма нет, загляните в папку «Спам». Это можно сделать и позже.
register-again-sms = Отправить СМС ещё раз
register-again-email = Отправить письмо ещё раз
register-again-sms-done = Отправили новый код. Прежний больше не действует.
register-again-email-done = Отправили новое письмо. Если его нет, загляните в папку «Спам».

register-done-title = Учётная запись создана
register-done-lead = Телефон подтверждён, вы вошли.
register-done-can = Что уже можно
register-done-more = Некоторые услуги просят подтвердить личность. Если это понадобится, мы скажем об этом до записи.
register-continue = Продолжить

register-email-title = Подтверждение почты
register-email-press = Нажмите кнопку, и мы будем присылать на эту почту подтверждения и напоминания.
register-email-go = Подтвердить почту
register-email-done-title = Почта подтверждена
register-email-done = Теперь с этой почтой можно и входить на портал.

signin-title = Вход
signin-identifier = Телефон или почта
signin-identifier-hint = Почта подойдёт, если вы её подтвердили
signin-password = Пароль
signin-busy = Проверяем
signin-demo-title = Войти одним нажатием
signin-demo-lead = Это демонстрация: выберите любого из вымышленных людей.
register-work-wait = Это проверка от программ, которые регистрируются сотнями. Подождите полминуты и нажмите «Получить код».
