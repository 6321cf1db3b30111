# Каталог услуг, паспорт услуги, поиск.

services-title = Услуги
services-lead = Все услуги, на которые можно записаться. Напишите в поиске, что вам нужно, или выберите направление.
services-all = Все услуги
services-none = Здесь пока нет услуг, на которые можно записаться.
situations-title = Жизненные ситуации
situations-lead = Выберите, что произошло, и мы покажем нужные услуги по порядку.
everywhere = Вся страна
book = Записаться
card-soonest = Ближайшее: { $when }
card-soonest-none = Свободных мест пока нет
when-today = сегодня
when-tomorrow = завтра
when = { $day }, { $time }
page-number = Страница { $number }
new-window = (откроется в новом окне)

filter-region = Регион
filter-locality = Населённый пункт
filter-category = Направления
filter-sort = Что показать
filter-kind = Вид организации

sort-service = Услуга
sort-organization = Организация
sort-site = Отделение
sort-resource = Кто принимает
sort-help = Помощь

search-title = Поиск
search-title-of = { $words }: поиск
search-everything = Всё
search-services = Услуги
search-organizations = Организации
search-people = Люди
search-help = Помощь
search-total =
    { $n ->
        [one] Нашлась { $n } страница
        [few] Нашлись { $n } страницы
       *[other] Нашлось { $n } страниц
    }
search-corrected = Показано по запросу «{ $words }».
search-typed = Вы написали: «{ $words }».
search-own = Ваши записи на эти услуги
search-none = По запросу «{ $words }» ничего не нашлось
search-none-hint = Попробуйте написать короче или другими словами: например, «врач», «паспорт», «справка». Снимите фильтры, если они выбраны.
search-none-help = Частые вопросы
search-none-call = Или позвоните, и вас запишет оператор:
search-alternatives = Возможно, вам подойдёт
suggest-none = Подсказок нет
suggest-total =
    { $n ->
        [one] { $n } подсказка, выбирайте стрелками
        [few] { $n } подсказки, выбирайте стрелками
       *[other] { $n } подсказок, выбирайте стрелками
    }

service-about = Что это за услуга
service-who = Кто может записаться
service-purposes = С чем можно прийти
service-papers = Какие документы нужны
service-where = Где принимают
service-rules = Правила записи
service-refusals = Когда могут отказать
service-acts = На чём это основано
service-short = Коротко
service-result = Что вы получите
service-fee = Сколько стоит
service-terms = Срок
service-duration = Длится приём
service-format = Как проходит
service-level = Учётная запись
service-ages = Возраст
age-span =
    { $shape ->
        [children-one] детям, которым { $to } { $to ->
            [one] год
            [few] года
           *[other] лет
        }
        [children-span] детям от { $from } до { $to } { $to ->
            [one] года
           *[other] лет
        } включительно
        [children-to] детям до { $to } { $to ->
            [one] года
           *[other] лет
        } включительно
        [years-one] тем, кому { $to } { $to ->
            [one] год
            [few] года
           *[other] лет
        }
        [years-span] людям от { $from } до { $to } { $to ->
            [one] года
           *[other] лет
        } включительно
        [years-to] людям до { $to } { $to ->
            [one] года
           *[other] лет
        } включительно
        [months-one] детям, которым { $to } { $to ->
            [one] месяц
            [few] месяца
           *[other] месяцев
        }
        [months-span] детям от { $from } до { $to } { $to ->
            [one] месяца
           *[other] месяцев
        } включительно
        [months-to] детям до { $to } { $to ->
            [one] месяца
           *[other] месяцев
        } включительно
        [months-from] детям от { $from } { $from ->
            [one] месяца
           *[other] месяцев
        }
       *[years-from] с { $from } { $from ->
            [one] года
           *[other] лет
        }
    }
service-address = Адрес регистрации
service-address-stated = Должен быть указан в личных данных
service-address-proved = Должен быть подтверждён
service-number = Код услуги
service-reviewed = Сведения проверены { $day }.
service-inactive = Сейчас записаться на эту услугу нельзя
service-inactive-hint = Запись откроется позже. Позвоните нам, если вопрос срочный.
service-where-region = { $region }:
offices-number =
    { $n ->
        [0] отделений нет
        [one] { $n } отделение
        [few] { $n } отделения
       *[other] { $n } отделений
    }
