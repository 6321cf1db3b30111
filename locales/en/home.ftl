# The home page.

home-title = Appointments
home-hero = Book an appointment without queueing
home-lead = A doctor, a passport, guardianship, the head of the administration. Find the service in your own words and choose a time that suits you.
home-examples = For example:
home-next = Your next appointment
home-next-open = Open the ticket
home-next-all = All my bookings
home-areas = What do you need help with
home-popular = Often needed
home-near = Organisations of your region
home-how = How it works
home-how-1-title = 1. Find the service
home-how-1 = Say what you need in plain words, or choose from the list.
home-how-2-title = 2. Choose a time
home-how-2 = You see the real free places. While you fill in the form, the time is kept for you.
home-how-3-title = 3. Come with the ticket
home-how-3 = The ticket with its code arrives at once. We remind you of the visit; you can move or cancel it without a call.
home-how-help = Answers to common questions
