//! Serde's data model as Python objects, made directly: dicts with interned keys.
//!
//! `pythonize` makes a new text of every key. A frame has the same thirty keys in each of its
//! widgets, so making and hashing them is most of its cost.

use crate::convert::json_model::widened;
use crate::convert::names::Names;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyList, PyString};
use serde::ser::{
    Error, Impossible, Serialize, SerializeMap, SerializeSeq, SerializeStruct,
    SerializeStructVariant, SerializeTuple, SerializeTupleStruct, SerializeTupleVariant,
    Serializer,
};
use std::fmt;

/// An exception of Python, as serde's error.
#[derive(Debug)]
pub(super) struct Failed(pub(super) PyErr);

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Failed {}

impl Error for Failed {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(pyo3::exceptions::PyValueError::new_err(message.to_string()))
    }
}

impl From<PyErr> for Failed {
    fn from(error: PyErr) -> Self {
        Self(error)
    }
}

type Made<'py> = Result<Bound<'py, PyAny>, Failed>;

/// Makes Python objects of values, by JSON's data model: a tuple is a list, and a number that is not
/// finite is None.
#[derive(Clone, Copy)]
pub(super) struct Direct<'a, 'py> {
    py: Python<'py>,
    names: &'a Names,
    /// Whether a text is one of a few, such as the kind of a widget.
    is_name: bool,
}

impl<'a, 'py> Direct<'a, 'py> {
    pub(super) fn new(py: Python<'py>, names: &'a Names) -> Self {
        Self {
            py,
            names,
            is_name: false,
        }
    }

    fn name(self, text: &str) -> Bound<'py, PyString> {
        self.names.get(self.py, text)
    }

    fn dict(self) -> Dict<'a, 'py> {
        Dict {
            direct: self,
            dict: PyDict::new(self.py),
            variant: None,
            key: None,
        }
    }

    fn list(self) -> List<'a, 'py> {
        List {
            direct: self,
            list: PyList::empty(self.py),
            variant: None,
        }
    }

    /// The value of a variant with content: a dict with its name.
    fn variant(self, name: &'static str, value: &Bound<'py, PyAny>) -> Made<'py> {
        let dict = PyDict::new(self.py);
        dict.set_item(self.name(name), value)?;
        Ok(dict.into_any())
    }
}

macro_rules! integers {
    ($($method:ident: $kind:ty),* $(,)?) => {
        $(fn $method(self, value: $kind) -> Made<'py> {
            Ok(value.into_pyobject(self.py).map_err(PyErr::from)?.into_any())
        })*
    };
}

impl<'a, 'py> Serializer for Direct<'a, 'py> {
    type Ok = Bound<'py, PyAny>;
    type Error = Failed;
    type SerializeSeq = List<'a, 'py>;
    type SerializeTuple = List<'a, 'py>;
    type SerializeTupleStruct = List<'a, 'py>;
    type SerializeTupleVariant = List<'a, 'py>;
    type SerializeMap = Dict<'a, 'py>;
    type SerializeStruct = Dict<'a, 'py>;
    type SerializeStructVariant = Dict<'a, 'py>;

    integers! {
        serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_i128: i128, serialize_u8: u8, serialize_u16: u16, serialize_u32: u32,
        serialize_u64: u64, serialize_u128: u128,
    }

    fn serialize_bool(self, value: bool) -> Made<'py> {
        Ok(PyBool::new(self.py, value).to_owned().into_any())
    }

    fn serialize_f32(self, value: f32) -> Made<'py> {
        self.serialize_f64(widened(value))
    }

    fn serialize_f64(self, value: f64) -> Made<'py> {
        if value.is_finite() {
            Ok(PyFloat::new(self.py, value).into_any())
        } else {
            self.serialize_none()
        }
    }

    fn serialize_char(self, value: char) -> Made<'py> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Made<'py> {
        let text = if self.is_name {
            self.name(value)
        } else {
            PyString::new(self.py, value)
        };
        Ok(text.into_any())
    }

    fn serialize_bytes(self, value: &[u8]) -> Made<'py> {
        value.serialize(self)
    }

    fn serialize_none(self) -> Made<'py> {
        Ok(self.py.None().into_bound(self.py))
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Made<'py> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Made<'py> {
        self.serialize_none()
    }

    fn serialize_unit_struct(self, _: &'static str) -> Made<'py> {
        self.serialize_none()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, name: &'static str) -> Made<'py> {
        Ok(self.name(name).into_any())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Made<'py> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
        value: &T,
    ) -> Made<'py> {
        let value = value.serialize(self)?;
        self.variant(name, &value)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<List<'a, 'py>, Failed> {
        Ok(self.list())
    }

    fn serialize_tuple(self, _: usize) -> Result<List<'a, 'py>, Failed> {
        Ok(self.list())
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<List<'a, 'py>, Failed> {
        Ok(self.list())
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
        _: usize,
    ) -> Result<List<'a, 'py>, Failed> {
        let mut list = self.list();
        list.variant = Some(name);
        Ok(list)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Dict<'a, 'py>, Failed> {
        Ok(self.dict())
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Dict<'a, 'py>, Failed> {
        Ok(self.dict())
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
        _: usize,
    ) -> Result<Dict<'a, 'py>, Failed> {
        let mut dict = self.dict();
        dict.variant = Some(name);
        Ok(dict)
    }
}

/// A list that is being made.
pub(super) struct List<'a, 'py> {
    direct: Direct<'a, 'py>,
    list: Bound<'py, PyList>,
    variant: Option<&'static str>,
}

impl<'py> List<'_, 'py> {
    fn add<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failed> {
        let value = value.serialize(self.direct)?;
        Ok(self.list.append(value)?)
    }

    fn made(self) -> Made<'py> {
        match self.variant {
            Some(name) => self.direct.variant(name, self.list.as_any()),
            None => Ok(self.list.into_any()),
        }
    }
}

macro_rules! list {
    ($($kind:ident: $method:ident),* $(,)?) => {
        $(impl<'py> $kind for List<'_, 'py> {
            type Ok = Bound<'py, PyAny>;
            type Error = Failed;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failed> {
                self.add(value)
            }

            fn end(self) -> Made<'py> {
                self.made()
            }
        })*
    };
}

