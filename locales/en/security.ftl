# Second factors, devices, what happens to the safety of an account.

e-auth-04 = This password was tried too many times in a row from unknown devices. Sign in with a device you have used before, or call us: we will help you back in.
e-auth-05 = Let us check that no program is guessing the password. Type it once more and do what is written above the button.
e-auth-06 = Too many wrong codes within an hour. Try again in { $wait }.
e-auth-07 = Apps connected already: { $max }. Remove one of them first.
e-auth-08 = This app is not here any more, or was not connected within an hour. Please begin anew.
e-auth-09 = The code is not right. Check it and try again.
e-auth-17 = This looks like a slip. Compare this group of letters with the paper, counting from the first: { $groups }.
e-auth-18 = This does not look like one of our codes. It has eight groups of four characters; you have typed so many characters: { $letters }. Codes printed earlier are shorter: four groups.
e-auth-21 = This is your last key or authenticator app, and you have a workplace, which cannot be opened without one. Add another key or app first, then remove this one.
e-auth-11 = This device is not in the list any more.
e-auth-13 = The password is not right. Try again.

e-reg-01 = We check that no program fills in this form. Type the password again and do what is written above the button.

field-shared = Somebody else's computer

signin-shared = This is somebody else's computer: keep nothing here
signin-work-wait = This keeps away programs that guess passwords. Wait half a minute, then press “Sign in”.
signin-work-busy = Checking that no program is guessing the password. It takes a few seconds; there is nothing to do.
work-done = The check is done. You can press the button.

factor-title = Confirm that it is you
factor-again = This changes something important, so please confirm that it is you.
factor-lead-app = Open the app with codes and type the six digits it shows.
factor-lead-printed = Type any of the codes you have printed. Each works once.
factor-lead-unsent = No code was sent yet: there were several messages in a row already. Ask for another in a few minutes, or choose another way.
factor-lead-sms = We have sent an SMS with a code to { $to }. It is valid for 10 minutes.
factor-lead-email = We have sent an e-mail with a code to { $to }. It is valid for 10 minutes.
factor-code = Code
factor-code-printed = Printed code
factor-code-printed-hint = All groups one after another. Capitals and spaces do not matter
factor-remember = Remember this device for 30 days
factor-go = Confirm
factor-demo = This is a demonstration: no real message will come.
factor-sent-again = We have sent a new code. The one before is not valid any more.
factor-other-title = Other ways
factor-send-again = Send the code again
factor-no-code-email = Please wait a minute or two, and look into the spam folder. Then ask for a new code; the one before stops working.
factor-by-app = Code of the app
factor-by-sms = Code by SMS
factor-by-email = Code by e-mail
factor-by-printed = Printed code
factor-lost = None of these? Call us:

again-title = Type your password once more
again-lead = You are changing something important, so please confirm that it is you.

security-title = Security
security-lead = What proves that it is you, beside the password.
security-on = On
security-off = Off
security-since = Connected { $at }
security-app = App with codes
security-app-lead = A free app on your phone shows a new code every 30 seconds. It works without a connection and is safer than SMS.
security-app-name = Name
security-app-name-hint = To tell them apart, for example “My phone”
security-app-name-default = Phone
security-app-add = Connect an app
security-app-title = Connect an app with codes
security-app-code = Code of the app
security-app-go = Connect
security-app-done = The app is connected. From now on we ask for its code when you sign in.
security-cancel = Do not connect
security-scan = Scan this with your phone
security-scan-how = Open the app for codes on your phone, choose “Add” and point the camera here.
security-scan-here = Open in the app on this device
security-scan-type = If you cannot scan it, type this key into the app:
security-qr = QR code for the app
security-rename = Rename
security-rename-go = Save
security-remove = Remove
security-codes = Code by SMS or e-mail
security-codes-lead = On a new device we always ask for such a code. We can ask for it at every sign-in.
security-codes-risk = Such a code has weak points: an SMS can be intercepted, a number can be given to somebody else, and the code can be talked out of you on the phone. Tell it to nobody. A key on your device or an app with codes is safer.
security-codes-better = Connect an app
security-codes-on = Ask at every sign-in
security-codes-off = Ask on new devices only
security-printed = Printed codes
security-printed-lead = For the day on which phone and e-mail are out of reach. Keep them on paper, like your documents.
security-printed-left =
    { $n ->
        [0] You have no such codes.
        [one] { $n } code is left.
       *[other] { $n } codes are left.
    }
security-printed-again = New ones end those before.
security-printed-go = Make new codes
security-printed-title = Your codes for emergencies
security-printed-once = We show them once
security-printed-how = Print them or write them down. Each works once, and confirms a sign-in when you have nothing else at hand.
security-printed-file = Codes for emergencies
security-printed-save = Download
security-printed-print = Print
security-printed-kept = I have kept the codes
security-done-removed = The app was removed.
security-done-renamed = The name was changed.
security-done-codes-on = From now on we ask for a code at every sign-in.
security-done-codes-off = From now on we ask for a code on new devices only.

