# Acting for others: children, principals, wards, organisations.

acting-title = За кого вы действуете
acting-lead = Добавьте детей, близких или организацию один раз, и при записи останется только выбрать, для кого она.
acting-new-title = Кого добавить
acting-children = Дети
acting-people = Доверители и подопечные
acting-organizations = Организации
acting-none = Пока никого нет.
acting-level = Для этого нужен более высокий уровень учётной записи.
acting-level-how = Как повысить уровень
acting-former = Прежние
acting-paper = Что указано
acting-why = Почему не приняли:
acting-allows = Что разрешено
acting-correct = Исправить
acting-correct-title = Исправить данные
acting-end = Завершить
acting-end-title = Больше не действовать от этого имени
acting-end-what = Вы больше не сможете записывать, переносить и отменять от этого имени. Записи, которые уже есть, останутся: их видно в «Моих записях», а отменить их поможет учреждение. Позже можно добавить всё снова.
acting-end-over = Этот срок уже закончился сам. Можно убрать запись из списка.
acting-done-added = Готово. Теперь можно записываться от этого имени.
acting-done-corrected = Исправили. На ближайшем приёме сотрудник посмотрит документ заново.
acting-done-ended = Завершили. От этого имени больше ничего сделать нельзя.
acting-kept = Эти данные хранятся зашифрованными. Их увидит только сотрудник, к которому вы записались, и это появится в списке «Кто смотрел мои данные».
acting-save-new = Добавить
acting-save = Сохранить

acting-add-child = Добавить ребёнка
acting-add-attorney = Добавить доверителя
acting-add-guardian = Добавить подопечного
acting-add-company = Добавить организацию
acting-add-trader = Добавить своё ИП
acting-lead-child = Ваш ребёнок до 18 лет. Понадобится свидетельство о рождении.
acting-lead-attorney = Тот, кто дал вам доверенность. Понадобится сама доверенность.
acting-lead-guardian = Тот, кому вы опекун или попечитель. Понадобится акт о назначении.
acting-lead-company = Организация, от имени которой вы приходите. Понадобятся её реквизиты.
acting-lead-trader = Вы сами как индивидуальный предприниматель. Понадобится ОГРНИП.
acting-kind-child = ребёнок
acting-kind-attorney = по доверенности
acting-kind-guardian = опека или попечительство
acting-kind-company = организация
acting-kind-trader = индивидуальный предприниматель

acting-surname = Фамилия
acting-name = Имя
acting-patronymic = Отчество
acting-born = Дата рождения
acting-sex = Пол
acting-sex-female = Женский
acting-sex-male = Мужской
acting-certificate = Свидетельство о рождении
acting-series = Серия
acting-series-hint = Римская цифра и две буквы, например IV-АИ
acting-number = Номер
acting-number-attorney = Номер из реестра нотариуса, он на последней странице. У доверенности в простой письменной форме номера может не быть.
acting-attorney-only = Только если действуете по доверенности
acting-issued = Дата выдачи
acting-issuer = Кем выдан документ
acting-issuer-hint = Как написано в свидетельстве, например: Отдел ЗАГС города Томска
acting-issuer-act = Орган опеки, который принял решение
acting-attorney = Доверенность
acting-form = Какая доверенность
acting-form-notarial = Нотариальная
acting-form-simple = В простой письменной форме
acting-until = Последний день срока
acting-until-hint = Если срок не указан, доверенность действует год со дня выдачи
acting-until-act = Если в акте указан срок
acting-acts = Что вам разрешено
acting-acts-hint = Отметьте то, что написано в доверенности
acting-may-book = Записывать и переносить
acting-may-see = Смотреть записи
acting-may-cancel = Отменять записи
acting-bounds = Ограничить учреждения или услуги
acting-bodies = В каких учреждениях
acting-bodies-hint = Если не отметить ничего, подойдёт любое
acting-services = По каким услугам
acting-services-hint = Если не отметить ничего, подойдёт любая
acting-act = Акт о назначении
acting-office = Кто вы
acting-office-guardian = Опекун
acting-office-trustee = Попечитель
acting-title-company = Название
acting-title-company-hint = Как в уставе, например: ООО «Окна и двери»
acting-title-trader-hint = Например: ИП Гончар Дина Олеговна
acting-ogrn = ОГРН
acting-ogrn-hint = 13 цифр
acting-ogrnip = ОГРНИП
acting-ogrnip-hint = 15 цифр, первая — 3
acting-inn = ИНН
acting-inn10-hint = 10 цифр
acting-inn12-hint = 12 цифр
acting-kpp = КПП
acting-kpp-hint = 9 знаков
acting-basis = На каком основании вы действуете
acting-basis-position = По должности
acting-basis-attorney = По доверенности
acting-position = Должность
acting-position-hint = Если действуете по должности, например: директор

