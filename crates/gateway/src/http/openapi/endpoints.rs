//! Every endpoint of the document, by what it is about. The row of each stands beside its handler, and the router serves it by
//! that; a new one is added here and there, and a test compares the two.

use super::endpoint::Endpoint;
use crate::http::{sandbox, v2};

/// The table.
pub const ALL: &[&Endpoint] = &[
    &v2::request::token::ENDPOINT,
    &v2::request::subscribe::automatic_transfer::ENDPOINT,
    &v2::request::subscribe::automatic_transfer::publish::ENDPOINT,
    &v2::subscribe::billing_key::ENDPOINT,
    &v2::billing_key::ENDPOINT,
    &v2::subscribe::billing_key::destroy::ENDPOINT,
    &v2::subscribe::billing_key::consent::SHOW,
    &v2::subscribe::billing_key::consent::ACT,
    &v2::receipt::ENDPOINT,
    &v2::subscribe::payment::ENDPOINT,
    &v2::subscribe::payment::reserve::REQUEST,
    &v2::subscribe::payment::reserve::LOOKUP,
    &v2::subscribe::payment::reserve::REVOKE,
    &v2::lookup_order::ENDPOINT,
    &v2::lists::RECEIPTS,
    &v2::lists::RESERVES,
    &v2::lists::BILLING_KEYS,
    &v2::cancel::ENDPOINT,
    &v2::request::webhook::ENDPOINT,
    &v2::request::receipt::cash::PUBLISH,
    &v2::request::receipt::cash::CANCEL,
    &v2::request::cash::receipt::REQUEST,
    &v2::request::cash::receipt::CANCEL,
    &sandbox::clock::SHOW,
    &sandbox::clock::CHANGE,
];
