/** Tests of {@code btrfs2s3 restore} and {@code list} as users run them. */
@NullMarked
package org.btrfs2s3.it.restore;

import org.jspecify.annotations.NullMarked;
