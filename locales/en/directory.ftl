# Authorities, organisations, sites and those who receive.

place-about = { $name }: services, address, hours, and booking of a free time.
authorities-title = Authorities
authorities-lead = Heads, their deputies and departments: what they do and when they receive.
authorities-open = Who receives
authorities-departments = Departments
organizations-title = Organisations
organizations-lead = Where people are received: addresses, telephones and opening hours.
organizations-all = All organisations
organizations-q = Name, street or telephone
organizations-q-hint = For example: clinic, or 3 Tikhaya St
organizations-show = Show
organizations-reset = Reset
organizations-total =
    { $n ->
        [one] { $n } organisation
       *[other] { $n } organisations
    }
organizations-none = No organisations found
organizations-none-hint = Try another region or fewer conditions.
locality-any = Any
kind-any = Any

org-kind-administration = Administration
org-kind-city_hall = Mayor's office
org-kind-civil_registry = Civil registry
org-kind-clinic = Clinic
org-kind-construction = Construction supervision
org-kind-education = Education department
org-kind-employment = Employment centre
org-kind-guardianship = Guardianship office
org-kind-land_registry = Land registry
org-kind-licensing = Licensing
org-kind-mfc = Service centre
org-kind-migration = Passports and residence
org-kind-school = School
org-kind-social_fund = Social fund
org-kind-social_protection = Social protection
org-kind-tax = Tax service
org-kind-traffic = Vehicles and driving licences
org-kind-weapons = Weapons permits
org-more-sites =
    { $n ->
        [one] and { $n } more office
       *[other] and { $n } more offices
    }
org-sites = Offices
org-people = Who receives
org-parts = Related organisations
org-contacts = Contacts
org-head = Head
contact-phone = Telephone
contact-email = E-mail
contact-web = Site
contact-fax = Fax
contact-reply = When they answer

site-address = Address
site-hours = Opening hours
site-directions = How to find it
site-accessible = Accessibility
site-map = Open on a map
site-no-services = Nothing can be booked here at present.
site-desks = Desks
accessible-ramp = ramp
accessible-lift = lift
accessible-parking = parking
accessible-hearing_loop = hearing loop
accessible-sign_language = sign language

resource-room = room { $room }
official-functions = Responsibilities
official-hours = Reception hours
official-hours-none = No reception hours are set yet.
official-by-phone = Hours marked “by telephone” are given by the operator:
official-away = No reception
official-services = What you can book
official-soonest = Soonest free times
official-papers = What you will need
official-other-time = Choose another time
official-place = Where
official-organization = Organisation
official-room = Room
official-qualification = Qualification
official-book = Book an appointment
hours-all-day = round the clock
hours-break = break { $span }
hours-from-day = from { $day }
hours-by-phone = by telephone
away-day = { $day }
away-days = from { $from } to { $to }
