/**
 * System calls that the JDK does not offer, through the Foreign Function &amp; Memory API:
 * directory entries by their raw bytes, renaming without replacing, locks on directory descriptors,
 * the kernel's opinion of its clock.
 *
 * <p>May use the JDK only.
 */
@NullMarked
package org.btrfs2s3.core.linux;

import org.jspecify.annotations.NullMarked;
