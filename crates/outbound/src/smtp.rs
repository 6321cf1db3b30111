//! Mail by SMTP.

use std::time::{Duration, SystemTime};

use base::Fault;
use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox, MultiPart, SinglePart};
use lettre::{Address, Message, SmtpTransport, Transport};
use rooms::notify::{Mail, Post, PostFault, Posted, Sms};

/// How long one command may take: well below the lease of a letter.
const TIMEOUT: Duration = Duration::from_secs(15);

/// A mail server; connections are kept and used again.
#[derive(Debug)]
pub struct Smtp {
    transport: SmtpTransport,
    from: Mailbox,
    domain: String,
}

impl Smtp {
    /// `smtp://HOST:PORT` (add `?tls=required` for STARTTLS) or `smtps://USER:PASSWORD@HOST`, and
    /// the sender, for example `Окно <okno@example.org>`.
    ///
    /// # Errors
    /// A fault that names the key which cannot be read; it never repeats the address, which may
    /// hold a password.
    pub fn new(url: &str, from: &str) -> Result<Self, Fault> {
        let transport = SmtpTransport::from_url(url)
            .map_err(|error| Fault::of("smtp.url is not smtp://… or smtps://…", error))?
            .timeout(Some(TIMEOUT))
            .build();
        let from: Mailbox = from
            .parse()
            .map_err(|error| Fault::of(format!("smtp.from `{from}` is not an address"), error))?;
        let domain = from.email.domain().to_owned();
        Ok(Self { transport, from, domain })
    }

    fn message(&self, mail: &Mail) -> Result<Message, PostFault> {
        let to = address(&mail.to)?;
        let builder = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(&mail.subject)
            .date(SystemTime::from(mail.date))
            .message_id(Some(format!("<{}@{}>", mail.id, self.domain)))
            .header(AutoSubmitted);
        let text = SinglePart::plain(mail.body.clone());
        let Some(calendar) = &mail.calendar else {
            return builder.singlepart(text).map_err(|error| never(&error));
        };
        let kind =
            ContentType::parse("text/calendar; charset=utf-8").unwrap_or(ContentType::TEXT_PLAIN);
        let file = Attachment::new("okno.ics".into()).body(calendar.clone(), kind);
        let parts = MultiPart::mixed().singlepart(text).singlepart(file);
        builder.multipart(parts).map_err(|error| never(&error))
    }
}

impl Post for Smtp {
    fn mail(&self, mail: &Mail) -> Result<Posted, PostFault> {
        let message = self.message(mail)?;
        match self.transport.send(&message) {
            Ok(_) => Ok(Posted::Sent),
            // Whatever is not a final refusal — 4xx, no connection, no answer — may pass.
            Err(error) => {
                Err(PostFault { temporary: !error.is_permanent(), text: error.to_string() })
            }
        }
    }

    fn sms(&self, _: &Sms) -> Result<Posted, PostFault> {
        Err(PostFault { temporary: false, text: "a mail server sends no SMS".into() })
    }
}

/// An address as every server takes it: `почта.рф` by the letters that stand for it. A name before the `@` that has
/// other letters than these only servers take that say so.
fn address(to: &str) -> Result<Address, PostFault> {
    let (name, domain) = to.rsplit_once('@').unwrap_or((to, ""));
    let domain = idna::domain_to_ascii(domain).map_err(|error| never(&error))?;
    Address::new(name, domain).map_err(|error| never(&error))
}

/// A mail that cannot be written down at all.
fn never(error: &dyn std::error::Error) -> PostFault {
    PostFault { temporary: false, text: error.to_string() }
}

/// `Auto-Submitted: auto-generated` (RFC 3834): out-of-office answers stay away.
#[derive(Clone, Debug)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".into())
    }
}
