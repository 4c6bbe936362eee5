//! A first program in each language, after the drivers' own documentation of X.509.

use serde::{Deserialize, Serialize};

use super::{
    literal::{c_like, rust, shell_double},
    uri::{server_ca, with_key_file, without_server_ca},
};
use crate::export::quote::shell;

/// A shell or a driver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Language {
    /// The MongoDB shell.
    Mongosh,
    /// The Node.js driver.
    NodeJs,
    /// `PyMongo`.
    Python,
    /// The Java driver.
    Java,
    /// The Go driver, version 2.
    Go,
    /// The .NET driver.
    CSharp,
    /// The Rust driver.
    Rust,
}

impl Language {
    /// Every one.
    pub const ALL: [Self; 7] = [
        Self::Mongosh,
        Self::NodeJs,
        Self::Python,
        Self::Java,
        Self::Go,
        Self::CSharp,
        Self::Rust,
    ];

    /// Its name.
    pub fn title(self) -> &'static str {
        match self {
            Self::Mongosh => "mongosh",
            Self::NodeJs => "Node.js",
            Self::Python => "Python",
            Self::Java => "Java",
            Self::Go => "Go",
            Self::CSharp => "C#",
            Self::Rust => "Rust",
        }
    }
}

/// A program that connects and prints who the server takes it for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snippet {
    /// Commands to run once before, if any.
    pub before: Option<String>,
    /// The program, or the command.
    pub code: String,
    /// What to know about this language; backticks stand around code.
    #[serde(default)]
    pub notes: Vec<String>,
}

impl Language {
    fn notes(self) -> &'static [&'static str] {
        match self {
            Self::NodeJs => &[
                "Save it as `connect.mjs`: it's an ES module, which `import` and the `await` outside a function need.",
            ],
            Self::CSharp => &[
                "The .NET driver sends the client's certificate alone. If an intermediate has issued it, put the intermediate into the bundle too.",
            ],
            Self::Rust => &[
                "With the feature `openssl-tls` the driver sends the client's certificate alone: put an intermediate that has issued it into the bundle too.",
                "Without that feature it uses rustls, which takes no key on P-521 and no version 1 certificate.",
            ],
            Self::Mongosh | Self::Python | Self::Java | Self::Go => &[],
        }
    }
}

/// How a language is told the password of an encrypted key; backticks stand around code.
pub fn with_password(language: Language) -> &'static str {
    match language {
        Language::Mongosh => {
            "The key is encrypted: mongosh asks for its password, or takes it as `--tlsCertificateKeyFilePassword`."
        }
        Language::NodeJs => {
            "The key is encrypted: give its password as the option `tlsCertificateKeyFilePassword`, beside `tlsCertificateKeyFile`."
        }
        Language::Python => {
            "The key is encrypted: give its password as `tlsCertificateKeyFilePassword=…`, or PyMongo asks for it on the terminal."
        }
        Language::Go => {
            "The key is encrypted: add `&tlsCertificateKeyFilePassword=…` to the connection string, percent-encoded."
        }
        Language::Java | Language::CSharp => {
            "The key is encrypted: `openssl pkcs12` asks for its password once. The program needs the password of the PKCS#12 file only."
        }
        Language::Rust => {
            "The key is encrypted: give its password as `tls_certificate_key_file_password` of `TlsOptions`, with the driver's feature `cert-key-password`."
        }
    }
}

/// Connects with `uri`, one of [`connection_strings`](super::connection_strings), and the joined PEM
/// at `path`.
pub fn snippet(language: Language, uri: &str, path: &str) -> Snippet {
    let code = match language {
        Language::Mongosh => mongosh(uri, path),
        Language::NodeJs => node_js(uri, path),
        Language::Python => python(uri, path),
        Language::Java => java(uri, path),
        Language::Go => go(uri, path),
        Language::CSharp => c_sharp(uri, path),
        Language::Rust => rust_driver(uri, path),
    };
    let needs_pkcs12 = matches!(language, Language::Java | Language::CSharp);
    Snippet {
        before: needs_pkcs12.then(|| pkcs12_command(path)),
        code,
        notes: language
            .notes()
            .iter()
            .map(|note| (*note).to_owned())
            .collect(),
    }
}

/// The command that logs in once and says where that stopped, with the same as [`snippet`].
pub fn login_command(uri: &str, path: &str) -> String {
    format!(
        "atlas-x509 login --pem {} --uri {}\n",
        shell(path),
        shell_double(uri)
    )
}

fn mongosh(uri: &str, path: &str) -> String {
    format!(
        "mongosh {} --tls --tlsCertificateKeyFile {}\n",
        shell_double(uri),
        shell(path)
    )
}

fn node_js(uri: &str, path: &str) -> String {
    format!(
        r#"import {{ MongoClient }} from "mongodb";

const client = new MongoClient(
  {},
  {{ tlsCertificateKeyFile: {} }},
);
const status = await client.db("admin").command({{ connectionStatus: 1 }});
console.log(status.authInfo.authenticatedUsers);
await client.close();
"#,
        c_like(uri),
        c_like(path)
    )
}

fn python(uri: &str, path: &str) -> String {
    format!(
        r#"from pymongo import MongoClient

client = MongoClient(
    {},
    tls=True,
    tlsCertificateKeyFile={},
)
status = client.admin.command("connectionStatus")
print(status["authInfo"]["authenticatedUsers"])
"#,
        c_like(uri),
        c_like(path)
    )
}