acting-state-typed = Документ ещё не смотрели
acting-state-checked = Полномочия проверены
acting-state-refused = Документ не приняли
acting-state-adult = Исполнилось 18 лет
acting-state-term = Срок закончился
acting-state-ended = Завершено
acting-state-revoked = Отозвано
acting-note-signs = С 14 лет ребёнок подписывает документы вместе с вами и приходит со своим паспортом.
acting-note-adult = Вы действуете от этого имени до совершеннолетия: { $day }.
acting-note-grown = Теперь ваш ребёнок или подопечный записывается сам. Записи, которые вы уже сделали, остаются.
acting-note-term = Срок документа закончился. Есть новый документ? Исправьте данные или добавьте его.

# In bookings and papers
form-participant = Для кого запись
form-participant-ask = Для кого вы записываетесь?
form-participant-self = Для себя
form-participant-add = Добавить ребёнка, доверителя или организацию
form-participant-none = Эта услуга для тех, кого вы представляете. Добавьте их один раз, а всё, что вы здесь заполнили, сохранится.
field-participant = Для кого запись
acting-comer = { $who } (представитель: { $by })
acting-for = Для: { $who }
acting-by = Представитель
acting-day-list = { $who }, { $kind } (представитель { $by })
acting-day-organization = { $kind } (представитель { $by })
acting-booking-adult = Вашему ребёнку или подопечному уже 18 лет. Запись остаётся, но решает о ней теперь он: перенести или отменить её поможет учреждение.
acting-booking-over = Вы больше не действуете от этого имени. Запись остаётся: перенести или отменить её поможет учреждение.
acting-booking-grown-by-then = В день приёма будет уже 18 лет: прийти и подписать документы нужно самостоятельно.
acting-booking-over-by-then = Ко дню приёма срок документа закончится. Возьмите новый документ.
acting-booking-signs = На приём приходите вместе: с 14 лет документы подписывают сами, с вашего согласия.
ics-for = Для кого: { $who }
notify-row-for = Для кого: { $value }

# At the desk
staff-acting-title = Кого представляет посетитель
staff-acting-who = Представляет
staff-acting-seen = Что сказать о документе
staff-acting-lead = Сверьте данные с документом, который принёс посетитель.
staff-acting-changed = Данные исправили после того, как сделали эту запись. Ниже — как сейчас.
staff-acting-verdict = Решение
staff-acting-verdict-checked = Полномочия проверены
staff-acting-verdict-refused = Документ не подходит
staff-acting-verdict-revoked = Полномочия отозваны тем, кого представляли
staff-acting-reason = Что не так
staff-acting-reason-hint = Нужно, если документ не подходит или полномочия отозваны. Посетитель прочитает эти слова.
staff-acting-go = Записать решение
staff-acting-done = Решение записали, посетителю сообщим.
staff-acting-why = Почему
staff-acting-former = Раньше
staff-acting-former-refused = Документ не приняли { $when }
staff-acting-former-revoked = Полномочия отозвали { $when }
staff-acting-ended = Полномочия завершены: действовать по ним больше нельзя.
looks-who-staff = Сотрудник
looks-what-mandate = Проверил документ, по которому вы действуете за другого

