//! What plugins ask of the front end: answered now, later, never; and ended with the plugin.

use crate::support::{Fixture, LONG, next, spawn};
use lichtfeld_engine::{
    AnswerError, Host, HostFacts, Job, Level, MAX_OPEN_REQUESTS, Manager, Outcome, Owner,
    RequestError, Version, host_facts,
};
use lichtfeld_panel::{Answer, Request, RequestId, RequestKind};
use serde_json::json;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::{self, ThreadId};
use std::time::Duration;

type Handler = dyn Fn(&Request) -> bool + Send;

/// An application with a front end, whose UI thread is the one that made it.
#[derive(Default)]
struct Front {
    ui: Mutex<Option<(ThreadId, Sender<Job>)>>,
    handler: Mutex<Option<Box<Handler>>>,
    withdrawn: Mutex<Vec<RequestId>>,
    lines: Mutex<Vec<String>>,
}

struct Shared(Arc<Front>);

impl Host for Shared {
    fn facts(&self) -> HostFacts {
        host_facts(Version::new([1, 2]), Version::new([1]), &[])
    }

    fn log(&self, plugin: Option<&str>, level: Level, message: &str) {
        let line = format!("{} {level}: {message}", plugin.unwrap_or("-"));
        self.0.lines.lock().unwrap().push(line);
    }

    fn on_ui_thread(&self, job: Job) {
        let ui = self
            .0
            .ui
            .lock()
            .unwrap()
            .as_ref()
            .map(|(_, jobs)| jobs.clone());
        match ui {
            Some(jobs) => drop(jobs.send(job)),
            None => job(),
        }
    }

    fn is_ui_thread(&self) -> bool {
        let ui = self.0.ui.lock().unwrap();
        ui.as_ref()
            .is_none_or(|(thread, _)| *thread == thread::current().id())
    }

    fn request(&self, request: &Arc<Request>) -> bool {
        let handler = self.0.handler.lock().unwrap();
        handler.as_ref().is_some_and(|handler| handler(request))
    }

    fn request_withdrawn(&self, request: &Request) {
        self.0.withdrawn.lock().unwrap().push(request.id);
    }
}

struct App {
    app: Fixture,
    front: Arc<Front>,
    owner: Owner,
}

impl App {
    fn new() -> Self {
        Self::with(LONG)
    }

    fn with(limit: Duration) -> Self {
        let front = Arc::new(Front::default());
        let host = Shared(Arc::clone(&front));
        let app = Fixture::with(|config| {
            config.host = Arc::new(host);
            config.timeouts = config.timeouts.clone().with_request(limit);
        });
        app.loaded(&["Asks"]);
        let owner = app.manager.ledger().active("asks").unwrap();
        Self { app, front, owner }
    }

    fn manager(&self) -> &Arc<Manager> {
        &self.app.manager
    }

    fn handle(&self, handler: impl Fn(&Request) -> bool + Send + 'static) {
        *self.front.handler.lock().unwrap() = Some(Box::new(handler));
    }

    /// Makes this thread the UI thread. Returns its jobs.
    fn ui(&self) -> Receiver<Job> {
        let (sender, jobs) = channel();
        *self.front.ui.lock().unwrap() = Some((thread::current().id(), sender));
        jobs
    }

    fn ask(&self, kind: RequestKind) -> (Result<RequestId, RequestError>, Receiver<Outcome>) {
        let (sender, outcomes) = channel();
        let done = Box::new(move |outcome| drop(sender.send(outcome)));
        let owner = Some(self.owner.clone());
        (self.manager().ask(owner, kind, false, done), outcomes)
    }

    fn lines(&self, with: &str) -> Vec<String> {
        let lines = self.front.lines.lock().unwrap();
        lines
            .iter()
            .filter(|line| line.contains(with))
            .cloned()
            .collect()
    }
}

fn question() -> RequestKind {
    serde_json::from_value(json!({"kind": "confirm", "message": "Go?", "buttons": ["Yes", "No"]}))
        .unwrap()
}

fn folder() -> RequestKind {
    serde_json::from_value(json!({"kind": "open_folder"})).unwrap()
}

fn text(text: &str) -> Answer {
    Answer::Text(text.into())
}

#[test]
fn without_a_front_end_a_request_ends_at_once_and_the_log_says_so_once_for_each_kind() {
    let app = App::new();
    for _ in 0..2 {
        for kind in [question(), folder()] {
            let (asked, outcomes) = app.ask(kind.clone());
            asked.unwrap();
            assert_eq!(next(&outcomes), Outcome::NoFrontEnd);
            let waited = app.manager().ask_and_wait(Some(app.owner.clone()), kind);
            assert_eq!(waited, Ok(Outcome::NoFrontEnd));
        }
    }
    let told = app.lines("does not answer requests");
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(
        told[0].starts_with("Asks warn: ") && told[0].contains("confirm"),
        "{told:?}"
    );
    assert!(app.manager().requests().open().is_empty());
    assert_eq!(app.manager().ledger().count(&app.owner), 0);
}

