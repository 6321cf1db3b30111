# Signing in to other sites with an account of the portal, and to the portal with one of elsewhere.

e-sso-01 = The site you came from is not connected to the portal. Please go back and tell its support.
e-sso-02 = The site you came from asks us to send you back to an address we do not know. We do not do that, so that your data do not reach strangers. Please tell the site's support.
sso-mistaken-title = A mistake of another site
sso-mistaken-what = Nothing is wrong with your account, and there is no need to sign in again here. The support of that site can put it right: tell them what stands below.
sso-mistaken-client = What the site calls itself
sso-mistaken-back = Back to { $site }
sso-mistaken-close = Go back to that site with your browser's “Back”, or close this page.
e-sso-03 = This sign-in is finished, or more than half an hour has passed. Go back to the site and press "Sign in" again.
e-sso-04 = This site does not read your data any more.
e-sso-10 = The request is malformed: something is missing or comes twice.
e-sso-11 = The client did not prove who it is.
e-sso-12 = The code or token is unknown, used, expired, or does not fit.
e-sso-13 = This grant type is not supported.
e-sso-14 = More was asked for than was allowed.
e-sso-16 = The token is not valid.
e-sso-17 = There is no token: nothing is read here without one.
e-sso-20 = The address "{ $uri }" cannot be used: it must be https://… without "#", "*" and ".."; for this computer http://127.0.0.1 will do.
e-sso-21 = The addresses to return to lie on several hosts: name their common host.
e-sso-22 = Give the site a name that people will recognise.
e-sso-23 = Too many addresses: there is room for { $max }.
e-sso-24 = At "{ $uri }" the portal would call itself. Give the address of the site's server.
e-sso-25 = Somebody else changed the site while you were filling in the form. Open it again and repeat.
e-sso-26 = Only the name of a host is wanted here, for example nalog.example.
e-sso-27 = There is no such connected site. Perhaps it was switched off already.
e-sso-28 = This site has no secret.
e-sso-40 = This is no set of keys. A JWKS is needed, with one to ten keys: {"{"} "keys": […] {"}"}.
e-sso-41 = There is a private key in it, which nobody must be shown. Make a new pair and paste the public one alone.
e-sso-42 = Key number { $number } will not do: it must be for signatures, ES256, ES384, EdDSA or RSA of 2048 bits or more.
e-sso-43 = Of several keys each must have a name of its own (kid).

sso-ask-title = Signing in to a site
sso-ask-lead = wants to know who you are. It gets neither your password nor your papers.
sso-ask-you = You are signed in as { $name }.
sso-ask-openid = The site will recognise you when you sign in again.
sso-ask-level = It also sees the level of your account: { $level }.
sso-ask-read = What the site will read
sso-ask-read-hint = Remove the tick from what you do not want to tell.
sso-scope-openid = Recognise the person when they sign in again
sso-scope-profile = Your name
sso-scope-email = Your e-mail address
sso-scope-phone = Your phone number
sso-scope-offline = Read this also when you are not there
sso-ask-before = You allowed this before, and the site will read it, too:
sso-ask-days =
    { $n ->
        [one] While you are away, the site may read this for { $n } day at most after you sign in. Then you sign in there again.
       *[other] While you are away, the site may read this for { $n } days at most after you sign in. Then you sign in there again.
    }
sso-ask-remember = Do not ask again about this site
sso-ask-note = You can change or withdraw this at any time in your account:
sso-ask-allow = Allow and sign in
sso-ask-deny = Do not allow
sso-ask-other = Sign in as somebody else

sso-other-title = The site expects somebody else
sso-other-lead = asks for the person who signed in there before, with another account of the portal.
sso-other-what = Sign in with the account with which you began at the site, or go back to it.

sso-raise-title = A higher level is needed
sso-raise-lead = lets in only people whose identity is known more surely.
sso-raise-least = Level that is needed
sso-raise-own = Your level
sso-raise-how = Raise your level and come back to this page. It works for half an hour. If that is too short, simply sign in from the site again.
sso-raise-go = Raise my level
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
sites-own-machine = a program on your own computer
sites-last = Last sign-in there: { $at }
sites-asked-each-time = We ask at every sign-in
sites-openid-only = The site recognises you when you sign in and reads nothing else.
sites-reads = The site may read
sites-save = Save
sites-withdraw = Withdraw
sites-done-changed = Saved. The change counts already.
sites-done-withdrawn = Withdrawn. The site can read your data no more; what it has read before it still has: ask it to delete that.

e-sso-30 = The provider's answer does not fit our question, so you cannot sign in with it. Try again, or sign in with your password.
e-sso-31 = The provider does not answer now. Try later, or sign in with your password.
e-sso-32 = This sign-in is finished, or was begun in another browser. Begin again.
e-sso-33 = This sign-in is linked with another account already.
e-sso-34 = Your account is linked with another identity of this provider. Unlink that first.
e-sso-35 = This sign-in is unlinked already.
e-sso-36 = The provider did not confirm who you are: the sign-in was cancelled. Try again, or sign in with your password.
e-sso-37 = Too many people are signing in with this provider at the moment. Wait half a minute and reload the page, or sign in with your password.

happened-provider-linked = Sign-in through another organisation was linked
happened-provider-unlinked = Sign-in through another organisation was unlinked
notify-security-provider-linked = Sign-in through another organisation was linked
notify-security-provider-unlinked = Sign-in through another organisation was unlinked

signin-providers = Sign in through another organisation

elsewhere-title = Linking a sign-in with an account
elsewhere-lead = { $provider } confirms that you are
elsewhere-back = { $provider } confirms who you are. Go on if it is you who has just come back from there.
elsewhere-go = Go on
elsewhere-not-you = Not you?
elsewhere-not-you-what = If somebody else came back from there, their data are forgotten here.
elsewhere-own = You are signed in to the portal as { $name }. Once linked, you can sign in here in both ways.
elsewhere-raises = This proof can raise your level to verified. For that the portal compares the name and the date of birth with yours. You can link it without agreeing, too; the level then stays as it is.
elsewhere-link = Link
elsewhere-not-now = Not now
elsewhere-guest = This sign-in is not linked with an account of the portal yet. Sign in to yours, or open one: name and phone are filled in already. This is needed once.
elsewhere-signin = I have an account

providers-title = Signing in through other organisations
providers-lead = Organisations that can confirm to the portal that it is you. Then you need not type the portal's password.
providers-none = There are none yet.
providers-since = Linked on { $at }
providers-used = Last used: { $at }
providers-again = Confirm again
providers-withheld-name = The last proof did not raise your level: the provider knows you by another surname, name or patronymic.
providers-withheld-birth = The last proof did not raise your level: the provider knows another date of birth.
providers-withheld-data = The last proof did not raise your level: your passport and SNILS have to be checked first. Then press “Confirm again”.
providers-withheld-consent = The last proof did not raise your level: you have not agreed to this check.
providers-agree-lead = By pressing the button you agree to the processing of your personal data for this check: the portal compares the name and the date of birth with yours.
providers-agree = Agree and confirm once more
providers-go-on = Go on
providers-withheld-how = How to raise the level
providers-unlink = Unlink
providers-not-linked = Not linked.
providers-link = Link
providers-done-linked = Linked. You can sign in this way, too.
providers-done-unlinked = Unlinked. You cannot sign in this way any more.
