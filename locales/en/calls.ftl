# Help by phone: the code that somebody reads aloud, and what the support sees.

e-call-01 = Nobody was found. Check the code, or, by a booking, the number and the surname.
e-call-02 = Too many calls within an hour. Try again in { $wait }.
e-call-03 = This call is over: 15 minutes have passed, or somebody else took it. Ask for a new code.

call-title = Code for a call
call-lead = Read it aloud when you call the support: we find you without asking for papers.
call-code = Your code
call-code-how = Works once, for 10 minutes. Call us:
call-what = Whoever helps sees the state of your bookings, whether messages arrived and by which ways you sign in. They see phone and e-mail in part, no papers at all, and can change nothing.
call-care = Tell the code only when you call us yourself. We do not need it when we call you.
call-go = Get a code
call-again = Get another code

staff-calls-title = Calls
staff-calls-lead = Find whoever calls. They will see that you looked at their data.
staff-calls-code = The code that the person reads
staff-calls-code-hint = Ten digits. People get them under “My data”, “Code for a call”
staff-calls-or = Or by a booking
staff-calls-number = Number of the booking
staff-calls-surname = Surname or only name
staff-calls-find = Find
staff-calls-sms = SMS
staff-calls-email = E-mail
staff-calls-voice = Call
staff-calls-sent = sent
staff-calls-failed = not sent
staff-call-lead = This page is open for 15 minutes. Nothing can be changed here.
staff-call-ways = How the person signs in
staff-call-yes = yes
staff-call-no = no
staff-call-always = at every sign-in
staff-call-new = on new devices
staff-call-lost = If none of this is left, the person has to come to a service centre with a passport. Tell them the nearest.
staff-call-bookings = Bookings
staff-call-messages = Latest messages
staff-call-none = Nothing yet.

looks-what-call = Helped on the telephone: saw bookings, messages and ways to sign in
looks-way-code = Found you by the code for a call
looks-way-booking = Found you by the number of a booking and your surname
data-helped-support = Help by phone
data-call-code = by code
data-call-booking = by the number of a booking
