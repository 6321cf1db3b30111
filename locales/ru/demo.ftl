# Pages of the demo.

demo-title = Демонстрация
demo-lead = Города и регионы настоящие, а учреждения, люди и записи вымышлены. Записывайтесь, переносите, отменяйте: испортить ничего нельзя.
demo-people-title = Кем войти
demo-people-lead = Выберите человека и войдите одним нажатием. Все они вымышлены.
demo-people-contacts = Телефоны, почта и пароли для обычного входа
demo-password = пароль
demo-people-own = Или заведите собственную:
demo-level-title = Уровень учётной записи
demo-level = Какой уровень попробовать
demo-level-lead = От уровня зависит, какие услуги открыты. Здесь его можно менять самим, если войти:
demo-level-set = Установить
demo-messages-title = Сообщения
demo-messages-lead = Письма и СМС никуда не уходят. Здесь видно всё, что портал отправил бы на самом деле.
demo-messages-open = Посмотреть сообщения
demo-messages-which = Какие сообщения показать
demo-messages-all = Все
demo-messages-mine = Только мне
demo-messages-none = Сообщений пока нет
demo-messages-none-hint = Они появятся, когда вы зарегистрируетесь или запишетесь на приём.
demo-message-sms = СМС
demo-message-email = Письмо
demo-message-at = { $at } (МСК)
demo-message-to = Кому: { $to }
demo-message-failed = Не отправлено
demo-message-link = Открыть ссылку из письма
