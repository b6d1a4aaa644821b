//! Any sequence of calls to the C interface: objects stay whole, codes are known ones, outputs are written only on
//! success, and nothing unsigned is ever let in.
#![no_main]

use std::ptr;

use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;
use mcpauth::*;

const TOKEN: &str = include_str!("../../ffi/tests/data/token.txt");

/// Texts that lead further in than chance would.
const KNOWN: [&str; 10] = [
    r#"{"protected_resources":{"metadata":{"resource":"https://rs.example/mcp","authorization_servers":[
        {"issuer":"https://issuer.example","jwks_uri":"https://issuer.example/jwks"}]}}}"#,
    r#"{"resource":"https://rs.example/mcp"}"#,
    TOKEN,
    include_str!("../../ffi/tests/data/jwks.json"),
    r#"{"protected_resources":{"metadata":{"resource":"https://rs.example/mcp","authorization_servers":[
        {"issuer":"https://issuer.example","type":"oidc"},{"issuer":"https://other.example","jwks":{"keys":[
        {"kty":"OKP","crv":"Ed25519","x":"z57G-W32wBqYfiG3Ez3leTzhdkYqOU2oRpzs7QJ0NcM"}]}}]}}}"#,
    r#"{"server":{"issuer":"https://issuer.example","type":"oauth"}}"#,
    r#"{"resource":"https://rs.example/mcp","operations":{"tools/call":{"x":["a"]}},"read_operation":true}"#,
    r#"{"verify":"custom"}"#,
    r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"x"}}"#,
    "/.well-known/oauth-protected-resource",
];

/// A text of the fuzzer's, one of the known ones, or a view that cannot be read.
#[derive(Arbitrary, Debug)]
enum Bytes<'a> {
    Any(&'a [u8]),
    Known(u8),
    Null(usize),
    Endless,
}

#[derive(Arbitrary, Debug)]
struct Asked<'a> {
    method: Bytes<'a>,
    target: Bytes<'a>,
    headers: Vec<(Bytes<'a>, Bytes<'a>)>,
    credential: Bytes<'a>,
    body: Bytes<'a>,
    verdict: Bytes<'a>,
}