#[test]
fn a_front_end_answers_now_or_later_once_and_with_what_suits() {
    let app = App::new();
    let manager = Arc::downgrade(app.manager());
    app.handle(move |request| {
        if request.kind.name() == "confirm" {
            let manager = manager.upgrade().unwrap();
            manager.requests().answer(request.id, text("No")).unwrap();
        }
        true
    });
    let (_, outcomes) = app.ask(question());
    assert_eq!(
        outcomes.try_recv(),
        Ok(Outcome::Answered(text("No"))),
        "at once"
    );
    let (asked, outcomes) = app.ask(folder());
    let (id, requests) = (asked.unwrap(), app.manager().requests());
    let open = requests.open();
    assert_eq!((open[0].id, open[0].plugin.as_deref()), (id, Some("Asks")));
    assert!(matches!(
        requests.answer(id, Answer::Done(true)),
        Err(AnswerError::Bad(_))
    ));
    assert!(outcomes.try_recv().is_err(), "it stays open");
    requests.answer(id, text("/data")).unwrap();
    assert_eq!(next(&outcomes), Outcome::Answered(text("/data")));
    assert_eq!(
        requests.answer(id, text("/x")),
        Err(AnswerError::NotOpen(id))
    );
    assert!(app.front.withdrawn.lock().unwrap().is_empty());
}

#[test]
fn another_thread_waits_for_the_user_and_the_front_end_is_asked_on_its_own() {
    let app = App::new();
    let jobs = app.ui();
    let (sender, asked) = channel();
    app.handle(move |request| {
        sender
            .send((request.id, request.blocking, thread::current().id()))
            .is_ok()
    });
    let (manager, owner) = (Arc::clone(app.manager()), app.owner.clone());
    let waited = spawn(move || manager.ask_and_wait(Some(owner), folder()));
    next(&jobs)();
    let (id, blocking, on) = next(&asked);
    assert_eq!((blocking, on), (false, thread::current().id()));
    assert!(app.manager().requests().is_waiting(&app.owner));
    assert!(waited.try_recv().is_err());
    app.manager().requests().answer(id, text("/a")).unwrap();
    assert_eq!(next(&waited), Ok(Outcome::Answered(text("/a"))));
}

#[test]
fn the_ui_thread_gets_an_answer_that_is_given_at_once_and_no_other() {
    let app = App::new();
    let _jobs = app.ui();
    let manager = Arc::downgrade(app.manager());
    app.handle(move |request| {
        assert!(request.blocking);
        if request.kind.name() == "confirm" {
            let manager = manager.upgrade().unwrap();
            manager
                .requests()
                .answer(request.id, Answer::Done(true))
                .unwrap();
        }
        true
    });
    let ask = |kind| app.manager().ask_and_wait(Some(app.owner.clone()), kind);
    assert_eq!(ask(question()), Ok(Outcome::Answered(text("Yes"))));
    assert_eq!(ask(folder()), Ok(Outcome::Unanswered));
    assert_eq!(ask(folder()), Ok(Outcome::Unanswered));
    let told = app.lines("_async");
    assert_eq!(told.len(), 1, "once: {told:?}");
    assert_eq!(
        app.front.withdrawn.lock().unwrap().len(),
        2,
        "it closes its dialog"
    );
}

#[test]
fn a_wait_has_a_limit() {
    let app = App::with(Fixture::soon());
    let jobs = app.ui();
    app.handle(|_| true);
    let (manager, owner) = (Arc::clone(app.manager()), app.owner.clone());
    let waited = spawn(move || manager.ask_and_wait(Some(owner), folder()));
    assert_eq!(
        next(&waited),
        Ok(Outcome::Withdrawn),
        "the UI thread never took it"
    );
    next(&jobs)();
    assert!(
        app.front.withdrawn.lock().unwrap().is_empty(),
        "it never knew of it"
    );
}

#[test]
fn an_unload_takes_the_requests_of_the_plugin_back() {
    let app = App::new();
    app.handle(|_| true);
    let (asked, outcomes) = app.ask(folder());
    let (sender, others) = channel();
    let done = Box::new(move |outcome| drop(sender.send(outcome)));
    app.manager().ask(None, folder(), false, done).unwrap();
    app.manager().unload("asks").unwrap();
    assert_eq!(next(&outcomes), Outcome::Withdrawn);
    assert_eq!(*app.front.withdrawn.lock().unwrap(), [asked.unwrap()]);
    assert!(others.try_recv().is_err(), "that of the application stays");
    app.manager().end();
    assert_eq!(next(&others), Outcome::Withdrawn);
}

#[test]
fn a_loop_that_has_ended_and_a_flood_end() {
    let app = App::new();
    app.handle(|_| true);
    let jobs = app.ui();
    let (_, outcomes) = app.ask(folder());
    drop(next(&jobs));
    assert_eq!(next(&outcomes), Outcome::Withdrawn, "the job was dropped");
    let asked: Vec<_> = (0..=MAX_OPEN_REQUESTS)
        .map(|_| app.ask(folder()).0)
        .collect();
    assert!(asked[..MAX_OPEN_REQUESTS].iter().all(Result::is_ok));
    assert_eq!(asked[MAX_OPEN_REQUESTS], Err(RequestError::TooMany));
    let long =
        serde_json::from_value(json!({"kind": "reveal", "path": "x".repeat(1 << 16)})).unwrap();
    let refused = app.manager().ask_and_wait(None, long).unwrap_err();
    assert_eq!(refused.code(), "LR024");
    assert!(
        refused
            .to_string()
            .starts_with("the path of a request has 65536 bytes")
    );
}
