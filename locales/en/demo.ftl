# Pages of the demo.

demo-title = Demonstration
demo-lead = Cities and regions are real; offices, people and bookings are made up. Book, move, cancel: there is nothing to break.
demo-people-title = Who to be
demo-people-lead = Choose somebody and sign in with one click. They are all made up.
demo-people-contacts = Phones, e-mails and passwords for the usual way
demo-password = password
demo-people-own = Or open an account of your own:
demo-level-title = Level of the account
demo-level = Which level to try
demo-level-lead = The level decides which services are open. Here you can change it yourself once you are signed in:
demo-level-set = Set the level
demo-messages-title = Messages
demo-messages-lead = E-mails and text messages go nowhere. Here is everything the portal would really have sent.
demo-messages-open = See the messages
demo-messages-which = Which messages to show
demo-messages-all = All
demo-messages-mine = Only to me
demo-messages-none = No messages yet
demo-messages-none-hint = They appear when you register or book an appointment.
demo-message-call = Call
demo-message-sms = Text message
demo-message-email = E-mail
demo-message-to = To: { $to }
demo-message-failed = Not sent
demo-message-link = Open the link of the e-mail
demo-openings-lead = Every few minutes booking for one day opens as an example, and places are given along a line. See how it works.
demo-openings-open = See the openings

demo-papers-title = Check of data
demo-papers-lead = Sign in under this name, open “Personal data” and type what stands below. The registries of the demonstration answer within seconds.
demo-papers-rules = A passport whose number ends in 13 stands differently in the registries, and with 99 at the end they know nobody. Every tenth question stays unanswered and is asked again.
