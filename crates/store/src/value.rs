//! Values for a statement's parameters, the same for every engine.

use std::borrow::Cow;

use domain::fingerprint::Fingerprint;
use domain::ids::ObjectId;
use domain::{BillingKeyId, EpochMs, ProjectId, ReceiptId, ReserveId, Won};

/// What a parameter or a column holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    Null,
    Int(i64),
    Text(String),
    Bytes(Vec<u8>),
}

/// What can be bound to a parameter.
pub trait ToValue {
    fn to_value(&self) -> Value;
}

impl<T: ToValue + ?Sized> ToValue for &T {
    fn to_value(&self) -> Value {
        (**self).to_value()
    }
}

impl<T: ToValue> ToValue for Option<T> {
    fn to_value(&self) -> Value {
        self.as_ref().map_or(Value::Null, ToValue::to_value)
    }
}

impl ToValue for str {
    fn to_value(&self) -> Value {
        Value::Text(self.to_owned())
    }
}

impl ToValue for Cow<'_, str> {
    fn to_value(&self) -> Value {
        (**self).to_value()
    }
}

impl<const N: usize> ToValue for [u8; N] {
    fn to_value(&self) -> Value {
        Value::Bytes(self.to_vec())
    }
}

macro_rules! to_value {
    ($($type:ty: $self:ident => $value:expr;)*) => {
        $(impl ToValue for $type {
            fn to_value(&$self) -> Value {
                $value
            }
        })*
    };
}

to_value! {
    String: self => self.as_str().to_value();
    i64: self => Value::Int(*self);
    u32: self => Value::Int(i64::from(*self));
    bool: self => Value::Int(i64::from(*self));
    EpochMs: self => Value::Int(self.0);
    Won: self => Value::Int(self.get().cast_signed());
    Fingerprint: self => self.0.to_value();
    ReceiptId: self => Value::Text(self.to_string());
    BillingKeyId: self => Value::Text(self.to_string());
    ReserveId: self => Value::Text(self.to_string());
    ProjectId: self => Value::Text(self.to_string());
    ObjectId: self => Value::Text(self.to_string());
}

/// The values of a statement's parameters, in their order.
macro_rules! values {
    ($($value:expr),* $(,)?) => {
        vec![$($crate::value::ToValue::to_value(&$value)),*]
    };
}
pub(crate) use values;

/// Several names as one parameter, a JSON array that a statement takes apart with `json_each`.
pub fn list(names: impl IntoIterator<Item = impl ToString>) -> Value {
    let names: Vec<_> = names.into_iter().map(|name| name.to_string().into()).collect();
    Value::Text(serde_json::Value::Array(names).to_string())
}
