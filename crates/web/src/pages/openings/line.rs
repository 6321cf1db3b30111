//! What a person sees of a line: where one stands, how long it may take, what to do next. Made from
//! memory alone.

use base::Instant;
use rooms::admission::{Estimate, Line, Mode, Opening, Phase, Place, Places, Standing, rules};

use super::{Seen, moment, signin};
use crate::Visit;
use crate::pages::identity;

/// Seconds between the polls of those who wait for nothing in particular.
const QUIET: u32 = 30;
/// A countdown longer than this is told in words alone.
const COUNTED: i64 = 24 * Instant::HOUR;

/// A running countdown.
#[derive(Clone, Debug)]
pub(super) struct Countdown {
    /// Milliseconds since 1970: the end.
    pub ends: i64,
    /// The server's now.
    pub now: i64,
    /// Milliseconds of the whole.
    pub total: i64,
    /// What is said beside it.
    pub text: String,
    /// What is said when it is over.
    pub over: String,
}

/// The panel of a line.
#[derive(Clone, Debug, Default)]
pub(super) struct LineView {
    /// Which of the cases it is: for the script and the tests.
    pub stage: &'static str,
    /// Seconds until the next poll; 0: never.
    pub poll: u32,
    /// What it is, in a few words.
    pub title: String,
    /// People ahead, in large figures; empty where there is no such number.
    pub ahead: String,
    /// Sentences.
    pub says: Vec<String>,
    /// Places left, in words.
    pub places: String,
    /// What must not be overlooked.
    pub alert: String,
    /// The countdown, when it is near.
    pub countdown: Option<Countdown>,
    /// Where the form that joins goes; empty: no form.
    pub join: String,
    /// The words on its button.
    pub join_words: String,
    /// The form appears when the countdown is over.
    pub join_later: bool,
    /// Where the form that leaves goes; empty: no form.
    pub leave: String,
    /// The words on its button.
    pub leave_words: String,
    /// A link that is the next step: address and words.
    pub go: Option<(String, String)>,
    /// There is nothing left: show what else can be done.
    pub nothing: bool,
}

impl LineView {
    /// The panel for this visit.
    pub fn of(visit: &Visit, seen: &Seen) -> Self {
        let now = visit.app.clock.now();
        let asks = Asks { visit, seen, opening: &seen.opening, now };
        let lines = &visit.app.lines;
        let (line, id) = (lines.line(&seen.opening.id), &seen.opening.id);
        let place = visit.account().and_then(|who| lines.place(id, who, now));
        let view = match (seen.opening.phase(now), place) {
            (Phase::Over, _) => asks.over(),
            (Phase::Coming, place) => asks.coming(&line, place.as_ref()),
            (Phase::Running, Some(place)) => asks.with_place(&line, &place),
            (Phase::Running, None) if sold_out(&line) => asks.sold_out(),
            (Phase::Running, None) => asks.joinable(&line),
        };
        asks.with_level(view)
    }
}

/// All places are taken, and nobody can give one back by not confirming.
fn sold_out(line: &Line) -> bool {
    line.places() == Some(Places { free: 0, undecided: 0, full: true })
}

/// Who asks about what.
struct Asks<'a> {
    visit: &'a Visit,
    seen: &'a Seen,
    opening: &'a Opening,
    now: Instant,
}