happened-new-device = Sign-in with a new device
happened-guessed = Somebody guessed at the password for long, and it no longer works on new devices
happened-factor-guessed = Somebody entered the right password and could not confirm the sign-in
happened-disowned = Access was closed by the link “Not you?”
happened-contact-undone = The former phone or e-mail was brought back
happened-device-copied = Attempt to sign in with a copy of your device
happened-factor-added = A second way to confirm was switched on
happened-factor-removed = A second way to confirm was switched off
happened-codes-renewed = New printed codes were made
happened-code-used = Sign-in with a printed code
happened-password-changed = The password was changed
happened-recovered = Access was restored

notify-factor-code-sms = { $portal }: code { $code } to sign in. Valid for 10 minutes. Do not tell it to anybody.
notify-factor-code-subject = { $portal }: code to sign in
notify-factor-code-email =
    Hello!

    Your code to sign in: { $code }
    It is valid for 10 minutes. Do not tell it to anybody, not even to people who work for the portal.

    If you did not sign in, change your password: somebody knows it. Questions: { $phone }.
# Signing in by a code: nobody has typed a password, so nothing has to be done.
notify-signin-code-sms = { $portal }: code { $code } to sign in. Valid for 10 minutes. Do not tell it to anybody.
notify-signin-code-voice = Hello! This is { $portal }. Your code to sign in: { $code }. Do not tell it to anybody.
notify-signin-code-subject = { $portal }: code to sign in
notify-signin-code-email =
    Hello!

    Somebody asked for a code to sign in to your account. Your code: { $code }
    It is valid for 10 minutes. Do not tell it to anybody, not even to people who work for the portal.

    If it was not you, you need not do anything: without this code nobody gets in. Questions: { $phone }.
notify-security-new-device = Sign-in with a new device
notify-security-guessed = Somebody is guessing your password. It does not work on new devices: sign in with a code or set a new password
notify-security-factor-guessed = Somebody entered your password and could not confirm the sign-in
notify-security-disowned = Access to the account was closed by the link “Not you?”
notify-security-contact-undone = The former phone or e-mail was brought back, and access was closed
notify-security-device-copied = Attempt to sign in with a copy of your device
notify-security-factor-added = A second way to confirm was switched on
notify-security-factor-removed = A second way to confirm was switched off
notify-security-codes-renewed = New printed codes were made
notify-security-code-used = Sign-in with a printed code
notify-security-password-changed = The password was changed
notify-security-recovered = Access was restored
notify-security-subject = { $portal }: { $what }
notify-security-email =
    Hello { $name },

    { $what }: { $date }, { $time } (Moscow time). { $device }{ $more }

    If it was you, there is nothing to do.
    If not, open this link. It ends all sessions and works for 10 days:
    { $link }

    Questions: { $phone }.
notify-security-sms = { $portal }: { $what }, { $date } { $time }.{ $more } Not you? { $link }
# To a contact that has only just been given: whoever has it may be the one who changed it.
notify-security-email-plain =
    Hello { $name },

    { $what }: { $date }, { $time } (Moscow time). Messages come here from now on.

    Questions: { $phone }.
notify-security-sms-plain = { $portal }: { $what }, { $date } { $time }. Messages come here from now on.

e-auth-19 = Everything has already been done by this link: all sessions are over and the former password no longer works. If you have not signed in yet, restore access and choose a new password.
e-auth-20 = This link no longer works. If you do not recognise what the message was about, restore access: a new password ends the sessions of others, too.
e-auth-14 = This session is over already.
devices-title = Sign-ins and devices
devices-lead = Where you are signed in, and what happened to your account.
devices-now = You are signed in
devices-here = This browser
devices-program = Program
devices-unnamed = Unknown device
devices-since = signed in { $at }
devices-end = End
devices-end-others = End all but this one
devices-end-one = End: { $name }
devices-forget-one = Forget: { $name }
devices-wished = Thank you, now we know that it is you. One press is left:
devices-wished-no = Do nothing
devices-known = Known devices
devices-known-lead = On these we do not ask for a code as on new ones. Forget a device that is no longer yours.
devices-seen = last sign-in { $at }
devices-remembered = without a code until { $at }
devices-forget = Forget
devices-events = What happened
devices-events-none = Nothing so far.
devices-disowned = It was not you
devices-done-ended = The session was ended.
devices-done-others = All other sessions were ended.
devices-done-forgotten = The device is forgotten, and nobody is signed in there any more. We will ask for a code at the next sign-in there.
devices-done-forgotten-here = This browser is forgotten: we will ask for a code at the next sign-in. You stay signed in now; other sessions on this device were ended.
devices-done-password = The password was changed and other sessions were ended. Please look at “My bookings”: everything should be there.
password-title = Change the password
password-lead = You will have to sign in again on your other devices.
password-new = New password
password-present = Present password
password-forgotten = I have forgotten the present password
password-go = Save the password
notme-title = Was it not you?
notme-lead = Press the button, and we shut out at once whoever signed in.
notme-sessions = All sessions end, yours as well
notme-devices = All devices are forgotten
notme-password = The old password stops working, and you choose a new one
notme-added = What was added since then for signing in is removed: keys, apps, printed codes, the control question, phone and e-mail
notme-older = What was there before stays. If you have several such messages, follow the link of the earliest.
notme-bookings = Your bookings stay as they are.
notme-go = It was not me, shut them out
notme-done-title = Access is closed
notme-done = We have ended all sessions, forgotten all devices and removed what was added for signing in. The old password no longer works.
notme-next-title = What comes next
notme-next-code = Enter the code to confirm that it is you.
notme-next-password = Choose a new password.

