# Booking: the steps, the form, the ticket, the list, the changes.

# Steps of a booking
steps-label = Steps of the booking
step-now = Step { $n } of 6
step-done = done
step-place = Place
step-office = Office
step-who = Who receives
step-time = Date and time
step-form = Details
step-review = Review
back = Back
sending = Sending
today = today
tomorrow = tomorrow
yes = yes
no = no
copied = Copied

# Place
book-where = Where is it convenient for you?
book-other-region = Another region
book-regions = Choose a region
book-none-here = This service takes no bookings in this region yet. Choose another region.
book-office = Choose an office
book-office-lead = The soonest free time is shown beside each.
book-who = Whom to see?
book-who-lead = Choose a person, or take whoever is free.
book-any = Whoever is free
book-any-lead = This gives you more free times
soonest = Soonest: { $when }
soonest-none = No free times yet
convenient = When it suits you
convenient-part = Time of day
convenient-any-part = Any
convenient-weekday = Day of the week
convenient-any-day = Any
convenient-accessible = Only places accessible to people with disabilities
convenient-show = Show
convenient-all = Reset
room-is = room { $room }
room-short = room { $room }

# Time
book-about = { $service }: where and when you can come. Times that are free now; book without a call.
book-when = When would you like to come?
view-label = View of the schedule
view-month = Calendar
view-table = Table
table-title = Free times of two weeks
table-none = Nothing is free in the next two weeks. Look at the next month in the calendar.
table-date = Date
table-time = Time
table-service = Service
table-room = Room
day-full = no
day-full-word = places
day-closed = closed
legend-free = places free
legend-few = few left
legend-none = none left
choose-day = Choose a day
choose-day-hint = Press a green day in the calendar to see its free times.
day-nothing = Everything is taken on this day. Choose another one.
part-morning = Morning
part-day = Afternoon
part-evening = Evening
live-on = Updates by itself
live-paused = Updates are paused
live-updated = The list of times was updated
live-gone = The chosen time was taken. Choose another.
live-now = Free as of { $time }
live-stop = Pause
live-resume = Resume
hold-button = Hold this time
wished-before = You chose { $when }. If it is still free, it is marked below.
level-needed = This booking needs a { $level } account.
level-raise = How to raise the level
level-simplified = simplified
level-standard = standard
level-verified = verified
nothing-free = Everything is taken at the moment
nothing-free-what = People move and cancel bookings, so times become free at any moment. This page will show them by itself.
no-places-title = What you can do
no-places-other-office = Look at another office or another person:
no-places-other-link = choose another place
no-places-phone = Call the reception: { $phone }.
no-places-later = Come back later: new days open every day.
opens-at = On { $when } at { $time } booking opens for { $from } – { $to }.
zone-note = local time, { $offset }

# Summary
sum-title = Your booking
sum-service = Service
sum-organization = Organisation
sum-address = Address
sum-resource = Who receives
sum-room = Room
sum-when = Date and time
sum-duration = Duration
sum-duration-until = { $minutes }, until { $until }
sum-bring = Bring
sum-person = Who comes
sum-number = Booking number

# Hold
hold-until = We hold { $what } for you until { $until }
hold-over = The time is up, and the slot is free for everybody again.
hold-ended = You chose another time instead of this one, or gave it back.
hold-over-kept = Everything you typed is kept.
hold-again = Choose a time again
hold-say-5 = The time is yours for 5 more minutes
hold-say-2 = The time is yours for 2 more minutes
hold-say-1 = The time is yours for 1 more minute
hold-extend = I need more time
hold-other = Another time
hold-release = Do not book