/// Java's way to trust the authority in a file: imports, and what comes before the context. Its driver does not
/// know `tlsCAFile`.
fn java_trust(file: &str) -> [String; 2] {
    [
        "import java.security.cert.CertificateFactory;\n".to_owned(),
        format!(
            r#"
    KeyStore authorities = KeyStore.getInstance("PKCS12");
    authorities.load(null, null);
    try (FileInputStream file = new FileInputStream({})) {{
      authorities.setCertificateEntry(
          "server", CertificateFactory.getInstance("X.509").generateCertificate(file));
    }}
    TrustManagerFactory trusted =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trusted.init(authorities);
"#,
            c_like(file)
        ),
    ]
}

fn java(uri: &str, path: &str) -> String {
    let server_ca = server_ca(uri);
    let [certificates, trust] = server_ca.as_deref().map(java_trust).unwrap_or_default();
    let (managers, trusted) = match server_ca {
        Some(_) => (
            "import javax.net.ssl.TrustManagerFactory;\n",
            "trusted.getTrustManagers()",
        ),
        None => ("", "null"),
    };
    format!(
        r#"import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.client.MongoClients;
import java.io.FileInputStream;
import java.security.KeyStore;
{certificates}import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
{managers}import org.bson.Document;

public class Connect {{
  public static void main(String[] arguments) throws Exception {{
    char[] password = System.getenv("KEYSTORE_PASSWORD").toCharArray();
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (FileInputStream file = new FileInputStream({})) {{
      store.load(file, password);
    }}
    KeyManagerFactory keys =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, password);
{trust}    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), {trusted}, null);

    MongoClientSettings settings =
        MongoClientSettings.builder()
            .applyConnectionString(
                new ConnectionString(
                    {}))
            .applyToSslSettings(ssl -> ssl.enabled(true).context(context))
            .build();
    try (var client = MongoClients.create(settings)) {{
      System.out.println(
          client.getDatabase("admin").runCommand(new Document("connectionStatus", 1)));
    }}
  }}
}}
"#,
        c_like(&pkcs12_path(path)),
        c_like(&without_server_ca(uri))
    )
}

fn go(uri: &str, path: &str) -> String {
    format!(
        r#"package main

import (
	"context"
	"fmt"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

func main() {{
	uri := {}
	client, err := mongo.Connect(options.Client().ApplyURI(uri))
	if err != nil {{
		panic(err)
	}}
	defer client.Disconnect(context.TODO())

	var status bson.M
	command := bson.D{{{{Key: "connectionStatus", Value: 1}}}}
	if err := client.Database("admin").RunCommand(context.TODO(), command).Decode(&status); err != nil {{
		panic(err)
	}}
	fmt.Println(status)
}}
"#,
        c_like(&with_key_file(uri, path))
    )
}

/// C#'s way to trust the authority in a file: what is used, and the setting. Its driver does not know `tlsCAFile`.
fn c_sharp_trust(file: &str) -> [String; 2] {
    [
        "using System.Net.Security;\n".to_owned(),
        format!(
            r"
settings.SslSettings.ServerCertificateValidationCallback = (_, server, _, errors) =>
{{
    using var chain = new X509Chain();
    chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
    chain.ChainPolicy.CustomTrustStore.Add(X509CertificateLoader.LoadCertificateFromFile({}));
    chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
    return (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) == SslPolicyErrors.None
        && chain.Build(new X509Certificate2(server));
}};
",
            c_like(file)
        ),
    ]
}

fn c_sharp(uri: &str, path: &str) -> String {
    let [security, trust] = server_ca(uri)
        .as_deref()
        .map(c_sharp_trust)
        .unwrap_or_default();
    format!(
        r#"{security}using System.Security.Cryptography.X509Certificates;
using MongoDB.Bson;
using MongoDB.Driver;

var certificate = X509CertificateLoader.LoadPkcs12FromFile(
    {},
    Environment.GetEnvironmentVariable("KEYSTORE_PASSWORD"));
var settings = MongoClientSettings.FromConnectionString(
    {});
settings.SslSettings = new SslSettings {{ ClientCertificates = new[] {{ certificate }} }};
{trust}
var client = new MongoClient(settings);
Console.WriteLine(
    client.GetDatabase("admin").RunCommand<BsonDocument>(new BsonDocument("connectionStatus", 1)));
"#,
        c_like(&pkcs12_path(path)),
        c_like(&without_server_ca(uri))
    )
}

fn rust_driver(uri: &str, path: &str) -> String {
    // What the string says of TLS is replaced.
    let built = match server_ca(uri) {
        None => "TlsOptions::builder().cert_key_file_path(key_file).build()".to_owned(),
        Some(file) => format!(
            r"TlsOptions::builder()
            .cert_key_file_path(key_file)
            .ca_file_path(std::path::PathBuf::from({}))
            .build()",
            rust(&file)
        ),
    };
    format!(
        r#"use mongodb::{{
    Client,
    bson::doc,
    options::{{ClientOptions, Tls, TlsOptions}},
}};

#[tokio::main]
async fn main() -> mongodb::error::Result<()> {{
    let mut options = ClientOptions::parse({}).await?;
    let key_file = std::path::PathBuf::from({});
    options.tls = Some(Tls::Enabled(
        {built},
    ));

    let client = Client::with_options(options)?;
    let status = client
        .database("admin")
        .run_command(doc! {{ "connectionStatus": 1 }})
        .await?;
    println!("{{status}}");
    Ok(())
}}
"#,
        rust(uri),
        rust(path)
    )
}

/// Java and .NET want PKCS#12, beside the PEM.
fn pkcs12_path(path: &str) -> String {
    let stem = path.strip_suffix(".pem").unwrap_or(path);
    format!("{stem}.p12")
}

fn pkcs12_command(path: &str) -> String {
    format!(
        "export KEYSTORE_PASSWORD=choose-one\nopenssl pkcs12 -export -in {} -out {} -passout env:KEYSTORE_PASSWORD\n",
        shell(path),
        shell(&pkcs12_path(path))
    )
}
