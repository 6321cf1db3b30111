//! «Ближайшие центры»: where an account is confirmed in person, the nearest first, on a map that we
//! draw ourselves.

use askama::Template;
use base::Outcome;
use rooms::identity;
use rooms::offices::{Offices, Site};
use rooms::places::{Locality, Point};
use rooms::portal::Portal;

use crate::pages::words::say;
use crate::{Answer, FormState, Query, Shell, Visit};

/// Centres on the page.
const SHOWN: usize = 20;
/// Localities to choose from when a name is that of several.
const ALIKE: usize = 8;

#[derive(Template)]
#[template(path = "identity/centres.html")]
struct CentresPage {
    shell: Shell,
    form: FormState,
    /// The place from which distances are measured.
    from: Option<String>,
    /// Other places of the name that was typed: id, name with its region.
    others: Vec<(String, String)>,
    rows: Vec<Row>,
    map: Option<Map>,
    /// Nothing has the name that was typed.
    unknown: bool,
}

/// A centre.
struct Row {
    n: usize,
    id: String,
    name: String,
    organization: String,
    address: String,
    hours: String,
    /// «2,4 км»; empty when nothing is measured.
    far: String,
}

/// Pins on a plain ground, true to scale.
struct Map {
    pins: Vec<Pin>,
    /// Where the distances begin.
    from: Option<(i32, i32)>,
    /// The length of the scale's bar, and its words.
    bar: (i32, String),
}

struct Pin {
    n: usize,
    x: i32,
    y: i32,
    name: String,
}

pub(super) async fn page(visit: Visit, Query(query): Query) -> Answer {
    let portal = visit.app.portal();
    let typed = query.text("q").to_owned();
    let mut found = places(&portal, &query, &typed);
    if typed.is_empty() && found.is_empty() {
        found = places(&portal, &query, &home(&visit).await?);
        found.truncate(1);
    }
    let from = found.first().map(|x| (x.point, named(&visit, &portal, x)));
    let point = from.as_ref().and_then(|x| x.0);
    let sites = centres(&visit, &portal, point);
    let rows: Vec<Row> = sites.iter().enumerate().map(|x| row(&visit, &portal, x)).collect();
    let others = found.iter().skip(1).map(|x| (x.id.to_string(), named(&visit, &portal, x)));
    visit.page(CentresPage {
        shell: visit.shell("centres-title").about(visit.t("centres-lead")),
        unknown: !typed.is_empty() && found.is_empty(),
        from: from.map(|x| x.1),
        others: others.collect(),
        map: map(&visit, &sites, point),
        rows,
        form: FormState::filled(query),
    })
}

/// The address of whoever is signed in, once they have typed it; nothing for others.
async fn home(visit: &Visit) -> Outcome<String> {
    let Some(me) = visit.account().cloned() else { return Ok(String::new()) };
    let profile = visit.db().read(move |tx| identity::profile(tx, &me)).await?;
    Ok(profile.map_or(String::new(), |x| x.home()))
}

fn named(visit: &Visit, portal: &Portal, place: &Locality) -> String {
    let region = portal.city.places.region(&place.region).map(|x| say(visit, &x.name));
    [Some(say(visit, &place.name)), region].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// The locality that was chosen, or those whose name stands in what was typed: a whole address may
/// be typed, and the longest name in it is meant.
fn places<'a>(portal: &'a Portal, query: &crate::Fields, typed: &str) -> Vec<&'a Locality> {
    let places = &portal.city.places;
    if let Some(id) = query.opt("locality").map(base::Id::from) {
        return places.locality(&id).map(|x| &**x).into_iter().collect();
    }
    let parts = typed.split([',', ';']).map(str::trim);
    let parts = parts.map(|x| {
        ["г. ", "гор. ", "город ", "с. ", "село ", "пос. "]
            .iter()
            .fold(x, |x, word| x.strip_prefix(word).unwrap_or(x))
    });
    for part in parts.filter(|x| x.chars().count() > 1) {
        let found = places.find_localities(None, part, ALIKE);
        let same = search::normalise(part);
        let exact: Vec<&Locality> =
            found.iter().map(|x| &***x).filter(|x| search::normalise(&x.name.ru) == same).collect();
        if !exact.is_empty() {
            return exact;
        }
        if !typed.contains(',') && !found.is_empty() {
            return found.iter().map(|x| &***x).collect();
        }
    }
    Vec::new()
}

