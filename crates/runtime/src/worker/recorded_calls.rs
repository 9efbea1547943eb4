//! Calls of methods that a worker records, as bytes, and what they are in the process that makes
//! them.
//!
//! A draw context gets a thousand calls in each frame, most of them with a few numbers. A pickle of
//! each costs more than the drawing, so numbers, texts, tuples and lists are written here in a form
//! of their own. Everything else goes beside the bytes, in a list of `others` that is pickled: the
//! bytes say only that the next one belongs there.
//!
//! ```text
//! call  := target:u32 name:u32 count:u32 value* count:u32 (text value)*
//! value := tag:u8 content
//! ```
//!
//! Numbers are little endian. Targets and names are positions in the lists that come with the bytes.

use pyo3::exceptions::{PyRecursionError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyDict, PyFloat, PyInt, PyList, PyString, PyTuple};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::thread::{self, ThreadId};

/// Tuples and lists inside of each other. Deeper ones go with the others.
const MOST_NESTED: u32 = 8;
/// With so many calls or bytes it is time to send them.
const MANY_CALLS: u32 = 100_000;
const MANY_BYTES: usize = 16 << 20;

mod tag {
    pub(super) const NONE: u8 = 0;
    pub(super) const FALSE: u8 = 1;
    pub(super) const TRUE: u8 = 2;
    pub(super) const INT: u8 = 3;
    pub(super) const FLOAT: u8 = 4;
    pub(super) const TEXT: u8 = 5;
    pub(super) const TUPLE: u8 = 6;
    pub(super) const LIST: u8 = 7;
    pub(super) const OTHER: u8 = 8;
}

/// The calls that were recorded for one other process, until they are sent.
#[pyclass(frozen, module = "lichtfeld.plugins")]
#[derive(Default)]
pub(crate) struct RecordedCalls {
    /// Of each thread its own: they would overtake each other if one sent the calls of another.
    kept: Mutex<HashMap<ThreadId, Kept>>,
}

#[derive(Default)]
struct Kept {
    count: u32,
    bytes: Vec<u8>,
    targets: Positions,
    names: Positions,
    others: Vec<Py<PyAny>>,
}

/// Objects by their identity, each once. They are kept, so that no other object gets their address.
#[derive(Default)]
struct Positions {
    objects: Vec<Py<PyAny>>,
    known: HashMap<usize, u32>,
    last: Option<(usize, u32)>,
}

impl Positions {
    fn of(&mut self, object: &Bound<'_, PyAny>) -> u32 {
        let address = object.as_ptr() as usize;
        if let Some((known, position)) = self.last
            && known == address
        {
            return position;
        }
        let position = *self.known.entry(address).or_insert_with(|| {
            self.objects.push(object.clone().unbind());
            // `MANY_CALLS` keeps it far below.
            (self.objects.len() - 1) as u32
        });
        self.last = Some((address, position));
        position
    }
}

#[pymethods]
impl RecordedCalls {
    /// Keeps a call of the method `name` of `target`. Values other than numbers, texts, tuples and
    /// lists are what `copied` makes of them: the plugin may change them before they are sent.
    ///
    /// Returns whether it is time to send.
    fn record(
        &self,
        target: &Bound<'_, PyAny>,
        name: &Bound<'_, PyAny>,
        args: &Bound<'_, PyTuple>,
        kwargs: &Bound<'_, PyDict>,
        copied: &Bound<'_, PyAny>,
    ) -> PyResult<bool> {
        // Written apart from what is kept: `copied` runs Python code, which may record as well.
        let mut written = Written {
            bytes: Vec::with_capacity(128),
            others: Vec::new(),
            copied,
        };
        written.sequence(args.len(), args.iter_borrowed(), 0)?;
        written.length(kwargs.len());
        if !kwargs.is_empty() {
            for (key, value) in kwargs.iter() {
                written.text(key.cast::<PyString>()?)?;
                written.value(&value, 0)?;
            }
        }
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = kept.entry(thread::current().id()).or_default();
        let (target, name) = (kept.targets.of(target), kept.names.of(name));
        kept.bytes.extend_from_slice(&target.to_le_bytes());
        kept.bytes.extend_from_slice(&name.to_le_bytes());
        kept.bytes.extend_from_slice(&written.bytes);
        kept.others.append(&mut written.others);
        kept.count += 1;
        Ok(kept.count >= MANY_CALLS || kept.bytes.len() >= MANY_BYTES)
    }

