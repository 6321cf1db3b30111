# Help, about the portal, personal data, terms, status.

help-title = Help
help-lead = In short about booking, documents and the ticket. No answer here? Call us.
help-topics = Topics
help-people = Talk to a person
help-people-text = An operator answers your question and books for you by telephone.
help-others = Other topics
help-status = Check whether the portal works

about-title = About the portal
about-lead = People book appointments with public bodies here: by themselves, without calls and queues.
about-can-title = What you can do
about-can = Find a service in your own words, see the real free times, book, get a ticket, move or cancel the booking. All of it works on a phone, without scripts and with a screen reader.
about-cannot-title = What the portal does not do
about-cannot = It does not decide in place of the organisation and does not replace emergency services. If you need urgent help, call 112.
about-free-title = What it costs
about-free = Booking is free. If the service itself has a fee, its page says so.
about-open-title = How it is made
about-open = The portal is open: its source code and the description of its programming interface are there for everybody. The pages hold no advertising, no counters and no scripts of others.

personal-title = Personal data
personal-lead = What the portal keeps about you, why and for how long. In short and without small print.
personal-what-title = What we keep
personal-what = Your name, telephone and e-mail if you gave them; bookings and the answers in the booking form; the history of changes. Documents only if you attached them yourself.
personal-why-title = Why
personal-why = To book for you, to check that you come with the right papers, to remind you and to answer your questions.
personal-who-title = Who sees it
personal-who = The staff of the organisation you booked with, and the support if you asked it. Every look is recorded. We give the data to nobody else.
personal-long-title = How long
personal-long = As long as there is an account. After its removal only an anonymous line is left of a booking: day, service, office.
personal-cookies-title = Cookies
personal-cookies = On your device we keep only the sign-in, a mark that the device is known, a check that cookies are kept, the language, the look of the pages and the region. There are no tracking cookies.
personal-rights-title = Your rights
personal-rights = You can see your data, correct them, get a copy or have them removed. Write or call the support: the contacts are at the bottom of the page.

agreement-title = Terms of use
agreement-lead = A few simple rules, so that everybody's visit takes place.
agreement-book-title = Book if you mean to come
agreement-book = The time you take is gone for others. If your plans change, cancel: others see the free place at once.
agreement-true-title = Give true details
agreement-true = They are compared with your documents at the visit. You are not received with the details of another person.
agreement-change-title = Move in time
agreement-change = Until when a booking can be moved or cancelled stands on the page of the service and on the ticket.
agreement-programs-title = Programs use the API
agreement-programs = A program may look for free times and book for its owner through the open programming interface (API): for them and for those they act for, no more often than is allowed, and never to resell places. Robots that take times on the portal’s pages are stopped.
agreement-limits-title = What is not in our hands
agreement-limits = The organisation decides on your matter. If a reception is called off, we tell you at once and offer another time.

status-title = State of the portal
status-works = Everything works
status-works-text = You can search and book.
status-broken = Something is wrong
status-broken-text = Booking may fail now; we know about it. If it is urgent, call:
status-database = Database
status-database-up = answers
status-database-down = does not answer
status-services = Services to book
status-offices = Offices
status-version = Version
status-time = Checked
status-note = The page checks the portal anew each time it is opened.
