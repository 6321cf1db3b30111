//! Forms with files.

use axum::extract::{FromRequest, Multipart, Request};
use axum::http::{StatusCode, header};
use base::{FieldFault, Kind, Refusal};

use crate::form::unread;
use crate::{Failure, Fields};

/// The most that the parts around a file weigh, in bytes: other fields, boundaries, heads.
pub const AROUND: usize = 16 * 1024;
/// The most that a field beside a file weighs, in bytes.
const FIELD: usize = 4 * 1024;
/// The most parts a form has.
const PARTS: usize = 20;

/// Extracts a form with one small file that is read into memory: at most `MOST` bytes. Use as the last
/// argument of a handler whose route admits `MOST` and [`AROUND`].
#[derive(Debug)]
pub struct Upload<const MOST: usize> {
    /// The other fields.
    pub fields: Fields,
    /// The field `file`; `E-FORM-01` when nothing was chosen, `E-FILE-01` when it is too big.
    pub file: Result<Vec<u8>, FieldFault>,
}

impl<const MOST: usize> Upload<MOST> {
    /// What is left of a form that was cut off: one that was too long had too big a file.
    fn cut(mut self, status: StatusCode) -> Result<Self, Failure> {
        if status != StatusCode::PAYLOAD_TOO_LARGE {
            return Err(unread(status).into());
        }
        self.file = Err(too_big(MOST));
        Ok(self)
    }
}

/// A file was too big.
pub(crate) fn too_big(most: usize) -> FieldFault {
    FieldFault::new("file", "E-FILE-01").arg("kib", most / 1024)
}

impl<S: Send + Sync, const MOST: usize> FromRequest<S> for Upload<MOST> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let said = request.headers().get(header::CONTENT_LENGTH);
        let said = said.and_then(|x| x.to_str().ok()?.parse::<usize>().ok());
        let mut upload =
            Self { fields: Fields::default(), file: Err(FieldFault::new("file", "E-FORM-01")) };
        if said.is_some_and(|x| x > MOST + AROUND) {
            upload.file = Err(too_big(MOST));
            return Ok(upload);
        }
        let broken = || Refusal::new(Kind::Malformed, "E-REQ-04");
        let read = Multipart::from_request(request, state).await;
        let mut parts = read.map_err(|x| unread(x.status()))?;
        for _ in 0..PARTS {
            let part = match parts.next_field().await {
                Ok(Some(part)) => part,
                Ok(None) => return Ok(upload),
                Err(error) => return upload.cut(error.status()),
            };
            let name = part.name().unwrap_or_default().to_owned();
            let bytes = match part.bytes().await {
                Ok(bytes) => bytes,
                Err(error) => return upload.cut(error.status()),
            };
            match name.as_str() {
                "file" if bytes.is_empty() => {}
                "file" if bytes.len() > MOST => upload.file = Err(too_big(MOST)),
                "file" => upload.file = Ok(bytes.to_vec()),
                _ if bytes.len() > FIELD => return Err(broken().into()),
                _ => upload.fields = std::mem::take(&mut upload.fields).typed(&name, &bytes)?,
            }
        }
        Err(broken().into())
    }
}
