//! Organisations as a TOML file: sites and resources stand inside them, English under the same key
//! with `_en`.

use base::{Fault, Id};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;
use slots::{Exception, Rule};

use super::hours::{ExceptionRow, RuleRow};
use super::{Organization, OrganizationCard, Resource, ResourceCard, ResourceKind, Site, SiteCard};
use crate::catalogue::Catalogue;
use crate::places::{Places, Point};
use crate::rows::Rows;
use crate::text::Text;

/// What a file of organisations holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sheet {
    /// Organisations.
    pub organizations: Vec<Organization>,
    /// Their sites.
    pub sites: Vec<Site>,
    /// Their resources.
    pub resources: Vec<Resource>,
    /// When the resources receive.
    pub timetables: Timetables,
}

/// Opening rules and exceptions of resources: for the room `schedule` to save.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timetables {
    /// Resources with their weekly rules.
    pub rules: Vec<(Id, Vec<Rule>)>,
    /// Resources with a closure or absence and its reason.
    pub exceptions: Vec<(Id, Exception, String)>,
}

impl Sheet {
    /// Reads a file; days of exceptions count from `start`. A resource that names no services
    /// serves all its organisation gives by resources of its kind.
    ///
    /// # Errors
    /// A fault that names the line, row and key of all that is wrong, or the organisation, site or resource
    /// and what is wrong with it.
    pub fn parse(
        text: &str,
        places: &Places,
        catalogue: &Catalogue,
        start: Date,
    ) -> Result<Self, Fault> {
        let mut file = Rows::read("the file of organisations", text)?;
        let organizations: Vec<OrganizationRow> = file.take("organization");
        file.end()?;
        let mut sheet = Self::default();
        for row in organizations {
            sheet.organization(row, places, catalogue, start)?;
        }
        Ok(sheet)
    }

    fn organization(
        &mut self,
        row: OrganizationRow,
        places: &Places,
        catalogue: &Catalogue,
        start: Date,
    ) -> Result<(), Fault> {
        let (organization, sites) = row.split();
        for row in sites {
            let code = row.code.clone();
            let (site, resources) = row.split(&organization, places).map_err(at(&code))?;
            for row in resources {
                let code = row.code.clone();
                self.resource(row, &site, &organization, catalogue, start).map_err(at(&code))?;
            }
            self.sites.push(site);
        }
        self.organizations.push(organization);
        Ok(())
    }

    fn resource(
        &mut self,
        row: ResourceRow,
        site: &Site,
        organization: &Organization,
        catalogue: &Catalogue,
        start: Date,
    ) -> Result<(), String> {
        let id = Id::from(row.code);
        for exception in row.exception {
            let (exception, reason) = exception.exception(start)?;
            self.timetables.exceptions.push((id.clone(), exception, reason));
        }
        let rules = row.rule.into_iter().map(RuleRow::rule).collect::<Result<_, _>>()?;
        self.timetables.rules.push((id.clone(), rules));
        let services = row.services.unwrap_or_else(|| usual(organization, row.kind, catalogue));
        self.resources.push(Resource {
            id,
            site: site.id.clone(),
            kind: row.kind,
            name: Text::new(row.name, row.name_en),
            room: row.room,
            active: row.active,
            services,
            card: ResourceCard {
                position: Text::new(row.position, row.position_en),
                specialty: Text::new(row.specialty, row.specialty_en),
                qualification: Text::new(row.qualification, row.qualification_en),
                functions: Text::new(row.functions, row.functions_en),
            },
        });
        Ok(())
    }
}

/// The services that an organisation gives by resources of a kind.
fn usual(organization: &Organization, kind: ResourceKind, catalogue: &Catalogue) -> Vec<String> {
    let given = |code: &String, kinds: &[String]| match &organization.card.services {
        Some(codes) => codes.contains(code),
        None => kinds.contains(&organization.kind),
    };
    let services = catalogue.services().iter();
    let fits = services.filter(|service| {
        let by = service.passport.resource_kinds.iter().any(|x| x == kind.as_str());
        by && given(&service.code, &service.passport.organization_kinds)
    });
    fits.map(|service| service.code.clone()).collect()
}

