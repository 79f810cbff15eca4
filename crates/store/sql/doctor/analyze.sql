-- doctor/analyze: the same for the joined rows.
analyze doctor
