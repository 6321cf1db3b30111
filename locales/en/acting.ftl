# Acting for others: children, principals, wards, organisations.

acting-title = People you act for
acting-lead = Add your children, relatives or organisation once. When you book, just choose who it is for.
acting-new-title = Who to add
acting-children = Children
acting-people = Principals and wards
acting-organizations = Organisations
acting-none = Nobody yet.
acting-level = This needs a higher level of account.
acting-level-how = How to raise the level
acting-former = Former
acting-paper = What you entered
acting-why = Why it was not accepted:
acting-allows = What is allowed
acting-correct = Correct
acting-correct-title = Correct the data
acting-end = End
acting-end-title = Stop acting in this name
acting-end-what = You will no longer book, move or cancel in this name. Bookings that exist stay: you see them in “My bookings”, and the office can cancel them for you. You can add everything again later.
acting-end-over = This has run out by itself already. You can take it off the list.
acting-done-added = Done. You can book in this name now.
acting-done-corrected = Corrected. The staff will look at the paper anew at the next visit.
acting-done-ended = Ended. Nothing more can be done in this name.
acting-kept = These data are kept encrypted. Only the staff you have booked with will see them, and that will stand in the list “Who looked at my data”.
acting-save-new = Add
acting-save = Save

acting-add-child = Add a child
acting-add-attorney = Add a principal
acting-add-guardian = Add a ward
acting-add-company = Add an organisation
acting-add-trader = Add your own business
acting-lead-child = Your child under 18. You will need the birth certificate.
acting-lead-attorney = Somebody who gave you a power of attorney. You will need the paper itself.
acting-lead-guardian = Somebody whose guardian or trustee you are. You will need the act of appointment.
acting-lead-company = An organisation you come for. You will need its numbers.
acting-lead-trader = Yourself as a sole trader. You will need your OGRNIP.
acting-kind-child = child
acting-kind-attorney = by power of attorney
acting-kind-guardian = guardianship or trusteeship
acting-kind-company = organisation
acting-kind-trader = sole trader

acting-surname = Surname
acting-name = Name
acting-patronymic = Patronymic
acting-one-name = This person has one name: the document has no surname or no given name
acting-born = Date of birth
acting-sex = Sex
acting-sex-female = Female
acting-sex-male = Male
acting-certificate = Birth certificate
acting-series = Series
acting-series-hint = A Roman numeral and two letters, for example IV-АИ
acting-number = Number
acting-number-attorney = The number in the notary's register, on the last page. A paper in simple writing may have no number.
acting-attorney-only = Only if you act by power of attorney
acting-issued = Date of issue
acting-issuer = Issued by
acting-issuer-hint = As the certificate says
acting-issuer-act = The guardianship authority that decided
acting-attorney = Power of attorney
acting-form = Which form
acting-form-notarial = By a notary
acting-form-simple = In simple writing
acting-until = Last day of the term
acting-until-hint = Without a term a power of attorney counts for a year, through the same date of the next year
acting-until-act = If the act names a term
acting-acts = What you may do
acting-acts-hint = Tick what the paper says
acting-may-book = Book and move
acting-may-see = See bookings
acting-may-cancel = Cancel bookings
acting-bounds = Limit it to some offices or services
acting-bodies = At which offices
acting-bodies-hint = If nothing is ticked, at all
acting-services = For which services
acting-services-hint = If nothing is ticked, for all
acting-act = Act of appointment
acting-office = What you are
acting-office-guardian = Guardian
acting-office-trustee = Trustee
acting-title-company = Name of the organisation
acting-title-company-hint = As in its charter
acting-title-trader-hint = For example: ИП Гончар Дина Олеговна
acting-ogrn = OGRN
acting-ogrn-hint = 13 digits
acting-ogrnip = OGRNIP
acting-ogrnip-hint = 15 digits, the first is 3
acting-inn = INN
acting-inn10-hint = 10 digits
acting-inn12-hint = 12 digits
acting-kpp = KPP
acting-kpp-hint = 9 characters
acting-basis = On what you act
acting-basis-position = My position
acting-basis-attorney = A power of attorney
acting-position = Position
acting-position-hint = If you act by position, for example: director

acting-state-typed = Nobody has seen the paper yet
acting-state-checked = Authority checked
acting-state-refused = The paper was not accepted
acting-state-adult = Of age
acting-state-term = The term is over
acting-state-ended = Ended
acting-state-revoked = Taken back
acting-note-signs = From 14 on the child signs together with you and brings a passport of its own.
acting-note-adult = You act in this name until the child is of age: { $day }.
acting-note-grown = Your child or ward books without you now. Bookings you have made stay.
acting-note-term = The term of the paper is over. Is there a new one? Correct the data or add it.

# In bookings and papers
form-participant = Who the visit is for
form-participant-ask = Who are you booking for?
form-participant-self = For myself
form-participant-add = Add a child, a principal or an organisation
form-participant-none = This service is for those you act for. Add them once; what you have typed here is kept.
field-participant = Who the visit is for
acting-comer = { $who } (represented by { $by })
acting-for = For: { $who }
acting-by = Represented by
acting-day-list = { $who }, { $kind } (represented by { $by })
acting-day-organization = { $kind } (represented by { $by })
acting-booking-adult = Your child or ward is of age now. The booking stays, but they decide about it: the office can move or cancel it.
acting-booking-over = You no longer act in this name. The booking stays: the office can move or cancel it.
acting-booking-grown-by-then = On the day of the visit they will be of age: they have to come and sign by themselves.
acting-booking-over-by-then = By the day of the visit the term of the paper will be over. Bring a new one.
acting-booking-signs = Come together: from 14 on they sign by themselves, with your consent.
ics-for = For: { $who }
notify-row-for = For: { $value }

