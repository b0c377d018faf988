/**
 * What a directory tree holds, entry by entry, and a tree that holds everything that is hard to
 * back up.
 *
 * <p>Deliberately uses nothing of the code under test: it is the judge of that code.
 */
@NullMarked
package org.btrfs2s3.it.tree;

import org.jspecify.annotations.NullMarked;
