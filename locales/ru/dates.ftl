# Words of dates and numbers.

month-of-jan = января
month-of-feb = февраля
month-of-mar = марта
month-of-apr = апреля
month-of-may = мая
month-of-jun = июня
month-of-jul = июля
month-of-aug = августа
month-of-sep = сентября
month-of-oct = октября
month-of-nov = ноября
month-of-dec = декабря
month-jan = Январь
month-feb = Февраль
month-mar = Март
month-apr = Апрель
month-may = Май
month-jun = Июнь
month-jul = Июль
month-aug = Август
month-sep = Сентябрь
month-oct = Октябрь
month-nov = Ноябрь
month-dec = Декабрь
month-short-jan = янв
month-short-feb = фев
month-short-mar = мар
month-short-apr = апр
month-short-may = мая
month-short-jun = июн
month-short-jul = июл
month-short-aug = авг
month-short-sep = сен
month-short-oct = окт
month-short-nov = ноя
month-short-dec = дек
weekday-mon = понедельник
weekday-tue = вторник
weekday-wed = среда
weekday-thu = четверг
weekday-fri = пятница
weekday-sat = суббота
weekday-sun = воскресенье
weekday-short-mon = пн
weekday-short-tue = вт
weekday-short-wed = ср
weekday-short-thu = чт
weekday-short-fri = пт
weekday-short-sat = сб
weekday-short-sun = вс

places-free =
    { $n ->
        [one] { $n } свободное место
        [few] { $n } свободных места
       *[other] { $n } свободных мест
    }
# As «через …» wants it.
wait-minutes =
    { $n ->
        [one] { $n } минуту
        [few] { $n } минуты
       *[other] { $n } минут
    }
wait-hours =
    { $n ->
        [one] { $n } час
        [few] { $n } часа
       *[other] { $n } часов
    }
wait-days =
    { $n ->
        [one] { $n } день
        [few] { $n } дня
       *[other] { $n } дней
    }
minutes =
    { $n ->
        [one] { $n } минута
        [few] { $n } минуты
       *[other] { $n } минут
    }
