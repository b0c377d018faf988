/** Tests of {@code btrfs2s3 update} as users run it. */
@NullMarked
package org.btrfs2s3.it.update;

import org.jspecify.annotations.NullMarked;
