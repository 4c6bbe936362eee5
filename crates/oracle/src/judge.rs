//! What the system's OpenSSL says of a chain, asked the way mongod's TLS layer asks it.
//!
//! The settings are those of `ssl_verify_cert_chain` in OpenSSL 3.0 (`ssl/ssl_cert.c`) under the
//! context that mongod makes: default flags, the sent chain with the leaf in it as untrusted
//! certificates, purpose and trust from the role's default parameters, and a callback that lets
//! verification go on after every error.

use std::cell::RefCell;
use std::os::raw::{c_char, c_int};

use foreign_types::ForeignTypeRef;
use openssl::error::ErrorStack;
use openssl::stack::Stack;
use openssl::x509::store::X509StoreBuilder;
use openssl::x509::{X509, X509Ref, X509StoreContext, X509StoreContextRef};
use openssl_sys as ffi;

/// The role of the peer whose chain is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    Client,
    Server,
}

/// A chain to judge, every certificate as DER.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    pub leaf: &'a [u8],
    /// What the peer sends along, without the leaf.
    pub sent: &'a [Vec<u8>],
    /// What the server trusts.
    pub store: &'a [Vec<u8>],
    /// Seconds since 1970.
    pub at: i64,
    pub purpose: Purpose,
    /// The security level, 0 to 5.
    pub level: u8,
}

/// Where a certificate stands in a [`Question`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Leaf,
    Sent(usize),
    Store(usize),
}

/// A certificate that OpenSSL does not parse, so that there is nothing to verify.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unparsable(pub Place);

/// What came of a verification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// What `X509_verify_cert` returned; 1 even after errors, for the callback lets them pass.
    pub returned: i32,
    /// What `X509_STORE_CTX_get_error` says at the end, which is what mongod looks at.
    pub final_error: u16,
    /// Every error the callback was told, as (number, depth), in order.
    pub errors: Vec<(u16, u32)>,
    /// The chain as built, the leaf first.
    pub chain: Vec<Place>,
}

impl Verdict {
    /// Whether the server lets the peer in.
    pub fn accepted(&self) -> bool {
        self.returned > 0 && self.final_error == 0
    }
}

/// The version of the OpenSSL that is asked, as it names itself.
pub fn version() -> &'static str {
    openssl::version::version()
}

/// Whether `d2i_X509` takes these bytes. Data behind the certificate does no harm.
pub fn parses(der: &[u8]) -> bool {
    X509::from_der(der).is_ok()
}

/// Judges a chain.
pub fn verify(question: &Question) -> Result<Verdict, Unparsable> {
    let parse = |der: &[u8], place| X509::from_der(der).map_err(|_| Unparsable(place));
    let parse_all = |list: &[Vec<u8>], place: fn(usize) -> Place| {
        list.iter()
            .enumerate()
            .map(|(n, der)| parse(der, place(n)))
            .collect::<Result<Vec<_>, _>>()
    };
    let leaf = parse(question.leaf, Place::Leaf)?;
    let sent = parse_all(question.sent, Place::Sent)?;
    let store = parse_all(question.store, Place::Store)?;
    #[expect(
        clippy::expect_used,
        reason = "only a lack of memory makes these calls fail"
    )]
    let verdict = verify_parsed(question, &leaf, &sent, &store).expect("OpenSSL has memory");
    Ok(verdict)
}

fn verify_parsed(
    question: &Question,
    leaf: &X509,
    sent: &[X509],
    store: &[X509],
) -> Result<Verdict, ErrorStack> {
    let mut trusted = X509StoreBuilder::new()?;
    for certificate in store {
        // Refused only when the certificate is there already.
        let _ = trusted.add_cert(certificate.clone());
    }
    let trusted = trusted.build();
    let mut untrusted = Stack::new()?;
    untrusted.push(leaf.clone())?;
    for certificate in sent {
        untrusted.push(certificate.clone())?;
    }

    let place = |certificate: &X509Ref| {
        let position = |list: &[X509]| {
            list.iter()
                .position(|one| one.as_ptr() == certificate.as_ptr())
        };
        position(store)
            .map(Place::Store)
            .or_else(|| position(sent).map(Place::Sent))
            .unwrap_or(Place::Leaf)
    };
    let mut context = X509StoreContext::new()?;
    context.init(&trusted, leaf, &untrusted, |context| {
        set_as_mongod_does(context, question);
        ERRORS.take();
        let returned = context.verify_cert().map_or(-1, i32::from);
        let _ = ErrorStack::get();
        let chain = context.chain();
        Ok(Verdict {
            returned,
            final_error: number(context.error().as_raw()),
            errors: ERRORS.take(),
            chain: chain.into_iter().flatten().map(place).collect(),
        })
    })
}

fn set_as_mongod_does(context: &mut X509StoreContextRef, question: &Question) {
    let role = match question.purpose {
        Purpose::Client => c"ssl_client",
        Purpose::Server => c"ssl_server",
    };
    // SAFETY: the context is initialised and outlives the calls, the parameters belong to it, the
    // name ends in a NUL and is only read, and the callback has the type that is asked for.
    unsafe {
        let context = context.as_ptr();
        X509_STORE_CTX_set_default(context, role.as_ptr());
        let parameters = X509_STORE_CTX_get0_param(context);
        ffi::X509_VERIFY_PARAM_set_auth_level(parameters, c_int::from(question.level));
        ffi::X509_VERIFY_PARAM_set_time(parameters, question.at);
        X509_STORE_CTX_set_verify_cb(context, note_and_go_on);
    }
}

thread_local! {
    /// What the callback was told during the verification that runs on this thread.
    static ERRORS: RefCell<Vec<(u16, u32)>> = const { RefCell::new(Vec::new()) };
}

/// Error numbers of X.509 verification are small and not negative.
fn number(raw: c_int) -> u16 {
    u16::try_from(raw).unwrap_or(u16::MAX)
}

extern "C" fn note_and_go_on(ok: c_int, context: *mut ffi::X509_STORE_CTX) -> c_int {
    if ok == 0 {
        // SAFETY: OpenSSL calls this with the context that it is verifying.
        let context = unsafe { X509StoreContextRef::from_ptr(context) };
        let error = (number(context.error().as_raw()), context.error_depth());
        ERRORS.with_borrow_mut(|errors| errors.push(error));
    }
    1
}

type VerifyCallback = extern "C" fn(c_int, *mut ffi::X509_STORE_CTX) -> c_int;

// What `openssl-sys` does not declare, as `openssl/x509_vfy.h` has it.
unsafe extern "C" {
    fn X509_STORE_CTX_set_default(context: *mut ffi::X509_STORE_CTX, name: *const c_char) -> c_int;
    fn X509_STORE_CTX_get0_param(context: *mut ffi::X509_STORE_CTX) -> *mut ffi::X509_VERIFY_PARAM;
    fn X509_STORE_CTX_set_verify_cb(context: *mut ffi::X509_STORE_CTX, callback: VerifyCallback);
}
