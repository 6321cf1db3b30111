# Help for somebody who cannot sign in: the workplace, the code on paper, looking at the contacts.

restore-title = Help to sign in
restore-lead = You begin and the person finishes: you see neither their data nor whether they have an account.
restore-aim = What the person asks for
restore-restore = To get back in
restore-restore-hint = Forgot the password, lost the phone, gets no codes
restore-sessions = To end all sign-ins
restore-sessions-hint = Lost a device, fears that somebody else has signed in
restore-surname = Surname or only name
restore-identifier = SNILS or phone of the account
restore-identifier-hint = A SNILS works once the portal has checked it
restore-seen = How you made sure who it is
restore-paper = The passport lies in front of me
restore-paper-hint = The face in the photograph is that of the person
restore-call = The person calls and has answered questions
restore-call-hint = A call gives no code: a hint goes to the contacts of the account
restore-number = Series and number of the passport
restore-number-hint = Only when the passport is in front of you. Ten digits, for example 4508 123456
restore-reason = What has happened
restore-reason-hint = In your own words, with what you asked. The person sees it in the copy of their data
restore-noted = Every help is written down. The person sees it on the page “Who looked at my data” and is told at all contacts.
restore-go = Continue

restored-title = Written down
restored-paper = Hand the code over. If the passport is confirmed in their account, the code works.
restored-call = If there is such an account, a message on how to get back in went to its contacts.
restored-sessions = If there is such an account, all sign-ins to it have ended and its owner has been told.
restored-code = Code to get back in
restored-step-open = Before this time tomorrow open { $address }.
restored-step-code = Type this code and a phone or e-mail that you have at hand, even a new one.
restored-step-wait = Wait for a day. Meanwhile messages about it arrive at the former contacts, and whoever has them can stop it.
restored-step-again = After a day type the same code once more and choose a new password. You have three days for that.
restored-keep = Keep this sheet to the end and show it to nobody. The staff never ask for this code.
restored-wrong = The code is refused? Then surname, number or passport are not those of the account. Check them together with the clerk. You can also open a new account.
restored-unknown = The answer is always the same, whether or not there is such an account.
restored-next = Next person

looks-what-recovery = Helped to get back in: you, or somebody in your name, asked for it
looks-what-sessions-ended = Ended all sign-ins because somebody asked

desk-link = I have a code from a service centre
desk-title = Code from a service centre
desk-lead = Type the code on the sheet that you were given when you showed your passport.
desk-code = Code on the sheet
desk-code-hint = Sixteen letters and digits. Capitals and small letters are the same
desk-contact = Phone or e-mail
desk-contact-hint = Where to send a code; it may be new. After the day of waiting leave it empty
desk-none = I have no such code
desk-sent = The code on the sheet is right. Now type the six digits of the message that went to the phone or e-mail you gave.
desk-waits = You only have to wait. You can finish at { $at }.
desk-then = Open this page again and type the same code on the sheet. You have three days for that.
desk-lost = The former password, keys and apps with codes will not work any more. The verified level is to be proved anew: at a service centre, with the passport.

contacts-review-title = Check your contacts
contacts-review-lead = See whether phone and e-mail are yours: codes and reminders arrive there.
contacts-review-contacts = Your contacts
active-title = Check that everything is there
active-none = You have no bookings ahead.
active-all = All bookings
active-missing = Is something missing?
contacts-review-devices = Where you are signed in and what happened:
contacts-review-right = All is right
contacts-review-done = Thank you. The contacts are checked.
contacts-review-notice = You have come back by a recovery: please check your contacts.
contacts-review-go = Check

happened-help-given = The staff gave a code to get back in to somebody who showed the passport
notify-security-help-given = A service centre gave out a code for access to your account
happened-help-asked = Somebody called the support to get back in
notify-security-help-asked = A call to the support about access. To get back in: “Sign in”, then “Forgot your password?”
happened-sessions-ended = The staff ended all sign-ins because somebody asked
notify-security-sessions-ended = All sign-ins were ended because the support was asked to

e-rec-02 = There is no such code, it works no more, or the recovery was stopped. Check every letter, or ask for a new code at the centre
e-rec-03 = This contact has another account. Begin again and give another phone or e-mail.
e-rec-04 = You have helped twenty people within a day. No more for now; the administrator of the portal has been told.
e-rec-05 = Three have asked for this SNILS or phone today. Try again tomorrow.
e-rec-06 = A passport has ten digits: four of the series and six of the number
field-aim = What the person asks for
field-seen = How you made sure who it is
field-paper = Series and number of the passport

data-part-helped = Help of the staff with signing in
data-helped-restore = To get back in
data-helped-proving = To prove a contact with the code on paper
data-helped-sessions = To end all sign-ins
data-helped-paper = passport shown
data-helped-call = call

staff-alarms-count-help = { $n ->
        [one] Helped { $n } person to sign in within a day
       *[other] Helped { $n } people to sign in within a day
    }
notify-staff-alarm-help-subject = { $portal }: somebody of the staff helps too many to sign in
notify-staff-alarm-help-email =
    Hello,

    Somebody of the staff has helped so many people back in within a day: { $count }. The portal lets them help no more.
    Who and when: { $link }
notify-staff-alarm-help-sms = { $portal }: somebody of the staff helped { $count } people to sign in within a day. { $link }

recover-other-title = No code?
recover-other-hint = Wait a minute, and look into the spam folder. Then ask for the code again or by another way. The code before it ends.
recover-again-sms = Send the SMS again
recover-first-sms = Send an SMS
recover-again-email = Send it by e-mail
recover-second-email = Send the e-mail again
recover-again-sms-sent = If there is such an account, another SMS went to its phone. The code before it has ended.
recover-again-voice-sent = If there is such an account, we call its phone and say the code. The code before it has ended.
recover-again-email-sent = If there is such an account and its e-mail is proved, the code went there. The code before it has ended.
data-field-how = How they made sure who asks
data-field-ended = Ended
