//! Questions and answers in both directions over one socket.
//!
//! While a thread answers a question of the other process, it may ask questions in return. Such a
//! question carries the id of the one that is being answered (`parent` of a
//! [`Message`](crate::worker::wire::Message)), and is answered by the thread of the other process
//! that waits there. So a callback runs on the thread on which it would run in a single process,
//! and neither side needs a free thread to make progress.
//!
//! One thread per channel reads and never waits for anything else, and one writes what the socket
//! does not take at once (`outgoing`). Threads that ask wait in a mailbox each for its own answer.
//! What the other process asks is bounded in number, bytes and files (`load`).
//!
//! A forked copy of the process cannot use the connection: every function refuses there.

mod answering;
mod call_error;
mod connection;
mod identity;
mod load;
mod mailbox;
mod outgoing;
mod pending;

pub use answering::Answering;
pub use call_error::{Answer, CallError};
pub use connection::{Channel, Receiver, Request};
pub use pending::Pending;

/// All threads of a process share a channel; questions and requests move between them.
const _: () = {
    const fn shared<T: Send + Sync>() {}
    const fn moved<T: Send>() {}
    shared::<Channel>();
    shared::<CallError>();
    moved::<Pending>();
    moved::<Request>();
};

#[cfg(test)]
mod tests;
