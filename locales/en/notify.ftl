# What is sent by SMS and e-mail. SMS: two segments at most.

notify-register-code-sms = { $portal }: code { $code }. Valid for 10 minutes. Do not tell it to anybody.
notify-register-exists-sms = { $portal }: this phone has an account already. Sign in with your password. If this was not you, do nothing.
notify-register-exists-subject = { $portal }: you have an account already
notify-register-exists-email =
    Hello!

    Somebody gave this e-mail when registering at { $portal }. You have an account already: sign in with your password.

    If this was not you, there is nothing to do. Questions: { $phone }.
notify-email-link-subject = { $portal }: confirm your e-mail
notify-email-link-email =
    Hello!

    To confirm your e-mail for { $portal }, open this link. It works for 24 hours:
    { $link }

    If you did not register, there is nothing to do. Questions: { $phone }.

notify-booking-confirmed-subject = Booking confirmed: { $date }, { $time }
notify-booking-confirmed-lead = You are booked. See you there.
notify-booking-confirmed-sms = You are booked: { $date }, { $time }. Booking { $number }, code { $code }. { $place }
notify-booking-pending-subject = Request received: { $date }, { $time }
notify-booking-pending-lead = We have received your request. The office is going to answer it, and we will tell you at once. The time is kept for you until then.
notify-booking-pending-sms = Your request { $number } for { $date }, { $time } waits for the office's answer. Code { $code }. { $place }
notify-booking-moved-subject = Booking moved: { $date }, { $time }
notify-booking-moved-lead = Your booking was moved. The new time is below; the old ticket is not valid any more.
notify-booking-moved-sms = Booking { $number } moved: { $date }, { $time }, code { $code }. { $place }
notify-booking-cancelled-subject = Booking cancelled: { $date }, { $time }
notify-booking-cancelled-lead = You cancelled the booking. There is no need to come.
notify-booking-cancelled-sms = Booking { $number } for { $date }, { $time } cancelled. { $place }
notify-booking-cancelled-by-office-subject = The office cancelled the booking: { $date }, { $time }
notify-booking-cancelled-by-office-lead = We are sorry: the office cancelled your booking. Do not come at that time; please choose another.
notify-booking-cancelled-by-office-sms = The office cancelled the booking { $number } for { $date }, { $time }. Please choose another time. { $place }
notify-booking-rejected-subject = Request declined: { $date }, { $time }
notify-booking-rejected-lead = We are sorry: the office declined your request.
notify-booking-rejected-sms = Request { $number } for { $date }, { $time } declined. See the portal for the reason. { $place }

notify-hello = Hello, { $name }!
notify-row-when = When: { $value }
notify-row-service = Service: { $value }
notify-row-organization = Organisation: { $value }
notify-row-site = Office: { $value }
notify-row-address = Address: { $value }
notify-row-room = Room: { $value }
notify-row-specialist = With: { $value }
notify-row-number = Booking number: { $value }
notify-row-code = Code: { $value }
notify-row-reason = Reason: { $value }
notify-bring = Please bring:{ $value }
notify-change-until = You can move or cancel the booking until { $value }.
notify-link = Details and changes: { $value }
notify-bye = { $portal }. Questions: { $phone }.
notify-sms-room = room { $value }

# Said by a call; the digits stand apart, and are said twice.
notify-register-code-voice = Hello! This is { $portal }. Your code: { $code }. Do not tell it to anybody.
notify-register-exists-voice = Hello! This is { $portal }. You have an account with this phone already. Sign in with your password. If this was not you, do nothing.
notify-factor-code-voice = Hello! This is { $portal }. Your code to sign in: { $code }. Do not tell it to anybody.
