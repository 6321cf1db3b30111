# Sites that let people in through the portal, as the staff keep them.

staff-sites-title = Connected sites
staff-sites-lead = Sites where people sign in with their account of the portal. Each reads only what the person has allowed.
staff-sites-count =
    { $n ->
        [one] { $n } site
       *[other] { $n } sites
    }
staff-sites-none = No site is connected
staff-sites-none-what = Connect the first one: you need its name and the address to which people return.
staff-sites-site = Site
staff-sites-state = State
staff-sites-on = Connected
staff-sites-off = Switched off
staff-sites-used = Last sign-in
staff-sites-unused = Nobody has signed in yet
staff-sites-agreed = Have agreed
staff-sites-people =
    { $n ->
        [one] { $n } person
       *[other] { $n } people
    }
staff-sites-since = Connected since
staff-sites-closed = Switched off since
staff-sites-new = Connect a site
staff-sites-connect = Connect
staff-sites-edit = Change the site
staff-sites-save = Save
staff-site-title = Site
staff-sites-scopes-none = Nothing: the site only recognises the person
staff-sites-give = What to give to the site’s developers
staff-sites-give-lead = With these values their program finds the portal. They are not secret.

field-name_ru = Name in Russian
field-name_en = Name in English
field-redirects = Addresses to return to after signing in
field-after_logout = Addresses to return to after signing out
field-logout_uri = Address at which the site learns of a sign-out
field-scopes = What the site may ask for
field-scope = What the site may ask for
field-auth = How the site proves who it is
field-sector = Common host
field-keys = Public keys of the site
field-former = The former secret

staff-sites-name-hint = As people know the site: “Tax Service”. They see this name when they are asked to agree.
staff-sites-name-en-hint = If empty, English pages show the Russian name.
staff-sites-redirects-hint = One a line, letter for letter as the site has them. They need https://; asterisks and “#” will not do.
staff-sites-lines-hint = One a line.
staff-sites-logout-hint = The portal itself tells the site that somebody has left.
staff-sites-scopes-hint = The site gets no more than this. A person can untick anything.
staff-sites-sector-hint = Needed when the addresses to return to lie on several hosts, for example nalog.example. It cannot be changed later: people would be strangers to the site.
staff-sites-sector-own = its own, shared with nobody
staff-sites-sector-is = common host { $sector }
staff-sites-sector-strange = No return address lies on this host. Make sure that the site may know people by it.
staff-sites-sector-shared = By this host people are known already to: { $sites }. These sites will be able to compare their visitors.
staff-sites-sector-seen = This is as it should be, connect
staff-sites-keys-hint = Needed when the site proves itself by a signature. Paste the whole set of keys (JWKS): ES256, ES384, EdDSA, PS256 or RS256.
staff-sites-auth-secret = By a secret
staff-sites-auth-secret-hint = For a site with a server of its own. We show the secret once.
staff-sites-auth-keys = By a signature
staff-sites-auth-keys-hint = The safest way: the portal has public keys only, and there is nothing to steal here.
staff-sites-auth-nothing = By nothing
staff-sites-auth-nothing-hint = For an app or a page without a server, which has no place for a secret.

staff-sites-secret-title = The site’s secret
staff-sites-secret-once = The secret is shown once
staff-sites-secret-how = Hand it to the site’s developers in a safe way, not by e-mail or in a chat. If it gets lost, make a new one.
staff-sites-secret-copy = Copy the secret
staff-sites-secret-kept = I have written it down
staff-sites-secret-new = Change the secret
staff-sites-secret-lead = The new secret works at once. If strangers may have the former one, switch it off at once, too.
staff-sites-secret-go = Make a new secret
staff-sites-former-day = Works for one more day, so that the site has time to change over
staff-sites-former-none = Switched off at once
staff-sites-former-hours =
    { $n ->
        [one] the former one works for { $n } more hour
       *[other] the former one works for { $n } more hours
    }
staff-sites-former-until = The former secret works until { $at }

staff-sites-close = Switch the site off
staff-sites-close-lead = The site stops reading data at once, and everything people agreed to is withdrawn. Nobody is signed out of the portal.
staff-sites-close-go = Switch off
staff-sites-open = Connect again
staff-sites-open-lead = The site gets a new secret, if it uses one. People are asked to agree anew.
staff-sites-open-go = Connect again

staff-sites-history = What was done to the site
staff-sites-history-none = The site was connected before the portal began to keep a history.
staff-sites-event-connected = Connected
staff-sites-event-changed = Changed
staff-sites-event-secret = Secret changed
staff-sites-event-closed = Switched off
staff-sites-event-opened = Connected again

staff-sites-waiting = Waits for a second administrator
staff-sites-waiting-lead = What a site reads and where it sends people is decided by two. Until the second one agrees, everything stays as it is.
staff-sites-waits-until = Waits until
staff-sites-waits-other = Another administrator has to agree. If there is none, appoint one under “Staff”.
staff-sites-was = Now:
staff-sites-becomes = Then:
staff-sites-withdraw = Withdraw
staff-sites-wish-connect = Connect: { $name }
staff-sites-wish-change = Change: { $name }
staff-sites-wish-open = Connect again: { $name }
staff-sites-propose = Propose
staff-sites-four-eyes = In force once a second administrator agrees.
staff-sites-by-two = Proposed by { $first }. Agreed by { $second }
e-sso-29 = Something waits for this site already. Wait for the decision, or withdraw it.

staff-sites-done-proposed = The proposal waits for a second administrator.
staff-sites-done-same = Nothing has changed: everything is as it was.
staff-sites-done-agreed = Done. It is in force.
staff-sites-done-let-go = The proposal is gone. Nothing has changed.
staff-sites-done-connected = The site is connected.
staff-sites-done-changed = Saved. The changes are in force.
staff-sites-done-closed = The site is switched off. Its tokens read nothing any more.
staff-sites-done-opened = The site is connected again.
staff-sites-done-shown = The secret has been changed already and cannot be shown a second time. If you did not write it down, change it once more.
