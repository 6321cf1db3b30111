# The workplace of those who receive; roles; who looked at one's data.

nav-staff = Workplace
staff-at = { $at } (Moscow)

role-guest = Not signed in
role-simplified = Citizen, simplified account
role-standard = Citizen, standard account
role-verified = Citizen, verified account
role-representative = Representative
role-specialist = Specialist
role-official = Official
role-commission = Reception commission
role-clerk = Reception clerk
role-call_centre = Call-centre operator
role-service_centre = Service-centre operator
role-organization_admin = Organisation administrator
role-support_1 = Support, first line
role-support_2 = Support, second line
role-support_3 = Head of support
role-editor = Editor
role-controller = Controller
role-integration = Information system
role-security_officer = Security officer
role-portal_admin = Portal administrator

staff-place-portal = The whole portal
staff-closed = Account closed

staff-day-title = Reception
staff-day-which = Which day to show
staff-day-today = Today
staff-day-tomorrow = Tomorrow
staff-day-site = Office
staff-day-show = Show
staff-day-total = In all
staff-day-awaited = Expected
staff-day-came = Came
staff-day-open = Open
staff-day-empty = Nobody has booked for this day
staff-day-empty-what = As soon as somebody books, the visit appears here.
staff-day-nowhere = No office is assigned to you
staff-day-nowhere-what = It may have been removed from the directory. Ask the administrator of your organisation.

staff-state-pending = Waits for your decision
staff-state-confirmed = Confirmed
staff-state-arrived = The visitor is here
staff-state-in-service = Being received
staff-state-completed = Finished
staff-state-no-show = Did not come

staff-visitor-title = Visitor
staff-visit-when = When
staff-visit-place = With whom
staff-visit-purpose = Purpose
staff-visit-state = State
staff-visit-number = Booking number
staff-visit-name = Name
staff-visit-phone = Phone
staff-visit-noted = The look was written down. After 15 minutes the data are hidden again.
look-title = Name and phone are hidden
look-lead = Say what you need them for. The visitor will see it in their account.
look-reason = What for
look-reason-visit = I prepare or hold the reception
look-reason-call = I must call the visitor
look-reason-papers = I check the papers for the reception
look-reason-other = Something else
look-words = What exactly
look-words-hint = Write it when you chose “Something else”.
look-open = Show name and phone
field-words = What exactly

staff-people-title = Staff
staff-people-count =
    { $n ->
        [one] { $n } role
       *[other] { $n } roles
    }
staff-people-empty = Nobody has a role yet
staff-people-empty-what = Give the first colleague a role, and they appear here.
staff-col-name = Colleague
staff-col-role = Role
staff-col-place = Where
staff-col-term = Term
staff-term-open = without an end
staff-term-until = until { $day }
staff-term-from = from { $day }
staff-granted = The role is given and in force.
staff-revoked = The role is taken away and no longer in force.
staff-member-title = A colleague’s role
staff-history = What happened to the role
staff-member-idle = The office is no longer marked as a service centre: identities are not confirmed there. Take the role away, or mark the office again.
staff-member-nowhere = This role works for the whole portal only, and was given for a part of it: it gives nothing there. Take it away.
staff-event-granted = Role given
staff-event-revoked = Role taken away
staff-event-ended = The term is over
staff-by-engineer = The portal’s engineer
staff-by-invitation = By invitation
staff-reason = Reason
staff-grant-reason-hint = For example: order no. 12, for Ivanova. By these words you will know the invitation in the list.
staff-reason-hint = For example, the number of an order. It stays in the history.
staff-revoke-title = Take the role away
staff-revoke-lead = It ends at once, on all of the colleague’s devices.
staff-revoke-go = Take the role away

staff-grant-title = Give a role
staff-grant-lead = You get a link for the colleague, who accepts the role after signing in. Until then we do not say whether they have an account.
staff-grant-body = Organisation
staff-grant-choose = Choose
staff-grant-contact = The colleague’s phone or e-mail
staff-grant-contact-hint = Only whoever has proved this phone or e-mail in their account gets the role.
staff-grant-place-hint = A specialist or an official keeps one calendar; a clerk works at an office.
staff-grant-until = Last day
staff-grant-until-hint = Leave it empty when there is no end.
staff-grant-go = Invite
staff-offered-title = Link for the colleague
staff-offered-once = The link is shown once
staff-offered-how = Hand it to the colleague yourself. It is good for seven days, and only for whoever has the phone or e-mail you named.
staff-offered-copy = Copy
staff-offered-sent = To the proposed roles
field-contact = Phone or e-mail
field-role = Role
field-place = Where
field-until = Last day

