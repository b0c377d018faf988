/**
 * What a person or a script reads: plans, listings and progress as text and as JSON.
 *
 * <p>May use core and the policy module.
 */
@NullMarked
package org.btrfs2s3.app.console;

import org.jspecify.annotations.NullMarked;
