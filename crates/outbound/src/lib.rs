//! The ways to the outside world that need heavy libraries: mail by SMTP, SMS through an HTTP
//! and voice gateways, the recorder that stands in for all of them in the demo, connected sites that
//! hear who has left, providers of identity, registries that know people, the judging of electronic
//! signatures, and a scanner for viruses.
//!
//! [`Outside`] is what the program uses: it picks a way for each kind of message from the
//! configuration. Nothing here decides what is said or to whom; that is the room `notify`.
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "tests may unwrap"))]

mod clamd;
mod gateway;
mod providers;
mod recorder;
mod registry;
mod signature;
mod sites;
mod smtp;

use base::Fault;
use base::config::Config;
use rooms::notify::{Call, Mail, Post, PostFault, Posted, Sms};

pub use clamd::Clamd;
pub use gateway::{SmsGateway, VoiceGateway};
pub use providers::Providers;
pub use recorder::Recorder;
pub use registry::HttpRegistry;
pub use signature::{HttpCheck, Own, signature_check, signer_without_trust};
pub use sites::Sites;
pub use smtp::Smtp;

/// All ways out of this program, as configured; a way without an address is recorded.
#[derive(Debug)]
pub struct Outside {
    smtp: Option<Smtp>,
    gateway: Option<SmsGateway>,
    voice: Option<VoiceGateway>,
    recorder: Recorder,
}

impl Outside {
    /// From the sections `[smtp]`, `[sms]` and `[voice]`.
    ///
    /// # Errors
    /// A fault that names the key which cannot be used.
    pub fn new(config: &Config) -> Result<Self, Fault> {
        let smtp = match config.smtp.url.as_str() {
            "" => None,
            url => Some(Smtp::new(url, &config.smtp.from)?),
        };
        let gateway = match config.sms.url.as_str() {
            "" => None,
            url => Some(SmsGateway::new(url, &config.sms.token)?),
        };
        let voice = match config.voice.url.as_str() {
            "" => None,
            url => Some(VoiceGateway::new(url, &config.voice.token)?),
        };
        Ok(Self { smtp, gateway, voice, recorder: Recorder::default() })
    }

    /// The recorder, to be told to fail.
    pub fn recorder(&self) -> &Recorder {
        &self.recorder
    }
}

impl Post for Outside {
    fn mail(&self, mail: &Mail) -> Result<Posted, PostFault> {
        self.smtp.as_ref().map_or(&self.recorder as &dyn Post, |smtp| smtp).mail(mail)
    }

    fn call(&self, call: &Call) -> Result<Posted, PostFault> {
        self.voice.as_ref().map_or(&self.recorder as &dyn Post, |voice| voice).call(call)
    }

    fn sms(&self, sms: &Sms) -> Result<Posted, PostFault> {
        self.gateway.as_ref().map_or(&self.recorder as &dyn Post, |gateway| gateway).sms(sms)
    }
}