# What goes wrong
e-reg-03 = Полномочия не нашли. Проверьте список «За кого вы действуете»
e-mnd-01 = С { $since } этот человек совершеннолетний и записывается сам
e-mnd-02 = Срок документа закончился { $since }. Исправьте данные или добавьте новый документ
e-mnd-03 = Эти полномочия завершены. Если они действуют снова, добавьте их ещё раз
e-mnd-04 = Документ не приняли на приёме. Исправьте данные в разделе «За кого вы действуете»
e-mnd-05 = Доверенность этого не разрешает
e-mnd-06 = Доверенность не распространяется на эту услугу или учреждение
e-mnd-07 = На эту услугу нельзя записать от этого имени
e-mnd-08 = { $level ->
    [verified] Для этого нужна подтверждённая учётная запись
   *[other] Для этого нужна стандартная учётная запись
}
e-mnd-09 = Больше добавить нельзя: в этом списке помещается { $max }
e-mnd-10 = Такая запись уже есть в вашем списке
e-mnd-11 = Вид нельзя изменить. Завершите эту запись и добавьте новую
e-mnd-12 = Данные только что исправили. Посмотрите на них ещё раз
e-mnd-13 = Уже есть 18 лет: теперь только по доверенности
e-mnd-14 = Доверенность дают с 14 лет. Если это ваш ребёнок, добавьте его в «Дети»
e-mnd-15 = Эта дата раньше, чем может быть. Сравните обе даты
e-mnd-16 = Этот срок уже закончился
e-mnd-17 = Отметьте хотя бы одно
e-mnd-18 = На эту услугу приходят от имени другого человека или организации. Выберите, для кого запись
e-mnd-19 = Напишите, что не так: посетитель прочитает это
e-mnd-20 = Учреждение не приняло этот документ или отозвало полномочия по нему. Принесите документ в это учреждение: там его посмотрят ещё раз. Если документ новый, укажите его номер и дату

# Messages
notify-mandate-checked-subject = Полномочия проверены
notify-mandate-checked = Сотрудник посмотрел документ. Полномочия проверены: { $who }.
notify-mandate-refused-subject = Документ не приняли
notify-mandate-refused = Документ, по которому вы действуете за другого ({ $who }), не приняли. Причина: { $reason }. Исправьте данные в разделе «За кого вы действуете».
notify-mandate-revoked-subject = Полномочия отозваны
notify-mandate-revoked = Полномочия отозваны: { $who }. Причина: { $reason }. Записи, которые уже есть, остаются.
notify-mandate-fourteen-subject = Скоро 14 лет
notify-mandate-fourteen = { $who }: { $day } исполнится 14 лет. Вы по-прежнему можете записывать, а на приём приходите вместе: с этого дня документы подписывают сами, с вашего согласия. Не забудьте получить паспорт.
notify-mandate-adult-subject = Скоро 18 лет
notify-mandate-adult = { $who }: { $day } исполнится 18 лет. С этого дня записываться нужно самостоятельно. Записи, которые вы уже сделали, остаются.
notify-mandate-term-subject = Скоро закончится срок документа
notify-mandate-term = { $who }: срок документа, по которому вы действуете, закончится. С { $day } записать по нему уже нельзя. Если есть новый, исправьте данные в разделе «За кого вы действуете».
notify-mandate-checked-sms = Полномочия проверены: { $who }
notify-mandate-refused-sms = Документ не приняли: { $who }. Почему, смотрите на портале.
notify-mandate-revoked-sms = Полномочия отозваны: { $who }
notify-mandate-fourteen-sms = { $day } исполнится 14 лет: { $who }. На приём приходите вместе.
notify-mandate-adult-sms = { $day } исполнится 18 лет: { $who }. С этого дня записываться нужно самостоятельно.
notify-mandate-term-sms = С { $day } записывать уже нельзя, срок документа закончится: { $who }
field-verdict = Решение
field-why = Что не так

# Скан документа, по которому человек действует за другого.
acting-files-title = Скан документа
acting-files-lead = Документ, по которому вы действуете: { $name }. Скан не обязателен. Сотрудник увидит его рядом с данными, а на приём всё равно возьмите оригинал.
acting-files = Загруженные файлы
acting-files-none = Пока ничего.
acting-files-choose = Файлы
acting-files-hint = До четырёх файлов: JPEG, PNG или PDF, каждый до 10 МБ. Буквы должны читаться, углы не обрезаны
acting-files-kept = Файлы зашифрованы. Их видят только вы и сотрудник, который записал, зачем открыл ваши данные. Через 30 дней после того, как вы уберёте человека из списка, файлы удалятся.
acting-files-go = Скан документа
acting-files-count = { $n ->
        [0] Скан документа
        [one] Скан документа: { $n } файл
        [few] Скан документа: { $n } файла
       *[other] Скан документа: { $n } файлов
    }
scan-part-mandate = Документ, по которому вы действуете за другого
staff-acting-files = Скан документа
staff-acting-file-alt = Скан документа, по которому действует посетитель
staff-acting-file-hidden = ещё не проверен на вирусы, показать нельзя
