//! Why doesn't this signature match?
pub mod analysis;
pub mod canon;
pub mod request;
pub mod rope;
pub mod scheme;
pub mod secret;
pub mod service;
pub mod settings;
pub mod sign;
pub mod time;
pub mod trace;
pub mod verify;
