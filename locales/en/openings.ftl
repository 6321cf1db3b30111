# Openings: the moment when places open, and the line of those who came.

openings-title = Opening of bookings
openings-lead = Where places are few, booking opens at an announced hour, and places are given along a line or by lot.
openings-none = No openings are announced at present
openings-none-what = Most services can be booked on any day, without a line.
opening-title = Opening of bookings: { $service }
opening-lead = Places open to everybody at once. Whoever is first in line chooses first.
opening-lead-lottery = Sign up before it begins: lots decide who chooses first. It makes no difference who signed up sooner.
opening-moment = { $day }, { $time }
opening-days = { $from } – { $to }
opening-what = What opens
opening-where = Where
opening-which-days = For which days
opening-when = Begins
opening-until = The line goes on until
opening-opens = Booking opens: { $when }
opening-notice = Booking for { $days } opens along a line: { $when }.
opening-notice-lottery = Booking for { $days } opens by lot: { $when }.
opening-notice-now = Booking for { $days } is open now, along a line.
opening-notice-inside = It is your turn for { $days }: take a time until { $time }.
opening-notice-more = More
opening-notice-join = Join the line
opening-prepare = How to prepare
opening-prepare-sign-in = Sign in early: without that you cannot join the line.
opening-prepare-level = You need a { $level } account.
opening-prepare-time =
    { $n ->
        [one] When it is your turn, you have { $n } minute to choose a time. The form can be filled in later.
       *[other] When it is your turn, you have { $n } minutes to choose a time. The form can be filled in later.
    }
opening-prepare-papers = Papers are needed at the reception only: { $papers }.
opening-how = How the line works
opening-how-fifo = Places in line are given in the order in which people come. There is no need to come before the beginning.
opening-how-lottery = A draw among those who signed up before the beginning decides the order. When you signed up plays no part. Whoever comes later stands behind.
opening-how-seed = The draw is honest: its number was chosen beforehand, and this is its fingerprint (SHA-256): { $digest }. After the draw the number is published, and anybody can check the order.
opening-drawn = The draw took place
opening-drawn-when = The order was decided: { $when }. Anybody can check it.
opening-drawn-seed = Number of the draw
opening-drawn-print = The fingerprint that was announced before
opening-drawn-check = Check it like this. First: the SHA-256 of the number's bytes (two digits are a byte) is the fingerprint. Second: for each entry take the SHA-256 of the same bytes followed by the entry's name in the list. The smaller comes first.
opening-drawn-entries = Entries in the order of the draw (JSON)
opening-how-one = A person has one place in line, however many tabs and devices are open.
opening-how-turn =
    { $n ->
        [one] If no time is chosen within { $n } minute and two more to spare, the place goes to the end of the line once.
       *[other] If no time is chosen within { $n } minutes and two more to spare, the place goes to the end of the line once.
    }
opening-how-left = What is left after the line can be taken by everybody without one.
opening-others = Other ways to book
opening-other-office = See other offices and specialists
opening-other-phone = Call { $phone }
opening-other-mail = Write to { $mail }
opening-other-live = Come in person: during reception hours there is a live queue.
opening-refreshes = The page refreshes by itself.
opening-still-on = Do not refresh
opening-still = The page does not refresh by itself.
opening-still-off = Refresh

# The line
line-coming = Booking is not open yet
line-nothing-early = There is no need to wait on this page: nothing is won by coming early.
line-opened = Booking is open
line-open = Booking goes along a line
line-sign-in = Sign in to join the line
line-join = Join the line
line-leave = Leave the line
line-leave-list = Leave the draw
line-take-part = Take part in the draw
line-listed = You take part in the draw
line-listed-what = All is ready. Look in here at the announced hour: your place will be shown.
line-listed-many =
    { $n ->
        [0] Nobody has signed up yet.
        [one] { $n } person has signed up.
       *[other] { $n } people have signed up.
    }
line-waiting-many =
    { $n ->
        [0] Nobody is in line yet.
        [one] { $n } person is in line.
       *[other] { $n } people are in line.
    }
line-waiting = You are in line
line-ahead =
    { $n ->
        [0] Nobody is ahead of you: it is nearly your turn.
        [one] { $n } person is ahead of you.
       *[other] { $n } people are ahead of you.
    }
line-wait = The wait is about { $low } to { $high } minutes.
line-wait-up-to = The wait is at most { $high } minutes.
line-wait-hours =
    { $high ->
        [one] The wait is about { $high } hour.
       *[other] The wait is about { $low } to { $high } hours.
    }
line-wait-minute = The wait is less than a minute.
line-wait-unknown = How long it takes is not known yet: we shall say so as soon as the line moves.
line-may-not-suffice = There are at least as many people ahead of you as places left. There may be no place for you.
line-keep = Your place is kept when you close the page. But come back in time.
line-paused = The line has nearly come to a halt. Your place is kept, but the wait may be longer.
line-moved = You did not choose a time and went to the end of the line. That happens only once: the next time the place is lost.
line-inside = It is your turn
line-inside-what = Choose a time and take it. The form can be filled in later, without haste.
line-choose-until = Choose a time until { $time }
line-choose = Choose a time
line-late = Time is up, but two more minutes are left. Then you go to the end of the line.
line-late-again = Time is up, but two more minutes are left. Then your place in line is lost.
line-say-5 = 5 minutes left
line-say-2 = 2 minutes left
line-say-1 = 1 minute left
line-served = You have taken a time
line-served-what = Fill in the form and confirm the booking. If the time does not suit you, you can still take another.
line-places =
    { $n ->
        [one] { $n } place is left.
       *[other] { $n } places are left.
    }
line-places-undecided =
    { $n ->
        [one] All places are taken, { $n } of them is not confirmed yet. If somebody gives up, the place becomes free.
       *[other] All places are taken, { $n } of them are not confirmed yet. If somebody gives up, a place becomes free.
    }
line-places-none = There is no free time on these days at present.
line-sold-out = All places are taken
line-sold-out-what = All bookings are confirmed. If somebody cancels, the time becomes free again.
line-over = The line has ended
line-over-what = If places are left, they can be taken without a line.
line-over-go = See free times

e-wait-01 = Booking for these days goes along a line. Join it and wait for your turn.
e-wait-02 = Booking is not open yet. Come at the announced hour: the line cannot be joined before.
e-wait-03 = The line has ended already. If places are left, they can be taken without a line.
e-wait-04 = There is no such opening. Perhaps the link is old.
e-wait-05 = In this line not a draw but the order of arrival decides.
e-wait-06 = Another announced opening opens these days already: { $id }. Wait for its end, end it, or choose other days.
e-wait-07 = Some of these offers are in a series already: { $id }. End that one first.
