//! The errors of a verification, by OpenSSL's numbers and words.

use crate::report;

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $number:literal, $text:literal;)*) => {
        /// An error code of OpenSSL 3 (`X509_V_ERR_…` in `include/openssl/x509_vfy.h`).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Code {
            $($(#[$doc])* $variant,)*
        }

        impl Code {
            /// Every error that a verification can end in.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// OpenSSL's number.
            pub fn number(self) -> u16 {
                match self { $(Self::$variant => $number,)* }
            }

            /// OpenSSL's words (`X509_verify_cert_error_string`), which mongod logs.
            pub fn text(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }
        }
    };
}

codes! {
    Unspecified = 1, "unspecified certificate verification error";
    IssuerOfTrustedMissing = 2, "unable to get issuer certificate";
    IssuerKeyUndecodable = 6, "unable to decode issuer public key";
    SignatureFailure = 7, "certificate signature failure";
    NotYetValid = 9, "certificate is not yet valid";
    Expired = 10, "certificate has expired";
    NotBeforeMalformed = 13, "format error in certificate's notBefore field";
    NotAfterMalformed = 14, "format error in certificate's notAfter field";
    SelfSignedLeaf = 18, "self-signed certificate";
    SelfSignedInChain = 19, "self-signed certificate in certificate chain";
    IssuerMissing = 20, "unable to get local issuer certificate";
    LeafUnverifiable = 21, "unable to verify the first certificate";
    ChainTooLong = 22, "certificate chain too long";
    PathLengthExceeded = 25, "path length constraint exceeded";
    PurposeUnsuitable = 26, "unsuitable certificate purpose";
    Rejected = 28, "certificate rejected";
    KeyUsageWithoutCertSign = 32, "key usage does not include certificate signing";
    CriticalExtension = 34, "unhandled critical extension";
    InvalidNonCa = 37, "invalid non-CA certificate (has CA markings)";
    ProxyPathLengthExceeded = 38, "proxy path length constraint exceeded";
    KeyUsageWithoutDigitalSignature = 39, "key usage does not include digital signature";
    ProxyNotAllowed = 40, "proxy certificates not allowed, please set the appropriate flag";
    ExtensionInvalid = 41, "invalid or inconsistent certificate extension";
    ResourceNotNested = 46, "RFC 3779 resource not subset of parent's resources";
    PermittedViolation = 47, "permitted subtree violation";
    ExcludedViolation = 48, "excluded subtree violation";
    SubtreeMinMax = 49, "name constraints minimum and maximum not supported";
    ConstraintTypeUnsupported = 51, "unsupported name constraint type";
    NameSyntaxUnsupported = 53, "unsupported or invalid name syntax";
    LeafKeyTooSmall = 66, "EE certificate key too weak";
    AuthorityKeyTooSmall = 67, "CA certificate key too weak";
    DigestTooWeak = 68, "CA signature digest algorithm too weak";
    ProxySubjectViolation = 72, "proxy subject name violation";
    InvalidCa = 79, "invalid CA certificate";
    ExplicitCurve = 94, "Certificate public key has explicit ECC parameters";
}

/// An error and where in the chain it was raised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Error {
    pub code: Code,
    /// The position in the chain; 0 is the client's certificate.
    pub depth: usize,
}

impl From<Error> for report::VerifyError {
    fn from(error: Error) -> Self {
        Self {
            code: error.code.number(),
            depth: error.depth,
            name: error.code.text().into(),
        }
    }
}