# Form
form-title = What it is about and how to reach you
form-person = Who comes
form-born = Birth date of whoever comes
field-born = Birth date of whoever comes
form-born-hint = For example, 17.04.1988. Leave it empty if you book for somebody else
form-ages = The service is for { $ages }. The age counts on the day of the visit.
form-fills = Whatever your data already say of you or of the person you act for (name, birth date, numbers) may be left out: we fill it in.
e-age-01 = The age does not fit: the service is for { age-span }. It counts on the day of the visit, { $day }. Choose another day, or somebody whom the service is for. If the birth date is wrong, put it right among your data.
form-purpose = Purpose
form-purpose-ask = What do you come for?
form-detail = Details
form-detail-ask = Briefly about your question
form-detail-hint = So that they can prepare
form-format = Format of the meeting
form-format-ask = How would you like to meet?
format-in_person = I will come in person
format-video = By video
format-phone = By telephone
form-phone = Mobile phone
form-phone-hint = We will send the booking code and tell you of any change
form-email = E-mail
form-address = Address of registration
form-address-proved = Proved
form-address-changed = The address among your data has changed. It used to be: { $before }. If the new one is right, just send the form.
form-email-hint = We will send a confirmation with a calendar file
form-consent = I agree to the processing of the data that this booking needs:
form-consent-link = read it
form-next = Review and book
draft-saving = Saving…
draft-saved = Draft saved at { "{" }time{ "}" }
draft-unsaved = No connection, the draft is not saved yet

# Review
review-title = Check your booking
review-lead = If everything is right, confirm. You can still correct it.
review-answers = What you told us
review-change = Correct
review-manual = The office confirms this booking. The time is yours at once, and we will tell you the answer.
review-request = Send the request
review-confirm = Book
review-other = Open the existing booking

# Card
card-title = Booking
ticket-title = Appointment ticket
ticket-label = Ticket { $number }
done-confirmed = You are booked
done-pending = The request is sent, the time is yours
done-what = A confirmation was sent to your phone and e-mail. You always find it here as well, in “My bookings”.
ticket-when = When
ticket-place = Where
ticket-person = Who comes
ticket-specialist = Who receives
ticket-number = Booking number
ticket-code = Booking code
ticket-bring = What to bring
ticket-notes = Good to know
ticket-more = and { $n } more, see the portal
ticket-qr = Show the code at the entrance, on the screen or on paper
ticket-qr-alt = QR code of the ticket
ticket-early = Come 5–{ $minutes } minutes before the start.
ticket-pending = The booking waits for the office. We will tell you its answer.
ticket-change = It can be moved or cancelled until { $until }.
ticket-move = It can be moved until { $until }.
ticket-support = Help: { $phone }
ticket-verify = The QR code proves that the ticket is genuine. After a move the old ticket is not valid.
ticket-issued = Issued { $when }
ticket-download = Download the ticket (PDF)
ticket-calendar = Add to calendar
ticket-print = Print
ticket-copy = Copy the code
ics-number = Booking number { $number }, code { $code }
time-yours = your time { "{" }time{ "}" }
time-yours-date = your time { "{" }date{ "}" }, { "{" }time{ "}" }
video-link-later = The link to the video meeting appears here when the booking is confirmed.
open-map = Open on a map
change-title = Change the booking
change-move = Move
change-contacts = Change contacts
change-cancel = Cancel
change-by-phone = After that, help is available by phone: { $phone }.
rule-move-late = It could be moved until { $until }.
rule-move-acting = You cannot move this booking: what you act by does not allow it.
rule-cancel-acting = You cannot cancel this booking: what you act by does not allow it.
rule-cancel = It can be cancelled until { $until }.
rule-acting-ends = From { $day } on you may no longer act here: you can move or cancel this booking only before that day.
rule-cancel-late = The time to cancel on the portal is over.
repeat = Book again
history-title = History
history-op = operation { $op }
messages-title = Messages
message-sms = SMS to { $to }
message-email = E-mail to { $to }
message-sent = sent
message-recorded = recorded (demonstration)
message-failed = not delivered

