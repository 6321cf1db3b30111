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
notify-move-until = You can move the booking until { $value }.
notify-cancel-until = You can cancel the booking until { $value }.
notify-link = Details and changes: { $value }
notify-bye = { $portal }. Questions: { $phone }.
notify-sms-room = room { $value }

# Said by a call; the digits stand apart, and are said twice.
notify-register-code-voice = Hello! This is { $portal }. Your code: { $code }. Do not tell it to anybody.
notify-register-exists-voice = Hello! This is { $portal }. You have an account with this phone already. Sign in with your password. If this was not you, do nothing.
notify-factor-code-voice = Hello! This is { $portal }. Your code to sign in: { $code }. Do not tell it to anybody.

# Levels and ways to them.
notify-level-simplified = Simplified
notify-level-standard = Standard
notify-level-verified = Verified
notify-identity-raised-subject = { $portal }: the level of your account has risen
notify-identity-raised-email = Your data are confirmed. Your account now has the level “{ $level }”, and more services are open: { $link }
notify-identity-raised-sms = { $portal }: your data are confirmed, level “{ $level }”. { $link }
notify-identity-raised-resume-subject = { $portal }: your level has risen, you can go on with your booking
notify-identity-raised-resume-email =
    Your data are confirmed. Your account now has the level “{ $level }”.

    The booking you began is kept. Go on: { $link }
notify-identity-raised-resume-sms = { $portal }: your data are confirmed. Go on with your booking: { $link }
notify-identity-address-subject = { $portal }: your address is proved
notify-identity-address-email = Your address of registration is proved. Services that need it are open to you now. Your data: { $link }
notify-identity-address-sms = { $portal }: your address is proved. { $link }
notify-identity-address-resume-subject = { $portal }: your address is proved, you can go on with your booking
notify-identity-address-resume-email =
    Your address of registration is proved.

    The booking you began is kept. Go on: { $link }
notify-identity-address-resume-sms = { $portal }: your address is proved. Go on with your booking: { $link }
notify-identity-lowered-subject = { $portal }: the level of your account is lower now
notify-identity-lowered-email = You changed data that were checked, so the level is “{ $level }” now. It rises again when the new data are confirmed: { $link } If it was not you, call us at once: { $phone }
notify-identity-lowered-sms = { $portal }: data changed, level “{ $level }”. Not you? Call { $phone }
notify-identity-check-mismatch-subject = { $portal }: your data differ
notify-identity-check-mismatch-email = Some of your data stand differently in the registries. This page shows what to correct: { $link }
notify-identity-check-mismatch-sms = { $portal }: your data differ from the registry. What to correct: { $link }
notify-identity-check-unknown-subject = { $portal }: the registries do not know you
notify-identity-check-unknown-email = The registries know nobody with these data. Compare them with your papers and check once more, or prove your identity another way: { $link }
notify-identity-check-unknown-sms = { $portal }: the registries do not know you. What to do: { $link }
notify-identity-visit-taken-subject = { $portal }: your SNILS is confirmed in another account
notify-identity-visit-taken-email = Your SNILS is confirmed in another account already, and not by the registries alone, so we could not confirm this one. If that account is yours, sign in to it or restore access. If not, call us: { $phone }
notify-identity-visit-taken-sms = { $portal }: your SNILS is confirmed in another account. Not yours? Call { $phone }
notify-identity-snils-lost-subject = { $portal }: your SNILS was confirmed in another account
notify-identity-snils-lost-email = Somebody showed a passport and a SNILS at a service centre, with the number that was confirmed for you by the registries alone. It is confirmed in another account now, and your level is “{ $level }”. Your bookings stay; powers of attorney and mandates that you added are over. If that account is yours, sign in to it. If you mistyped the number, correct it: { $link } If the number is yours and the account is not, call us at once: { $phone }
notify-identity-snils-lost-sms = { $portal }: your SNILS was confirmed in person in another account. Not you? Call { $phone }
notify-identity-snils-won-subject = { $portal }: your SNILS was in another account
notify-identity-snils-won-email = Your SNILS was confirmed by the registries in another account. You have shown passport and SNILS in person, so it is confirmed in yours now. The level there is lower, and powers of attorney and mandates that were added there with your data are over. If that account is not yours, somebody else knew your data. Call us: { $phone }
notify-identity-snils-won-sms = { $portal }: your SNILS was confirmed in another account; it is yours now. Is that account not yours? Call { $phone }
notify-identity-snils-claimed-subject = { $portal }: your SNILS was shown at a service centre
notify-identity-snils-claimed-email = Somebody showed a passport and a SNILS with your number at a service centre, for another account. Nothing has changed in yours. If it was you, sign in to this account. If not, call us: { $phone }
notify-identity-snils-claimed-sms = { $portal }: your SNILS was shown for another account. Not you? Call { $phone }
notify-identity-check-taken-subject = { $portal }: your SNILS is taken
notify-identity-check-taken-email = Your SNILS is confirmed in another account. Sign in there, or come to a service centre with your passport and SNILS: { $link }
notify-identity-check-taken-sms = { $portal }: your SNILS is confirmed in another account. What to do: { $link }
notify-identity-check-late-subject = { $portal }: the check takes longer than usual
notify-identity-check-late-email = The registries have not answered within a day. We go on asking. If you would rather not wait, prove your identity another way: { $link }
notify-identity-check-late-sms = { $portal }: the check of your data takes longer than usual. Other ways: { $link }
notify-identity-check-expired-subject = { $portal }: the registries have not answered
notify-identity-check-expired-email = The registries never answered. Begin the check anew or prove your identity another way: { $link }
notify-identity-check-expired-sms = { $portal }: the registries have not answered. What to do: { $link }
notify-identity-visit-refused-subject = { $portal }: your identity is not confirmed yet
notify-identity-visit-refused-email = The service centre could not confirm your identity. The reason, and what to do: { $link }
notify-identity-visit-refused-sms = { $portal }: your identity is not confirmed yet. The reason: { $link }
notify-identity-letter-sent-subject = { $portal }: the letter with your code was sent
notify-identity-letter-sent-email = We sent the registered letter with your code, the post's number is { $track }. The post will leave a notice. When you have the letter, type the code: { $link }
notify-identity-letter-sent-sms = { $portal }: your registered letter was sent, number { $track }. Type the code: { $link }
notify-identity-letter-number-subject = { $portal }: another number of the letter with your code
notify-identity-letter-number-email = We corrected the post's number of the registered letter with your code: { $track }. When you have the letter, type the code: { $link }
notify-identity-letter-number-sms = { $portal }: the number of your registered letter is corrected: { $track }. { $link }
notify-identity-stays-subject = { $portal }: your account stays
notify-identity-stays-email = You have signed in, so the account is not closed and the data are not erased. If you still want that, ask for it again: { $link } If it was not you, call us: { $phone }
notify-identity-stays-sms = { $portal }: you have signed in, so your account is not closed. Not you? Call { $phone }
notify-identity-letter-delivered-subject = { $portal }: the letter with your code was delivered
notify-identity-letter-delivered-email = The post says that the letter was delivered. Type its code: { $link } If you have not got it, call us: { $phone }
notify-identity-letter-delivered-sms = { $portal }: your letter was delivered, type the code: { $link } Not got it? Call { $phone }