    /// Returns what this thread has recorded, or with `all` what any thread has, and keeps it no
    /// more. Of each thread: lists of targets and names, bytes, and a list of other values.
    fn take<'py>(&self, py: Python<'py>, all: bool) -> PyResult<Vec<Taken<'py>>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.is_empty() {
            return Ok(Vec::new());
        }
        let taken: Vec<Kept> = if all {
            kept.drain().map(|(_, kept)| kept).collect()
        } else {
            kept.remove(&thread::current().id()).into_iter().collect()
        };
        drop(kept);
        let lists = taken.into_iter().map(|kept| {
            Ok((
                PyList::new(py, kept.targets.objects)?,
                PyList::new(py, kept.names.objects)?,
                PyBytes::new(py, &kept.bytes),
                PyList::new(py, kept.others)?,
            ))
        });
        lists.collect()
    }
}

/// Targets, names, calls, and other values.
type Taken<'py> = (
    Bound<'py, PyList>,
    Bound<'py, PyList>,
    Bound<'py, PyBytes>,
    Bound<'py, PyList>,
);

struct Written<'a, 'py> {
    bytes: Vec<u8>,
    others: Vec<Py<PyAny>>,
    copied: &'a Bound<'py, PyAny>,
}

impl<'py> Written<'_, 'py> {
    fn length(&mut self, length: usize) {
        // A longer one is refused by the reader, which finds that the bytes are too few.
        let length = u32::try_from(length).unwrap_or(u32::MAX);
        self.bytes.extend_from_slice(&length.to_le_bytes());
    }

    fn text(&mut self, text: &Bound<'py, PyString>) -> PyResult<()> {
        let text = text.to_str()?;
        self.length(text.len());
        self.bytes.extend_from_slice(text.as_bytes());
        Ok(())
    }

    fn sequence<'a>(
        &mut self,
        length: usize,
        values: impl Iterator<Item = Borrowed<'a, 'py, PyAny>>,
        depth: u32,
    ) -> PyResult<()>
    where
        'py: 'a,
    {
        self.length(length);
        for value in values {
            self.value(&value, depth)?;
        }
        Ok(())
    }

    fn value(&mut self, value: &Bound<'py, PyAny>, depth: u32) -> PyResult<()> {
        if let Ok(number) = value.cast_exact::<PyFloat>() {
            self.bytes.push(tag::FLOAT);
            self.bytes.extend_from_slice(&number.value().to_le_bytes());
        } else if let Ok(tuple) = value.cast_exact::<PyTuple>()
            && depth < MOST_NESTED
        {
            self.bytes.push(tag::TUPLE);
            self.sequence(tuple.len(), tuple.iter_borrowed(), depth + 1)?;
        } else if let Ok(number) = value.cast_exact::<PyInt>() {
            let Ok(number) = number.extract::<i64>() else {
                return self.other(value);
            };
            self.bytes.push(tag::INT);
            self.bytes.extend_from_slice(&number.to_le_bytes());
        } else if let Ok(text) = value.cast_exact::<PyString>() {
            let Ok(text) = text.to_str() else {
                return self.other(value); // lone surrogates
            };
            self.bytes.push(tag::TEXT);
            self.length(text.len());
            self.bytes.extend_from_slice(text.as_bytes());
        } else if let Ok(truth) = value.cast_exact::<PyBool>() {
            self.bytes.push(if truth.is_true() {
                tag::TRUE
            } else {
                tag::FALSE
            });
        } else if value.is_none() {
            self.bytes.push(tag::NONE);
        } else if let Ok(list) = value.cast_exact::<PyList>()
            && depth < MOST_NESTED
        {
            // As it is now: `copied` may let another thread change it.
            let items = list.to_tuple();
            self.bytes.push(tag::LIST);
            self.sequence(items.len(), items.iter_borrowed(), depth + 1)?;
        } else {
            return self.other(value);
        }
        Ok(())
    }

    fn other(&mut self, value: &Bound<'py, PyAny>) -> PyResult<()> {
        self.others.push(self.copied.call1((value,))?.unbind());
        self.bytes.push(tag::OTHER);
        Ok(())
    }
}

/// Reads calls that another process has recorded, one after the other.
#[pyclass(module = "lichtfeld.plugins")]
pub(crate) struct ReadCalls {
    bytes: Py<PyBytes>,
    at: usize,
    targets: u32,
    names: u32,
    others: std::vec::IntoIter<Py<PyAny>>,
    count: u32,
}

impl ReadCalls {
    /// `targets` and `names` are how many there are.
    pub(crate) fn new(
        bytes: Bound<'_, PyBytes>,
        targets: usize,
        names: usize,
        others: &Bound<'_, PyList>,
    ) -> Self {
        let others: Vec<_> = others.iter().map(Bound::unbind).collect();
        Self {
            bytes: bytes.unbind(),
            at: 0,
            targets: u32::try_from(targets).unwrap_or(u32::MAX),
            names: u32::try_from(names).unwrap_or(u32::MAX),
            others: others.into_iter(),
            count: 0,
        }
    }
}

