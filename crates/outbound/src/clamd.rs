//! `clamd`, the daemon of ClamAV, over TCP or a socket of this machine: INSTREAM.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream, ToSocketAddrs as _};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::time::Duration;

use base::Fault;
use base::config::Config;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use rooms::files::{About, ScanFault, Scanned, Scanner, Source};

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(3);
/// How long a read or a write may take: the scan itself, below the lease of a file.
const STEP: Duration = Duration::from_secs(60);
/// The longest answer, in bytes.
const ANSWER: u64 = 4 * 1024;

/// A daemon at an address.
#[derive(Debug)]
pub struct Clamd(Place);

#[derive(Debug)]
enum Place {
    Tcp(String),
    Unix(PathBuf),
}

impl Clamd {
    /// The daemon that the configuration names; none when it names none.
    ///
    /// # Errors
    /// A fault when `scanner.url` is neither `tcp://HOST:PORT` nor `unix:PATH`.
    pub fn of(config: &Config) -> Result<Option<Self>, Fault> {
        let url = config.scanner.url.as_str();
        let wrong =
            || Fault::new(format!("scanner.url `{url}` is not tcp://HOST:PORT or unix:PATH"));
        match (url, url.strip_prefix("tcp://"), url.strip_prefix("unix:")) {
            ("", _, _) => Ok(None),
            (_, Some(place), _) if place.contains(':') => Ok(Some(Self(Place::Tcp(place.into())))),
            (_, _, Some(path)) if !path.is_empty() => Ok(Some(Self(Place::Unix(path.into())))),
            _ => Err(wrong()),
        }
    }
}

/// A connection of either kind.
trait Wire: Read + Write {}
impl<T: Read + Write> Wire for T {}

impl Place {
    fn open(&self) -> std::io::Result<Box<dyn Wire>> {
        match self {
            Self::Tcp(place) => {
                let address: Option<SocketAddr> = place.to_socket_addrs()?.next();
                let address = address.ok_or(std::io::ErrorKind::NotFound)?;
                let stream = TcpStream::connect_timeout(&address, CONNECT)?;
                stream.set_read_timeout(Some(STEP))?;
                stream.set_write_timeout(Some(STEP))?;
                Ok(Box::new(stream))
            }
            Self::Unix(path) => {
                let stream = UnixStream::connect(path)?;
                stream.set_read_timeout(Some(STEP))?;
                stream.set_write_timeout(Some(STEP))?;
                Ok(Box::new(stream))
            }
        }
    }
}

impl Scanner for Clamd {
    fn scan(&self, pieces: &mut Source<'_>) -> Result<Scanned, ScanFault> {
        let lost = |error: std::io::Error| ScanFault(format!("clamd: {error}"));
        let mut wire = self.0.open().map_err(lost)?;
        wire.write_all(b"zINSTREAM\0").map_err(lost)?;
        while let Some(piece) = pieces()? {
            let length = u32::try_from(piece.len());
            let length = length.map_err(|_long| ScanFault("a piece is too long".to_owned()))?;
            // It hangs up when a file is too long for it, and says so before.
            let sent = wire.write_all(&length.to_be_bytes()).and_then(|()| wire.write_all(&piece));
            if sent.is_err() {
                break;
            }
        }
        let ended = wire.write_all(&[0; 4]).and_then(|()| wire.flush());
        let mut answer = Vec::new();
        let read = wire.take(ANSWER).read_to_end(&mut answer);
        match said(&answer) {
            Ok(scanned) => ended.and(read.map(drop)).map_err(lost).map(|()| scanned),
            Err(fault) => Err(fault),
        }
    }

    fn about(&self) -> Result<About, ScanFault> {
        let lost = |error: std::io::Error| ScanFault(format!("clamd: {error}"));
        let mut wire = self.0.open().map_err(lost)?;
        wire.write_all(b"zVERSION\0").and_then(|()| wire.flush()).map_err(lost)?;
        let mut answer = Vec::new();
        wire.take(ANSWER).read_to_end(&mut answer).map_err(lost)?;
        let text = String::from_utf8_lossy(&answer);
        match text.split_once('\0') {
            Some((version, "")) if version.starts_with("ClamAV ") => Ok(about(version)),
            _ => Err(ScanFault(format!("clamd says «{}»", text.escape_default()))),
        }
    }
}

