//! Everybody who has to do with X.509 in a project: the users, what each may do, when each was there last, and
//! those that nobody can be, for their names were typed by hand.

mod csv;
#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap};

use atlas::{
    history::{Histories, Known},
    types::DatabaseUser,
};
use pki::name::derived::{NotDerived, not_derived};

use super::{lookalike, roles};

pub(crate) use csv::csv;

/// So many names that nobody has are compared with the users' names. A project has some; more are somebody
/// who tries names.
const STRANGERS: usize = 50;

/// Who issues a user's certificates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    SelfManaged,
    /// Atlas.
    Managed,
}

/// A user with certificates.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Person {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) roles: String,
    /// The clusters that it may go to.
    pub(crate) scopes: String,
    pub(crate) description: String,
    /// Its last login and last refusal, as far as the clusters tell.
    pub(crate) known: Known,
    /// Why its name is probably wrong.
    pub(crate) doubt: Option<Doubt>,
    /// Whether LDAP authorization keeps it out.
    pub(crate) is_blocked: bool,
    /// Its name in lower case, to look it up by.
    lower: String,
}

/// Why a name is probably wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Doubt {
    /// What is wrong with it, in sentences.
    pub(crate) why: String,
    /// Whether no certificate at all can have it, or somebody is refused with the right one.
    pub(crate) is_certain: bool,
    pub(crate) likely: Option<Likely>,
}

/// The name that was probably meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Likely {
    pub(crate) name: String,
    pub(crate) from: Evidence,
}

/// How a name is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Evidence {
    /// A cluster refuses somebody whose certificate has it.
    History,
    /// It is what the text says, put as a server writes it.
    Text,
}

impl Person {
    fn new(user: &DatabaseUser, known: Known, from_ldap: bool) -> Self {
        let kind = if user.is_managed() {
            Kind::Managed
        } else {
            Kind::SelfManaged
        };
        Self {
            name: user.username.clone(),
            kind,
            roles: roles::all_in_words(&user.roles),
            scopes: roles::scopes_in_words(&user.scopes),
            description: user.description.clone(),
            known,
            doubt: None,
            is_blocked: from_ldap && kind == Kind::Managed,
            lower: user.username.to_lowercase(),
        }
    }

    /// Whether a text, in lower case, is in what is shown of it.
    fn mentions(&self, text: &str) -> bool {
        let likely = self.doubt.as_ref().and_then(|doubt| doubt.likely.as_ref());
        self.lower.contains(text)
            || self.description.to_lowercase().contains(text)
            || self.roles.to_lowercase().contains(text)
            || likely.is_some_and(|likely| likely.name.to_lowercase().contains(text))
    }
}

/// Everybody, by name. `histories`: nothing is known of logins without them.
pub(crate) fn all(
    users: &[DatabaseUser],
    from_ldap: bool,
    histories: Option<&Histories>,
) -> Vec<Person> {
    let with_certificate = |user: &&DatabaseUser| user.is_self_managed() || user.is_managed();
    let known = |name: &str| histories.map(|it| it.known(name)).unwrap_or_default();
    let users = users.iter().filter(with_certificate);
    let mut people: Vec<Person> = users
        .map(|user| Person::new(user, known(&user.username), from_ldap))
        .collect();
    people.sort_by(|one, other| one.lower.cmp(&other.lower).then(one.name.cmp(&other.name)));
    mark(&mut people, histories);
    people
}