join-title = You are invited to work here
join-lead = This link offers you a role. It works once.
join-expires = The link is good until
join-first = Sign in or open an account first: it will get the role.
join-as = The role goes to the account you are signed in to: { $name }. If the invitation went to a phone or e-mail of another account, sign in to that one: it cannot be accepted here.
join-seen = When you accept, the administrator sees your full name.
join-go = Accept
join-waits = You have accepted. The role holds once a second administrator agrees.
joined-title = The role is yours
joined-done = You have accepted. The role holds from now on.
joined-until = Until
joined-begin = Where to begin
joined-proves = To work you need a passkey or a code of an app: the portal asks for it, or helps you to set it up.
joined-later = Later “Workplace” in the top line leads there.


looks-title = Who looked at my data
looks-lead = When and why the staff opened your data.
looks-empty = Nobody has opened your data
looks-empty-what = When somebody of the staff opens your data, it appears here.
looks-what-level = Checked or changed the level of the account
looks-what-token = Issued a token for a program
looks-what-other = Opened the data
looks-booking = Booking

e-role-01 = This page is for staff with another role. If you need it, ask the administrator of your organisation.
e-role-02 = There is no such role, or it was taken away.
e-role-03 = This link is no longer good: it was used or taken back, or its time has passed. Ask for a new one.
e-role-04 = This role cannot be given at this place. Choose a narrower place
e-role-05 = There is no such place in the directory
e-role-06 = Nobody gives themselves a role. Ask another administrator.
e-role-07 = This role is wider, higher or longer than yours. The portal’s administrator can give it.
e-role-08 = The colleague has this role here already.
e-role-09 = This is the portal’s last administrator. Give the role to somebody else first.
e-role-10 = You must prove again that it is you. Sign in with a browser, with a passkey or a code from an app.
e-role-12 = This day has passed

e-role-14 = This proposal was decided already, or seven days have passed.
e-role-15 = You proposed this yourself. Somebody else has to agree.
e-role-16 = Whoever proposed this can no longer do it. Propose it anew.
e-role-17 = There is no such alarm, somebody has seen it already, or it is about yourself.
e-role-18 = This role was proposed here already. Wait for the decision.
e-role-19 = This invitation is for another phone or e-mail. Sign in to the account where it is proved, or ask for a new link.
e-role-20 = This office is no service centre. Choose a centre, or mark the office as one in the directory first
e-role-21 = This role is given for the whole portal only. Choose “The whole portal” or another role

staff-proposals-title = Proposed roles
staff-proposals-lead = A role holds once a second person agrees to it. A proposal waits for seven days.
staff-proposals-empty = There are no proposals
staff-proposals-empty-what = When a colleague proposes a role for somebody, it appears here.
staff-proposal-by = Proposed by
staff-proposal-why = Reason
staff-proposal-mine = Somebody else has to agree.
staff-proposal-agree = Agree
staff-proposal-decline = Decline
staff-offered = The invitation waits for the colleague for seven days.
staff-offer-open = Invitation not accepted yet
staff-offer-by = Invited by
staff-offer-withdraw = Take back
staff-offer-withdrawn = The invitation was taken back; its link is no longer good.
staff-declined = The proposal was declined.

staff-alarms-title = Alarms
staff-alarms-lead = { $n ->
        [one] Here you see who opened more than { $n } visitor's card within an hour.
       *[other] Here you see who opened more than { $n } visitors' cards within an hour.
    }
staff-alarms-empty = There are no alarms
staff-alarms-empty-what = Nobody has opened unusually many cards.
staff-alarms-count = { $n ->
        [one] { $n } card opened within an hour
       *[other] { $n } cards opened within an hour
    }
staff-alarms-see = Seen, I look into it
staff-alarms-seen = Seen { $at }

notify-staff-alarm-subject = { $portal }: somebody opens many cards
notify-staff-alarm-email =
    Hello!

    One of the staff opened { $count } visitors' cards within an hour. That is more than usual work explains.
    Who it is, and when: { $link }
notify-staff-alarm-sms = { $portal }: one of the staff opened { $count } cards within an hour. { $link }
