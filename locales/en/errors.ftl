# The error catalogue: what belongs to no single room. A key is the code in lower case.

e-sys-00 = We already know about the error. If you were booking, look at “My bookings”: it may have been saved. Otherwise please try again in a few minutes.
e-sys-01 = The portal is closed for maintenance. Your bookings are safe. Please try again a little later.
e-sys-02 = Too many requests at once. Wait a few seconds and try again: nothing is lost.
e-idem-01 = This form was already sent with other data. Open the page anew and fill it in again.
e-form-00 = Some fields are not right. They are marked below.
e-form-01 = Please fill in this field
e-form-02 = This format does not fit
e-form-06 = The date or time is out of range
e-form-07 = The form did not load completely. Please reload the page
e-req-01 = There is no such page: the link may be old, or the address mistyped.
e-req-02 = This address cannot be used that way. Go back and try again.
e-req-03 = The form is too large: at most { $kib } KB can be sent. Please shorten the text.
e-req-04 = The data arrived damaged. Open the page anew and send the form again.
e-req-05 = The request came from another site, so we did not carry it out. Open the page on the portal and try again.
e-req-06 = The answer took too long. Look at “My bookings” before you try again: it may have worked.
e-req-07 = You are asking too often. Wait a little and go on.
e-req-08 = The body of the request does not fit: { $why }
e-auth-10 = You need to sign in for this. If you were signed in, the session has ended: please sign in again.
