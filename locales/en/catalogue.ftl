# The catalogue of services.

e-cat-01 = There is no category { $code }.
e-cat-02 = The code is taken already: { $code }.
e-cat-03 = The value is outside its limits.
e-cat-04 = There is nothing with the code { $code } in the catalogue.
e-cat-05 = A choice needs options, and only a choice has them.
