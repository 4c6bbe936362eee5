//! The addresses of the page: what a person may have in the address bar, and what is there.
//!
//! No other file holds one. Links and steps name a [`Route`]; the gateway compiles this file too, and
//! the configurations for web servers are held to it by its tests. So nothing is used here that the
//! page alone has.

/// Somewhere in the page. A place is its variant here, with the addresses below, and a line in
/// `places.rs`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    Check,
    Setup(Step),
    Settings(Page),
}

/// A step of the Setup place, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    Connect,
    Project,
    Authorities,
    Clients,
    Access,
    Review,
    Apply,
    Finish,
}

/// A page of the Settings place, in the order of its navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Page {
    Overview,
    Authorities,
    Users,
    Rotate,
    Off,
    History,
}

/// Every address. Of those that lead to the same, the first is its own.
pub(crate) const ADDRESSES: &[(&str, Route)] = &[
    ("/", Route::Check),
    ("/check", Route::Check),
    ("/check/", Route::Check),
    ("/setup/connect", Route::Setup(Step::Connect)),
    ("/setup/project", Route::Setup(Step::Project)),
    ("/setup/authorities", Route::Setup(Step::Authorities)),
    ("/setup/clients", Route::Setup(Step::Clients)),
    ("/setup/access", Route::Setup(Step::Access)),
    ("/setup/review", Route::Setup(Step::Review)),
    ("/setup/apply", Route::Setup(Step::Apply)),
    ("/setup/finish", Route::Setup(Step::Finish)),
    ("/setup", Route::Setup(Step::Connect)),
    ("/setup/", Route::Setup(Step::Connect)),
    ("/settings", Route::Settings(Page::Overview)),
    ("/settings/", Route::Settings(Page::Overview)),
    ("/settings/authorities", Route::Settings(Page::Authorities)),
    ("/settings/users", Route::Settings(Page::Users)),
    ("/settings/rotate", Route::Settings(Page::Rotate)),
    ("/settings/off", Route::Settings(Page::Off)),
    ("/settings/history", Route::Settings(Page::History)),
];

/// The page as a file. A web server of files may be asked for it.
const FILE: &str = "/index.html";

/// What an address of the page leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Leads {
    /// There: it is the route's own.
    To(Route),
    /// To the place of the route, wherever the person was in it: the name of a place was typed.
    ToPlace(Route),
}

impl Route {
    /// What is at `path`; `None` for an address that is nobody's.
    pub(crate) fn parse(path: &str) -> Option<Leads> {
        if path == FILE {
            return Some(Leads::To(Self::Check));
        }
        let (_, route) = ADDRESSES.iter().find(|(address, _)| *address == path)?;
        Some(if route.path() == path {
            Leads::To(*route)
        } else {
            Leads::ToPlace(*route)
        })
    }

    /// Its own address.
    pub(crate) fn path(self) -> &'static str {
        let own = ADDRESSES.iter().find(|(_, route)| *route == self);
        // A test finds one for each.
        own.map_or("/", |(address, _)| address)
    }

    /// Whether both are in the same place.
    pub(crate) fn is_beside(self, other: Self) -> bool {
        std::mem::discriminant(&self) == std::mem::discriminant(&other)
    }
}

#[cfg(test)]
impl Page {
    pub(crate) const ALL: [Self; 6] = [
        Self::Overview,
        Self::Authorities,
        Self::Users,
        Self::Rotate,
        Self::Off,
        Self::History,
    ];
}

impl Step {
    pub(crate) const ALL: [Self; 8] = [
        Self::Connect,
        Self::Project,
        Self::Authorities,
        Self::Clients,
        Self::Access,
        Self::Review,
        Self::Apply,
        Self::Finish,
    ];
}
