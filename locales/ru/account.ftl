# The page of one's own account; levels.

account-title = Мои данные
account-phone = Телефон
account-email = Электронная почта
account-email-none = не указана
account-proved = Подтверждён
account-email-proved = Подтверждена
account-not-proved = Не подтверждена
account-link-send = Отправить ссылку
account-link-sent = Отправили письмо со ссылкой. Если его нет, загляните в папку «Спам».
account-level-title = Уровень учётной записи
account-level-lead = Чем выше уровень, тем больше услуг открыто. Всё, что было открыто раньше, остаётся.
account-level-yours = Ваш уровень
account-raise-title = Как повысить уровень
account-raise-how = Посмотреть, как это сделать быстрее всего
account-raise-demo = В жизни для этого нужно прийти в отделение с паспортом. В демонстрации достаточно кнопки.
account-raise-go = Повысить уровень
account-safety-title = Вход и согласия
account-one-proof = Чтобы восстановить доступ, нужны два подтверждения, а у вас есть только телефон. Добавьте почту, ключ или распечатайте коды: иначе на незнакомом устройстве придётся ждать сутки.
account-browsers =
    { $n ->
        [0] Сейчас вы не вошли ни в одном браузере.
        [one] Сейчас вы вошли в { $n } браузере.
       *[other] Сейчас вы вошли в { $n } браузерах.
    }
account-consents-title = Ваши согласия
account-consent-agreement = Пользовательское соглашение
account-consent-privacy = Обработка персональных данных
account-consent-given = дано { $day }

account-level-simplified = Упрощённая
account-level-simplified-opens = Мы знаем ваш телефон. Можно записываться на простые услуги, переносить и отменять записи, получать напоминания.
account-level-standard = Стандартная
account-level-standard-opens = Мы сверили ваши паспорт и СНИЛС. Открыто большинство услуг.
account-level-verified = Подтверждённая
account-level-verified-opens = Мы точно знаем, что это вы: документы посмотрел сотрудник, или вы подписались электронной подписью. Открыты все услуги.