impl Asks<'_> {
    fn t(&self, key: &str) -> String {
        self.visit.t(key).to_owned()
    }

    fn spread(&self) -> f64 {
        self.visit.account().map_or(0.5, |x| rules::spread(x))
    }

    fn action(&self) -> String {
        format!("/openings/{}/join", self.opening.id)
    }

    fn leave(&self) -> String {
        format!("/openings/{}/leave", self.opening.id)
    }

    fn coming(&self, line: &Line, place: Option<&Place>) -> LineView {
        let opens = moment(self.visit, self.opening.opens, self.opening);
        let text = self.visit.tw("opening-opens", &[("when", opens.into())]);
        let lottery = self.opening.mode == Mode::Lottery;
        let listed = place.is_some();
        let near = self.opening.opens.0 - self.now.0 < COUNTED;
        let join_later = !lottery;
        let mut view = LineView {
            stage: if listed { "listed" } else { "coming" },
            poll: rules::countdown(self.now, self.opening.opens, self.spread()),
            title: self.t(if listed { "line-listed" } else { "line-coming" }),
            countdown: near.then(|| self.countdown(self.opening.opens, 10, &text, "line-opened")),
            says: if near { vec![] } else { vec![text] },
            ..LineView::default()
        };
        if lottery {
            // Whoever has just come is not yet in the picture of the others.
            let many = line.listed().max(u32::from(listed));
            view.says.push(self.visit.tn("line-listed-many", many));
        } else {
            view.says.push(self.t("line-nothing-early"));
        }
        match &self.visit.signed_in {
            None => view.go = Some((signin(self.opening), self.t("line-sign-in"))),
            Some(_) if listed => {
                view.says.push(self.t("line-listed-what"));
                view.leave = self.leave();
                view.leave_words = self.t("line-leave-list");
            }
            Some(_) => {
                view.join = self.action();
                view.join_words = self.t(if lottery { "line-take-part" } else { "line-join" });
                view.join_later = join_later;
            }
        }
        view
    }

    /// The bar begins to shrink `minutes` before the end.
    fn countdown(&self, ends: Instant, minutes: u32, text: &str, over: &str) -> Countdown {
        Countdown {
            ends: ends.millis(),
            now: self.now.millis(),
            total: i64::from(minutes) * Instant::MINUTE / 1000,
            text: text.to_owned(),
            over: self.t(over),
        }
    }

    /// Not in line yet.
    fn joinable(&self, line: &Line) -> LineView {
        let mut view = LineView {
            stage: "open",
            poll: QUIET,
            title: self.t("line-open"),
            says: vec![self.visit.tn("line-waiting-many", line.waiting())],
            places: self.places(line),
            ..LineView::default()
        };
        match &self.visit.signed_in {
            None => view.go = Some((signin(self.opening), self.t("line-sign-in"))),
            Some(_) => {
                view.join = self.action();
                view.join_words = self.t("line-join");
            }
        }
        view
    }

    fn with_place(&self, line: &Line, place: &Place) -> LineView {
        match place.standing {
            Standing::Waiting | Standing::Inside if sold_out(line) => self.sold_out(),
            Standing::Waiting => self.waiting(line, place),
            Standing::Inside => self.inside(line, place),
            Standing::Served => LineView {
                stage: "served",
                title: self.t("line-served"),
                says: vec![self.t("line-served-what")],
                go: Some(("/bookings".into(), self.t("nav-bookings"))),
                ..LineView::default()
            },
            Standing::Out => self.joinable(line),
        }
    }

    fn waiting(&self, line: &Line, place: &Place) -> LineView {
        let ahead = place.ahead.unwrap_or_default();
        let mut says = vec![self.visit.tn("line-ahead", ahead)];
        if ahead > 0 {
            says.push(self.wait(place.estimate));
        }
        if line.places().is_some_and(|x| ahead + line.inside() >= x.free + x.undecided) {
            says.push(self.t("line-may-not-suffice"));
        }
        says.push(self.t("line-keep"));
        LineView {
            stage: "waiting",
            poll: rules::interval(place.estimate, self.spread()),
            title: self.t("line-waiting"),
            ahead: if ahead > 0 { ahead.to_string() } else { String::new() },
            says,
            places: self.places(line),
            alert: match (place.moved, line.paused()) {
                (_, true) => self.t("line-paused"),
                (true, false) => self.t("line-moved"),
                (false, false) => String::new(),
            },
            leave: self.leave(),
            leave_words: self.t("line-leave"),
            ..LineView::default()
        }
    }

    /// «примерно от 5 до 10 минут».
    fn wait(&self, estimate: Option<Estimate>) -> String {
        let Some(Estimate { low, high }) = estimate else { return self.t("line-wait-unknown") };
        if high <= 60 {
            return self.t("line-wait-minute");
        }
        let (hours, unit) = (high > 2 * 3600, if high > 2 * 3600 { 3600 } else { 60 });
        let (low, high) = (low / unit, high.div_ceil(unit));
        let key = match (hours, low < 1) {
            (true, _) => "line-wait-hours",
            (false, true) => "line-wait-up-to",
            (false, false) => "line-wait",
        };
        self.visit.tw(key, &[("low", low.into()), ("high", high.into())])
    }

    fn inside(&self, line: &Line, place: &Place) -> LineView {
        let until = place.until.unwrap_or(self.now);
        let time = until.in_zone(&self.opening.zone).strftime("%H:%M").to_string();
        let late = self.now >= until;
        let text = self.visit.tw("line-choose-until", &[("time", time.clone().into())]);
        LineView {
            stage: "inside",
            poll: QUIET,
            title: self.t("line-inside"),
            says: if late { vec![] } else { vec![self.t("line-inside-what")] },
            places: self.places(line),
            alert: match (late, place.moved) {
                (false, _) => String::new(),
                (true, false) => self.t("line-late"),
                (true, true) => self.t("line-late-again"),
            },
            countdown: (!late)
                .then(|| self.countdown(until, self.opening.choose_minutes, &text, "line-late")),
            go: Some((self.seen.book(), self.t("line-choose"))),
            leave: self.leave(),
            leave_words: self.t("line-leave"),
            ..LineView::default()
        }
    }

    fn sold_out(&self) -> LineView {
        LineView {
            stage: "sold-out",
            poll: 60,
            title: self.t("line-sold-out"),
            says: vec![self.t("line-sold-out-what")],
            nothing: true,
            ..LineView::default()
        }
    }

    fn over(&self) -> LineView {
        LineView {
            stage: "over",
            title: self.t("line-over"),
            says: vec![self.t("line-over-what")],
            go: Some((self.seen.book(), self.t("line-over-go"))),
            ..LineView::default()
        }
    }

    fn places(&self, line: &Line) -> String {
        match line.places() {
            None => String::new(),
            Some(Places { free: 0, undecided: 0, .. }) => self.t("line-places-none"),
            Some(Places { free: 0, undecided, .. }) => {
                self.visit.tn("line-places-undecided", undecided)
            }
            Some(Places { free, .. }) => self.visit.tn("line-places", free),
        }
    }

    /// Says in time that the account's level is too low.
    fn with_level(&self, mut view: LineView) -> LineView {
        let needed = self.seen.service.passport.rules.level();
        let low = self.visit.signed_in.as_ref().is_some_and(|x| x.level < needed);
        if low && !view.join.is_empty() {
            let level = self.t(&format!("level-{}", needed.as_str()));
            view.alert = self.visit.tw("level-needed", &[("level", level.into())]);
            let here = format!("/openings/{}", self.opening.id);
            view.join = identity::first(&self.seen.service.code, &here);
            view.join_words = self.t("level-raise");
            view.join_later = false;
        }
        view
    }
}
