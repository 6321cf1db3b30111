# Booking: the steps, the form, the ticket, the list, the changes.

# Steps of a booking
steps-label = Шаги записи
step-now = Шаг { $n } из 6
step-done = пройден
step-place = Место
step-office = Отделение
step-who = Кто примет
step-time = Дата и время
step-form = Данные
step-review = Проверка
back = Назад
sending = Отправляем
today = сегодня
tomorrow = завтра
yes = да
no = нет
copied = Скопировано

# Place
book-where = Где вам удобно?
book-other-region = Другой регион
book-regions = Выберите регион
book-none-here = В этом регионе эта услуга пока не принимает запись. Выберите другой регион.
book-office = Выберите отделение
book-office-lead = Рядом с каждым — ближайшее свободное время.
book-who = К кому записаться?
book-who-lead = Можно выбрать человека или записаться к любому свободному.
book-any = К любому, кто свободен
book-any-lead = Так больше свободного времени
soonest = Ближайшее: { $when }
soonest-none = Свободного времени пока нет
convenient = Когда вам удобно
convenient-part = Время дня
convenient-any-part = Любое
convenient-weekday = День недели
convenient-any-day = Любой
convenient-accessible = Только там, где есть условия для людей с инвалидностью
convenient-show = Показать
convenient-all = Сбросить
room-is = кабинет { $room }
room-short = каб. { $room }

# Time
book-about = { $service }: где и когда можно прийти. Свободное время сейчас, запись без звонка.
book-when = Когда вам удобно прийти?
view-label = Вид расписания
view-month = Календарь
view-table = Таблица
table-title = Свободное время на две недели
table-none = На две недели вперёд свободного времени нет. Посмотрите следующий месяц в календаре.
table-date = Дата
table-time = Время
table-service = Услуга
table-room = Кабинет
day-full = нет
day-full-word = мест
day-closed = приёма нет
legend-free = есть места
legend-few = осталось мало
legend-none = мест нет
choose-day = Выберите день
choose-day-hint = Нажмите на зелёный день в календаре: покажем свободное время.
day-nothing = В этот день всё занято. Выберите другой день.
part-morning = Утро
part-day = День
part-evening = Вечер
live-on = Обновляется само
live-paused = Обновление остановлено
live-updated = Список времени обновился
live-gone = Выбранное время заняли. Выберите другое.
live-now = Свободно на { $time }
live-stop = Остановить
live-resume = Продолжить
hold-button = Занять это время
wished-before = Вы выбрали { $when }. Если это время ещё свободно, оно отмечено ниже.
level-needed = Для этой записи нужна { $level } учётная запись.
level-raise = Как повысить уровень
level-simplified = упрощённая
level-standard = стандартная
level-verified = подтверждённая
nothing-free = Сейчас всё занято
nothing-free-what = Люди переносят и отменяют записи, и время освобождается в любой момент. Страница покажет его сама.
no-places-title = Что можно сделать
no-places-other-office = Посмотрите другое отделение или другого специалиста:
no-places-other-link = выбрать другое место
no-places-phone = Позвоните в приёмную: { $phone }.
no-places-later = Загляните позже: новые дни открываются каждый день.
opens-at = { $when } в { $time } откроется запись на { $from } – { $to }.
zone-note = время местное, { $offset }

# Summary
sum-title = Ваша запись
sum-service = Услуга
sum-organization = Организация
sum-address = Адрес
sum-resource = Кто принимает
sum-room = Кабинет
sum-when = Дата и время
sum-duration = Продолжительность
sum-duration-until = { $minutes }, до { $until }
sum-bring = С собой
sum-person = Кто придёт
sum-number = Номер записи

# Hold
hold-until = { $what } держим за вами до { $until }
hold-over = Время вышло, и окно снова свободно для всех.
hold-ended = Вы выбрали вместо этого времени другое или отпустили его.
hold-over-kept = Всё, что вы ввели, сохранено.
hold-again = Выбрать время заново
hold-say-5 = Время за вами ещё 5 минут
hold-say-2 = Время за вами ещё 2 минуты
hold-say-1 = Время за вами ещё 1 минуту
hold-extend = Мне нужно больше времени
hold-other = Другое время
hold-release = Не записываться

