# The trail of what the staff did.

staff-trail-title = Audit trail
staff-trail-lead = What the staff did: who, when, in which role and to what. There are no names of visitors here.

trail-filter = Filter
field-staff = Who
field-deed = What they did
field-from = From day
field-to = To day
field-op = Operation number
trail-show = Show
trail-all = Show everything
trail-newest = To the newest
trail-everybody = All staff
trail-everything = All actions
trail-count =
    { $n ->
        [one] { $n } action on this page
       *[other] { $n } actions on this page
    }
trail-empty = The trail is empty
trail-empty-what = As soon as somebody of the staff does something, it appears here.
trail-none = Nothing was found
trail-none-what = Try other days, another person or another action.
trail-end = There are no older entries
trail-file = Download the file (CSV)
trail-file-hint = The file holds what is selected here: the newest 10,000 actions at most. Downloading it is noted in the trail, too.
trail-more =
    { $n ->
        [one] This is the newest action. The others are not in the file: narrow the filter.
       *[other] These are the newest { $n } actions. The others are not in the file: narrow the filter.
    }

trail-col-at = When
trail-col-who = Who
trail-col-account = Account
trail-col-by = Role and place
trail-col-what = What
trail-col-step = Outcome
trail-col-object = To what
trail-col-object-id = Number
trail-col-channel = Where
trail-col-op = Operation

e-trail-01 = The last day is before the first
e-trail-02 = An operation number has 26 digits and Latin letters. Copy all of it

trail-do-open_visitor = Opening a visitor’s data
trail-do-check_mandate = Checking a representative’s authority
trail-do-check_identity = Checking identity at a centre
trail-do-review_scans = Checking scans of papers
trail-do-send_letters = Sending a registered letter
trail-do-help_recover = Help to sign in
trail-do-help_by_phone = Help by phone
trail-do-grant_role = Giving a role
trail-do-revoke_role = Taking a role away
trail-do-join_staff = Taking up a role by invitation
trail-do-watch_alarms = Noting an alarm
trail-do-connect_sites = Keeping connected sites
trail-do-export_trail = Downloading the trail
trail-do-open_account = Opening an account
trail-do-set_level = Changing a level
trail-do-make_token = Making a key for a program
trail-do-give_app = Connecting an authenticator app
trail-do-erase_person = Erasing a person’s data
trail-do-seed_accounts = Accounts for a load test
trail-do-invite_staff = Inviting a member of the staff
trail-do-announce_opening = Announcing an opening of bookings
trail-do-guard_service = A line at every opening of bookings
trail-do-end_series = Ending the line at openings
trail-do-close_opening = Ending an opening of bookings
trail-do-import_places = Loading regions and cities
trail-do-import_catalogue = Loading services
trail-do-import_organizations = Loading organisations
trail-do-add_key = A new key that protects data
trail-do-wrap_keys = Moving data to the new key
trail-do-add_site_key = A new key that signs for sites
trail-do-add_index_key = A new key of searches
trail-do-turn_index_key = Moving to the new key of searches

trail-step-found = found by a code
trail-step-found_by_booking = found by the number of a booking and the surname
trail-step-looked = data opened
trail-step-confirmed = confirmed
trail-step-refused = refused
trail-step-taken = the paper belongs to another account
trail-step-withdrawn = withdrawn
trail-step-printed = printed
trail-step-handed_over = handed to the post
trail-step-delivered = delivered
trail-step-begun = recovery begun
trail-step-sessions_ended = sessions ended
trail-step-given = in force
trail-step-invited = offered by a link
trail-step-proposed = proposed, waits for a second one
trail-step-agreed = the second one agreed
trail-step-declined = declined
trail-step-connected = connected
trail-step-changed = changed
trail-step-secret = new secret
trail-step-closed = disconnected
trail-step-opened = connected again

trail-object-account = Account
trail-object-booking = Booking
trail-object-way = Proof of identity
trail-object-letter = Letter
trail-object-mandate = Authority
trail-object-call = Call
trail-object-role = Role
trail-object-invitation = Invitation to a role
trail-object-proposal = Proposed role
trail-object-alarm = Alarm
trail-object-site = Site
trail-object-site_proposal = Proposal about a site
trail-object-opening = Opening of bookings
trail-object-series = Series of openings
trail-object-key = Key