/// The nearest centres; without a place those of the visitor's region first.
fn centres<'a>(
    visit: &Visit,
    portal: &'a Portal,
    from: Option<Point>,
) -> Vec<(Option<f64>, &'a Site)> {
    let offices = &portal.city.offices;
    let all = offices.sites().iter().filter(|x| x.card.centre);
    let mut sites: Vec<(Option<f64>, &Site)> = match from {
        Some(from) => {
            let sorted = Offices::by_distance(all, from).into_iter();
            sorted.map(|(km, site)| (km, &**site)).collect()
        }
        None => {
            let mut sites: Vec<_> = all.map(|x| (None, &**x)).collect();
            // By the names of towns, which people look for in a list.
            sites.sort_by_key(|(_, site)| {
                let place = portal.city.places.locality(&site.locality);
                let own = visit.region.as_ref();
                let elsewhere = own.is_some_and(|own| place.map(|x| &x.region) != Some(own));
                (elsewhere, place.map(|x| say(visit, &x.name)), say(visit, &site.name))
            });
            sites
        }
    };
    sites.truncate(SHOWN);
    sites
}

fn row(visit: &Visit, portal: &Portal, (i, (far, site)): (usize, &(Option<f64>, &Site))) -> Row {
    let organization = portal.city.offices.organization(&site.organization);
    let place = portal.city.places.locality(&site.locality);
    let place = place.map(|x| say(visit, &x.name)).unwrap_or_default();
    Row {
        n: i + 1,
        id: site.id.to_string(),
        name: say(visit, &site.name),
        organization: organization.map(|x| say(visit, &x.name)).unwrap_or_default(),
        address: format!("{place}, {}", site.card.address.in_lang(visit.lang)),
        hours: site.card.hours.in_lang(visit.lang).to_owned(),
        far: far.map(|km| distance(visit, km)).unwrap_or_default(),
    }
}

/// «600 м», «2,4 км», «35 км».
fn distance(visit: &Visit, km: f64) -> String {
    let (key, number) = match km {
        ..1.0 => ("centres-m", format!("{:.0}", (km * 10.0).round() * 100.0)),
        ..10.0 => ("centres-km", format!("{km:.1}")),
        _ => ("centres-km", format!("{km:.0}")),
    };
    let number = if visit.lang == texts::Lang::Ru { number.replace('.', ",") } else { number };
    visit.tw(key, &[("n", number.into())])
}

/// Width, height and margin of the map.
const SIZE: (f64, f64, f64) = (640.0, 360.0, 40.0);
/// Centres farther than that would make all others one pin.
const AROUND_KM: f64 = 60.0;

/// The centres around the place, or those of one region, true to scale.
fn map(visit: &Visit, sites: &[(Option<f64>, &Site)], from: Option<Point>) -> Option<Map> {
    let from = from?;
    let near = |x: &&(usize, &(Option<f64>, &Site))| x.1.0.is_some_and(|km| km <= AROUND_KM);
    let all: Vec<_> = sites.iter().enumerate().collect();
    let pins: Vec<(usize, Point, &Site)> = all
        .iter()
        .filter(near)
        .filter_map(|(i, (_, site))| Some((i + 1, site.point?, *site)))
        .collect();
    if pins.is_empty() {
        return None;
    }
    let (width, height, margin) = SIZE;
    // Kilometres east and north of the place: on so small a piece of the globe it is flat.
    let flat = |x: Point| {
        let east = (x.lon() - from.lon()) * 111.32 * from.lat().to_radians().cos();
        (east, (x.lat() - from.lat()) * 110.57)
    };
    let reach = |of: fn((f64, f64)) -> f64| {
        pins.iter().map(|x| of(flat(x.1)).abs()).fold(0.5_f64, f64::max)
    };
    let scale =
        ((width / 2.0 - margin) / reach(|x| x.0)).min((height / 2.0 - margin) / reach(|x| x.1));
    let put = |x: Point| {
        let (east, north) = flat(x);
        ((width / 2.0 + east * scale) as i32, (height / 2.0 - north * scale) as i32)
    };
    let step = [0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0];
    let bar = step.into_iter().find(|km| km * scale >= 60.0).unwrap_or(50.0);
    Some(Map {
        pins: pins
            .iter()
            .map(|(n, point, site)| {
                let (x, y) = put(*point);
                Pin { n: *n, x, y, name: say(visit, &site.name) }
            })
            .collect(),
        from: Some(put(from)),
        bar: ((bar * scale) as i32, distance(visit, bar)),
    })
}
