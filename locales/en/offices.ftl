# Organisations and their sites.

e-org-01 = There is no such organisation.
e-org-02 = There is no such site.
