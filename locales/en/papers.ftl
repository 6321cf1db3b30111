# Papers and numbers of a person: what is wrong with them and how to put it right.

e-form-02-char = The character “{ $char }” at place { $position } does not belong here. Remove or correct it
e-form-02-zeros = Nothing but noughts: there is no such number. Copy it from the document
e-form-02-day = There is no such day in the calendar. Check the day and the month
e-form-06-future = This day has not come yet. Check the date
e-form-06-past = Too long ago. Check the year

e-form-02-inn = An INN has 12 digits for a person and 10 for an organisation, you typed { $has }
e-form-02-inn-sum = The last digits of the INN, its check, do not fit. Compare the whole number with the document
e-form-02-inn12 = A person’s INN has { $needs } digits, you typed { $has }
e-form-02-inn12-sum = The last two digits of the INN, its check, do not fit. Compare the whole number with the certificate
e-form-02-inn10 = An organisation’s INN has { $needs } digits, you typed { $has }
e-form-02-inn10-sum = The last digit of the INN, its check, does not fit. Compare the whole number with the document
e-form-02-kpp = A KPP has { $needs } characters, you typed { $has }
e-form-02-ogrn = An OGRN has { $needs } digits, you typed { $has }
e-form-02-ogrn-start = An OGRN begins with 1 or 5. Check the first digit
e-form-02-ogrn-sum = The last digit of the OGRN, its check, does not fit. Compare the whole number with the document
e-form-02-ogrnip = An OGRNIP has { $needs } digits, you typed { $has }
e-form-02-ogrnip-start = An OGRNIP begins with 3. Check the first digit
e-form-02-ogrnip-sum = The last digit of the OGRNIP, its check, does not fit. Compare the whole number with the document

e-form-02-passport-series = The series of a passport has { $needs } digits, you typed { $has }. Both stand on every page: the first four digits are the series
e-form-02-passport-number = The number of a passport has { $needs } digits, you typed { $has }. The series has a field of its own
e-form-02-subdivision = The code of the issuing office has { $needs } digits, you typed { $has }. It stands below the date of issue, for example 770-001
e-form-02-foreign-passport = A passport for travelling has { $needs } digits with its series, you typed { $has }
e-form-02-region = Passports whose series begins with { $code } are rare. Check the first two digits of the series
e-form-02-blank = By its series the passport’s blank is of { $printed }, but it was issued in { $issued }. Check the series and the date of issue
e-form-06-birth = The date of issue is before the birth. Check both dates
e-form-06-fourteen = Passports are issued from 14 years on, here not before { $earliest }. Check the date of issue and the birth date
e-doc-06 = The passport has been out of date since { $since }: it is replaced at 20 and at 45. Type the data of the new one
e-doc-06-grace = It is time to replace the passport: this one serves until { $until }, that day included
e-doc-06-young = People get a passport at 14, here on { $from }. Until then the birth certificate is needed

e-form-02-certificate = The number of a certificate has { $needs } digits, you typed { $has }
e-form-02-certificate-numeral = The series of a certificate begins with a Roman numeral, for example IV-АИ. Write it with I, V, X
e-form-02-certificate-letters = The series of a certificate ends in two Russian letters, for example IV-АИ

e-form-02-index = A postal index has { $needs } digits, you typed { $has }
e-form-02-index-start = A postal index begins with a digit from 1 to 6. Check the first digit
e-form-02-house = Write the number of the house, for example 10 or 12/3. If it has none, write «б/н»

e-form-02-bik = A BIK has { $needs } digits, you typed { $has }
e-form-02-bik-start = A BIK begins with 04, at the treasury with 00, 01 or 02. Check the first two digits
e-form-02-account = An account has { $needs } digits, you typed { $has }
e-form-02-account-sum = The account does not belong to this BIK. Check both numbers
e-form-02-uin = A UIN has 20 or 25 digits, you typed { $has }

e-doc-04-lines = At the bottom of the passport’s page stand two lines of Latin letters and “<”. Both must be seen in full
e-doc-04-length = { $has } { $has ->
    [one] character
   *[other] characters
} of 44 could be read in the { $line ->
    [1] first
   *[2] second
} line at the bottom of the passport. Take the whole page, without glare
e-doc-04-char = In the { $line ->
    [1] first
   *[2] second
} line at the bottom of the passport, “{ $char }” cannot stand at place { $position }. Take the page again, without glare
e-doc-04-document = This is not an internal passport of Russia. Attach the passport’s page with the photograph
e-doc-04-number = Series and number at the bottom of the passport were misread. Take the page again, without glare
e-doc-04-birth = The birth date at the bottom of the passport was misread. Take the page again, without glare
e-doc-04-issue = The date of issue at the bottom of the passport was misread. Take the page again, without glare
e-doc-04-line = The second line at the bottom of the passport was misread. Take the page again, without glare
e-doc-04-zeros = At the bottom of the passport stand only noughts in place of a number. Take the page again, without glare
e-doc-04-name = The surname at the bottom of the passport could not be read. Take the page again, without glare
e-doc-05 = The name in the document is another one. Check that it is the right document, and the name in the profile
e-doc-05-typo = The name in the document is almost the same. It looks like a typing mistake: compare every letter
