/** Looking inside: what {@code files}, {@code recipe} and {@code explain} say is so. */
@NullMarked
package org.btrfs2s3.it.look;

import org.jspecify.annotations.NullMarked;
