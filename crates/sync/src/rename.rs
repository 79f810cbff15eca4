//! A designated body whose code was renamed keeps its list, its history and its doctors: nobody moves.

use domain::scope::Actor;
use store::audit::Act;

use crate::context::Context;
use crate::error::SyncError;

/// Carries every list that still stands under an old code over to its new one.
pub async fn adopt(context: &Context, actor: &Actor) -> Result<(), SyncError> {
    for (old, new) in &context.renamed {
        let (old, new) = (old.as_str(), new.as_str());
        let mut tx = context.store.begin().await?;
        if !store::list::rename(&mut tx, old, new, context.clock.now()).await? {
            continue;
        }
        let (id, object) = (context.mint(), format!("list/{new}"));
        let detail = serde_json::json!({ "from": old, "to": new }).to_string();
        let act = Act { id: &id, action: "rename", object: &object, detail: &detail };
        store::audit::insert(&mut tx, actor, &act, context.clock.now()).await?;
        tx.commit().await?;
    }
    Ok(())
}