/// The positions of a target and of a name, arguments, and those by name or None.
type Call<'py> = (u32, u32, Bound<'py, PyTuple>, Option<Bound<'py, PyDict>>);

#[pymethods]
impl ReadCalls {
    fn __iter__(this: PyRef<'_, Self>) -> PyRef<'_, Self> {
        this
    }

    /// Raises ValueError for bytes that say something else than calls.
    fn __next__<'py>(&mut self, py: Python<'py>) -> PyResult<Option<Call<'py>>> {
        let bytes = self.bytes.clone_ref(py);
        let mut reader = Reader {
            py,
            rest: bytes.as_bytes(py).get(self.at..).unwrap_or_default(),
            others: &mut self.others,
        };
        if reader.rest.is_empty() {
            return Ok(None);
        }
        let before = reader.rest.len();
        let (target, name) = (reader.number()?, reader.number()?);
        if target >= self.targets || name >= self.names {
            return Err(reader.refused());
        }
        let values = reader.values(0)?;
        let args = PyTuple::new(py, values)?;
        let kwargs = reader.kwargs()?;
        self.at += before - reader.rest.len();
        self.count += 1;
        if self.count > MANY_CALLS {
            return Err(PyValueError::new_err(format!(
                "more than {MANY_CALLS} recorded calls at once"
            )));
        }
        Ok(Some((target, name, args, kwargs)))
    }
}

struct Reader<'a, 'py> {
    py: Python<'py>,
    rest: &'a [u8],
    others: &'a mut std::vec::IntoIter<Py<PyAny>>,
}

impl<'py> Reader<'_, 'py> {
    fn refused(&self) -> PyErr {
        PyValueError::new_err("recorded calls that are not understood")
    }

    fn fixed<const N: usize>(&mut self) -> PyResult<[u8; N]> {
        let (head, rest) = self
            .rest
            .split_first_chunk::<N>()
            .ok_or_else(|| PyValueError::new_err("recorded calls that are cut off"))?;
        self.rest = rest;
        Ok(*head)
    }

    fn number(&mut self) -> PyResult<u32> {
        self.fixed().map(u32::from_le_bytes)
    }

    /// How many bytes or values follow: of each there is at least one byte.
    fn length(&mut self) -> PyResult<usize> {
        let length = self.number()? as usize;
        if length > self.rest.len() {
            return Err(self.refused());
        }
        Ok(length)
    }

    fn text(&mut self) -> PyResult<Bound<'py, PyString>> {
        let length = self.length()?;
        let (text, rest) = self.rest.split_at(length);
        let text = std::str::from_utf8(text).map_err(|_| self.refused())?;
        self.rest = rest;
        Ok(PyString::new(self.py, text))
    }

    fn values(&mut self, depth: u32) -> PyResult<Vec<Bound<'py, PyAny>>> {
        if depth > MOST_NESTED {
            return Err(PyRecursionError::new_err(
                "recorded values are nested too deep",
            ));
        }
        let length = self.length()?;
        // Not reserved: a length is only what the other process says.
        let mut values = Vec::with_capacity(length.min(16));
        for _ in 0..length {
            values.push(self.value(depth)?);
        }
        Ok(values)
    }

    fn value(&mut self, depth: u32) -> PyResult<Bound<'py, PyAny>> {
        let py = self.py;
        let [tag] = self.fixed()?;
        Ok(match tag {
            tag::NONE => py.None().into_bound(py),
            tag::FALSE => PyBool::new(py, false).to_owned().into_any(),
            tag::TRUE => PyBool::new(py, true).to_owned().into_any(),
            tag::INT => i64::from_le_bytes(self.fixed()?)
                .into_pyobject(py)?
                .into_any(),
            tag::FLOAT => PyFloat::new(py, f64::from_le_bytes(self.fixed()?)).into_any(),
            tag::TEXT => self.text()?.into_any(),
            tag::TUPLE => PyTuple::new(py, self.values(depth + 1)?)?.into_any(),
            tag::LIST => PyList::new(py, self.values(depth + 1)?)?.into_any(),
            tag::OTHER => self
                .others
                .next()
                .ok_or_else(|| self.refused())?
                .into_bound(py),
            _ => return Err(self.refused()),
        })
    }

    fn kwargs(&mut self) -> PyResult<Option<Bound<'py, PyDict>>> {
        let count = self.length()?;
        if count == 0 {
            return Ok(None);
        }
        let kwargs = PyDict::new(self.py);
        for _ in 0..count {
            let key = self.text()?;
            let value = self.value(0)?;
            kwargs.set_item(key, value)?;
        }
        Ok(Some(kwargs))
    }
}
