//! What is so in Atlas, in sentences that more than one screen needs, and the names of its menus.
//!
//! The menus are those of November 2026; they have moved before.

/// Where database users, custom roles and the network access list are.
pub const DATABASE_ACCESS_MENU: &str = "Security → Database & Network Access";

/// Where service accounts and API keys are: the organisation's menu, not the project's.
pub const CREDENTIALS_MENU: &str = "the organization's Identity & Access → Applications";

/// What a user without scopes may connect to.
pub const NO_SCOPES: &str = "every cluster, federated database instance and stream processing workspace of the project, including new ones";

/// What a role without a collection covers.
pub const NO_COLLECTION: &str = "every collection of the database except system collections";

/// Who database users are not.
pub const NOT_ATLAS_USERS: &str = "Database users log in to clusters. They are not Atlas users: they can't sign in to Atlas, and people who can don't appear here.";

/// What becomes of LDAP.
pub const LDAP_DEPRECATED: &str =
    "LDAP is deprecated from MongoDB 8.0 on. Plan for another way to give roles.";

/// What becomes of revoked certificates.
pub const NO_REVOCATION_LIST: &str = "Atlas's API takes no revocation list. To lock a client out, delete its user, or take its authority out of the bundle.";
