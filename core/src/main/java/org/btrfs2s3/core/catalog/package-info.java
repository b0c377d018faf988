/**
 * What a remote holds, told by the keys of its objects alone: backups in one object or in segments,
 * what is damaged of them, what was never finished, and what is foreign. Pure.
 *
 * <p>May use the policy module, {@code core.backup}, and the values of {@code core.store}.
 */
@NullMarked
package org.btrfs2s3.core.catalog;

import org.jspecify.annotations.NullMarked;