/// `ClamAV 1.4.3/27777/Thu Nov 19 09:37:02 2026`: program, number and date of its signatures. The date
/// is that of the daemon's own clock and zone; some hours are nothing to a week.
fn about(version: &str) -> About {
    let date = version.splitn(3, '/').nth(2).unwrap_or_default();
    let words: Vec<&str> = date.split_whitespace().skip(1).collect();
    let made = DateTime::strptime("%b %d %H:%M:%S %Y", words.join(" "));
    let made = made.and_then(|x| x.to_zoned(TimeZone::UTC)).ok();
    About { version: version.to_owned(), made_at: made.map(|x| x.timestamp().into()) }
}

/// What an answer means: anything but the two words that are agreed is no answer.
fn said(answer: &[u8]) -> Result<Scanned, ScanFault> {
    let text = String::from_utf8_lossy(answer);
    let Some((text, "")) = text.split_once('\0') else {
        return Err(ScanFault("clamd hung up".to_owned()));
    };
    match text.strip_prefix("stream: ") {
        Some("OK") => Ok(Scanned::Clean),
        Some(found) if found.ends_with(" FOUND") => {
            Ok(Scanned::Infected(found.trim_end_matches(" FOUND").to_owned()))
        }
        _ => Err(ScanFault(format!("clamd says «{}»", text.escape_default()))),
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::thread;

    use base::config;

    use super::*;

    /// A daemon that reads the stream as it should and then does something; gives its address.
    fn daemon(act: impl FnOnce(TcpStream, Vec<u8>) + Send + 'static) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("tcp://{}", listener.local_addr().unwrap());
        thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut head = [0; 10];
            stream.read_exact(&mut head).unwrap();
            assert_eq!(&head, b"zINSTREAM\0");
            let mut whole = Vec::new();
            loop {
                let mut length = [0; 4];
                if stream.read_exact(&mut length).is_err() {
                    return;
                }
                let mut piece = vec![0; u32::from_be_bytes(length) as usize];
                if piece.is_empty() {
                    break;
                }
                stream.read_exact(&mut piece).unwrap();
                whole.extend(piece);
            }
            act(stream, whole);
        });
        url
    }

    fn scan(url: &str, pieces: &[&[u8]]) -> Result<Scanned, ScanFault> {
        let scanner = config::Scanner { url: url.to_owned(), ..Default::default() };
        let config = Config { scanner, ..Config::default() };
        let mut left = pieces.iter().map(|x| x.to_vec()).collect::<Vec<_>>().into_iter();
        Clamd::of(&config).unwrap().unwrap().scan(&mut || Ok(left.next()))
    }

    fn answers(text: &'static [u8]) -> Result<Scanned, ScanFault> {
        let url = daemon(move |mut stream, _| stream.write_all(text).unwrap());
        scan(&url, &[b"one", b"two"])
    }

    #[test]
    fn only_the_two_words_that_are_agreed_are_answers() {
        assert_eq!(answers(b"stream: OK\0"), Ok(Scanned::Clean));
        let found = Scanned::Infected("Eicar-Test".to_owned());
        assert_eq!(answers(b"stream: Eicar-Test FOUND\0"), Ok(found));
        let odd: [&[u8]; 6] = [
            b"",
            b"stream: OK",
            b"stream: ",
            b"INSTREAM size limit exceeded. ERROR\0",
            b"OK\0",
            b"stream: OK\0stream: OK\0",
        ];
        for text in odd {
            assert!(answers(text).is_err(), "{}", String::from_utf8_lossy(text));
        }
    }

    #[test]
    fn the_daemon_gets_the_file_whole_and_an_absent_one_says_nothing() {
        let url = daemon(|mut stream, whole| {
            let right: &[u8] = if whole == b"onetwo" { b"stream: OK\0" } else { b"?" };
            stream.write_all(right).unwrap();
        });
        assert_eq!(scan(&url, &[b"one", b"two"]), Ok(Scanned::Clean));
        assert!(scan("tcp://127.0.0.1:1", &[b"x"]).is_err());
        assert!(scan("unix:/nowhere", &[b"x"]).is_err());
        for wrong in ["127.0.0.1:3310", "http://x:1", "unix:", "tcp://x"] {
            let scanner = config::Scanner { url: wrong.into(), ..Default::default() };
            assert!(Clamd::of(&Config { scanner, ..Config::default() }).is_err(), "{wrong}");
        }
    }

    /// A daemon that says this about itself.
    fn calls_itself(version: &'static [u8]) -> Result<About, ScanFault> {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("tcp://{}", listener.local_addr().unwrap());
        thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut asked = [0; 9];
            stream.read_exact(&mut asked).unwrap();
            assert_eq!(&asked, b"zVERSION\0");
            stream.write_all(version).unwrap();
        });
        let scanner = config::Scanner { url, ..Default::default() };
        Clamd::of(&Config { scanner, ..Config::default() }).unwrap().unwrap().about()
    }

    #[test]
    fn the_daemon_says_how_old_its_signatures_are() {
        let known = calls_itself(b"ClamAV 1.4.3/27777/Thu Nov  5 09:37:02 2026\0").unwrap();
        assert_eq!(known.version, "ClamAV 1.4.3/27777/Thu Nov  5 09:37:02 2026");
        let made = known.made_at.unwrap().timestamp().to_string();
        assert_eq!(made, "2026-11-05T09:37:02Z");
        assert_eq!(calls_itself(b"ClamAV 1.4.3\0").unwrap().made_at, None);
        assert_eq!(calls_itself(b"ClamAV 1.4.3/1/some day\0").unwrap().made_at, None);
        for odd in [&b""[..], b"ClamAV 1.4.3", b"UNKNOWN COMMAND\0", b"ClamAV 1\0ClamAV 2\0"] {
            assert!(calls_itself(odd).is_err(), "{}", String::from_utf8_lossy(odd));
        }
    }

    /// A real `clamd` with one signature of our own, ended when dropped.
    struct Daemon(std::process::Child, testkit::TempDir);

    impl Daemon {
        fn start() -> Option<Self> {
            if !testkit::has("clamd") {
                return None;
            }
            let dir = testkit::TempDir::new();
            let path = dir.path().display().to_string();
            let word: String =
                b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE".iter().map(|x| format!("{x:02x}")).collect();
            std::fs::create_dir(dir.path().join("db")).unwrap();
            std::fs::write(dir.path().join("db/own.ndb"), format!("Own.Eicar:0:*:{word}\n"))
                .unwrap();
            let settings = format!(
                "DatabaseDirectory {path}/db\nLocalSocket {path}/socket\nForeground yes\n\
                 StreamMaxLength 1M\n"
            );
            std::fs::write(dir.path().join("clamd.conf"), settings).unwrap();
            let child = std::process::Command::new("clamd")
                .args(["-c", &format!("{path}/clamd.conf")])
                .stdout(std::process::Stdio::null())
                .stderr(std::process::Stdio::null())
                .spawn()
                .unwrap();
            let daemon = Self(child, dir);
            for _ in 0..600 {
                if scan(&daemon.url(), &[b"ready"]).is_ok() {
                    return Some(daemon);
                }
                thread::sleep(Duration::from_millis(100));
            }
            panic!("clamd does not answer");
        }

        fn url(&self) -> String {
            format!("unix:{}/socket", self.1.path().display())
        }
    }

    impl Drop for Daemon {
        fn drop(&mut self) {
            self.0.kill().unwrap();
            self.0.wait().unwrap();
        }
    }

    #[test]
    fn a_real_daemon_knows_the_test_virus_also_across_pieces() {
        let Some(daemon) = Daemon::start() else { return };
        let url = daemon.url();
        assert_eq!(scan(&url, &[b"\xff\xd8\xff", b"a picture"]), Ok(Scanned::Clean));
        let virus = br"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*";
        let (one, two) = virus.split_at(40);
        let found = scan(&url, &[one, two]).unwrap();
        assert!(matches!(&found, Scanned::Infected(x) if x.contains("Own.Eicar")), "{found:?}");
        let config = config::Scanner { url: url.clone(), ..Default::default() };
        let config = Config { scanner: config, ..Config::default() };
        let about = Clamd::of(&config).unwrap().unwrap().about().unwrap();
        assert!(about.version.starts_with("ClamAV "), "{about:?}");
        // What is too long for it is never clean.
        let long = vec![0; 600 * 1024];
        assert!(scan(&url, &[&long, &long, &long]).is_err());
        drop(daemon);
        assert!(scan(&url, &[b"x"]).is_err());
    }
}