# Form
form-title = О чём и как с вами связаться
form-person = Кто придёт
form-born = Дата рождения того, кто придёт
field-born = Дата рождения того, кто придёт
form-born-hint = Например, 17.04.1988. Если вы записываете другого человека, оставьте пустым
form-ages = Услугу оказывают { $ages }. Возраст считаем на день приёма.
form-fills = Что уже есть в ваших данных о вас или о том, кого вы представляете (имя, дата рождения, номера), можно не заполнять: подставим сами.
e-age-01 = Не подходит по возрасту: услугу оказывают { age-span }. Считаем на день приёма, { $day }. Выберите другой день или того, кому услуга подходит. Если дата рождения указана неверно, исправьте её в личных данных.
form-purpose = Цель обращения
form-purpose-ask = С чем вы обращаетесь?
form-detail = Подробности
form-detail-ask = Коротко о вашем вопросе
form-detail-hint = Так к встрече подготовятся заранее
form-format = Формат встречи
form-format-ask = Как вам удобнее встретиться?
format-in_person = Приду лично
format-video = По видеосвязи
format-phone = По телефону
form-phone = Мобильный телефон
form-phone-hint = Пришлём код записи и сообщим, если что-то изменится
form-email = Электронная почта
form-address = Адрес регистрации
form-address-proved = Подтверждён
form-address-changed = Адрес в личных данных изменился. Раньше здесь было: { $before }. Если новый верный, просто отправьте форму.
form-email-hint = Пришлём подтверждение с файлом для календаря
form-consent = Согласие на обработку данных, нужных для этой записи:
form-consent-link = прочитать
form-next = Проверить и записаться
draft-saving = Сохраняем…
draft-saved = Черновик сохранён в { "{" }time{ "}" }
draft-unsaved = Нет связи, черновик пока не сохранён

# Review
review-title = Проверьте запись
review-lead = Если всё верно, подтвердите. Исправить можно и сейчас.
review-answers = Что вы указали
review-change = Исправить
review-manual = Эту запись подтверждает приёмная. Время за вами закрепится сразу, а об ответе мы сообщим.
review-request = Отправить заявку
review-confirm = Записаться
review-other = Открыть прежнюю запись

# Card
card-title = Запись
ticket-title = Талон на приём
ticket-label = Талон { $number }
done-confirmed = Вы записаны
done-pending = Заявка отправлена, время за вами
done-what = Подтверждение отправлено на телефон и почту. Оно всегда есть и здесь, в «Моих записях».
ticket-when = Когда
ticket-place = Где
ticket-person = Кто приходит
ticket-specialist = Кто принимает
ticket-number = Номер записи
ticket-code = Код записи
ticket-bring = Что взять с собой
ticket-notes = Полезно знать
ticket-more = и ещё { $n } — смотрите на портале
ticket-qr = Покажите код на входе: с экрана или на бумаге
ticket-qr-alt = QR-код талона
ticket-early = Приходите за 5–{ $minutes } минут до начала.
ticket-pending = Запись ждёт подтверждения приёмной. Мы сообщим, когда она ответит.
ticket-change = Перенести или отменить можно до { $until }.
ticket-move = Перенести можно до { $until }.
ticket-support = Помощь: { $phone }
ticket-verify = Талон проверяют по QR-коду. После переноса прежний талон не подойдёт.
ticket-issued = Выдан { $when }
ticket-download = Скачать талон (PDF)
ticket-calendar = В календарь
ticket-print = Напечатать
ticket-copy = Скопировать код
ics-number = Номер записи { $number }, код { $code }
time-yours = у вас { "{" }time{ "}" }
time-yours-date = у вас { "{" }date{ "}" }, { "{" }time{ "}" }
video-link-later = Ссылка на видеовстречу появится здесь, когда запись подтвердят.
open-map = Открыть на карте
change-title = Изменить запись
change-move = Перенести
change-contacts = Изменить контакты
change-cancel = Отменить
change-by-phone = Позже этого срока помогут по телефону: { $phone }.
rule-move-late = Перенести можно было до { $until }.
rule-move-acting = Перенести эту запись вы не можете: ваши полномочия этого не дают.
rule-cancel-acting = Отменить эту запись вы не можете: ваши полномочия этого не дают.
rule-cancel = Отменить можно до { $until }.
rule-acting-ends = С { $day } ваши полномочия не действуют: перенести или отменить эту запись вы сможете только до этого дня.
rule-cancel-late = Срок отмены на портале прошёл.
repeat = Записаться снова
history-title = История
history-op = операция { $op }
messages-title = Сообщения
message-sms = СМС на { $to }
message-email = Письмо на { $to }
message-sent = отправлено
message-recorded = записано (демонстрация)
message-failed = не доставлено

