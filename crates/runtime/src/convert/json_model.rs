//! Serde's data model as JSON has it, in front of a serializer that has more.
//!
//! A single-precision number keeps its shortest decimal form (0.1 stays 0.1 and does not become
//! 0.10000000149011612), a tuple is a list, and a number that is not finite is nothing.

use serde::ser::{
    Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};

/// A serializer, or one of its parts, that is given JSON's data model alone.
pub(super) struct JsonModel<S>(pub(super) S);

/// A value that serializes itself by [`JsonModel`].
struct Modelled<'a, T: ?Sized>(&'a T);

impl<T: Serialize + ?Sized> Serialize for Modelled<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(JsonModel(serializer))
    }
}

/// Returns the double whose shortest decimal form is that of `number`.
pub(super) fn widened(number: f32) -> f64 {
    let exact = f64::from(number);
    // Whole numbers are the same in both.
    if exact.fract() == 0.0 {
        return exact;
    }
    number.to_string().parse().unwrap_or(exact)
}

macro_rules! forward {
    ($($method:ident: $kind:ty),* $(,)?) => {
        $(fn $method(self, value: $kind) -> Result<S::Ok, S::Error> {
            self.0.$method(value)
        })*
    };
}

impl<S: Serializer> Serializer for JsonModel<S> {
    type Ok = S::Ok;
    type Error = S::Error;
    type SerializeSeq = JsonModel<S::SerializeSeq>;
    type SerializeTuple = JsonModel<S::SerializeSeq>;
    type SerializeTupleStruct = JsonModel<S::SerializeSeq>;
    type SerializeTupleVariant = JsonModel<S::SerializeTupleVariant>;
    type SerializeMap = JsonModel<S::SerializeMap>;
    type SerializeStruct = JsonModel<S::SerializeStruct>;
    type SerializeStructVariant = JsonModel<S::SerializeStructVariant>;

    forward! {
        serialize_bool: bool,
        serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_i128: i128,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64,
        serialize_u128: u128,
        serialize_char: char, serialize_str: &str, serialize_bytes: &[u8],
        serialize_unit_struct: &'static str,
    }

    fn serialize_f32(self, number: f32) -> Result<S::Ok, S::Error> {
        self.serialize_f64(widened(number))
    }

    fn serialize_f64(self, number: f64) -> Result<S::Ok, S::Error> {
        if number.is_finite() {
            self.0.serialize_f64(number)
        } else {
            self.0.serialize_none()
        }
    }

    fn serialize_none(self) -> Result<S::Ok, S::Error> {
        self.0.serialize_none()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<S::Ok, S::Error> {
        self.0.serialize_some(&Modelled(value))
    }

    fn serialize_unit(self) -> Result<S::Ok, S::Error> {
        self.0.serialize_unit()
    }

    fn serialize_unit_variant(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
    ) -> Result<S::Ok, S::Error> {
        self.0.serialize_unit_variant(name, index, variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        value: &T,
    ) -> Result<S::Ok, S::Error> {
        self.0.serialize_newtype_struct(name, &Modelled(value))
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<S::Ok, S::Error> {
        self.0
            .serialize_newtype_variant(name, index, variant, &Modelled(value))
    }

    fn serialize_seq(self, len: Option<usize>) -> Result<Self::SerializeSeq, S::Error> {
        self.0.serialize_seq(len).map(JsonModel)
    }

    fn serialize_tuple(self, len: usize) -> Result<Self::SerializeTuple, S::Error> {
        self.serialize_seq(Some(len))
    }

    fn serialize_tuple_struct(
        self,
        _name: &'static str,
        len: usize,
    ) -> Result<Self::SerializeTupleStruct, S::Error> {
        self.serialize_seq(Some(len))
    }

    fn serialize_tuple_variant(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        len: usize,
    ) -> Result<Self::SerializeTupleVariant, S::Error> {
        self.0
            .serialize_tuple_variant(name, index, variant, len)
            .map(JsonModel)
    }

    fn serialize_map(self, len: Option<usize>) -> Result<Self::SerializeMap, S::Error> {
        self.0.serialize_map(len).map(JsonModel)
    }

    fn serialize_struct(
        self,
        name: &'static str,
        len: usize,
    ) -> Result<Self::SerializeStruct, S::Error> {
        self.0.serialize_struct(name, len).map(JsonModel)
    }

    fn serialize_struct_variant(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        len: usize,
    ) -> Result<Self::SerializeStructVariant, S::Error> {
        self.0
            .serialize_struct_variant(name, index, variant, len)
            .map(JsonModel)
    }
}

/// Forwards the items of a list, under the name that each of serde's kinds of lists has for them.
macro_rules! list {
    ($kind:ident by $inner:ident, $method:ident to $forwarded:ident) => {
        impl<S: $inner> $kind for JsonModel<S> {
            type Ok = S::Ok;
            type Error = S::Error;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), S::Error> {
                self.0.$forwarded(&Modelled(value))
            }

            fn end(self) -> Result<S::Ok, S::Error> {
                self.0.end()
            }
        }
    };
}

list!(SerializeSeq by SerializeSeq, serialize_element to serialize_element);
list!(SerializeTuple by SerializeSeq, serialize_element to serialize_element);
list!(SerializeTupleStruct by SerializeSeq, serialize_field to serialize_element);
list!(SerializeTupleVariant by SerializeTupleVariant, serialize_field to serialize_field);

/// Forwards the fields of a struct.
macro_rules! fields {
    ($kind:ident) => {
        impl<S: $kind> $kind for JsonModel<S> {
            type Ok = S::Ok;
            type Error = S::Error;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                name: &'static str,
                value: &T,
            ) -> Result<(), S::Error> {
                self.0.serialize_field(name, &Modelled(value))
            }

            fn end(self) -> Result<S::Ok, S::Error> {
                self.0.end()
            }
        }
    };
}

fields!(SerializeStruct);
fields!(SerializeStructVariant);

impl<S: SerializeMap> SerializeMap for JsonModel<S> {
    type Ok = S::Ok;
    type Error = S::Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), S::Error> {
        self.0.serialize_key(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), S::Error> {
        self.0.serialize_value(&Modelled(value))
    }

    fn end(self) -> Result<S::Ok, S::Error> {
        self.0.end()
    }
}
