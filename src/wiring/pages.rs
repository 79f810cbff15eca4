//! What the pages stand on: everything that they may not know of themselves.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64};

use ops::{Fault, Kind};
use sources::export::{Columns, UPLOADED_UNPACKED_MAX};
use sync::holds::{Approval, Decided, approve, reject};
use sync::{Context, SyncError};
use web::{App, DecideHold, HoldDecided, HoldWord, ReadExport};

use super::{House, build};
use crate::exit::Failure;

impl House {
    /// What the pages stand on; `unheard` counts the alerts that have reached nobody.
    pub fn pages(
        &self,
        ready: Arc<AtomicBool>,
        metrics: Arc<dyn Fn() -> String + Send + Sync>,
        unheard: Arc<AtomicU64>,
    ) -> Result<App, Failure> {
        let context = Arc::new(self.context(Arc::new(|_, _| {}))?);
        let decide_hold: DecideHold = Arc::new(move |word| Box::pin(decide(Arc::clone(&context), word)));
        Ok(App {
            ops: self.ops(),
            build: build(),
            ids: Arc::clone(&self.ids),
            decide_hold,
            read_export: reader_of_exports(self.config.gmc_connect.clone()),
            metrics,
            demo_users: Vec::new(),
            ready,
            unheard,
        })
    }
}

/// Reads exports aside: a workbook is unpacked and takes its time.
fn reader_of_exports(columns: Columns) -> ReadExport {
    let columns = Arc::new(columns);
    Arc::new(move |bytes| {
        let columns = Arc::clone(&columns);
        let read = move || sources::export::of_bytes(&bytes, &columns, UPLOADED_UNPACKED_MAX);
        Box::pin(async move {
            match tokio::task::spawn_blocking(read).await {
                Ok(read) => read.map_err(|error| Fault::invalid(error.to_string())),
                Err(error) => {
                    let message = "Reval could not read the file. Nothing was changed.".to_owned();
                    Err(Fault { kind: Kind::Internal, message, source: Some(Box::new(error)) })
                }
            }
        })
    })
}

async fn decide(context: Arc<Context>, word: HoldWord) -> Result<HoldDecided, Fault> {
    let HoldWord { hold, count, actor } = word;
    let Some(count) = count else {
        return reject(&context, &hold, &actor).await.map(|()| HoldDecided::Rejected).map_err(fault);
    };
    match approve(&context, &Approval { hold_id: hold, count, actor }).await {
        Ok(Decided::Published { .. }) => Ok(HoldDecided::Published),
        Ok(Decided::Proposed) => Ok(HoldDecided::Proposed),
        Err(error) => Err(fault(error)),
    }
}

/// What went wrong, for the person at the page; files and causes are for the log.
fn fault(error: SyncError) -> Fault {
    match error {
        SyncError::Store(error) => error.into(),
        SyncError::Invalid(sentence) => Fault::invalid(sentence),
        SyncError::NotFound(sentence) => Fault::not_found(sentence),
        other => {
            let message = "Reval could not publish it. Nothing was changed.".to_owned();
            Fault { kind: Kind::Internal, message, source: Some(Box::new(other)) }
        }
    }
}