factor-no-way = There is nothing left to confirm with. Call us, or come to any office with your passport, and we will help you back in:
factor-sms-risk = Tell the code to nobody, not even to somebody who says they work here. It can be overseen or talked out of you; a key on your device or an app with codes is safer.
factor-more-again = Good. One more step is left.
factor-lead-password-again = Enter the password of your account. The next step asks for a code.
factor-more = The code is right. One more confirmation is needed, of another kind.
recover-link = Forgot your password?
recover-title = New password
recover-lead = Give your phone, your confirmed e-mail or your checked SNILS. We send a code, and you choose a new password. Your bookings stay as they are.
recover-back = Sign in with the password
recover-code-title = Type the code
recover-sent-sms = If there is an account with this phone, we have sent it an SMS with a code. The code is valid for 10 minutes.
recover-sent-email = If there is an account with this e-mail, we have sent it a message with a code. The code is valid for 10 minutes.
recover-again = No code comes, begin again

# The session ended while somebody filled in a form.
signin-ended = Your session has ended
signin-ended-lead = You did nothing on the portal for a while, or signed out on another device. Please sign in again.
signin-ended-kept = Please sign in again: what you typed is kept for half an hour. We do not keep passwords and codes.
session-label = How long your session lasts
session-soon = You have done nothing on the portal for a while. Your session ends at { "{" }time{ "}" }. To go on, press “Stay”.
session-last = Your session ends at { "{" }time{ "}" }: it cannot last any longer. Please send what you typed, or sign in again.
session-over = Your session has ended. Please sign in again to go on.
session-over-kept = Your session has ended. Please send the form as usual: we will ask you to sign in, and what you typed is not lost. We do not keep passwords, codes and files.
session-stay = Stay
session-stayed = Your session goes on
session-failed = The portal cannot be reached, your session does not go on yet. Please try again.
typed-kept = What you typed is here, but it is not sent yet. Please check it and send it.

# Signing in by a code, SNILS at the sign-in and in recovery.
recover-identifier = Phone, e-mail or SNILS
recover-identifier-hint = A SNILS works once it was checked, for example 112-233-445 95
signin-snils-hint = E-mail and SNILS work once they are confirmed
recover-sent-snils = If there is an account in which this SNILS was checked, we have sent a code by SMS to its phone. The code works for 10 minutes.
bycode-link = Sign in with a code
bycode-title = Sign in with a code
bycode-lead = We will send a code to your phone or confirmed e-mail, and you need no password. Staff sign in only with a password or a passkey.
factor-lead-password = Now type the password of your account.
factor-by-password = Password
e-auth-15 = On this portal people sign in with a password. Type your password or use a passkey.

# The sign-in is closed for a while; cookies are off; hints at a password.
locked-title = How to sign in
locked-ways = This ends by itself, at the time given above. You need not wait on a device with which you have signed in before, with a code, with a passkey, or through “Forgot your password?”.
locked-support = If this does not help, call us:
locked-operation = Operation number
locked-last = Last try
locked-never = We will ask for the operation number and the time of the last try. We never ask for passwords or codes.
e-auth-16 = Your browser does not keep cookies, and without them the portal cannot know that you have signed in. Allow cookies for this site: in the browser’s settings open “Privacy” or “Cookies”, add the site to the allowed ones and reload the page.
password-check-length = 8 characters or more
password-check-case = capital and small letters
password-check-digit = a digit
password-check-sign = a sign such as ! or #
password-check-own = not your name, phone or e-mail
password-check-done = done
password-check-all = The password meets all points

question-title = Control question
question-lead = If you like. When you forget the password, we ask it beside the code. The answer by itself opens nothing.
question-set = Set a question
question-change = Change the question
question-own = Question
question-own-hint = One whose answer only you know and will not forget. For example: “In which street was the house you grew up in?”
question-answer = Answer
question-answer-hint = Capital and small letters, spaces and full stops make no difference
question-go = Save
question-remove = Remove the question
question-done = The question is saved. We ask it when you forget the password.
question-done-removed = The question is removed. We do not ask it any more.
factor-lead-question = Answer the question that you set yourself. Capital and small letters make no difference.
factor-answer = Your answer
factor-by-question = Control question
happened-question-changed = The control question was changed
notify-security-question-changed = The control question was changed
e-que-01 = Write the question: 5 to 120 characters
e-que-02 = Write the answer: at least three letters or digits, and not what stands in the question
e-que-03 = That is not the answer. Try again; if it does not come back to you, there is another way below
register-done-question = If you like, set a control question for the day you forget the password.