/// Marks those whose names are probably wrong. Whoever has logged in has the right one.
fn mark(people: &mut [Person], histories: Option<&Histories>) {
    let names: BTreeSet<&str> = people.iter().map(|person| &*person.name).collect();
    let strangers: BTreeSet<&str> = histories
        .into_iter()
        .flat_map(Histories::names)
        .filter(|(name, got_in)| !got_in && !names.contains(name))
        .map(|(name, _)| name)
        .take(STRANGERS)
        .collect();
    let strangers: Vec<&str> = strangers.into_iter().collect();
    let suspects = people.iter().filter(|person| is_suspect(person));
    let pairs = lookalike::find(suspects.map(|person| &*person.name), &strangers);
    let mut pairs: HashMap<String, (String, String)> = pairs
        .into_iter()
        .map(|pair| (pair.old, (pair.new, pair.how.in_words())))
        .collect();
    for person in people.iter_mut().filter(|person| is_suspect(person)) {
        let text = not_derived(&person.name);
        person.doubt = match (pairs.remove(&person.name), text) {
            (Some((name, how)), text) => Some(Doubt {
                why: text.map_or(how, |text| text.to_string()),
                is_certain: true,
                likely: Some(Likely {
                    name,
                    from: Evidence::History,
                }),
            }),
            (None, Some(text)) => Some(told(&text)),
            (None, None) => None,
        };
    }
}

fn is_suspect(person: &Person) -> bool {
    person.kind == Kind::SelfManaged && person.known.login.is_none()
}

fn told(text: &NotDerived) -> Doubt {
    Doubt {
        why: text.to_string(),
        is_certain: text.is_certain(),
        likely: text.likely.clone().map(|name| Likely {
            name,
            from: Evidence::Text,
        }),
    }
}

/// Which of them are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Show {
    #[default]
    All,
    SelfManaged,
    Managed,
    Doubtful,
    /// Those that were refused when they came last.
    Refused,
    /// Those of whom no login is known.
    NotSeen,
}

impl Show {
    pub(crate) const EACH: [Self; 6] = [
        Self::All,
        Self::SelfManaged,
        Self::Managed,
        Self::Doubtful,
        Self::Refused,
        Self::NotSeen,
    ];

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::All => "All",
            Self::SelfManaged => "Self-managed",
            Self::Managed => "Atlas-managed",
            Self::Doubtful => "Doubtful name",
            Self::Refused => "Refused lately",
            Self::NotSeen => "No login in 7 days",
        }
    }

    pub(crate) fn shows(self, person: &Person) -> bool {
        match self {
            Self::All => true,
            Self::SelfManaged => person.kind == Kind::SelfManaged,
            Self::Managed => person.kind == Kind::Managed,
            Self::Doubtful => person.doubt.is_some(),
            Self::Refused => {
                let stranger = person
                    .doubt
                    .as_ref()
                    .and_then(|doubt| doubt.likely.as_ref());
                person.known.is_refused()
                    || stranger.is_some_and(|likely| likely.from == Evidence::History)
            }
            Self::NotSeen => person.known.login.is_none(),
        }
    }
}

/// In which order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Order {
    #[default]
    Name,
    /// The newest first; those of whom none is known last.
    Login,
    /// Those without one first, then the oldest.
    LongestAway,
    Refusal,
}

impl Order {
    pub(crate) const EACH: [Self; 4] = [Self::Name, Self::Login, Self::LongestAway, Self::Refusal];

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Name => "Name",
            Self::Login => "Last login",
            Self::LongestAway => "Longest without a login",
            Self::Refusal => "Last refusal",
        }
    }
}

/// The places of those that are shown, in their order. `text` is in lower case.
pub(crate) fn chosen(people: &[Person], show: Show, order: Order, text: &str) -> Vec<usize> {
    let matching = people.iter().enumerate();
    let matching =
        matching.filter(|(_, it)| show.shows(it) && (text.is_empty() || it.mentions(text)));
    let mut places: Vec<usize> = matching.map(|(place, _)| place).collect();
    let login = |place: &usize| people[*place].known.login.as_ref().and_then(|seen| seen.at);
    let refusal = |place: &usize| {
        people[*place]
            .known
            .refusal
            .as_ref()
            .and_then(|seen| seen.at)
    };
    // Stable: those who are alike stay in the order of their names.
    match order {
        Order::Name => {}
        Order::Login => places.sort_by_key(|place| std::cmp::Reverse(login(place))),
        Order::LongestAway => places.sort_by_key(login),
        Order::Refusal => places.sort_by_key(|place| std::cmp::Reverse(refusal(place))),
    }
    places
}
