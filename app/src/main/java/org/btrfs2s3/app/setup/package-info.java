/**
 * Turns a configuration into what the use cases work on: stores, encodings, identities.
 *
 * <p>May use everything but the command line.
 */
@NullMarked
package org.btrfs2s3.app.setup;

import org.jspecify.annotations.NullMarked;
