//! `okno ticket verify`: checks the QR of a ticket offline, as a desk without a network does.

use std::process::ExitCode;

use base::{Instant, Outcome};
use clap::{Args, Subcommand};
use paper::token::Verifier;

use crate::Settings;
use crate::keys::Keys;

/// Work with tickets.
#[derive(Debug, Args)]
pub(crate) struct Ticket {
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// Check what a QR code says; exit 1 when it is not a ticket of this portal
    Verify {
        #[command(flatten)]
        settings: Settings,
        /// The scanned text: the token, or the link that holds it
        token: String,
    },
    /// Print the public key that desks need, as KEY-ID:HEX
    Key {
        #[command(flatten)]
        settings: Settings,
    },
}

impl Ticket {
    pub(crate) fn run(self) -> Outcome<ExitCode> {
        let (Act::Verify { settings, .. } | Act::Key { settings }) = &self.act;
        let signer = Keys::load(&settings.config()?.data)?.signer;
        let key = (signer.key_id(), signer.public_key());
        let Act::Verify { token, .. } = &self.act else {
            let hex: String = key.1.iter().map(|x| format!("{x:02x}")).collect();
            println!("{}:{hex}", key.0);
            return Ok(ExitCode::SUCCESS);
        };
        let verifier = Verifier::new([key])
            .map_err(|fault| base::Fault::new(format!("the ticket key is broken: {fault:?}")))?;
        match verifier.verify(token) {
            Ok(claims) => {
                let start = Instant::from_minutes(claims.start_minute.into());
                println!("genuine");
                println!("code     {}", claims.code);
                println!("revision {}", claims.revision);
                println!("starts   {}", start.timestamp());
                println!("A later move makes an earlier ticket dead: compare the revision.");
                Ok(ExitCode::SUCCESS)
            }
            Err(fault) => {
                println!("not a ticket of this portal: {fault}");
                Ok(ExitCode::FAILURE)
            }
        }
    }
}
