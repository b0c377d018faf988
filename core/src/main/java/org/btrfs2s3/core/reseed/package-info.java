/**
 * Brings the backups of one remote to another: {@link org.btrfs2s3.core.reseed.Reseed} chooses them
 * by the two listings, parents first, and copies object by object, on the server where that can do
 * it, else through this machine, or encodes them anew. Nothing is remembered: what is there already
 * is told by the listing. Never deletes anything. {@link org.btrfs2s3.core.reseed.FinalCheck} looks
 * at a remote that was filled, in whatever way.
 *
 * <p>May use all of core.
 */
@NullMarked
package org.btrfs2s3.core.reseed;

import org.jspecify.annotations.NullMarked;
