# Органы власти, организации, отделения, те, кто принимает.

place-about = { $name }: чем помогут, где и когда принимают, запись на свободное время.
authorities-title = Органы власти
authorities-lead = Главы, их заместители и отделы: чем занимаются и когда принимают.
authorities-open = Кто принимает
authorities-departments = Отделы
organizations-title = Организации
organizations-lead = Где принимают: адреса, телефоны и часы работы.
organizations-all = Все организации
organizations-q = Название, улица или телефон
organizations-q-hint = Например: поликлиника или ул. Тихая, 3
organizations-show = Показать
organizations-reset = Сбросить
organizations-total =
    { $n ->
        [one] { $n } организация
        [few] { $n } организации
       *[other] { $n } организаций
    }
organizations-none = Организаций не нашлось
organizations-none-hint = Попробуйте другой регион или меньше условий.
locality-any = Любой
kind-any = Любой

org-kind-administration = Администрация
org-kind-city_hall = Мэрия
org-kind-civil_registry = ЗАГС
org-kind-clinic = Поликлиника
org-kind-construction = Строительный надзор
org-kind-education = Управление образования
org-kind-employment = Центр занятости
org-kind-guardianship = Орган опеки и попечительства
org-kind-land_registry = Регистрация недвижимости
org-kind-licensing = Лицензирование
org-kind-mfc = МФЦ
org-kind-migration = Паспорта и регистрация
org-kind-school = Школа
org-kind-social_fund = Социальный фонд
org-kind-social_protection = Социальная защита
org-kind-tax = Налоговая служба
org-kind-traffic = Транспорт и водительские права
org-kind-weapons = Разрешения на оружие
org-more-sites =
    { $n ->
        [one] и ещё { $n } отделение
        [few] и ещё { $n } отделения
       *[other] и ещё { $n } отделений
    }
org-sites = Отделения
org-people = Кто принимает
org-parts = Связанные организации
org-contacts = Контакты
org-head = Руководитель
contact-phone = Телефон
contact-email = Электронная почта
contact-web = Сайт
contact-fax = Факс
contact-reply = Когда отвечают

site-address = Адрес
site-hours = Часы работы
site-directions = Как найти
site-accessible = Доступность
site-map = Открыть на карте
site-no-services = Сейчас записаться сюда нельзя.
site-desks = Окна
accessible-ramp = пандус
accessible-lift = лифт
accessible-parking = парковка
accessible-hearing_loop = индукционная петля
accessible-sign_language = жестовый язык

resource-room = кабинет { $room }
official-functions = За что отвечает
official-hours = Когда принимает
official-hours-none = Часы приёма пока не назначены.
official-by-phone = Часы с пометкой «запись по телефону» открывает оператор:
official-away = Приёма не будет
official-services = На что записаться
official-soonest = Ближайшее свободное время
official-papers = Что понадобится
official-other-time = Выбрать другое время
official-place = Где принимает
official-organization = Организация
official-room = Кабинет
official-qualification = Квалификация
official-book = Записаться на приём
hours-all-day = круглосуточно
hours-break = перерыв { $span }
hours-from-day = с { $day }
hours-by-phone = запись по телефону
away-day = { $day }
away-days = с { $from } по { $to }
