//! Keys, certificates and signatures made by a program of others: Debian's `openssl`.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{TempDir, has};

/// A folder with a certification centre: a root, and what it gives out and revokes.
#[derive(Debug)]
pub struct Centre(TempDir);

/// What people in certificates are called.
pub const ANNA: &str = "/SN=Соколова/GN=Анна Ивановна/CN=Соколова Анна Ивановна/\
                        1.2.643.100.3=11223344595/1.2.643.3.131.1.1=000012345627";

const CONFIG: &str = "[ca]\ndefault_ca = own\n[own]\ndir = .\ndatabase = index.txt\n\
serial = serial\ncrlnumber = crlnumber\nnew_certs_dir = .\nprivate_key = root.key\n\
certificate = root.pem\ndefault_md = sha256\npolicy = any\ncopy_extensions = none\n\
unique_subject = no\nstring_mask = utf8only\n\
[any]\ncommonName = supplied\nsurname = optional\ngivenName = optional\nSNILS = optional\n\
INN = optional\n\
[req]\ndistinguished_name = dn\nstring_mask = utf8only\n[dn]\n\
[root]\nbasicConstraints = critical,CA:true\nkeyUsage = critical,keyCertSign,cRLSign\n\
subjectKeyIdentifier = hash\n\
[person]\nbasicConstraints = CA:false\nkeyUsage = critical,digitalSignature,nonRepudiation\n\
subjectKeyIdentifier = hash\nauthorityKeyIdentifier = keyid\n\
extendedKeyUsage = emailProtection,1.2.643.2.2.34.6\n\
[site]\nbasicConstraints = CA:false\nsubjectAltName = DNS:okno.test\n\
keyUsage = critical,digitalSignature\nextendedKeyUsage = serverAuth\n\
subjectKeyIdentifier = hash\nauthorityKeyIdentifier = keyid\n\
[cipher]\nbasicConstraints = CA:false\nkeyUsage = critical,keyEncipherment\n\
subjectKeyIdentifier = hash\nauthorityKeyIdentifier = keyid\n\
[crl]\nauthorityKeyIdentifier = keyid\n";

impl Centre {
    /// A new one; nothing without the program.
    pub fn new() -> Option<Self> {
        if !has("openssl") {
            return None;
        }
        let centre = Self(TempDir::new());
        centre.write("openssl.cnf", CONFIG);
        centre.write("index.txt", "");
        centre.write("serial", "1001");
        centre.write("crlnumber", "01");
        centre.key("root", "rsa");
        centre.run(&[
            "req",
            "-new",
            "-x509",
            "-utf8",
            "-config",
            "openssl.cnf",
            "-key",
            "root.key",
            "-out",
            "root.pem",
            "-days",
            "3650",
            "-extensions",
            "root",
            "-subj",
            "/O=Учебный центр/CN=Root",
        ]);
        Some(centre)
    }

    /// Its folder.
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// A file of it.
    pub fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    /// What a file of it holds.
    pub fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.file(name)).unwrap()
    }

    /// Writes a file.
    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        std::fs::write(self.file(name), text).unwrap();
    }

    /// Runs the program in the folder.
    ///
    /// # Panics
    /// When it does not do what it is told.
    pub fn run(&self, args: &[&str]) {
        let done = Command::new("openssl").args(args).current_dir(self.path()).output().unwrap();
        let said = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "openssl {args:?}: {said}");
    }

    fn key(&self, name: &str, kind: &str) {
        let (algorithm, option) = match kind {
            "p256" => ("EC", "ec_paramgen_curve:P-256"),
            "p384" => ("EC", "ec_paramgen_curve:P-384"),
            _ => ("RSA", "rsa_keygen_bits:2048"),
        };
        let out = format!("{name}.key");
        self.run(&["genpkey", "-algorithm", algorithm, "-pkeyopt", option, "-out", &out]);
    }

    /// Gives a certificate to `name`, whose key is of this kind (`rsa`, `p256`, `p384`): for `subject`,
    /// with these extensions (`person`, `cipher`, `site`), good from … to … (`YYYYMMDDHHMMSSZ`).
    pub fn certify(
        &self,
        (name, kind): (&str, &str),
        (subject, extensions): (&str, &str),
        (from, to): (&str, &str),
    ) {
        self.key(name, kind);
        let (key, request, out) =
            (format!("{name}.key"), format!("{name}.csr"), format!("{name}.pem"));
        self.run(&[
            "req",
            "-new",
            "-utf8",
            "-config",
            "openssl.cnf",
            "-key",
            &key,
            "-out",
            &request,
            "-subj",
            subject,
        ]);
        self.run(&[
            "ca",
            "-batch",
            "-utf8",
            "-notext",
            "-config",
            "openssl.cnf",
            "-in",
            &request,
            "-out",
            &out,
            "-extensions",
            extensions,
            "-startdate",
            from,
            "-enddate",
            to,
        ]);
    }

    /// A person whose certificate is good from 2020 to 2040.
    pub fn person(&self, name: &str, kind: &str) {
        let long = ("20200101000000Z", "20400101000000Z");
        self.certify((name, kind), (ANNA, "person"), long);
    }

    /// The site `okno.test`, whose certificate is good from 2020 to 2040.
    pub fn site(&self, name: &str) {
        let long = ("20200101000000Z", "20400101000000Z");
        self.certify((name, "p256"), ("/CN=okno.test", "site"), long);
    }

    /// Revokes the certificate of `name`.
    pub fn revoke(&self, name: &str) {
        let file = format!("{name}.pem");
        self.run(&["ca", "-config", "openssl.cnf", "-revoke", &file]);
    }

    /// Writes the list of what is revoked into a folder `crls`, good from … to …
    pub fn list(&self, (from, to): (&str, &str)) -> PathBuf {
        let folder = self.file("crls");
        std::fs::create_dir_all(&folder).unwrap();
        self.run(&[
            "ca",
            "-gencrl",
            "-config",
            "openssl.cnf",
            "-crlexts",
            "crl",
            "-crl_lastupdate",
            from,
            "-crl_nextupdate",
            to,
            "-out",
            "crls/root.crl",
        ]);
        folder
    }

    /// The folder of anchors, with the root in it.
    pub fn anchors(&self) -> PathBuf {
        let folder = self.file("anchors");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::copy(self.file("root.pem"), folder.join("root.pem")).unwrap();
        folder
    }

    /// The detached signature of `name` under `content`, in DER unless `more` says otherwise.
    pub fn sign(&self, name: &str, content: &[u8], more: &[&str]) -> Vec<u8> {
        let (key, certificate) = (format!("{name}.key"), format!("{name}.pem"));
        self.write("content.bin", content);
        let mut args = vec![
            "cms",
            "-sign",
            "-binary",
            "-in",
            "content.bin",
            "-signer",
            &certificate,
            "-inkey",
            &key,
            "-md",
            "sha256",
            "-out",
            "signature.bin",
        ];
        if !more.contains(&"-outform") {
            args.extend(["-outform", "DER"]);
        }
        args.extend(more);
        self.run(&args);
        self.read("signature.bin")
    }
}
