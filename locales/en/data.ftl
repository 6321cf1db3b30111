# One's data in one's own hands.

e-acc-06 = This is your present contact. Enter another one.
e-acc-07 = This contact belongs to another account by now, so the link cannot bring it back. Please call us.
e-data-01 = You have a role of the staff. Ask your administrator to take it away; then the account can be closed.
e-data-02 = This booking still stands: without the data nobody could receive you. Cancel it first.
e-data-03 = Without this consent there is no account. To withdraw it, close the account.
e-data-04 = A copy of your data can be downloaded five times a day. Try again later.
e-data-05 = Tick that you understand what will happen

email-unproved = Your e-mail is not confirmed: no letters about bookings will come to it.
email-unproved-link = Confirm the e-mail

field-standing = Coming bookings
field-sure = Confirmation

data-moment = { $day }, { $time } ({ $zone })
data-zone-moscow = Moscow time
data-yes = yes
data-no = no

data-title = Manage your data
data-lead = Correct, download or erase what the portal knows of you.
data-done-name = The name was changed.
data-done-phone = The phone was changed. The old number got a message: for 72 hours the change can be taken back.
data-done-email = The e-mail was changed. If the old one was confirmed, it got a letter: for 72 hours the change can be taken back.
data-done-consent = The consent was withdrawn.
data-back = You have signed in, so the account stays. We will not close it.
data-correct = Correct
data-name = Name
data-change = Change
data-add = Add
data-save = Save

data-name-title = Change the name
data-name-lead = Write it as in your passport: by this name you are received.
data-name-loses = Your name was compared with papers. After the change the account has the simplified level, and your identity has to be confirmed once more.

data-phone-title = Change the phone
data-email-title = Change the e-mail
data-contact-now = Now: { $contact }
data-phone-new = New number
data-email-new = New e-mail
data-contact-what = We send a code. When you have typed it, the new contact counts, and on other devices you sign in anew. We tell the old contact of the change.
data-contact-go = Get the code
data-code-title = Enter the code
data-code-sent = We sent a code to { $to }. It is valid for 10 minutes.
data-code-go = Confirm
data-code-stop = Do not change it

data-undo-title = Bring the old contact back
data-undo-lead = Somebody changed a contact of your account. The old one: { $contact }.
data-undo-back = The old contact counts again.
data-undo-go = It was not me, bring it back
data-undo-done-title = The former contact is yours again
data-undo-done = We have brought the former contact back, ended all sessions, forgotten all devices and removed what was added since then for signing in. The old password no longer works.

data-copy = Download
data-copy-lead = One archive with everything we keep of you: bookings and their history, messages, consents, sign-ins, devices, who looked at your data. In it are a page to read and a file for programs.
data-copy-go = Download my data
data-copy-title = My data
data-copy-about = Here is everything that the portal keeps of this account. The password, codes and keys are not here: we do not know them, or give them to nobody.
data-copy-none = There is nothing.

data-consents-none = There are no consents.
data-consent-agreement = User agreement
data-consent-privacy = Processing of personal data
data-consent-personal_data = Confirmation of identity
data-consent-form = Processing of data for booking { $number }
data-consent-forms = Processing of data for bookings
data-consent-before = { $n ->
        [one] Before: { $n } time
       *[other] Before: { $n } times
    }
data-consent-each = { $n ->
        [one] { $n } booking
       *[other] { $n } bookings
    }
data-consent-at = Given { $at }.
data-consent-by = Where: { $channel }.
data-consent-version = Version { $version }.
data-consent-text = Text
data-consent-withdraw = Withdraw
data-consent-needed = Without it there is no account. It is withdrawn by closing the account.
data-consent-stands = It can be withdrawn when the booking is over or cancelled.

data-close = Close the account
data-close-lead = All your data will be erased. You can change your mind for seven days.
data-close-more = Close the account
data-close-title = Close the account
data-close-how = { $n ->
        [one] We erase all your data in { $n } day. Until then it is enough to sign in, and everything stays.
       *[other] We erase all your data in { $n } days. Until then it is enough to sign in, and everything stays.
    }
