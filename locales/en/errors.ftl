# The error catalogue: what belongs to no single room. A key is the code in lower case.

e-sys-00 = We already know about the error. If you were booking, look at “My bookings”: it may have been saved. Otherwise please try again in a few minutes.
e-sys-01 = The portal is closed for maintenance. Your bookings are safe. Please try again a little later.
e-bot-01 = Programs book through the programming interface (API), not through the portal’s pages. The terms of use say what they may do.
e-sys-02 = Too many requests at once. Wait a few seconds and try again: nothing is lost.
e-sys-03 = Very many people came to the portal at once. Wait half a minute and try again. Your bookings and tickets are safe: you can open them even now.
e-sys-04 = The portal's database cannot be reached at the moment; we are bringing it back. Your bookings are safe. Wait a little and try again.
e-idem-01 = This form was already sent with other data. Open the page anew and fill it in again.
e-form-00 = Some fields are not right. They are marked below.
e-form-01 = Please fill in this field
e-form-02 = This format does not fit
e-form-06 = The date or time is out of range
e-form-07 = The form did not load completely. Please reload the page
e-req-01 = There is no such page: the link may be old, or the address mistyped.
e-req-02 = Nothing opens at this address: forms are sent here. Go back, or begin at the first page.
e-req-03 = The form is too large: at most { $kib } KB can be sent. Go back and shorten the text.
e-req-04 = The data arrived damaged. Open the page anew and send the form again.
e-req-05 = The request came from another site, so we did not carry it out. Open the page on the portal and try again.
e-req-06 = The answer took too long. Look at “My bookings” before you try again: it may have worked.
e-req-07 = You are asking too often. Wait a little and go on.
e-req-08 = The body of the request does not fit: JSON with the members of the API’s description is needed.
e-req-09 = The data came too slowly, and we did not wait to the end. Please check your connection and send them again.
e-req-10 = The request came in a form that cannot be read, and the portal did nothing. Open the portal anew from its home page.
e-req-11 = The address of the page, or what the browser sent with it, is too long, and the portal did nothing. Open the portal anew from its home page. If that does not help, delete the portal’s cookies in your browser.
e-req-12 = A request has to name the site exactly once (the head Host), and the portal did nothing. Open the portal anew from its home page.
e-req-13 = A form cannot be sent in this way. Open the page and send the form from there.
e-req-14 = The portal answers only at its protected address, which begins with https://, and did nothing. Open the portal at that address.
e-auth-10 = You need to sign in for this. If you were signed in, the session has ended: please sign in again.

e-auth-12 = { $level ->
    [standard] This service needs a standard account.
    [verified] This service needs a verified account.
   *[other] This service needs an account of a higher level.
} The page “Access level” of your account says how to get there. Then try again.
e-slot-01 = This time has just been taken. Please choose another.
e-slot-03 = No more bookings for this day: all places are taken. Please choose another day.
e-slot-04 = There is such a booking already. Move or cancel that one.
e-slot-05 = There is no reception at this time. Choose a time from the list.
e-slot-06 = It is too late to book this time. Choose a later one.
e-slot-07 = This is too far ahead. Choose an earlier day.
e-slot-08 = Booking for this time has not opened yet.
e-slot-09 = This time cannot be booked on the portal. Please choose another.
e-hold-01 =
    You can keep at most { $max ->
        [one] { $max } time
       *[other] { $max } times
    } at once. Finish a booking you began, or let it go.
e-hold-02 = The time we kept for you has run out. Choose it again if it is free.
e-hold-03 = It can be prolonged once, and you have done so.
e-hold-04 = You chose another time instead of this one, or gave it back. Go on with the new time under “My bookings”, or choose a time again.
e-hold-05 = You take and give up times too often. Wait a little ({ $seconds } s) and go on: what you hold already stays yours.
e-chg-01 =
    The booking could be changed until { $hours ->
        [one] { $hours } hour
       *[other] { $hours } hours
    } before the appointment. Call us if your plans have changed.
e-chg-02 = No moves are left: a booking can be moved { $max ->
        [one] { $max } time
       *[other] { $max } times
    }. Cancel it and book anew.
e-chg-03 = Please say why you move the booking
e-chg-06 = This is the same time or another service. Choose a new time of the same service.
e-sta-01 = You have no such booking: it may belong to another account.
e-sta-02 = This is no longer possible: the state of the booking has changed. Please open it again.
e-sch-01 = The schedule is not right: { $why }
e-sch-02 = The day { $date } is moved, but it does not say by which weekday to work
