# What programs hear when a call of the API is not well made.

e-api-01 = There is no such parameter or member here: check its name.
e-api-02 = A whole number from { $min } to { $max } is needed
e-api-03 = Too long: { $max } characters at most
e-api-04 = The body must be JSON: set Content-Type: application/json.
e-api-05 = At most { $max } values with commas between
e-api-06 = There is nothing with this code or id: check it
e-form-00-api = Some values do not fit: the list `fields` names each with what is wrong with it. Correct them and send the request again.
e-req-04-api = The address or the body is not UTF-8: encode it anew and send the request again.
e-idem-01-api = Another request was made with this Idempotency-Key. Send this one with a new key; keep a key only to repeat the same request.
e-idem-00 = Add the header Idempotency-Key: 1 to 200 printable ASCII characters, new for every action.