offices-regions =
    { $n ->
        [one] в { $n } регионе
       *[other] в { $n } регионах
    }
offices-more = Показать остальные отделения
service-format-in-person = лично
service-format-video = по видео
service-format-phone = по телефону

papers-none = Приносить ничего не нужно.
papers-required = Обязательно
papers-by-purpose = Зависит от цели обращения
papers-optional = По желанию, если есть
papers-by-office = Запросим сами, приносить не нужно
papers-original = оригинал
papers-for = Нужно для:

rule-level-simplified = Достаточно упрощённой учётной записи: имени и телефона.
rule-level-standard = Нужна стандартная учётная запись: проверены паспорт и СНИЛС.
rule-level-verified = Нужна подтверждённая учётная запись.
rule-flow-slot = Сначала вы выбираете время, потом заполняете форму.
rule-flow-documents = Сначала мы проверим документы, потом вы выберете время.
rule-flow-none = Документы прикладывать не нужно.
rule-time-proposal = Можно предложить своё время: организация ответит.
rule-ahead =
    { $n ->
        [one] Записаться можно на { $n } день вперёд.
        [few] Записаться можно на { $n } дня вперёд.
       *[other] Записаться можно на { $n } дней вперёд.
    }
rule-ahead-daily =
    { $n ->
        [one] Записаться можно на { $n } день вперёд. Новый день открывается в { $time }.
        [few] Записаться можно на { $n } дня вперёд. Новый день открывается в { $time }.
       *[other] Записаться можно на { $n } дней вперёд. Новый день открывается в { $time }.
    }
rule-ahead-weekly = Новые дни открываются { $weekday } в { $time }.
rule-ahead-season = Запись откроется { $opens } в { $time }: на дни с { $from } по { $to }.
rule-hold-minutes =
    { $n ->
        [one] Выбранное время держится за вами { $n } минуту.
        [few] Выбранное время держится за вами { $n } минуты.
       *[other] Выбранное время держится за вами { $n } минут.
    }
rule-hold-hours =
    { $n ->
        [one] Выбранное время держится за вами { $n } час.
        [few] Выбранное время держится за вами { $n } часа.
       *[other] Выбранное время держится за вами { $n } часов.
    }
rule-confirm-automatic = Запись подтверждается сразу.
rule-confirm-manual = Запись подтверждает организация; мы сообщим о решении.
rule-confirm-waiting = Вас запишут в лист ожидания и пригласят по очереди.
rule-moves-none = Перенести запись нельзя: отмените её и выберите новое время.
rule-moves =
    { $moves ->
        [one] Перенести запись можно { $moves } раз
        [few] Перенести запись можно { $moves } раза
       *[other] Перенести запись можно { $moves } раз
    }, { $hours ->
        [0] до начала приёма.
        [one] не позднее чем за { $hours } час до приёма.
        [few] не позднее чем за { $hours } часа до приёма.
       *[other] не позднее чем за { $hours } часов до приёма.
    }
rule-justification = Для переноса нужно указать причину.
rule-cancel-until =
    { $n ->
        [0] Отменить запись можно до начала приёма.
        [one] Отменить запись можно не позднее чем за { $n } час до приёма.
        [few] Отменить запись можно не позднее чем за { $n } часа до приёма.
       *[other] Отменить запись можно не позднее чем за { $n } часов до приёма.
    }
rule-per-day =
    { $n ->
        [one] Принимают не больше { $n } человека в день.
       *[other] Принимают не больше { $n } человек в день.
    }
rule-place-any = Отделение можно выбрать любое.
rule-place-home = Отделение выбирайте по месту жительства.
rule-early =
    { $n ->
        [one] Приходите за { $n } минуту до начала.
        [few] Приходите за { $n } минуты до начала.
       *[other] Приходите за { $n } минут до начала.
    }
on-mondays = по понедельникам
on-tuesdays = по вторникам
on-wednesdays = по средам
on-thursdays = по четвергам
on-fridays = по пятницам
on-saturdays = по субботам
on-sundays = по воскресеньям
