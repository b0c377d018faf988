/** Runs the installed btrfs2s3, and other programs, as child processes. */
@NullMarked
package org.btrfs2s3.it.program;

import org.jspecify.annotations.NullMarked;