fn at(code: &str) -> impl Fn(String) -> Fault {
    move |reason| Fault::new(format!("{code}: {reason}"))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OrganizationRow {
    code: String,
    kind: String,
    parent: Option<String>,
    name: String,
    #[serde(default)]
    name_en: String,
    region: String,
    #[serde(default)]
    head: String,
    #[serde(default)]
    head_en: String,
    #[serde(default)]
    head_post: String,
    #[serde(default)]
    head_post_en: String,
    #[serde(default)]
    phone: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    web: String,
    #[serde(default)]
    fax: String,
    #[serde(default)]
    reply: String,
    #[serde(default)]
    reply_en: String,
    #[serde(default)]
    about: String,
    #[serde(default)]
    about_en: String,
    services: Option<Vec<String>>,
    #[serde(default)]
    site: Vec<SiteRow>,
}

impl OrganizationRow {
    fn split(self) -> (Organization, Vec<SiteRow>) {
        let card = OrganizationCard {
            head: Text::new(self.head, self.head_en),
            head_post: Text::new(self.head_post, self.head_post_en),
            phone: self.phone,
            email: self.email,
            web: self.web,
            fax: self.fax,
            reply: Text::new(self.reply, self.reply_en),
            about: Text::new(self.about, self.about_en),
            services: self.services,
        };
        let organization = Organization {
            id: self.code.into(),
            kind: self.kind,
            region: self.region,
            parent: self.parent.map(Id::from),
            name: Text::new(self.name, self.name_en),
            card,
        };
        (organization, self.site)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SiteRow {
    code: String,
    name: String,
    #[serde(default)]
    name_en: String,
    locality: String,
    address: String,
    #[serde(default)]
    address_en: String,
    #[serde(default)]
    postal: String,
    lat: Option<f64>,
    lon: Option<f64>,
    #[serde(default)]
    hours: String,
    #[serde(default)]
    hours_en: String,
    #[serde(default)]
    accessible: Vec<String>,
    #[serde(default)]
    directions: String,
    #[serde(default)]
    directions_en: String,
    #[serde(default)]
    centre: bool,
    #[serde(default)]
    resource: Vec<ResourceRow>,
}

impl SiteRow {
    fn split(
        self,
        organization: &Organization,
        places: &Places,
    ) -> Result<(Site, Vec<ResourceRow>), String> {
        let region = &organization.region;
        let locality = places
            .named(region, &self.locality)
            .ok_or_else(|| format!("region {region} has no locality «{}»", self.locality))?;
        let zone = TimeZone::get(&locality.zone).map_err(|error| error.to_string())?;
        let point = match (self.lat, self.lon) {
            (Some(lat), Some(lon)) => {
                Some(Point::degrees(lat, lon).ok_or("lat and lon are no point of the globe")?)
            }
            _ => locality.point,
        };
        let site = Site {
            id: self.code.into(),
            organization: organization.id.clone(),
            locality: locality.id.clone(),
            zone,
            point,
            name: Text::new(self.name, self.name_en),
            card: SiteCard {
                address: Text::new(self.address, self.address_en),
                postal: self.postal,
                hours: Text::new(self.hours, self.hours_en),
                accessible: self.accessible,
                directions: Text::new(self.directions, self.directions_en),
                centre: self.centre,
            },
        };
        Ok((site, self.resource))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ResourceRow {
    code: String,
    kind: ResourceKind,
    name: String,
    #[serde(default)]
    name_en: String,
    #[serde(default)]
    position: String,
    #[serde(default)]
    position_en: String,
    #[serde(default)]
    specialty: String,
    #[serde(default)]
    specialty_en: String,
    #[serde(default)]
    qualification: String,
    #[serde(default)]
    qualification_en: String,
    #[serde(default)]
    functions: String,
    #[serde(default)]
    functions_en: String,
    #[serde(default)]
    room: String,
    #[serde(default = "yes")]
    active: bool,
    services: Option<Vec<String>>,
    #[serde(default)]
    rule: Vec<RuleRow>,
    #[serde(default)]
    exception: Vec<ExceptionRow>,
}

fn yes() -> bool {
    true
}
