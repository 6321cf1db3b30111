# Registration and signing in.

register-title = Create an account
register-lead = You need it to book appointments, and to move or cancel them.
register-signin = I have an account already
register-surname = Surname
register-names-hint = As in the document you will bring
register-name = Given name
register-patronymic = Patronymic
register-one-name = I have one name: my document has no surname or no given name
register-phone = Mobile phone
register-phone-hint = We will send a code by text message. For example: +7 900 000-00-00
register-email = E-mail
register-email-hint = For confirmations and reminders
register-password = Password
register-password-hint = At least 8 characters. A phrase of several words is a good choice
register-password-hint-classes = At least 8 characters: capital and small letters, a digit and a sign such as “!” or a space
register-agreement = I accept the
register-agreement-link = user agreement
register-privacy = I agree to the processing of
register-privacy-link = my personal data
register-go = Get the code
register-busy = Sending

register-code-title = Enter the code from the text message
register-code-sent = We have sent a code to { $phone }. It is valid for 10 minutes.
register-code-demo = This is a demonstration: no real text message will come.
register-code-demo-link = See the code among the messages
register-code = Code from the text message
register-said-title = Enter the code from the call
register-said-sent = We are calling { $phone }. The code is valid for 10 minutes.
register-said = Code from the call
register-code-hint = Six digits
register-code-go = Confirm
register-code-busy = Checking
register-correct = Wrong number? Correct it
register-corrects = Correct what is wrong and type the password once more. The code before no longer works.
register-no-code = No code?
register-no-code-hint = Please wait a minute or two: text messages can be late. Then ask for a new code; the one before stops working.
register-email-sent = We have sent a link to { $email } to confirm the address. If you do not see it, look into the spam folder. You can also do this later.
register-again-sms = Send the text message again
register-again-email = Send the e-mail again
register-again-sms-done = We have sent a new code. The one before no longer works.
register-again-email-done = We have sent a new e-mail. If you do not see it, look into the spam folder.

register-done-title = Your account is ready
register-done-lead = Your phone is confirmed, and you are signed in.
register-done-can = What you can do now
register-done-more = Some services ask you to confirm who you are. If so, we will say it before you book.
register-continue = Continue

register-email-title = Confirm your e-mail
register-email-press = Press the button, and we will send confirmations and reminders to this address.
register-email-go = Confirm the e-mail
register-email-done-title = Your e-mail is confirmed
register-email-done = From now on you can also sign in with this address.

signin-title = Sign in
signin-identifier = Phone or e-mail
signin-identifier-hint = The e-mail works once you have confirmed it
signin-password = Password
signin-busy = Checking
signin-demo-title = Sign in with one click
signin-demo-lead = This is a demonstration: choose any of these made-up people.
register-work-wait = This is a check against programs that register by the hundred. Wait for half a minute and press “Get the code”.
