/** The command {@code verify} on real btrfs and on every kind of remote. */
@NullMarked
package org.btrfs2s3.it.verify;

import org.jspecify.annotations.NullMarked;