data-close-out = You are signed out on all devices at once.
data-close-gone = Your name, contacts, what you wrote in forms, messages and devices will be gone. Backups will not bring them back.
data-close-stays = Times and places of bookings stay without a name: for statistics.
data-close-coming = { $n ->
        [one] You have a coming booking:
       *[other] You have coming bookings:
    }
data-close-late = { $n ->
        [one] This booking is later than we erase the data. It is cancelled as soon as you close the account:
       *[other] These bookings are later than we erase the data. They are cancelled as soon as you close the account:
    }
data-close-standing = What is to become of the coming bookings?
data-close-cancel = Cancel them now
data-close-keep = Keep them: I will come before the data are erased. What is left is cancelled with the account
data-close-sure = I understand that the data will be erased for ever
data-close-go = Close the account
data-closed-title = The account is being closed
data-closed-lead = You are signed out. We erase the data { $at }.
data-closed-back = Changed your mind? Sign in before then, and everything stays as it was. We have sent you a message about it, too.
data-closed-signin = Sign in and stay
data-closed-home = Home page

happened-contact-changed = The phone or the e-mail was changed
happened-name-changed = The name was changed
happened-data-taken = A copy of the data was downloaded
happened-closing = The account is to be closed

notify-security-contact-changed = The phone or the e-mail was changed
notify-security-name-changed = The name was changed
notify-security-data-taken = A copy of your data was downloaded
notify-security-closing = Somebody asked to close your account
notify-security-closing-more = The data are erased after 7 days. To stay, sign in.
notify-contact-exists-sms = { $portal }: somebody gave this phone as a new contact, but your account has it already. If this was not you, do nothing.
notify-contact-exists-subject = { $portal }: this e-mail was given as a new contact
notify-contact-exists-email =
    Hello!

    Somebody gave this e-mail as a new contact at { $portal }. Your account has it already, and nothing has changed there.

    If this was not you, there is nothing to do. Questions: { $phone }.
notify-contact-code-sms = { $portal }: code { $code } for the new number. Valid for 10 minutes. Do not tell it to anybody.
notify-contact-code-subject = { $portal }: code for the new e-mail
notify-contact-code-email =
    Hello!

    The code that confirms this e-mail: { $code }
    It is valid for 10 minutes. Do not tell it to anybody.

    If you did not change your e-mail on the portal, there is nothing to do. Questions: { $phone }.
notify-contact-undo-sms = { $portal }: this number is no longer part of your account. Not you? Bring it back within 72 hours: { $link }
notify-contact-undo-subject = { $portal }: the e-mail of your account was changed
notify-contact-undo-email =
    Hello!

    This e-mail is no longer part of your account on the portal.

    If it was you, there is nothing to do.
    If not, open this link within 72 hours. The old e-mail comes back, all sessions end:
    { $link }

    Questions: { $phone }.

