-- entry/analyze: let the engine look at what a first load brought, or its plans are those of an empty table.
analyze entry
