# Regions and localities.

e-geo-01 = Choose a region from the list.
e-geo-02 = Choose a locality from the list.
e-geo-03 = The time zone { $zone } is unknown.
e-geo-04 = This locality lies in another region. Choose one from the list of your region.