data-part-account = Account
data-part-consents = Consents
data-part-levels = Changes of the level
data-part-sessions = Where you are signed in
data-part-devices = Devices
data-part-factors = Ways to confirm
data-part-events = Events of safety
data-part-changes = Changes of contacts
data-part-bookings = Bookings
data-part-mandates = Whom you act for
data-part-sites = What you allowed other sites
data-part-site-visits = Sign-ins at other sites
data-part-providers = Accounts of other systems
data-part-lines = Places in lines
data-part-looks = Who of the staff looked at your data
data-part-roles = Your roles of the staff
data-part-offers = Roles of the staff that you offered, or were offered
data-part-trail = What you did as one of the staff
data-part-messages = Messages to you
data-part-wishes = A booking that was interrupted
data-part-kept = Unfinished forms
data-part-accesses = What engineers of the portal did
data-field-site = Site
data-field-offline = Without you being there
data-field-provider = System
data-field-surname = Surname
data-field-name = Name
data-field-patronymic = Patronymic
data-field-phone = Phone
data-field-contact = Contact
data-field-email = E-mail
data-field-email_proved = E-mail confirmed
data-field-level = Level
data-field-lang = Language
data-field-opened = Opened
data-field-id = Id
data-field-text = Text
data-field-version = Version
data-field-at = When
data-field-channel = By which way
data-field-withdrawn = Withdrawn
data-field-from = Before
data-field-to = After
data-field-recipient = To
data-field-reason = Reason
data-field-kind = Kind
data-field-device = Device
data-field-place = Place
data-field-seen = Last time
data-field-ends = Good until
data-field-remembered = No code is asked until
data-field-event = What happened
data-field-disowned = “It was not me”
data-field-left = Left
data-field-old = Old
data-field-new = New
data-field-proved = Confirmed
data-field-undone = Taken back
data-field-number = Number
data-field-service = Service
data-field-purpose = Purpose
data-field-state = State
data-field-starts = Begins
data-field-resource = Who receives
data-field-code = Code
data-field-moves = Moves
data-field-changed = Changed
data-field-form = What you typed
data-field-page = The page, and what you chose there
data-field-track = Number at the post
data-field-proposed = Proposed
data-field-taken = Taken up
data-field-op = Operation
data-field-rank = Place in line
data-field-role = Role
data-field-did = Action
data-field-step = Outcome
data-field-object = To what
data-field-object_id = Number
data-field-booking = Booking
data-field-subject = Subject
data-field-body = Text
data-field-note = Note
data-field-who = Who
data-field-what = What
data-lang-ru = Russian
data-lang-en = English
data-channel-web = on the site
data-channel-api = by a program
data-channel-cli = by an engineer of the portal
data-channel-job = by itself
data-session-browser = browser
data-session-bearer = program
data-factor-app = app with codes
data-factor-key = passkey
data-factor-wait = waiting for recovery
data-factor-code = code by SMS or e-mail
data-factor-printed = printed codes
data-factor-question = control question
data-way-email = letter
data-way-sms = SMS
data-message-sent = sent
data-message-recorded = recorded in the demo
data-message-failed = not delivered
data-line-waiting = in line
data-line-inside = could choose
data-line-served = time chosen
data-line-out = place given up

data-email-remove-title = Remove the e-mail
data-email-remove-what = Your phone stays, and messages go there. You can no longer sign in or get back in by e-mail. A confirmed e-mail gets a link: for 72 hours the change can be taken back.
data-email-remove = Remove the e-mail
data-done-email-removed = The e-mail is removed. If it was confirmed, a letter went there: for 72 hours the change can be taken back.
e-acc-27 = On this portal every account has an e-mail. You can change it, but not remove it.
data-field-visit_ends = End of the visit
data-field-behalf = For whom and by which paper
data-who-self = you
data-who-staff = staff
data-who-engineer = the engineer of the portal
data-who-system = the portal
data-offer-own = you offered it
data-offer-other = it was offered to you
data-mandate-added = added
data-mandate-corrected = data corrected
data-mandate-checked = paper checked
data-mandate-refused = paper not accepted
data-mandate-revoked = powers revoked
data-mandate-ended = ended
data-mandate-lapsed = over: somebody else has proved the SNILS
data-form-kind = Kind
data-form-kind-child = child
data-form-kind-attorney = by power of attorney
data-form-kind-guardian = guardianship
data-form-kind-company = organisation
data-form-kind-trader = sole trader
data-form-issued_on = Issued on
data-form-title = Title
data-form-by = Who acts
data-form-revision = Edition
data-form-purpose = Purpose
data-form-detail = Details
data-form-format = Format of the meeting
data-form-format-in_person = in person
data-form-format-video = video
data-form-format-phone = telephone
data-form-phone = Mobile phone
data-form-email = E-mail
data-form-participant = For whom
data-form-participant-self = oneself
data-form-consent = Consent
data-form-consent-1 = given
data-form-consent_version = Edition of the consent
data-form-address = Address of registration
data-form-born = Birth date
