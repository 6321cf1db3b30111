//! A row of the API's table: one declaration mounts the handler and describes it.

use std::borrow::Cow;

use axum::http::Method;
use axum::middleware::from_fn_with_state;
use rooms::access::{Role, table};
use utoipa::openapi::{RefOr, schema};
use utoipa::{PartialSchema as _, ToSchema};

use super::call::Page;
use super::params::{self, Param};
use crate::route::{Rate, Route};

/// A call of the API.
#[derive(Debug)]
pub(crate) struct Operation {
    /// How it is mounted.
    pub route: Route,
    /// How it is described.
    pub doc: Doc,
}

/// What the document says about a call besides its row in the table of routes.
#[derive(Clone, Debug)]
pub(crate) struct Doc {
    /// Stable name.
    pub id: &'static str,
    /// One line.
    pub summary: &'static str,
    /// What else a reader should know.
    pub more: &'static str,
    /// Parameters of the query.
    pub query: &'static [Param],
    /// What is sent.
    pub body: Option<Model>,
    /// Status of success and what is answered.
    pub good: (u16, Content),
    /// Statuses of refusals that only some calls have.
    pub refused: &'static [u16],
    /// The answer carries an ETag.
    pub tagged: bool,
    /// Heads of the good answer and of 409: name, what it says.
    pub heads: &'static [(&'static str, &'static str)],
    /// Where one can go from the answer.
    pub links: &'static [Link],
}

/// A call that follows: name, operation, parameter of its path that takes the answer's `id`, or
/// `hold` for the field of its body.
pub(crate) type Link = (&'static str, &'static str, &'static str);

/// A type of a body, by its schema.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Model {
    /// Its name among the components.
    pub name: fn() -> Cow<'static, str>,
    /// Its own schema.
    pub schema: fn() -> RefOr<schema::Schema>,
    /// The schemas it refers to.
    pub others: fn(&mut Vec<(String, RefOr<schema::Schema>)>),
}

impl Model {
    /// The model of `T`.
    pub fn of<T: ToSchema>() -> Self {
        Self { name: T::name, schema: T::schema, others: T::schemas }
    }
}

/// Every sort of page is a schema of its own.
fn page_name<T: ToSchema>() -> Cow<'static, str> {
    format!("{}Page", T::name()).into()
}

/// What a page of `T` refers to.
fn in_page<T: ToSchema>(all: &mut Vec<(String, RefOr<schema::Schema>)>) {
    all.push((T::name().into_owned(), T::schema()));
    T::schemas(all);
}

/// What is answered.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Content {
    /// Nothing.
    Nothing,
    /// JSON.
    Json(Model),
    /// Something else.
    Media(&'static str),
}

impl Operation {
    /// The call `id`.
    pub fn new(id: &'static str, summary: &'static str, route: Route) -> Self {
        let doc = Doc {
            id,
            summary,
            more: "",
            query: &[],
            body: None,
            good: (204, Content::Nothing),
            refused: &[],
            tagged: false,
            heads: &[],
            links: &[],
        };
        Self { route, doc }
    }

    /// With more words.
    pub fn more(mut self, more: &'static str) -> Self {
        self.doc.more = more;
        self
    }

    /// With these parameters.
    pub fn query(mut self, query: &'static [Param]) -> Self {
        self.doc.query = query;
        self
    }

    /// Takes `T`.
    pub fn takes<T: ToSchema>(mut self) -> Self {
        self.doc.body = Some(Model::of::<T>());
        self
    }

    /// Answers `T`.
    pub fn gives<T: ToSchema>(mut self, status: u16) -> Self {
        self.doc.good = (status, Content::Json(Model::of::<T>()));
        self
    }

    /// Answers a page of `T`.
    pub fn gives_page<T: ToSchema>(mut self) -> Self {
        let (name, schema) = (page_name::<T>, Page::<T>::schema);
        let model = Model { name, schema, others: in_page::<T> };
        self.doc.good = (200, Content::Json(model));
        self
    }

    /// Answers a file or a stream.
    pub fn gives_media(mut self, media: &'static str) -> Self {
        self.doc.good = (200, Content::Media(media));
        self
    }

    /// With an ETag.
    pub fn tagged(mut self) -> Self {
        self.doc.tagged = true;
        self
    }

    /// With heads of its own, on the good answer and on 409.
    pub fn tells(mut self, heads: &'static [(&'static str, &'static str)]) -> Self {
        self.doc.heads = heads;
        self
    }

    /// With refusals of its own.
    pub fn refuses(mut self, refused: &'static [u16]) -> Self {
        self.doc.refused = refused;
        self
    }

    /// Followed by these.
    pub fn links(mut self, links: &'static [Link]) -> Self {
        self.doc.links = links;
        self
    }

    /// The row that is mounted: the query is checked before the handler.
    pub fn mounted(self) -> Route {
        let check = from_fn_with_state(self.doc.query, params::guard);
        Route { handler: self.route.handler.layer(check), ..self.route }
    }

    /// Whether it changes something.
    pub fn changes(&self) -> bool {
        self.route.method != Method::GET
    }

    /// Names in the path.
    pub fn path_names(&self) -> impl Iterator<Item = &'static str> {
        self.route.path.split('/').filter_map(|x| x.strip_prefix('{')?.strip_suffix('}'))
    }

    /// The statuses of its refusals, in order.
    pub fn refusals(&self) -> Vec<u16> {
        let usual = [400, 422, 429, 500, 503];
        let mut all = [usual.as_slice(), self.doc.refused].concat();
        if self.is_personal() {
            all.push(401);
        }
        if self.path_names().next().is_some() {
            all.push(404);
        }
        if self.changes() {
            all.extend([403, 409]);
        }
        if self.doc.body.is_some() {
            all.extend([408, 413, 415]);
        }
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Whether one must be signed in.
    pub fn is_personal(&self) -> bool {
        !table::is_public(self.route.action)
    }

    /// Who may call it.
    pub fn roles(&self) -> Vec<&'static str> {
        table::roles_of(self.route.action).into_iter().map(Role::as_str).collect()
    }

    /// Its class in the metrics and limits.
    pub fn rate(&self) -> Rate {
        self.route.rate
    }
}