# States and events
state-draft = Draft
state-checking = Documents and data are being checked
state-returned = Returned for correction
state-ready = Ready to be confirmed
state-held = The time is yours for now
state-pending = Waiting for confirmation
state-proposed = Another time is proposed
state-confirmed = Confirmed
state-cancelled_by_applicant = Cancelled by you
state-cancelled_by_office = Cancelled by the office
state-rejected = Rejected
state-arrived = You have arrived
state-in_service = Being received
state-completed = Completed
state-no_show = You did not come
state-expired = Expired
event-begun = Begun
event-submitted = Sent for checking
event-ready = Checks passed
event-returned = Returned for correction
event-held = Time held for you
event-extended = More time given
event-confirmed = Confirmed
event-pending = Sent for confirmation
event-proposed = Another time proposed
event-moved = Moved
event-moved-from = from { $old } to { $new }
event-changed = Contacts changed
event-cancelled = Cancelled by you
event-cancelled-by-office = Cancelled by the office
event-rejected = Rejected
event-arrived = You arrived
event-begun-service = Reception began
event-completed = Completed
event-missed = You did not come
event-expired = Expired

# List
list-filter = Which bookings to show
list-all = All
list-active = Active
list-past = Past
list-cancelled = Cancelled
list-empty = No bookings yet
list-empty-what = Find a service and choose a time.
list-missing = Is your booking missing?
list-ticket = Ticket
no-time-yet = No time chosen
cancelled-done = The booking is cancelled
cancelled-what = The time became free for others at once. You can book again at any time.

# Changes
move-title = Move the booking
move-safe = The old time stays yours until you take the new one.
move-reason = Why does it have to be moved?
move-reason-hint = This service asks for a reason
move-others = Move to another person
move-button = Move to this time
cancel-title = Cancel the booking
cancel-sure = Cancel this booking?
cancel-what = The time goes to other people at once.
cancel-until = You can cancel until { $until }.
cancel-reason = Why do you cancel?
cancel-button = Yes, cancel
cancel-keep = No, keep it
contacts-title = Contacts for this booking
contacts-lead = Where to tell you of changes.
scanned-title = Ticket check
scanned-good = The ticket is genuine and valid
scanned-replaced = The ticket is genuine but replaced: the booking was moved or cancelled
scanned-over = The ticket is genuine, but the visit is over or cancelled
scanned-forged = This is not a ticket of our portal

offices-count =
    { $n ->
        [one] { $n } office
       *[other] { $n } offices
    }
windows-count =
    { $n ->
        [one] { $n } time
       *[other] { $n } times
    }
places-word =
    { $n ->
        [one] place
       *[other] places
    }
places-short =
    { $n ->
        [one] { $n } place
       *[other] { $n } places
    }
hold-promise =
    { $n ->
        [one] We will hold the time for { $n } minute while you fill in the form.
       *[other] We will hold the time for { $n } minutes while you fill in the form.
    }
moves-left =
    { $left ->
        [one] { $left } move of { $max } is left.
       *[other] { $left } moves of { $max } are left.
    }
rule-move =
    { $left ->
        [one] It can be moved until { $until }; { $left } move of { $max } is left.
       *[other] It can be moved until { $until }; { $left } moves of { $max } are left.
    }
rule-move-none = All { $max } moves are used.

# What may be wrong
e-form-01-choice = Choose one of the options
e-form-01-call = Enter the code, or the number of a booking and the surname
e-form-01-time = Choose a time
e-form-01-words = Give the reason in words
e-form-02-long = Too long: remove { $over } characters, { $max } fit here
e-form-02-choice = There is no such option. Choose one of the list
e-form-02-date = Write the date like this: 17.04.1988. The year in four digits
e-form-02-number = Write the number in digits
e-form-02-max = Too large a number: { $max } at most
e-form-02-snils = A SNILS has { $needs } digits, you typed { $has }. For example: 112-233-445 95
e-form-02-snils-sum = The check of the SNILS does not fit: look at its last two digits, then at the whole number
e-form-02-policy = A policy number has { $needs } digits, you typed { $has }. If yours is an old or a temporary one, the insurer tells you the number of 16 digits
e-form-02-policy-sum = The last digit of the policy number, its check, does not fit. Compare the whole number with the policy
e-form-08 = We cannot go on without your consent. Tick it
e-ntf-02 = This booking has no valid ticket. You find it in “My bookings”.
e-slot-10 = This purpose needs { $minutes } minutes in a row, and the next time is taken already. Choose another time: everything you typed is kept.
