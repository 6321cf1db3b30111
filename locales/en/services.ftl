# The catalogue, the passport of a service, the search.

services-title = Services
services-lead = All services that can be booked. Say in the search what you need, or choose an area.
services-all = All services
services-none = There is nothing to book here yet.
situations-title = Life situations
situations-lead = Choose what happened, and we show the services you need, in order.
everywhere = The whole country
book = Book
card-soonest = Soonest: { $when }
card-soonest-none = No free places at present
when-today = today
when-tomorrow = tomorrow
when = { $day }, { $time }
page-number = Page { $number }
new-window = (opens in a new window)

filter-region = Region
filter-locality = Town
filter-category = Areas
filter-sort = What to show
filter-kind = Kind of organisation

sort-service = Service
sort-organization = Organisation
sort-site = Office
sort-resource = Who receives
sort-help = Help

search-title = Search
search-title-of = { $words }: search
search-everything = Everything
search-services = Services
search-organizations = Organisations
search-people = People
search-help = Help
search-total =
    { $n ->
        [one] { $n } page found
       *[other] { $n } pages found
    }
search-corrected = Shown for “{ $words }”.
search-typed = You typed: “{ $words }”.
search-own = Your bookings of these services
search-none = Nothing found for “{ $words }”
search-none-hint = Try fewer or other words, for example “doctor”, “passport”, “certificate”. Take filters away if you have chosen any.
search-none-help = Common questions
search-none-call = Or call, and an operator will book for you:
search-alternatives = This may help
suggest-none = No suggestions
suggest-total =
    { $n ->
        [one] { $n } suggestion, choose with the arrow keys
       *[other] { $n } suggestions, choose with the arrow keys
    }

service-about = What this service is
service-who = Who may book
service-purposes = What you can come for
service-papers = Which documents you need
service-where = Where it is given
service-rules = Rules of booking
service-refusals = When you may be refused
service-acts = The law behind it
service-short = In short
service-result = What you get
service-fee = What it costs
service-terms = How long it takes
service-duration = Length of the visit
service-format = How it takes place
service-level = Account
service-ages = Age
age-span =
    { $shape ->
        [children-one] children aged { $to }
        [children-span] children aged { $from } to { $to }
        [children-to] children up to { $to } { $to ->
            [one] year
           *[other] years
        } old, inclusive
        [years-one] people aged { $to }
        [years-span] people aged { $from } to { $to }
        [years-to] people up to { $to } { $to ->
            [one] year
           *[other] years
        } old, inclusive
        [months-one] children { $to } { $to ->
            [one] month
           *[other] months
        } old
        [months-span] children { $from } to { $to } { $to ->
            [one] month
           *[other] months
        } old
        [months-to] children up to { $to } { $to ->
            [one] month
           *[other] months
        } old, inclusive
        [months-from] children from { $from } { $from ->
            [one] month
           *[other] months
        } on
       *[years-from] people aged { $from } or older
    }
service-address = Address of registration
service-address-stated = To be filled in among your data
service-address-proved = To be proved
service-number = Code of the service
service-reviewed = Last checked on { $day }.
service-inactive = This service cannot be booked at present
service-inactive-hint = Booking will open later. Call us if it is urgent.
service-where-region = { $region }:
offices-number =
    { $n ->
        [0] no offices
        [one] { $n } office
       *[other] { $n } offices
    }
offices-regions =
    { $n ->
        [one] in { $n } region
       *[other] in { $n } regions
    }
offices-more = Show the other offices
service-format-in-person = in person
service-format-video = by video
service-format-phone = by telephone

papers-none = You need not bring anything.
papers-required = Always needed
papers-by-purpose = Depends on what you come for
papers-optional = If you have them
papers-by-office = We request these ourselves, no need to bring them
papers-original = original
papers-for = Needed for:

rule-level-simplified = A simplified account is enough: a name and a telephone.
rule-level-standard = You need a standard account: passport and pension account checked.
rule-level-verified = You need a verified account.
rule-flow-slot = You choose the time first, then fill in the form.
rule-flow-documents = We check the documents first, then you choose the time.
rule-flow-none = No documents need to be attached.
rule-time-proposal = You may propose a time of your own; the organisation answers.
rule-ahead =
    { $n ->
        [one] You can book { $n } day ahead.
       *[other] You can book { $n } days ahead.
    }
rule-ahead-daily =
    { $n ->
        [one] You can book { $n } day ahead. A new day opens at { $time }.
       *[other] You can book { $n } days ahead. A new day opens at { $time }.
    }
rule-ahead-weekly = New days open { $weekday } at { $time }.
rule-ahead-season = Booking opens on { $opens } at { $time }, for the days from { $from } to { $to }.
rule-hold-minutes =
    { $n ->
        [one] The chosen time is kept for you for { $n } minute.
       *[other] The chosen time is kept for you for { $n } minutes.
    }
rule-hold-hours =
    { $n ->
        [one] The chosen time is kept for you for { $n } hour.
       *[other] The chosen time is kept for you for { $n } hours.
    }
rule-confirm-automatic = The booking is confirmed at once.
rule-confirm-manual = The organisation confirms the booking; we tell you what it decides.
rule-confirm-waiting = You join a waiting list and are invited in turn.
rule-moves-none = The booking cannot be moved: cancel it and choose a new time.
rule-moves =
    { $moves ->
        [one] You can move the booking { $moves } time
       *[other] You can move the booking { $moves } times
    }, { $hours ->
        [0] until the visit begins.
        [one] until { $hours } hour before the visit.
       *[other] until { $hours } hours before the visit.
    }
rule-justification = A move needs a reason.
rule-cancel-until =
    { $n ->
        [0] You can cancel until the visit begins.
        [one] You can cancel until { $n } hour before the visit.
       *[other] You can cancel until { $n } hours before the visit.
    }
rule-per-day =
    { $n ->
        [one] At most { $n } person is received a day.
       *[other] At most { $n } people are received a day.
    }
rule-place-any = You may choose any office.
rule-place-home = Choose the office of the place where you live.
rule-early =
    { $n ->
        [one] Please come { $n } minute early.
       *[other] Please come { $n } minutes early.
    }
on-mondays = on Mondays
on-tuesdays = on Tuesdays
on-wednesdays = on Wednesdays
on-thursdays = on Thursdays
on-fridays = on Fridays
on-saturdays = on Saturdays
on-sundays = on Sundays
