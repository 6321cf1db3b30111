//! The OpenAPI document, made from the table of operations.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use axum::http::{HeaderValue, Method, header};
use axum::response::IntoResponse as _;
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::operation::{Content, Doc, Link, Model, Operation};
use super::params;
use crate::route::{Action, Rate, get};
use crate::{Answer, Visit};

const ABOUT: &str = "\
Places, services, free times and own bookings for programs. Instants are RFC 3339 with the offset \
of the site; ids are opaque; lists are paged by `cursor`. Whatever changes something needs an \
`Idempotency-Key` of the caller's making: the same key gives the same answer, however often the \
call is repeated; another call with it is refused (422 E-IDEM-01), and a refused call leaves its key \
free. Programs are welcome here, under the terms at `/agreement`, and not on the pages. \
Refusals are problem documents (RFC 9457) with a stable `code`. Names of \
parameters and members that are not described here are refused.";

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::new(
            "getDescription",
            "This document",
            get("/api/v1/openapi.json", Action::ReadHelp, Rate::Read, description),
        )
        .gives_media("application/json"),
    ]
}

async fn description(_: Visit) -> Answer {
    static DOCUMENT: OnceLock<String> = OnceLock::new();
    let kind = [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
    Ok((kind, DOCUMENT.get_or_init(openapi_json).as_str()).into_response())
}

/// A refusal (RFC 9457).
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
struct ProblemView {
    /// Where the code is explained.
    #[serde(rename = "type")]
    #[schema(example = "https://okno.example/errors/e-slot-01")]
    kind: String,
    /// What sort of refusal, in words.
    title: String,
    /// The status.
    #[schema(example = 409)]
    status: u16,
    /// What happened and what to do, in words.
    detail: String,
    /// Stable code of the error catalogue.
    #[schema(example = "E-SLOT-01")]
    code: String,
    /// The operation, as in `Operation-Id`.
    operation_id: String,
    /// All faulty fields or parameters.
    fields: Option<Vec<FieldView>>,
    /// The nearest free starts, when the wished one was taken.
    alternatives: Option<Vec<super::free::SlotView>>,
    /// Id of the booking that stands in the way (E-SLOT-04).
    booking: Option<String>,
    /// When the time opens for booking (E-SLOT-08), or the line (E-WAIT-02).
    #[schema(format = DateTime)]
    opens_at: Option<String>,
    /// Id of the opening along whose line the time is given (E-WAIT-01).
    opening: Option<String>,
    /// The page of that opening, or the one where the level is raised.
    address: Option<String>,
    /// The level that is needed (E-AUTH-12).
    level: Option<String>,
    /// People ahead of the caller in that line, when they joined it.
    ahead: Option<u32>,
    /// Seconds to wait at least and at most, as far as is known (E-WAIT-01).
    wait_from: Option<u32>,
    /// See `wait_from`.
    wait_to: Option<u32>,
    /// Why the body could not be read (E-REQ-08), in the words of the program's library.
    why: Option<String>,
}

/// A faulty field or parameter.
#[derive(Serialize, ToSchema)]
#[schema(as = FieldProblem)]
struct FieldView {
    /// Its name as sent; members of `fields` as `fields.<code>`.
    #[schema(example = "limit")]
    field: String,
    /// Stable code.
    #[schema(example = "E-API-02")]
    code: String,
    /// In words.
    detail: String,
}

/// The document, with a stable order of everything.
pub fn openapi_json() -> String {
    let operations = super::operations();
    let mut schemas = BTreeMap::new();
    collect(&mut schemas, Model::of::<ProblemView>());
    let mut paths: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for operation in &operations {
        let models = [operation.doc.body, as_model(operation.doc.good.1)];
        models.into_iter().flatten().for_each(|x| collect(&mut schemas, x));
        if let Some(model) = operation.doc.body
            && let Some(schema) = schemas.get_mut((model.name)().as_ref())
        {
            typed(schema);
        }
        let method = operation.route.method.as_str().to_lowercase();
        let described = describe(operation, &operations);
        paths.entry(operation.route.path).or_default().insert(method, described);
    }
    let document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Okno",
            "version": "1",
            "description": ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/", "description": "This portal"}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "cookie": {"type": "apiKey", "in": "cookie", "name": "okno"},
            },
        },
    });
    format!("{document:#}\n")
}

fn as_model(content: Content) -> Option<Model> {
    match content {
        Content::Json(model) => Some(model),
        Content::Nothing | Content::Media(_) => None,
    }
}

/// Adds a model and what it refers to.
fn collect(schemas: &mut BTreeMap<String, Value>, model: Model) {
    let mut all = vec![((model.name)().into_owned(), (model.schema)())];
    (model.others)(&mut all);
    for (name, schema) in all {
        schemas.insert(name, json!(schema));
    }
}

/// Says of every text of a body that it holds what people type: as `call::has_control` asks.
fn typed(schema: &mut Value) {
    const TYPED: &str = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]*$";
    let is_text = schema["type"] == "string" || schema["type"] == json!(["string", "null"]);
    if is_text && ["format", "enum", "pattern"].iter().all(|x| schema.get(x).is_none()) {
        schema["pattern"] = TYPED.into();
    }
    if let Some(members) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        members.values_mut().for_each(typed);
    }
    for more in ["additionalProperties", "propertyNames"] {
        schema.get_mut(more).filter(|x| x.is_object()).into_iter().for_each(typed);
    }
}

fn reference(model: Model) -> Value {
    json!({ "$ref": format!("#/components/schemas/{}", (model.name)()) })
}

