/**
 * What happens when something breaks: stages of an upload in this process, and everything else with
 * the installed program.
 */
@NullMarked
package org.btrfs2s3.it.faults;

import org.jspecify.annotations.NullMarked;
