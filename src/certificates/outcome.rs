//! What becomes of a client, in shape, word and colour, and which clients a list shows.

use pki::view::{ClientDetails, GetsIn, Why};

use crate::ui::icon::Icon;

/// Whether a client gets in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The server takes its certificate, and nothing else is in its way.
    Accepted,
    /// The server refuses its certificate.
    Refused,
    /// The server would take its certificate, and the client does not get in all the same.
    CannotLogIn,
    Undetermined,
}

/// Which clients a list shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Filter {
    pub(crate) outcome: Option<Outcome>,
    /// A piece of a name, file or reason.
    pub(crate) text: String,
}

impl Outcome {
    /// Those that need somebody first.
    pub(crate) const ALL: [Self; 4] = [
        Self::Refused,
        Self::CannotLogIn,
        Self::Undetermined,
        Self::Accepted,
    ];

    pub(crate) fn of(client: &ClientDetails) -> Self {
        match client.gets_in {
            GetsIn::Yes => Self::Accepted,
            GetsIn::No(Why::Certificate | Why::Handshake) => Self::Refused,
            GetsIn::No(Why::PrivateKey | Why::UserName | Why::Bundle) => Self::CannotLogIn,
            GetsIn::Unknown => Self::Undetermined,
        }
    }

    /// Whether it is known which intermediates the client has to send: its certificate is accepted
    /// with them.
    pub(crate) fn knows_chain(self) -> bool {
        !matches!(self, Self::Refused | Self::Undetermined)
    }

    /// The word on a card and on a button.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Accepted => "Accepted",
            Self::Refused => "Refused",
            Self::CannotLogIn => "Cannot log in",
            Self::Undetermined => "Undetermined",
        }
    }

    /// The word behind a number.
    pub(crate) fn counted(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Refused => "refused",
            Self::CannotLogIn => "cannot log in",
            Self::Undetermined => "undetermined",
        }
    }

    pub(crate) fn icon(self) -> Icon {
        match self {
            Self::Accepted => Icon::Check,
            Self::Refused | Self::CannotLogIn => Icon::Cross,
            Self::Undetermined => Icon::Question,
        }
    }

    /// The class of its card.
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Accepted => "card-accepted",
            Self::Refused | Self::CannotLogIn => "card-refused",
            Self::Undetermined => "card-undetermined",
        }
    }
}
