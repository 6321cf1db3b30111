//! The way to the servers of connected sites.

use std::time::Duration;

use rooms::sso::logout::{self, NotTaken};
use ureq::Agent;

/// How long the whole call may take: well below the lease of a letter, with many in one round.
const TIMEOUT: Duration = Duration::from_secs(3);

/// Calls sites over HTTP. Their addresses were registered by the engineer: `https:`, or this machine.
#[derive(Debug)]
pub struct Sites(Agent);

impl Default for Sites {
    fn default() -> Self {
        let config = Agent::config_builder()
            .timeout_global(Some(TIMEOUT))
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .build();
        Self(config.into())
    }
}

impl logout::Sites for Sites {
    fn post(&self, uri: &str, form: &[(&str, &str)]) -> Result<(), NotTaken> {
        let answer = self.0.post(uri).send_form(form.iter().copied());
        // What is in the answer nobody reads, so it may be as long as it likes.
        let answer =
            answer.map_err(|error| NotTaken { temporary: true, text: error.to_string() })?;
        match answer.status().as_u16() {
            200..300 => Ok(()),
            status => Err(NotTaken {
                temporary: matches!(status, 408 | 425 | 429 | 500..),
                text: format!("the site answered {status}"),
            }),
        }
    }
}
