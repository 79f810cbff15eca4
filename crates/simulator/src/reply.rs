//! Replies over HTTP: a list written as it is read, an answer bent by its fault, or no answer at all.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::raw::RawDoctor;
use futures_util::TryStreamExt;
use sources::gmc::operations::Soap;
use sources::gmc::request::Request;

use crate::answer::{Ids, Shape, fault, pieces, small};
use crate::desk::client_id_of;
use crate::faults::Fault;
use crate::population::World;
use crate::register::Register;
use crate::server::InFlight;

/// A whole SOAP message.
pub(crate) fn xml(status: StatusCode, soap: Soap, text: String) -> Response {
    (status, [("content-type", soap.content_type())], text).into_response()
}

/// Replies that are no answer at all.
pub(crate) fn plain_reply(fault_: &Fault, soap: Soap) -> Option<Response> {
    let html = |status: StatusCode, words: &'static str| {
        (status, [("content-type", "text/html")], words).into_response()
    };
    Some(match fault_ {
        Fault::EdgeRefuses => {
            let mut page = html(
                StatusCode::FORBIDDEN,
                "<html><title>Access denied</title><body>Error 1020</body></html>",
            );
            page.headers_mut().insert("cf-ray", axum::http::HeaderValue::from_static("simulated-ray"));
            page
        }
        Fault::Page => html(StatusCode::OK, "<html><body>Please sign in</body></html>"),
        Fault::SoapFault => xml(StatusCode::INTERNAL_SERVER_ERROR, soap, fault(soap, "simulated fault")),
        Fault::Status(status) => {
            let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            (status, [("content-type", "text/plain"), ("retry-after", "1")], "simulated\n").into_response()
        }
        _ => return None,
    })
}

/// A whole answer beside the list, with the ids echoed and given.
pub(crate) fn said(
    request: &Request,
    gmc: &str,
    code: &str,
    more: Option<(&'static str, String)>,
) -> Response {
    let mut given = vec![
        ("ClientRequestID", client_id_of(request)),
        ("GMCRequestID", gmc.to_owned()),
        ("ReturnCode", code.to_owned()),
    ];
    given.extend(more);
    xml(StatusCode::OK, request.soap, small(request.soap, request.operation, &given))
}

/// A connection that ends in the middle of a head that promised more.
pub(crate) fn broken() -> Response {
    let gone = futures_util::stream::once(async {
        tokio::time::sleep(Duration::from_millis(5)).await;
        Err::<Bytes, _>(std::io::Error::other("simulated reset"))
    });
    ([("content-type", "text/xml; charset=utf-8")], Body::from_stream(gone)).into_response()
}

/// An answer that ends properly after so many bytes.
pub(crate) fn cut(whole: Response, at: usize) -> Response {
    let (head, body) = whole.into_parts();
    let mut left = at;
    let shortened = body.into_data_stream().map_ok(move |piece| {
        let piece = piece.slice(..piece.len().min(left));
        left -= piece.len();
        piece
    });
    let mut response = Response::from_parts(head, Body::from_stream(shortened));
    response.headers_mut().remove("content-length");
    response
}

/// An answer to a call for a list, before its fault is known.
pub(crate) struct Answer {
    /// Version of the call.
    pub soap: Soap,
    /// The world as it stands.
    pub world: Arc<World>,
    /// The night as it stands.
    pub night: u32,
    /// What calls have changed so far.
    pub register: Register,
    /// Body asked for.
    pub body: String,
    /// Return code.
    pub code: String,
    /// Ids to echo and give.
    pub ids: Ids,
}

impl Answer {
    /// Bends the answer by its fault and begins to write it; the guard lives until it is written.
    pub(crate) fn reply(mut self, fault: Option<Fault>, guard: InFlight) -> Response {
        let mut shape = Shape { code: self.code.clone(), ..Shape::default() };
        let mut of = self.body.clone();
        match &fault {
            Some(Fault::Code(code)) => shape.code.clone_from(code),
            Some(Fault::NoList) => shape.no_list = true,
            Some(Fault::NilList) => shape.nil_list = true,
            Some(Fault::Twice) => shape.twice = true,
            Some(Fault::ListOf(other)) => of.clone_from(other),
            Some(Fault::OtherRequest) => self.ids.client = "another-request".to_owned(),
            _ => {}
        }
        shape.no_list |= shape.code != "0";
        let plan = Plan {
            soap: self.soap,
            shape,
            ids: self.ids,
            world: self.world,
            register: self.register,
            of,
            night: self.night,
            fault,
        };
        ([("content-type", self.soap.content_type())], Body::from_stream(plan.stream(guard))).into_response()
    }
}

/// Everything a writing thread needs to know.
struct Plan {
    soap: Soap,
    shape: Shape,
    ids: Ids,
    world: Arc<World>,
    register: Register,
    of: String,
    night: u32,
    fault: Option<Fault>,
}

impl Plan {
    /// Writes the answer on a thread of its own, a few pieces ahead of the reader and no more.
    fn stream(self, guard: InFlight) -> impl futures_util::Stream<Item = std::io::Result<Bytes>> + Send {
        let (send, receive) = tokio::sync::mpsc::channel(4);
        tokio::task::spawn_blocking(move || {
            let _counted_out_when_written = guard;
            self.write(&send);
        });
        futures_util::stream::unfold(receive, |mut receive| async move {
            let item: std::io::Result<Bytes> = receive.recv().await?;
            if item.is_err() {
                // Lets what was sent reach the wire before the connection is broken.
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            Some((item, receive))
        })
    }

    fn write(self, send: &tokio::sync::mpsc::Sender<std::io::Result<Bytes>>) {
        let fault = self.fault;
        let doctors: Box<dyn Iterator<Item = RawDoctor> + Send> = match self.world.list(&self.of, self.night)
        {
            Some(list) if !matches!(fault, Some(Fault::EmptyList)) => {
                let brought = self.register.brought_to(&self.world, self.night, &self.of);
                Box::new(list.filter_map(|doctor| self.register.still_on(&self.of, doctor)).chain(brought))
            }
            _ => Box::new(std::iter::empty()),
        };
        let doctors = doctors.enumerate().filter_map(|(n, doctor)| match &fault {
            Some(fault) => fault.bend(n, doctor),
            None => Some(doctor),
        });
        let mut left = match fault {
            Some(Fault::Cut(at) | Fault::Reset(at)) => at,
            _ => usize::MAX,
        };
        for mut piece in pieces(self.soap, self.shape, self.ids, doctors) {
            let mut length = piece.len().min(left);
            while !piece.is_char_boundary(length) {
                length -= 1;
            }
            left = if length < piece.len() { 0 } else { left - length };
            piece.truncate(length);
            if send.blocking_send(Ok(Bytes::from(piece))).is_err() {
                return;
            }
            if left == 0 {
                break;
            }
        }
        if matches!(fault, Some(Fault::Reset(_))) {
            // Nobody is there to tell if the reader has gone.
            let _ = send.blocking_send(Err(std::io::Error::other("simulated reset")));
        }
    }
}