#[derive(Arbitrary, Debug)]
enum Call<'a> {
    EngineNew(Bytes<'a>),
    EngineUpdate(Bytes<'a>),
    EngineFree,
    GateNew(Bytes<'a>),
    GateFree,
    Check(Asked<'a>),
    CheckToken(Bytes<'a>, Bytes<'a>),
    Metadata(Asked<'a>),
    MetadataPaths,
    Require(Asked<'a>, Vec<Bytes<'a>>, Vec<Bytes<'a>>),
    Deny(Asked<'a>),
    Failure(Asked<'a>),
    Visible(Vec<Bytes<'a>>, Bytes<'a>, Bytes<'a>),
    Pending,
    Supply(u16, Vec<(Bytes<'a>, Bytes<'a>)>, Bytes<'a>),
    OpenSession(Bytes<'a>),
    Listen(bool),
    Wait(u32),
    Validate(Bytes<'a>, Bytes<'a>, Bytes<'a>),
    AnswerFree,
}

/// The objects that a program holds; each may be NULL at any time.
struct Held {
    engine: *mut mcpauth_engine,
    gate: *mut mcpauth_gate,
    answer: *mut mcpauth_answer,
    now: u64,
}

impl Bytes<'_> {
    fn view(&self) -> mcpauth_view {
        let of = |bytes: &[u8]| mcpauth_view {
            data: bytes.as_ptr(),
            length: bytes.len(),
        };
        match self {
            Self::Any(bytes) => of(bytes),
            Self::Known(index) => of(KNOWN[usize::from(*index) % KNOWN.len()]
                .trim_end()
                .as_bytes()),
            Self::Null(length) => mcpauth_view {
                data: ptr::null(),
                length: *length,
            },
            Self::Endless => mcpauth_view {
                data: b"x".as_ptr(),
                length: usize::MAX,
            },
        }
    }
}

fn lines(headers: &[(Bytes<'_>, Bytes<'_>)]) -> Vec<mcpauth_header> {
    let line = |(name, value): &(Bytes<'_>, Bytes<'_>)| mcpauth_header {
        name: name.view(),
        value: value.view(),
    };
    headers.iter().map(line).collect()
}

fn views(texts: &[Bytes<'_>]) -> Vec<mcpauth_view> {
    texts.iter().map(Bytes::view).collect()
}

/// Reads every byte of a view.
fn read<'a>(view: mcpauth_view) -> &'a [u8] {
    if view.data.is_null() {
        assert_eq!(view.length, 0);
        return &[];
    }
    // SAFETY: the library says that they are readable, for as long as this program uses them.
    let bytes = unsafe { std::slice::from_raw_parts(view.data, view.length) };
    std::hint::black_box(
        bytes
            .iter()
            .fold(0, |sum: u8, byte| sum.wrapping_add(*byte)),
    );
    bytes
}

unsafe extern "C" fn on_event(event: *const mcpauth_event, counter: *mut std::ffi::c_void) {
    // SAFETY: the library hands over an event, and the counter that it was given.
    let (event, counter) = unsafe { (&*event, &mut *counter.cast::<u64>()) };
    *counter += 1;
    for view in [
        event.issuer,
        event.kid,
        event.algorithm,
        event.resource,
        event.log,
    ] {
        read(view);
    }
}

unsafe extern "C" fn release(counter: *mut std::ffi::c_void) {
    // SAFETY: it came from a box, and is released once.
    drop(unsafe { Box::from_raw(counter.cast::<u64>()) });
}

impl Held {
    /// Takes what a call gave, reads all of it, and keeps the answer.
    unsafe fn took(&mut self, code: u32, answer: *mut mcpauth_answer) {
        assert!(code == MCPAUTH_OK || answer.is_null());
        assert_ne!(mcpauth_code_name(code).length, 0, "{code} has no name");
        assert_ne!(code, MCPAUTH_INTERNAL_ERROR);
        if answer.is_null() {
            return;
        }
        // SAFETY: it is alive until it is freed below.
        unsafe {
            for field in 0..20 {
                read(mcpauth_answer_text(answer, field));
                mcpauth_answer_number(answer, field);
            }
            for index in
                (0..).take_while(|index| !mcpauth_answer_header(answer, *index).name.data.is_null())
            {
                read(mcpauth_answer_header(answer, index).value);
            }
            read(mcpauth_answer_operation(answer, 0).method);
            read(mcpauth_answer_audience(answer, 0));
            mcpauth_answer_free(self.answer);
        }
        self.answer = answer;
    }

    /// A text is freed at once.
    unsafe fn read_text(&self, code: u32, text: *mut mcpauth_text, on: u32) {
        assert_eq!(code == on, !text.is_null());
        // SAFETY: it is alive or NULL.
        unsafe {
            read(mcpauth_text_view(text));
            mcpauth_text_free(text);
        }
    }

    unsafe fn with_request(
        &mut self,
        asked: &Asked<'_>,
        call: impl FnOnce(&Self, *const mcpauth_request, *mut *mut mcpauth_answer) -> u32,
    ) -> u32 {
        let mut headers = lines(&asked.headers);
        let credential = match asked.credential {
            Bytes::Known(_) | Bytes::Any(_) => read(asked.credential.view()),
            Bytes::Null(_) | Bytes::Endless => &[],
        };
        let credential = [b"Bearer ", credential].concat();
        headers.push(mcpauth_header {
            name: Bytes::Any(b"authorization").view(),
            value: Bytes::Any(&credential).view(),
        });
        let request = mcpauth_request {
            method: asked.method.view(),
            target: asked.target.view(),
            headers: headers.as_ptr(),
            header_count: headers.len(),
            body: asked.body.view(),
            verdict: asked.verdict.view(),
        };
        let mut answer = ptr::null_mut();
        let code = call(self, &request, &mut answer);
        // SAFETY: the call gave it.
        unsafe { self.took(code, answer) }
        code
    }

    /// Only one token here is signed; another has a caller where a verdict gave him one.
    unsafe fn is_signed(&self, verdict: &Bytes<'_>) {
        // SAFETY: the answer is alive or NULL.
        unsafe {
            let token = mcpauth_answer_text(self.answer, MCPAUTH_TOKEN);
            if mcpauth_answer_kind(self.answer) == MCPAUTH_ALLOW
                && !token.data.is_null()
                && matches!(verdict, Bytes::Null(_) | Bytes::Endless)
            {
                assert_eq!(read(token), TOKEN.trim_end().as_bytes());
            }
        }
    }

    unsafe fn make(&mut self, call: &Call<'_>) {
        let mut answer = ptr::null_mut();
        let (mut text, mut problems) = (ptr::null_mut(), ptr::null_mut());
        // SAFETY: every pointer is NULL or points to something alive; lengths are true, or such that nothing is read.
        unsafe {
            match call {
                Call::EngineNew(configuration) => {
                    let mut made = ptr::null_mut();
                    let code = mcpauth_engine_new(configuration.view(), &mut made, &mut problems);
                    assert_eq!(code == MCPAUTH_OK, !made.is_null());
                    self.read_text(code, problems, MCPAUTH_INVALID_CONFIGURATION);
                    if !made.is_null() {
                        mcpauth_engine_free(self.engine);
                        self.engine = made;
                    }
                }
                Call::EngineUpdate(configuration) => {
                    let code =
                        mcpauth_engine_update(self.engine, configuration.view(), &mut problems);
                    self.read_text(code, problems, MCPAUTH_INVALID_CONFIGURATION);
                }
                Call::EngineFree => {
                    mcpauth_engine_free(self.engine);
                    self.engine = ptr::null_mut();
                }
                Call::GateNew(options) => {
                    let mut made = ptr::null_mut();
                    let code =
                        mcpauth_gate_new(self.engine, options.view(), &mut made, &mut problems);
                    assert_eq!(code == MCPAUTH_OK, !made.is_null());
                    self.read_text(code, problems, MCPAUTH_INVALID_CONFIGURATION);
                    if !made.is_null() {
                        mcpauth_gate_free(self.gate);
                        self.gate = made;
                        read(mcpauth_gate_policy(made));
                        read(mcpauth_gate_declared(made, 0).method);
                    }
                }
                Call::GateFree => {
                    mcpauth_gate_free(self.gate);
                    self.gate = ptr::null_mut();
                }
                Call::Check(asked) => {
                    let code = self.with_request(asked, |held, request, out| {
                        mcpauth_gate_check(held.gate, request, held.now, out)
                    });
                    if code == MCPAUTH_OK {
                        self.is_signed(&asked.verdict);
                    }
                }
                Call::CheckToken(token, verdict) => {
                    let code = mcpauth_gate_check_token(
                        self.gate,
                        token.view(),
                        verdict.view(),
                        self.now,
                        &mut answer,
                    );
                    self.took(code, answer);
                    if code == MCPAUTH_OK {
                        self.is_signed(verdict);
                    }
                }
                Call::Metadata(asked) => {
                    self.with_request(asked, |held, request, out| {
                        mcpauth_engine_metadata(held.engine, request, held.now, out)
                    });
                }
                Call::MetadataPaths => {
                    let code = mcpauth_engine_metadata_paths(self.engine, &mut text);
                    self.read_text(code, text, MCPAUTH_OK);
                }
                Call::Require(asked, had, scopes) => {
                    let (had, scopes) = (views(had), views(scopes));
                    self.with_request(asked, |held, request, out| {
                        mcpauth_gate_require(
                            held.gate,
                            request,
                            had.as_ptr(),
                            had.len(),
                            scopes.as_ptr(),
                            scopes.len(),
                            out,
                        )
                    });
                }
                Call::Deny(asked) => {
                    self.with_request(asked, |held, request, out| {
                        mcpauth_gate_deny(held.gate, request, out)
                    });
                }
                Call::Failure(asked) => {
                    self.with_request(asked, |held, request, out| {
                        mcpauth_gate_failure(held.gate, request, out)
                    });
                }
                Call::Visible(had, method, name) => {
                    let (had, mut visible) = (views(had), 7);
                    let code = mcpauth_gate_visible(
                        self.gate,
                        had.as_ptr(),
                        had.len(),
                        method.view(),
                        name.view(),
                        &mut visible,
                    );
                    assert_eq!(code == MCPAUTH_OK, visible < 2);
                }
                Call::Pending => {
                    let code = mcpauth_engine_pending(self.engine, self.now, &mut answer);
                    self.took(code, answer);
                }
                Call::Supply(status, headers, body) => {
                    let id = mcpauth_answer_number(self.answer, MCPAUTH_FETCH_ID);
                    let (headers, engine) = (lines(headers), self.engine);
                    let (first, count) = (headers.as_ptr(), headers.len());
                    mcpauth_engine_supply(engine, id, *status, first, count, body.view(), self.now);
                    mcpauth_engine_is_ready(engine, self.now);
                }
                Call::OpenSession(session) => {
                    mcpauth_engine_open_session(self.engine, session.view(), self.answer);
                }
                Call::Listen(true) => {
                    let counter = Box::into_raw(Box::new(0u64)).cast();
                    if mcpauth_engine_on_event(self.engine, Some(on_event), counter, Some(release))
                        != MCPAUTH_OK
                    {
                        release(counter);
                    }
                }
                Call::Listen(false) => {
                    mcpauth_engine_on_event(self.engine, None, ptr::null_mut(), None);
                }
                Call::Wait(seconds) => self.now = self.now.wrapping_add(u64::from(*seconds)),
                Call::Validate(metadata, revision, issuer) => {
                    let (metadata, issuer) = (metadata.view(), issuer.view());
                    let code = mcpauth_validate(
                        metadata,
                        revision.view(),
                        issuer,
                        &mut text,
                        &mut problems,
                    );
                    self.read_text(code, text, MCPAUTH_OK);
                    self.read_text(code, problems, MCPAUTH_INVALID_CONFIGURATION);
                }
                Call::AnswerFree => {
                    mcpauth_answer_free(self.answer);
                    self.answer = ptr::null_mut();
                }
            }
        }
    }
}

fuzz_target!(|calls: Vec<Call<'_>>| {
    let mut held = Held {
        engine: ptr::null_mut(),
        gate: ptr::null_mut(),
        answer: ptr::null_mut(),
        now: 1_800_000_000,
    };
    // SAFETY: what is held is freed once, here or by a call that forgets it.
    unsafe {
        // Without these two calls most sequences never get beyond NULL.
        held.make(&Call::EngineNew(Bytes::Known(0)));
        held.make(&Call::GateNew(Bytes::Known(1)));
        for call in &calls {
            held.make(call);
        }
        mcpauth_answer_free(held.answer);
        mcpauth_gate_free(held.gate);
        mcpauth_engine_free(held.engine);
    }
});
