/**
 * Kills the installed program at chosen moments of an update, and looks what the next update makes
 * of it: {@link org.btrfs2s3.it.kill.KillTest}.
 */
@NullMarked
package org.btrfs2s3.it.kill;

import org.jspecify.annotations.NullMarked;
