# The choice of a region.

region-title = Choose your region
region-lead = We show services and organisations near you first. The choice is kept on this device.
region-choose = Choose your region
region-why = and we show what is near you first.
region-change = Change
region-change-what = the region
region-chosen = Chosen now:
region-none = No region
region-q = First letters of the name
region-not-found = There is no such region in the list.
region-all = Show all
region-list = List of regions
