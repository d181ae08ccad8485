#pragma once

/// A pipe whose two ends no other program inherits, from the moment they exist: `pipe2` with O_CLOEXEC. 0, or -1 and errno.
int rss_pipe(int ends[2]);
