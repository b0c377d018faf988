/**
 * What the runs of all use cases have in common: how they fail, and that another run may be in the
 * way.
 *
 * <p>Uses nothing.
 */
@NullMarked
package org.btrfs2s3.core.run;

import org.jspecify.annotations.NullMarked;