fn describe(operation: &Operation, all: &[Operation]) -> Value {
    let doc = &operation.doc;
    let mut described = json!({
        "operationId": doc.id,
        "summary": doc.summary,
        "tags": [tag(operation.route.path)],
        "parameters": parameters(operation),
        "responses": responses(operation, all),
        "x-roles": operation.roles(),
        "x-rate": operation.rate().as_str(),
        "x-idempotent": true,
    });
    if !doc.more.is_empty() {
        described["description"] = doc.more.into();
    }
    if let Some(model) = doc.body {
        let media = json!({ "application/json": { "schema": reference(model) } });
        described["requestBody"] = json!({ "required": true, "content": media });
    }
    if operation.is_personal() {
        described["security"] = json!([{ "bearer": [] }, { "cookie": [] }]);
    }
    described
}

/// The first word of the path after the version.
fn tag(path: &str) -> &str {
    path.split('/').nth(3).unwrap_or_default()
}

fn parameters(operation: &Operation) -> Vec<Value> {
    let in_path = operation.path_names().map(|name| {
        let schema = json!({
            "type": "string", "minLength": 1, "maxLength": 100, "pattern": "^[^/]+$",
        });
        let mut described =
            json!({ "name": name, "in": "path", "required": true, "schema": schema });
        if let (Some(example), true) = (example(operation, name), name == "code") {
            described["example"] = example.into();
        }
        described
    });
    let key = operation.changes().then(|| {
        json!({
            "name": "Idempotency-Key",
            "in": "header",
            "required": true,
            "description": "Made by the caller, new for every call; repeat it to repeat that very call",
            "schema": {
                "type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$",
            },
        })
    });
    let tag = operation.doc.tagged.then(|| {
        json!({
            "name": "If-None-Match",
            "in": "header",
            "required": false,
            "description": "ETag of an earlier answer",
            "schema": { "type": "string" },
        })
    });
    let query = params::with_common(operation.doc.query).map(params::Param::describe);
    in_path.chain(key).chain(tag).chain(query).collect()
}

fn example(operation: &Operation, name: &str) -> Option<&'static str> {
    match (tag(operation.route.path), name) {
        ("regions", "code") => params::example_of("region"),
        ("services", "code") => params::example_of("service"),
        _ => None,
    }
}

fn responses(operation: &Operation, all: &[Operation]) -> Value {
    let doc = &operation.doc;
    let (status, content) = doc.good;
    let mut good = json!({ "description": "It went well", "headers": heads(doc) });
    match content {
        Content::Json(model) => {
            good["content"] = json!({ "application/json": { "schema": reference(model) } });
        }
        Content::Media(media) => good["content"] = json!({ media: {} }),
        Content::Nothing => {}
    }
    if !doc.links.is_empty() {
        let links = doc.links.iter().filter_map(|x| Some((x.0, link(x, all)?)));
        good["links"] = json!(links.collect::<BTreeMap<_, _>>());
    }
    let mut responses = BTreeMap::from([(status.to_string(), good)]);
    if doc.tagged {
        let same = json!({ "description": "Nothing has changed", "headers": heads(doc) });
        responses.insert("304".into(), same);
    }
    for status in operation.refusals() {
        responses.insert(status.to_string(), refusal(status));
    }
    if let (false, Some(conflict)) = (doc.heads.is_empty(), responses.get_mut("409")) {
        conflict["headers"] = own_heads(doc).collect::<Map<_, _>>().into();
    }
    json!(responses)
}

fn head(says: &str) -> Value {
    json!({ "description": says, "schema": { "type": "string" } })
}

fn own_heads(doc: &Doc) -> impl Iterator<Item = (String, Value)> {
    doc.heads.iter().map(|(name, says)| ((*name).to_owned(), head(says)))
}

fn heads(doc: &Doc) -> Value {
    let mut heads: Map<String, Value> = own_heads(doc).collect();
    heads.insert("Operation-Id".into(), head("Id of this operation, as in the history"));
    if doc.tagged {
        heads.insert("ETag".into(), head("Changes when the free times change"));
    }
    heads.into()
}

/// `third` is the parameter of the path that takes the answer's id, or a member of the body.
fn link((_, id, third): &Link, all: &[Operation]) -> Option<Value> {
    let target = all.iter().find(|x| x.doc.id == *id)?;
    let mut link = json!({ "operationId": id });
    if target.path_names().any(|x| x == *third) {
        link["parameters"] = json!({ *third: "$response.body#/id" });
    } else if target.route.method == Method::POST {
        link["requestBody"] = json!({ *third: "$response.body#/id" });
    }
    Some(link)
}

fn refusal(status: u16) -> Value {
    let says = match status {
        400 => "The request is malformed, or it has no `Idempotency-Key`",
        401 => "Nobody is signed in",
        403 => "Not allowed: the level is too low, or a page of another site sent this",
        404 => "There is no such thing, or it is another person's",
        409 => "The present state does not allow it",
        410 => "It was there and is over",
        408 => "The body did not come to its end in time",
        413 => "The body is too large",
        415 => "The body is not `application/json`",
        422 => "Values do not fit; `fields` names all that are faulty",
        429 => "Too often or too much; see `Retry-After`",
        500 => "Something broke; `operation_id` helps to find it",
        _ => "No room right now; see `Retry-After`",
    };
    let schema = json!({ "$ref": "#/components/schemas/Problem" });
    let mut refusal = json!({
        "description": says,
        "content": { "application/problem+json": { "schema": schema } },
    });
    if matches!(status, 429 | 503) {
        let after = head("Seconds after which another try makes sense");
        refusal["headers"] = json!({ "Retry-After": after });
    }
    refusal
}
