//! What the columns of GMC Connect's own exports are called.

use sources::export::Columns;

use super::reader::Reader;

/// Reads `[gmc_connect]`.
pub fn read(reader: &Reader) -> Columns {
    let names = |key: &str| -> Vec<String> {
        let text = reader.text(&format!("gmc_connect.{key}"));
        text.split('|').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
    };
    let columns = Columns {
        gmc_number: names("gmc_number"),
        first_name: names("first_name"),
        last_name: names("last_name"),
        submission_date: names("submission_date"),
        under_notice: names("under_notice"),
    };
    if columns.gmc_number.is_empty() {
        reader.wrong(
            "gmc_connect.gmc_number",
            "must name a column: without GMC numbers nothing can be compared",
        );
    }
    columns
}
