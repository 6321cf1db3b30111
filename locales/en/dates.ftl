# Words of dates and numbers.

month-of-jan = January
month-of-feb = February
month-of-mar = March
month-of-apr = April
month-of-may = May
month-of-jun = June
month-of-jul = July
month-of-aug = August
month-of-sep = September
month-of-oct = October
month-of-nov = November
month-of-dec = December
month-jan = January
month-feb = February
month-mar = March
month-apr = April
month-may = May
month-jun = June
month-jul = July
month-aug = August
month-sep = September
month-oct = October
month-nov = November
month-dec = December
month-short-jan = Jan
month-short-feb = Feb
month-short-mar = Mar
month-short-apr = Apr
month-short-may = May
month-short-jun = Jun
month-short-jul = Jul
month-short-aug = Aug
month-short-sep = Sep
month-short-oct = Oct
month-short-nov = Nov
month-short-dec = Dec
weekday-mon = Monday
weekday-tue = Tuesday
weekday-wed = Wednesday
weekday-thu = Thursday
weekday-fri = Friday
weekday-sat = Saturday
weekday-sun = Sunday
weekday-short-mon = Mon
weekday-short-tue = Tue
weekday-short-wed = Wed
weekday-short-thu = Thu
weekday-short-fri = Fri
weekday-short-sat = Sat
weekday-short-sun = Sun

places-free =
    { $n ->
        [one] { $n } free place
       *[other] { $n } free places
    }
wait-minutes =
    { $n ->
        [one] { $n } minute
       *[other] { $n } minutes
    }
wait-hours =
    { $n ->
        [one] { $n } hour
       *[other] { $n } hours
    }
wait-days =
    { $n ->
        [one] { $n } day
       *[other] { $n } days
    }
minutes =
    { $n ->
        [one] { $n } minute
       *[other] { $n } minutes
    }
