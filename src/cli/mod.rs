//! One file a command; output, exit codes, logging. It must not know SQL.
