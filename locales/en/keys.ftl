# Passkeys: keys on a person's device in place of the password.

e-key-01 = The key came too late or from another window. Press the button once more.
e-key-02 = This key did not fit. Try another key, or sign in another way.
e-key-03 = Somebody has a copy of this key, so we have switched it off. Sign in another way and delete the key under “Security”.
e-key-04 = You have { $max } keys already. That is the most: delete one of them first.
e-key-05 = This key is not here any more.
e-key-06 = Passkeys do not work at this address of the portal. Sign in with your password.
e-key-07 = This key has been added already.

key-title = Passkey
key-lead = Sign in with your fingerprint, your face or your screen lock: no password, no text message. Nobody can look over your shoulder, and on a fake site the key does not work.
key-not-yet = No passkeys yet
key-since = Added { $at }.
key-used = Last used { $at }.
key-unused = Not used yet.
key-backed-up = A copy is kept in your Apple, Google, Microsoft or other account.
key-copied-tag = Switched off
key-copied-words = Somebody has a copy of this key. Delete it and add a new one.
key-remove = Delete
key-name-hint = To tell them apart, for example “My phone”
key-name-default = Key
key-new-title = Add a passkey
key-new-lead = Press the button, and the device asks for your finger, your face or your screen lock. It passes neither the fingerprint nor the face on to anybody.
key-new-go = Make a passkey
key-new-cancel = Do not add one
key-added = The passkey is added. Now you can sign in without a password.
security-done-key-removed = The passkey is deleted. On the device itself you can erase it in the settings for passwords.
security-for-staff = A workplace needs a passkey or an authenticator app
security-for-staff-how = A password and a code by text message are not enough here: a phone number can be taken over, and you see other people's data. Add a passkey or connect an app, and the workplace opens.
security-to-work = Open the workplace

key-signin-lead = If you have added a passkey, you need no password.
key-sign-in = Sign in with a passkey
key-no-script = To use a passkey, switch JavaScript on in your browser.
key-none = This browser cannot work with passkeys.
key-elsewhere = Passkeys work at another address of the portal:
key-wait = Look at the device: it asks you to confirm that it is you.
key-failed = That did not work. Try once more, or choose another way.
key-taken = There is a passkey on this device already.

factor-lead-key = Confirm with your passkey: your finger, your face or your screen lock.
factor-go-key = Confirm with a passkey
factor-by-key = Passkey
factor-demo-app = This is a demonstration. The colleague's app would show the code
factor-demo-app-next = Each code works once. If this one was used, reload the page in half a minute.
factor-lead-ask = We will send a code to { $to }.
factor-by-voice = Call and say the code
register-again-voice-done = We call you now and say a new code. The one before does not work any more.
factor-ask = Send the code

happened-key-copied = Somebody tried to sign in with a copy of your passkey
notify-security-key-copied = Somebody tried to sign in with a copy of your passkey

e-rec-01 = The administrator of the portal gives access back to the staff: call them.
happened-recovery-waits = Somebody began to recover access without proving who they are
notify-security-recovery-waits = Recovery of access was begun
notify-opens = it opens on { $date }
factor-nothing = I have none of these
factor-nothing-hint = If all but the phone or the e-mail is lost, access opens in a day.
waiting-title = Wait for a day
waiting-lead = Come back here after { $at } and confirm the phone or the e-mail once more. That will be enough to choose a new password.
waiting-why = Why wait
waiting-told = We have written to all your contacts. If it is not you who asks, a day is enough to stop it.
waiting-then = You can come back within three days.
waiting-lost = Lost passkeys, apps and printed codes stop working.
waits-notice = Somebody is recovering access to your account
waits-notice-how = After { $at } they will be able to sign in. If it is not you, stop them.
waits-stop = Stop it
waits-stop-here = Stop the recovery
waits-stopped = The recovery is stopped.
recover-link-title = A new password
recover-link-lead = You have opened the link from the e-mail. Press the button, and we go on.
recover-link-go = Continue
notify-recovery-code-sms = { $portal }: code { $code } for a new password. Valid for 10 minutes. Do not tell it to anybody.
notify-recovery-code-voice = Hello! This is { $portal }. Your code for a new password: { $code }. Do not tell it to anybody.
notify-recovery-code-subject = { $portal }: code for a new password
notify-recovery-code-email =
    Hello!

    Your code for a new password: { $code }
    It is valid for 10 minutes. Do not tell it to anybody, not even to people who work for the portal.

    If you did not ask for it, there is nothing to do. Questions: { $phone }.
notify-recovery-link-subject = { $portal }: a new password
notify-recovery-link-email =
    Hello!

    To choose a new password, open this link. It works for 30 minutes and once:
    { $link }

    Or type this code on the page where you began: { $code }

    If you have not asked for it, there is nothing to do. Tell nobody the code or the link. Questions: { $phone }.
