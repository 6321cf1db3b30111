# Выбор региона.

region-title = Выберите регион
region-lead = Сначала покажем услуги и организации рядом с вами. Выбор сохранится на этом устройстве.
region-choose = Выберите регион
region-why = и мы сначала покажем то, что рядом.
region-change = Изменить
region-change-what = регион
region-chosen = Сейчас выбран:
region-none = Не выбирать регион
region-q = Первые буквы названия
region-not-found = Такого региона нет в списке.
region-all = Показать все
region-list = Список регионов
