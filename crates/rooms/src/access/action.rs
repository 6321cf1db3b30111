//! Actions: every operation the portal has. A page and a call that do the same share one.

/// Generates the enum, its list, and how actions are named in documents.
macro_rules! actions {
    ($($(#[doc = $says:literal])+ $name:ident = $code:literal;)+) => {
        /// An operation of the portal. Every row of the table of routes names one, and none is
        /// here that no row names.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Action { $($(#[doc = $says])+ $name,)+ }

        impl Action {
            /// All actions.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// Its name in documents and logs.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }

            /// In a sentence, for documents.
            pub fn says(self) -> &'static str {
                match self { $(Self::$name => concat!($($says),+).trim_ascii(),)+ }
            }
        }
    };
}

actions! {
    /// Files of the pages, health, `robots.txt`.
    OpenFiles = "open_files";
    /// Services, categories, life situations, search.
    ReadCatalogue = "read_catalogue";
    /// Regions, bodies, sites and those who receive.
    ReadDirectory = "read_directory";
    /// Help, agreements, the portal's state, the description of the API.
    ReadHelp = "read_help";
    /// Free times.
    ReadFreeTimes = "read_free_times";
    /// Announced openings and their draws.
    ReadOpenings = "read_openings";
    /// What a browser tells of a breach of the content policy.
    ReportPolicy = "report_policy";
    /// Language, look and region of one's browser.
    ChangeLook = "change_look";
    /// Whether a ticket is genuine: no personal data.
    CheckTicket = "check_ticket";
    /// Opening an account.
    Register = "register";
    /// Following the link that proves an e-mail.
    ProveEmail = "prove_email";
    /// Signing in.
    SignIn = "sign_in";
    /// How long one's session still lasts, and prolonging it.
    AskSession = "ask_session";
    /// Signing out.
    SignOut = "sign_out";
    /// Choosing a time; a guest takes the wish along to the sign-in page.
    ChooseTime = "choose_time";
    /// What role an invitation offers.
    ReadInvitation = "read_invitation";
    /// Endpoints and keys of the portal as a provider of identity.
    ReadProvider = "read_provider";
    /// Coming from a connected site to sign in there; a guest is led to the sign-in page.
    SignInToSite = "sign_in_to_site";
    /// What connected sites ask themselves: they prove who they are by keys of their own.
    ServeSite = "serve_site";

    /// The end of one's registration.
    FinishRegistration = "finish_registration";
    /// Taking up a role one was invited to.
    JoinStaff = "join_staff";
    /// Giving the password again before something that matters.
    ProveAgain = "prove_again";
    /// One's own data.
    ReadAccount = "read_account";
    /// Typing and correcting the data of one's papers.
    ChangeProfile = "change_profile";
    /// Beginning and ending ways to a higher level.
    RaiseLevel = "raise_level";
    /// Second factors, devices, sign-ins and the password of one's own account.
    KeepSafe = "keep_safe";
    /// The people and organisations one may act for.
    KeepMandates = "keep_mandates";
    /// One's own name, phone and e-mail.
    CorrectData = "correct_data";
    /// A copy of everything that is kept of oneself.
    TakeData = "take_data";
    /// Withdrawing what one agreed to.
    WithdrawConsent = "withdraw_consent";
    /// Closing one's account.
    CloseAccount = "close_account";
    /// Asking for the link that proves one's e-mail.
    SendEmailLink = "send_email_link";
    /// Who of the staff looked at one's data.
    ReadLooks = "read_looks";
    /// A code by which the support finds one's account during a call.
    CallSupport = "call_support";
    /// Letting a connected site read one's data, or not.
    AllowSite = "allow_site";
    /// What connected sites may read: seeing, changing, withdrawing it.
    ManageSites = "manage_sites";
    /// The list of one's bookings.
    ListBookings = "list_bookings";
    /// A booking with its history, ticket and calendar entry.
    ReadBooking = "read_booking";
    /// Holding a time.
    HoldTime = "hold_time";
    /// Giving a held time back.
    ReleaseHold = "release_hold";
    /// The form of a booking.
    FillIn = "fill_in";
    /// Making a hold a booking.
    ConfirmBooking = "confirm_booking";
    /// Moving a booking.
    MoveBooking = "move_booking";
    /// Cancelling a booking.
    CancelBooking = "cancel_booking";
    /// Changing how one is reached about a booking.
    ChangeContacts = "change_contacts";
    /// Joining the line of an opening.
    JoinLine = "join_line";
    /// Giving one's place in a line up.
    LeaveLine = "leave_line";
    /// One's place in a line.
    ReadPlace = "read_place";

    /// The visits of a day; of the visitors only initials.
    ReadDay = "read_day";
    /// Name and phone of a visitor, for a reason that is kept.
    OpenVisitor = "open_visitor";
    /// Saying that the paper by which a visitor acts for another was seen, or is not good.
    CheckMandate = "check_mandate";
    /// Who has which role, since when, by whom.
    ReadStaff = "read_staff";
    /// Comparing a person's papers with what they typed, at a service centre.
    CheckIdentity = "check_identity";
    /// Comparing pictures of a person's papers with what they typed.
    ReviewScans = "review_scans";
    /// Printing registered letters and handing them to the post, at a service centre.
    SendLetters = "send_letters";
    /// Helping somebody back in, or ending their sessions: nothing of the account is shown.
    HelpRecover = "help_recover";
    /// What is needed to help somebody who calls, found by the code that they read aloud: bookings,
    /// delivery of messages, level, ways in; nothing can be changed.
    HelpByPhone = "help_by_phone";
    /// Questions to registries that wait too long; no personal data.
    WatchChecks = "watch_checks";
    /// Giving somebody a role.
    GrantRole = "grant_role";
    /// Taking a role away.
    RevokeRole = "revoke_role";
    /// Who of the staff opened more names than work explains.
    WatchAlarms = "watch_alarms";
    /// Sites that let people in through the portal, and what was done to them.
    ReadSites = "read_sites";
    /// Connecting a site, changing and disconnecting it.
    ConnectSites = "connect_sites";
    /// What the staff did, operation by operation; ids, no names of visitors.
    ReadTrail = "read_trail";
    /// A file of it.
    ExportTrail = "export_trail";

    /// The demo's pages; they exist in the demo only.
    ReadDemo = "read_demo";
    /// Signing in as somebody of the demo.
    EnterDemo = "enter_demo";
    /// Choosing one's own level in the demo.
    SetDemoLevel = "set_demo_level";
}

impl Action {
    /// Reads what [`Action::as_str`] wrote.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|x| x.as_str() == code)
    }

    /// Exists in the demo only.
    pub fn is_demo(self) -> bool {
        matches!(self, Self::ReadDemo | Self::EnterDemo | Self::SetDemoLevel)
    }

    /// Whether the password must have been given a moment ago: what changes who may do what, or
    /// who may read what.
    pub fn wants_fresh(self) -> bool {
        matches!(self, Self::GrantRole | Self::RevokeRole | Self::ConnectSites)
    }
}