list! {
    SerializeSeq: serialize_element, SerializeTuple: serialize_element,
    SerializeTupleStruct: serialize_field, SerializeTupleVariant: serialize_field,
}

/// A dict that is being made.
pub(super) struct Dict<'a, 'py> {
    direct: Direct<'a, 'py>,
    dict: Bound<'py, PyDict>,
    variant: Option<&'static str>,
    /// The key whose value comes next.
    key: Option<Bound<'py, PyString>>,
}

impl<'py> Dict<'_, 'py> {
    fn set<T: Serialize + ?Sized>(
        &mut self,
        key: Bound<'py, PyString>,
        is_kind: bool,
        value: &T,
    ) -> Result<(), Failed> {
        let direct = Direct {
            is_name: is_kind,
            ..self.direct
        };
        let value = value.serialize(direct)?;
        Ok(self.dict.set_item(key, value)?)
    }

    fn made(self) -> Made<'py> {
        match self.variant {
            Some(name) => self.direct.variant(name, self.dict.as_any()),
            None => Ok(self.dict.into_any()),
        }
    }
}

/// The key under which a widget, and a shape, says what it is.
fn is_kind(key: &str) -> bool {
    matches!(key, "kind" | "type")
}

macro_rules! fields {
    ($($kind:ident),*) => {
        $(impl<'py> $kind for Dict<'_, 'py> {
            type Ok = Bound<'py, PyAny>;
            type Error = Failed;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                key: &'static str,
                value: &T,
            ) -> Result<(), Failed> {
                let name = self.direct.name(key);
                self.set(name, is_kind(key), value)
            }

            fn end(self) -> Made<'py> {
                self.made()
            }
        })*
    };
}

fields!(SerializeStruct, SerializeStructVariant);

impl<'py> SerializeMap for Dict<'_, 'py> {
    type Ok = Bound<'py, PyAny>;
    type Error = Failed;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Failed> {
        self.key = Some(key.serialize(Key(self.direct))?.0);
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failed> {
        let key = self.key.take();
        let key = key.ok_or_else(|| Failed::custom("a value without a key"))?;
        self.set(key, false, value)
    }

    fn serialize_entry<K: Serialize + ?Sized, T: Serialize + ?Sized>(
        &mut self,
        key: &K,
        value: &T,
    ) -> Result<(), Failed> {
        let (key, is_kind) = key.serialize(Key(self.direct))?;
        self.set(key, is_kind, value)
    }

    fn end(self) -> Made<'py> {
        self.made()
    }
}

/// Makes the key of a dict: a text.
struct Key<'a, 'py>(Direct<'a, 'py>);

macro_rules! no_keys {
    ($($method:ident($($kind:ty),*);)*) => {
        $(fn $method(self, $(_: $kind),*) -> Result<Self::Ok, Failed> {
            Err(Failed::custom("the keys of a frame are texts"))
        })*
    };
}

impl<'py> Serializer for Key<'_, 'py> {
    type Ok = (Bound<'py, PyString>, bool);
    type Error = Failed;
    type SerializeSeq = Impossible<Self::Ok, Failed>;
    type SerializeTuple = Impossible<Self::Ok, Failed>;
    type SerializeTupleStruct = Impossible<Self::Ok, Failed>;
    type SerializeTupleVariant = Impossible<Self::Ok, Failed>;
    type SerializeMap = Impossible<Self::Ok, Failed>;
    type SerializeStruct = Impossible<Self::Ok, Failed>;
    type SerializeStructVariant = Impossible<Self::Ok, Failed>;

    fn serialize_str(self, key: &str) -> Result<Self::Ok, Failed> {
        Ok((self.0.name(key), is_kind(key)))
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
    ) -> Result<Self::Ok, Failed> {
        self.serialize_str(name)
    }

    no_keys! {
        serialize_bool(bool); serialize_i8(i8); serialize_i16(i16); serialize_i32(i32);
        serialize_i64(i64); serialize_u8(u8); serialize_u16(u16); serialize_u32(u32);
        serialize_u64(u64); serialize_f32(f32); serialize_f64(f64); serialize_char(char);
        serialize_bytes(&[u8]); serialize_none(); serialize_unit();
        serialize_unit_struct(&'static str);
    }

    fn serialize_some<T: Serialize + ?Sized>(self, key: &T) -> Result<Self::Ok, Failed> {
        key.serialize(self)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        key: &T,
    ) -> Result<Self::Ok, Failed> {
        key.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<Self::Ok, Failed> {
        self.serialize_none()
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self::SerializeSeq, Failed> {
        Err(Failed::custom("the keys of a frame are texts"))
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, Failed> {
        self.serialize_seq(None)
    }

    fn serialize_tuple_struct(
        self,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleStruct, Failed> {
        self.serialize_seq(None)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Failed> {
        self.serialize_seq(None)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, Failed> {
        self.serialize_seq(None)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeStruct, Failed> {
        self.serialize_seq(None)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Failed> {
        self.serialize_seq(None)
    }
}
