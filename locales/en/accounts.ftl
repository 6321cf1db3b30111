# Accounts: registration and signing in.

e-auth-01 = The phone, e-mail or password is not right. Check them and try again. If all is right and you still cannot get in, recover your access.
e-auth-02-six = A code has six digits. This did not count as a try.
e-auth-02-wrong = The code is not right. Tries left: { $left }.
e-auth-02-former = This is an earlier code: enter the one from the newest message. Tries left: { $left }.
e-auth-02-expired = This is too old. Ask for a new code or a new link.
e-auth-02-used = This code or link has been used already.
e-auth-02-next = This code has been taken already. Wait for the next one in your app and type it. No try was used up.
e-auth-02-spent = This code was tried too often. Ask for a new one.
e-auth-03 = Too many tries. You can sign in again in { $wait }.
e-auth-limit = We have sent several messages already. You can ask for another in { $wait }.

e-acc-01 = This phone has an account already. Sign in with your password.
e-acc-02 = There is no such account.
e-acc-03 = To go on, tick your agreement.
e-acc-04 = This registration is finished or too old. Sign in or begin again.
e-acc-05 = This e-mail is confirmed in another account.

e-phone-01-named = Enter a phone number, for example +7 912 345-67-89, or an e-mail address, for example anna@example.org.
e-phone-01 = This does not look like a Russian number: it has +7 or 8 and 10 digits more, and no other characters. For example, +7 912 345-67-89.
e-phone-02 = This is no mobile number, and codes go by text message. A mobile one begins with +7 9…
e-phone-03 = The number needs { $needs } digits, you typed { $has }. For example, +7 912 345-67-89.
e-email-01 = This does not look like an e-mail address. It has the sign @, then a site’s name with a dot, and no spaces. For example, anna@example.org.
e-name-01 = The character “{ $char }” at place { $position } does not fit. Use Russian or Latin letters, one alphabet a word.
e-name-02 = Too long: { $max } characters at most. Please shorten it.
e-name-03 = A hyphen or an apostrophe stands between letters, one at a time.
e-name-04 = Type the name here or in the field “Given name”, as in the document.
e-pass-01 = The password is short: { $min } characters at least.
e-pass-02 = The password is long: { $max } characters at most.
e-pass-03 = Capital and small letters, a digit and a sign such as “!” or a space are needed.
e-pass-04 = Such a password is guessed first. Think of another.
e-pass-05 = The password resembles your name, phone or e-mail. Think of another.
