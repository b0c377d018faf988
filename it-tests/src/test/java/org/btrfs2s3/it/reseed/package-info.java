/** Tests of {@code btrfs2s3 reseed}. */
@NullMarked
package org.btrfs2s3.it.reseed;

import org.jspecify.annotations.NullMarked;
