# Signing in to other sites with an account of the portal, and to the portal with one of elsewhere.

e-sso-01 = The site you came from is not connected to the portal. Please go back and tell its support.
e-sso-02 = The site you came from asks us to send you back to an address we do not know. We do not do that, so that your data do not reach strangers. Please tell the site's support.
e-sso-03 = This sign-in is finished, or more than half an hour has passed. Go back to the site and press "Sign in" again.
e-sso-04 = This site does not read your data any more.
e-sso-10 = The request is malformed: something is missing or comes twice.
e-sso-11 = The client did not prove who it is.
e-sso-12 = The code or token is unknown, used, expired, or does not fit.
e-sso-13 = This grant type is not supported.
e-sso-14 = More was asked for than was allowed.
e-sso-16 = The token is not valid.
e-sso-20 = The address "{ $uri }" cannot be used: it must be https://… without "#"; for this computer http://127.0.0.1 will do.
e-sso-21 = The addresses to return to lie on several hosts: name a common sector.
e-sso-22 = Give the site a name that people will recognise.

sso-ask-title = Signing in to a site
sso-ask-lead = wants to know who you are. It gets neither your password nor your papers.
sso-ask-you = You are signed in as { $name }.
sso-ask-openid = The site will recognise you when you sign in again.
sso-ask-read = What the site will read
sso-ask-read-hint = Remove the tick from what you do not want to tell.
sso-scope-profile = Your name
sso-scope-email = Your e-mail address
sso-scope-phone = Your phone number
sso-scope-offline = Read this also when you are not there
sso-ask-remember = Do not ask again about this site
sso-ask-note = You can change or withdraw this at any time in your account:
sso-ask-allow = Allow and sign in
sso-ask-deny = Do not allow
sso-ask-other = Sign in as somebody else

sso-raise-title = A higher level is needed
sso-raise-lead = lets in only people whose identity is known more surely.
sso-raise-least = Level that is needed
sso-raise-own = Your level
sso-raise-how = Open "My data": it says how to raise your level. Then come back to this page: it works for half an hour.
sso-raise-go = My data
sso-raise-again = My level is higher now, go on
sso-raise-back = Back to the site without signing in

sso-leaving-title = Taking you back to the site
sso-leaving-lead = { $site }. If the page does not open by itself, press the button.
sso-leaving-go = Continue

sso-signin-for = After signing in you go back to the site: { $site }. Type your password only here; the site does not need it.

sso-leave-title = Sign out of the portal?
sso-leave-lead = You have signed out of another site. Here you are still signed in.
sso-leave-lead-site = You have signed out of the site: { $site }. Here you are still signed in.
sso-leave-go = Sign out here, too
sso-leave-stay = Stay

sites-title = Who may read my data
sites-lead = Sites that you signed in to through the portal. Here you see what they may read, and can change it.
sites-none = You have not allowed any site to read your data.
sites-given = Allowed on { $at }
sites-last = Last sign-in there: { $at }
sites-asked-each-time = We ask at every sign-in
sites-openid-only = The site recognises you when you sign in and reads nothing else.
sites-reads = The site may read
sites-save = Save
sites-withdraw = Withdraw
sites-done-changed = Saved. The change counts already.
sites-done-withdrawn = Withdrawn. The site can read your data no more; what it has read before it still has: ask it to delete that.