# States and events
state-draft = Черновик
state-checking = Проверка документов и данных
state-returned = Возвращена на исправление
state-ready = Готово к подтверждению
state-held = Время за вами
state-pending = Ожидает подтверждения
state-proposed = Предложено другое время
state-confirmed = Подтверждена
state-cancelled_by_applicant = Отменена вами
state-cancelled_by_office = Отменена организацией
state-rejected = Отклонена
state-arrived = Вы пришли
state-in_service = Идёт приём
state-completed = Завершена
state-no_show = Вы не пришли
state-expired = Срок истёк
event-begun = Начата
event-submitted = Отправлена на проверку
event-ready = Проверка пройдена
event-returned = Возвращена на исправление
event-held = Время занято за вами
event-extended = Время продлено
event-confirmed = Подтверждена
event-pending = Отправлена на подтверждение
event-proposed = Предложено другое время
event-moved = Перенесена
event-moved-from = с { $old } на { $new }
event-changed = Изменены контакты
event-cancelled = Отменена вами
event-cancelled-by-office = Отменена организацией
event-rejected = Отклонена
event-arrived = Вы пришли
event-begun-service = Приём начался
event-completed = Завершена
event-missed = Вы не пришли
event-expired = Срок истёк

# List
list-filter = Какие записи показать
list-all = Все
list-active = Активные
list-past = Прошедшие
list-cancelled = Отменённые
list-empty = Записей пока нет
list-empty-what = Найдите услугу и выберите время.
list-missing = Не видите свою запись?
list-ticket = Талон
no-time-yet = Время не выбрано
cancelled-done = Запись отменена
cancelled-what = Время сразу стало свободным для других. Записаться снова можно когда угодно.

# Changes
move-title = Перенести запись
move-safe = Прежнее время останется за вами, пока вы не займёте новое.
move-reason = Почему нужно перенести?
move-reason-hint = Для этой услуги причина обязательна
move-others = Перенести к другому специалисту
move-button = Перенести на это время
cancel-title = Отменить запись
cancel-sure = Отменить эту запись?
cancel-what = Время сразу достанется другим людям.
cancel-until = Передумать и отменить можно до { $until }.
cancel-reason = Почему отменяете?
cancel-button = Да, отменить
cancel-keep = Нет, оставить
contacts-title = Контакты для этой записи
contacts-lead = Куда сообщать об изменениях.
scanned-title = Проверка талона
scanned-good = Талон подлинный и действует
scanned-replaced = Талон подлинный, но заменён: запись перенесли или отменили
scanned-over = Талон подлинный, но приём уже прошёл или отменён
scanned-forged = Это не талон нашего портала

offices-count =
    { $n ->
        [one] { $n } отделение
        [few] { $n } отделения
       *[other] { $n } отделений
    }
windows-count =
    { $n ->
        [one] { $n } окно
        [few] { $n } окна
       *[other] { $n } окон
    }
places-word =
    { $n ->
        [one] место
        [few] места
       *[other] мест
    }
places-short =
    { $n ->
        [one] { $n } место
        [few] { $n } места
       *[other] { $n } мест
    }
hold-promise =
    { $n ->
        [one] Будем держать время за вами { $n } минуту, пока вы заполняете форму.
        [few] Будем держать время за вами { $n } минуты, пока вы заполняете форму.
       *[other] Будем держать время за вами { $n } минут, пока вы заполняете форму.
    }
moves-left =
    { $left ->
        [one] Остался { $left } перенос из { $max }.
        [few] Осталось { $left } переноса из { $max }.
       *[other] Осталось { $left } переносов из { $max }.
    }
rule-move =
    { $left ->
        [one] Перенести можно до { $until }; остался { $left } перенос из { $max }.
        [few] Перенести можно до { $until }; осталось { $left } переноса из { $max }.
       *[other] Перенести можно до { $until }; осталось { $left } переносов из { $max }.
    }
rule-move-none = Все { $max } переноса уже использованы.

# What may be wrong
e-form-01-choice = Выберите один из вариантов
e-form-01-call = Введите код или номер записи и фамилию
e-form-01-time = Выберите время
e-form-01-words = Напишите причину словами
e-form-02-long = Слишком длинно: уберите { $over } знаков, здесь помещается { $max }
e-form-02-choice = Такого варианта нет. Выберите один из списка
e-form-02-date = Напишите дату так: 17.04.1988. Год четырьмя цифрами
e-form-02-number = Напишите число цифрами
e-form-02-max = Слишком большое число: не больше { $max }
e-form-02-snils = В СНИЛС { $needs } цифр, а вы ввели { $has }. Например: 112-233-445 95
e-form-02-snils-sum = В СНИЛС не сходится контрольная сумма: проверьте последние две цифры, потом весь номер
e-form-02-policy = В номере полиса { $needs } цифр, а вы ввели { $has }. Если полис старый или временный, номер из 16 цифр подскажет страховая компания
e-form-02-policy-sum = В номере полиса не сходится последняя цифра, контрольная. Сверьте весь номер с полисом
e-form-08 = Без согласия продолжить нельзя. Отметьте его
e-ntf-02 = У этой записи нет действующего талона. Она в «Моих записях».
e-slot-10 = Для этой цели нужно { $minutes } минут подряд, а следующее время уже занято. Выберите другое время: всё, что вы ввели, сохранится.
