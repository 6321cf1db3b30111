# The page of one's own account; levels.

account-title = My data
account-phone = Phone
account-email = E-mail
account-email-none = not given
account-proved = Confirmed
account-email-proved = Confirmed
account-not-proved = Not confirmed
account-link-send = Send the link
account-link-sent = We have sent an e-mail with the link. If you do not see it, look into the spam folder.
account-level-title = Level of the account
account-level-lead = The higher the level, the more services are open to you. What was open before stays open.
account-level-yours = Your level
account-raise-title = How to raise the level
account-raise-how = See the shortest way
account-raise-demo = In real life you would visit an office with your passport. In the demonstration a button is enough.
account-raise-go = Raise the level
account-safety-title = Sessions and consents
account-one-proof = Restoring access takes two proofs, and you have only your phone. Add an e-mail address, a key or printed codes: otherwise you would have to wait a day on a device that is not known.
account-browsers =
    { $n ->
        [0] You are not signed in in any browser now.
        [one] You are signed in in { $n } browser now.
       *[other] You are signed in in { $n } browsers now.
    }
account-consents-title = Your consents
account-consent-agreement = User agreement
account-consent-privacy = Processing of personal data
account-consent-given = given on { $day }

account-level-simplified = Simplified
account-level-simplified-opens = We know your phone. You can book simple services, move and cancel bookings, and get reminders.
account-level-standard = Standard
account-level-standard-opens = We have checked your passport and SNILS. Most services are open.
account-level-verified = Verified
account-level-verified-opens = We know for certain that it is you: an officer saw your papers, or you signed electronically. All services are open.