# At the desk
staff-acting-title = Whom the visitor acts for
staff-acting-who = Acts for
staff-acting-seen = What to say about the paper
staff-acting-lead = Compare the data with the paper that the visitor has brought.
staff-acting-changed = The data were corrected after this booking was made. Below is how they are now.
staff-acting-verdict = Decision
staff-acting-verdict-checked = Authority checked
staff-acting-verdict-refused = The paper is not good
staff-acting-verdict-revoked = Taken back by whoever was represented
staff-acting-reason = What is wrong
staff-acting-reason-hint = Needed when the paper is not good or was taken back. The visitor will read these words.
staff-acting-go = Write it down
staff-acting-done = Written down; the visitor will be told.
staff-acting-why = Why
staff-acting-former = Before
staff-acting-former-refused = The paper was not accepted on { $when }
staff-acting-former-revoked = The powers were revoked on { $when }
staff-acting-ended = This has ended: nothing can be done by it any more.
looks-who-staff = Staff
looks-what-mandate = Checked the paper by which you act for another

# What goes wrong
e-reg-03 = No such authority was found. Look at the list “People you act for”
e-mnd-01 = This person is of age since { $since } and books without you
e-mnd-02 = The paper was valid through { $until }. Correct the data or add a new paper
e-mnd-03 = This has ended. If it holds again, add it once more
e-mnd-04 = The paper was not accepted at a visit. Correct the data in “People you act for”
e-mnd-05 = The power of attorney does not allow this
e-mnd-06 = The power of attorney does not reach this service or office
e-mnd-07 = This service cannot be booked in this name
e-mnd-08 = { $level ->
    [verified] This needs a verified account
   *[other] This needs a standard account
}
e-mnd-09 = No more can be added: this list holds { $max }
e-mnd-10 = This is in your list already
e-mnd-11 = The kind cannot change. End this one and add another
e-mnd-12 = The data were corrected a moment ago. Look at them once more
e-mnd-13 = Already 18: by power of attorney only
e-mnd-14 = A power of attorney can be given from 14 on. If it is your child, add it under “Children”
e-mnd-15 = This date is earlier than it can be. Compare both dates
e-mnd-16 = This term is over already
e-mnd-17 = Tick at least one
e-mnd-18 = People come for this service in the name of another person or an organisation. Choose who the visit is for
e-mnd-19 = Write what is wrong: the visitor will read it
e-mnd-20 = The office did not accept this paper, or the powers it gave were revoked. Bring the paper to that office: it will be looked at once more. If the paper is new, give its number and date
e-mnd-21 = Not what your data say of whoever you book for: { $known }. Correct it, or choose somebody else
e-mnd-22 = This number or date is your own. Give that of whoever you book for. Where it is optional, it may stay empty
e-mnd-23 = People act for others from the age of 18, and by the birth date in your profile you are not 18 yet. If the date is wrong, correct it in the profile. If you were declared of age earlier, go to an office with your papers
e-mnd-24 = This is you. A power of attorney or guardianship is for acting for somebody else: enter their data

# Messages
notify-mandate-checked-subject = Authority checked
notify-mandate-checked = The staff have seen the paper. Authority checked: { $who }.
notify-mandate-refused-subject = The paper was not accepted
notify-mandate-refused = The paper by which you act for another ({ $who }) was not accepted. Reason: { $reason }. Correct the data in “People you act for”.
notify-mandate-revoked-subject = Authority taken back
notify-mandate-revoked = Authority was taken back: { $who }. Reason: { $reason }. Bookings that exist stay.
notify-mandate-fourteen-subject = Soon 14
notify-mandate-fourteen = { $who }: 14 years old on { $day }. You can go on booking, but come together: from that day on they sign by themselves, with your consent. Do not forget the passport.
notify-mandate-adult-subject = Soon 18
notify-mandate-adult = { $who }: 18 years old on { $day }. From that day on they book without you. Bookings you have made stay.
notify-mandate-term-subject = A paper's term is about to end
notify-mandate-term = { $who }: the term of the paper by which you act is about to end. From { $day } on nothing can be booked by it. If there is a new one, correct the data in “People you act for”.
notify-mandate-checked-sms = Authority checked: { $who }
notify-mandate-refused-sms = The paper was not accepted: { $who }. The portal says why.
notify-mandate-revoked-sms = Authority taken back: { $who }
notify-mandate-fourteen-sms = 14 years old on { $day }: { $who }. Please come together.
notify-mandate-adult-sms = 18 years old on { $day }: { $who }. From then on they book without you.
notify-mandate-term-sms = From { $day } on nothing can be booked, the paper's term ends: { $who }
field-verdict = Decision
field-why = What is wrong

# A scan of the paper by which somebody acts for another.
acting-files-title = Scan of the paper
acting-files-lead = The paper by which you act: { $name }. A scan is optional. The clerk sees it beside the data; bring the original to the visit all the same.
acting-files = Uploaded files
acting-files-none = Nothing yet.
acting-files-choose = Files
acting-files-hint = Up to four files: JPEG, PNG or PDF, 10 MB each. Letters must be legible, corners not cut off
acting-files-kept = The files are encrypted. Only you see them, and a clerk who has written down why they open your data. They go 30 days after you take the person off your list.
acting-files-go = Scan of the paper
acting-files-count = { $n ->
        [0] Scan of the paper
        [one] Scan of the paper: { $n } file
       *[other] Scan of the paper: { $n } files
    }
scan-part-mandate = Paper by which you act for somebody
staff-acting-files = Scan of the paper
staff-acting-file-alt = Scan of the paper by which the visitor acts
staff-acting-file-hidden = not checked for viruses yet, cannot be shown
